"""Plant a bug, run the model of delivery, see whether it notices: the table in docs/internals/model.md comes from here."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent


class Bug(NamedTuple):
    """A line of ours, and what somebody might have written instead."""

    what: str
    file: str
    ours: str
    theirs: str


BUGS = (
    Bug("a settled lane with more in it is not due again", "store/lanes.py", '"THEN CAST(:due_at AS BIGINT) END', '"THEN CAST(NULL AS BIGINT) END'),
    Bug("recording does not wake an idle lane", "store/events.py", "due_at = COALESCE(lanes.due_at, excluded.due_at)", "due_at = lanes.due_at"),
    Bug("settling does not look whose lease it is", "store/lanes.py", "held.get(one.lane.id) == one.lane.lease", "one.lane.id in held"),
    Bug("claiming takes lanes that are leased", "store/lanes.py", "WHERE target_id = :target_id AND due_at <= :now ", "WHERE target_id = :target_id AND :now > 0 "),
    Bug("a failed delivery leaves its lane", "delivery/run.py", "            self._keep(number)\n        return verdict", '            self._leave("dead", number)\n        return verdict'),
    Bug("the next delivery is sent though one waits for its retry", "delivery/run.py", "if self._waiting and not self._due_at and not self.gone else None", "if self._waiting and not self.gone else None"),
    Bug("the head does not move when a delivery dies", "delivery/run.py", "        self._head += 1\n", '        self._head += state == "delivered"\n'),
    Bug("a stop forgets what has come back", "delivery/worker.py", "            await self._idle.wait()", "            await asyncio.sleep(0)"),
    Bug("a failing settlement forgets its batch", "delivery/worker.py", "            del self._finished[: len(batch)]", "            del self._finished[: len(batch) + 1]"),
    Bug("pausing forgets leased lanes' leases", "store/targets.py", "WHERE target_id = :target_id AND lease = 0 ", "WHERE target_id = :target_id "),
    Bug("enabling does not look at what waits", "store/targets.py", "await unit.run(_UNPARK, target_id=target_id, now=unit.now)", "pass"),
    Bug("skipping leaves deliveries pending", "store/lanes.py", "    await unit.run(_SKIP_DELIVERIES, target_id=target_id, ids=idle, now=unit.now)\n", ""),
    Bug("a replay jumps the queue", "events/address.py", "lane.tail - count + 1", "lane.tail - count + (0 if replay else 1)"),
    Bug("an open breaker never probes", "delivery/health.py", "return 1 if health.open_until is None or health.open_until <= now else 0", "return 0"),
    Bug("bodies are rendered when sent, not when recorded", "events/record.py", "render(told, payload_format)", "render(told, payload_format).replace(b'word', b'work')"),
)  # fmt: skip


def noticed(bug: Bug) -> bool:
    """Whether the model fails with the bug in place."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "deskbell"
        shutil.copytree(
            ROOT, copy, ignore=shutil.ignore_patterns(".venv", ".git", "data", ".mypy_cache", ".hypothesis")
        )
        file = copy / "src/deskbell" / bug.file
        text = file.read_text()
        assert bug.ours in text, f"{bug.file} does not hold {bug.ours!r} any more"
        file.write_text(text.replace(bug.ours, bug.theirs))
        command = [
            sys.executable,
            "-c",
            f"import sys; sys.path[:0] = ['{copy}/src', '{copy}']; import pytest; sys.exit(pytest.main(['-q', '-x', 'tests/delivery/test_model.py']))",
        ]
        return (
            subprocess.run(command, cwd=copy, capture_output=True, timeout=900, check=False).returncode == 1
        )


def main() -> int:
    missed = 0
    for bug in BUGS:
        found = noticed(bug)
        missed += not found
        print(f"| {bug.what} | `{bug.file}` | {'noticed' if found else '**missed**'} |", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
