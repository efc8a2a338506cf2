"""Plant a bug, run the model of delivery, see whether it notices: the table in docs/internals/model.md comes from here.

`plant_bugs.py` takes every bug, `plant_bugs.py WORD …` those whose descriptions hold one of the words.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = "400"
LONGEST = 600
"""Seconds for one bug."""


class Bug(NamedTuple):
    """A line of ours, and what somebody might have written instead."""

    part: str
    what: str
    file: str
    ours: str
    theirs: str


BUGS = (
    Bug("recording", "recording does not wake an idle lane", "store/events.py", "due_at = COALESCE(lanes.due_at, excluded.due_at)", "due_at = lanes.due_at"),
    Bug("recording", "two events of one unit enter a lane in the wrong order", "events/record.py", "heard[target_id].append((one.subject, number))", "heard[target_id].insert(0, (one.subject, number))"),
    Bug("recording", "bodies are not what was recorded", "events/record.py", "render(told, name) for", "render(told, name).replace(b'word', b'work') for"),
    Bug("recording", "recording rings nobody", "events/record.py", "    unit.ring(sorted({target_id for one in occurrences for target_id in one.targets}))\n", ""),
    Bug("recording", "a replay has a lane of its own beside live traffic", "delivery/replay.py", "(one.subject, one.event_number)", "('again:' + one.subject, one.event_number)"),
    Bug("claiming", "claiming takes lanes that are leased", "store/lanes.py", "WHERE target_id = :target_id AND due_at <= :now AND NOT", "WHERE target_id = :target_id AND :now > 0 AND NOT"),
    Bug("claiming", "a worker claims again what it holds itself", "store/lanes.py", "AND NOT (id = ANY(:held)) ", "AND NOT (id = ANY(:held) AND id < 0) "),
    Bug("claiming", "no half is left for the other targets", "delivery/lanes.py", "min(place.free, max(1, left // 2), left)", "min(place.free, left)"),
    Bug("claiming", "claiming does not count what all targets took", "delivery/lanes.py", "left = free - len(claimed)", "left = free"),
    Bug("claiming", "a failing claim forgets who was rung", "delivery/worker.py", "            self._ready |= asked\n            await", "            await"),
    Bug("claiming", "a start hurries retries, not only orphans", "store/lanes.py", "WHERE lease <> 0 AND due_at IS NOT NULL", "WHERE due_at IS NOT NULL"),
    Bug("in flight", "as many lanes fly as are at hand", "delivery/worker.py", "while waiting and self._flying[target.id] < most:", "while waiting:"),
    Bug("in flight", "a lane at hand is started twice", "delivery/worker.py", "self._send_next(waiting.popleft())", "self._send_next(waiting[0] if len(waiting) == 1 and self._flying[target.id] < most else waiting.popleft())"),
    Bug("in flight", "lanes at hand of a target that fails are lost", "delivery/worker.py", "self._give_back(*self._next.pop(target, ()))", "self._next.pop(target, ())"),
    Bug("in flight", "lanes at hand are not started when one lands", "delivery/worker.py", "            self._fly(run.to.target)\n\n    async def _settle", "            pass\n\n    async def _settle"),
    Bug("in flight", "a landed lane still counts as flying", "delivery/worker.py", "        self._flying[run.to.target.id] -= 1\n", ""),
    Bug("in flight", "a lease that has run out is sent under", "delivery/worker.py", "            or now + self._needed(run) > run.lease_until\n", ""),
    Bug("settling", "a settled lane with more in it is not due again", "store/lanes.py", '"THEN CAST(:due_at AS BIGINT) END', '"THEN CAST(NULL AS BIGINT) END'),
    Bug("settling", "the head does not move when a delivery dies", "delivery/run.py", "        self._head += 1\n", '        self._head += state == "delivered"\n'),
    Bug("settling", "a stop forgets what has come back", "delivery/worker.py", "await asyncio.wait_for(self._idle.wait(), 2 * self._settings.delivery_lease)", "await asyncio.sleep(0)"),
    Bug("settling", "a settlement that fails is not repeated", "delivery/worker.py", "                continue\n            del", "            del"),
    Bug("settling", "settling drops one that came back meanwhile", "delivery/worker.py", "            del self._finished[: len(batch)]", "            del self._finished[: len(batch) + 1]"),
    Bug("settling", "freed places ring nobody", "delivery/worker.py", "        self.ring({run.to.target.id for run in batch})\n", ""),
    Bug("settling", "an attempt that ends a delivery is not logged", "store/lanes.py", "for one in mine for number, attempt in one.log]", "for one in mine for number, attempt in one.log if one.attempts]"),
    Bug("settling", "disabling tells nobody", "delivery/lanes.py", "        await notices.target_disabled(unit, target, reason)\n", ""),
    Bug("fencing", "settling does not look whose lease it is", "store/lanes.py", "held.get(one.lane.id) == one.lane.lease", "one.lane.id in held"),
    Bug("fencing", "pausing forgets leased lanes' leases", "store/targets.py", "AND (lease = 0 OR due_at <= :now) ORDER BY subject FOR NO KEY UPDATE)\"\n)\n# Leased", "ORDER BY subject FOR NO KEY UPDATE)\"\n)\n# Leased"),
    Bug("fencing", "skipping does not spare what is leased", "store/lanes.py", "AND (lease = 0 OR due_at <= :now) AND tail > head", "AND tail > head"),
    Bug("fencing", "enabling does not look at what waits", "store/targets.py", "await unit.run(_UNPARK, target_id=target_id, now=unit.now)", "pass"),
    Bug("fencing", "skipping leaves deliveries pending", "store/lanes.py", "    await unit.run(_SKIP_DELIVERIES, target_id=target_id, ids=idle, now=unit.now)\n", ""),
    Bug("fencing", "retention lets go of what still waits", "store/retention.py", 'if row["waits"] or row', "if row"),
    Bug("retry", "a failed delivery leaves its lane", "delivery/run.py", "            self._keep(number)\n        return verdict", '            self._leave("dead", number)\n        return verdict'),
    Bug("retry", "the next is sent though one waits for its retry", "delivery/run.py", "if self._waiting and not self._due_at and not self._over else None", "if self._waiting and not self._over else None"),
    Bug("retry", "a retry is due at once", "delivery/run.py", "due_at=min(self._due_at, now + self._wait) if self._due_at else now", "due_at=now"),
    Bug("retry", "Retry-After is not heard", "delivery/run.py", "max(wait, asked or 0)", "wait"),
    Bug("retry", "one attempt too many", "delivery/run.py", ".wait_before(number + 1, ", ".wait_before(number, "),
    Bug("retry", "three refusals are enough, accepted elsewhere or not", "delivery/policy.py", "    return last_accepted_at > refused_since", "    return True"),
    Bug("retry", "refusals of one delivery count for the next", "delivery/run.py", "self._attempts = self._refusals = 0", "self._attempts = 0"),
    Bug("breaker", "the breaker never opens", "delivery/health.py", "failures >= TRIP_AFTER", "failures > 100 * TRIP_AFTER"),
    Bug("breaker", "an open breaker never probes", "delivery/health.py", "return 1 if health.open_until is None or health.open_until <= now else 0", "return 0"),
    Bug("breaker", "an open breaker does not rest", "delivery/health.py", "return 1 if health.open_until is None or health.open_until <= now else 0", "return 1"),
    Bug("breaker", "a rested breaker lets everything out", "delivery/health.py", "return 1 if health.open_until is None or", "return ceiling if health.open_until is None or"),
    Bug("breaker", "a probe on its way keeps no second one back", "delivery/lanes.py", "[probing(health, unit.now, until)]", "[health]"),
    Bug("breaker", "a throttled target gets as many lanes as before", "delivery/health.py", "return ceiling if health.lane_limit is None else min(int(health.lane_limit), ceiling)", "return ceiling"),
)  # fmt: skip


def plant(bug: Bug, folder: Path) -> Path:
    """A copy of the source with the bug in it. Fails where there is no such text any more."""
    copy = folder / "deskbell"
    unwanted = shutil.ignore_patterns(".*", "data", "__pycache__", "node_modules")
    shutil.copytree(ROOT, copy, ignore=unwanted)
    file = copy / "src/deskbell" / bug.file
    text = file.read_text()
    assert text.count(bug.ours) >= 1, f"{bug.file} does not hold {bug.ours!r} any more"
    file.write_text(text.replace(bug.ours, bug.theirs))
    return copy


def noticed(bug: Bug) -> str:
    """What the model says with the bug in place; empty when it says nothing."""
    with tempfile.TemporaryDirectory() as folder:
        copy = plant(bug, Path(folder))
        options = ["-q", "-x", "--tb=short", "--hypothesis-show-statistics", "-p", "no:logging"]
        program = f"import sys; sys.path[:0] = [{str(copy / 'src')!r}, {str(copy)!r}]; import pytest; sys.exit(pytest.main({options!r} + ['tests/delivery/test_model.py']))"
        begun = time.monotonic()
        environment = {"DESKBELL_TEST_EXAMPLES": EXAMPLES, "DESKBELL_TEST_HASTE": "1"} | os.environ
        try:
            told = subprocess.run(
                [sys.executable, "-c", program],
                cwd=copy,
                env=environment,
                capture_output=True,
                text=True,
                timeout=LONGEST,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return ""
    if told.returncode == 0:
        return ""
    assert told.returncode == 1, told.stdout + told.stderr
    return f"{_complaint(told.stdout)} | {_examples(told.stdout)} | {time.monotonic() - begun:.0f} s"


def _complaint(output: str) -> str:
    """What was wrong, in a few words: the first line of the first error."""
    errors = re.findall(
        r"^(?:E|  [|]) +(?:(?!hypothesis)[\w.]*(?:Error|Exception)|Failed): (?!Inconsistent|.*Inconsistent)(.+)$",
        output,
        re.MULTILINE,
    )
    found = errors[0] if errors else "an assertion"
    told = re.search(r"'/\w', \d+\) \d+: ([\w ']+\w)", found)
    return (told[1] if told else found)[:100].replace("|", "/")


def _examples(output: str) -> str:
    """After how many examples: those that passed, and the one that did not."""
    counts = [int(found) for found in re.findall(r"(\d+) passing", output)]
    return str((counts[0] if counts else 0) + 1)


def main() -> int:
    chosen = [
        bug
        for bug in BUGS
        if not sys.argv[1:] or any(word in f"{bug.part}: {bug.what}" for word in sys.argv[1:])
    ]
    for bug in BUGS:
        text = (ROOT / "src/deskbell" / bug.file).read_text()
        assert bug.ours in text, f"{bug.file} does not hold {bug.ours!r} any more"
    missed = 0
    with ThreadPoolExecutor(int(os.environ.get("JOBS", "1"))) as pool:
        for bug, found in zip(chosen, pool.map(noticed, chosen), strict=True):
            missed += not found
            print(f"| {bug.part} | {bug.what} | `{bug.file}` | {found or '**missed** | |'} |", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
