"""Which core a process runs on, and what processes have used of it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_VARIABLE = "BENCH_CORES"
# A child inherits the core its parent is pinned to, so what was allowed at first is handed down in words.
os.environ.setdefault(_VARIABLE, ",".join(map(str, sorted(os.sched_getaffinity(0)))))


def pin(core: int) -> None:
    """Keep this process on one of the cores it was started with: 0 is for what is measured, 1 for all else."""
    cores = [int(name) for name in os.environ[_VARIABLE].split(",")]
    os.sched_setaffinity(0, {cores[core % len(cores)]})


@contextmanager
def pinned(core: int) -> Iterator[None]:
    """On that core for a while; processes started meanwhile stay on it."""
    before = os.sched_getaffinity(0)
    pin(core)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def unpinned() -> Iterator[None]:
    """On any of the cores for a while."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, map(int, os.environ[_VARIABLE].split(",")))
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def cpu_of(pid: int) -> float:
    """Seconds of processor time of a process and its children, those that ended included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return own + sum(map(_cpu_if_alive, children(pid)))


def children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):
            found += map(int, (task / "children").read_text().split())
    return found


def memory() -> tuple[float, float]:
    """This process' resident memory in MB: now, and at its highest."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return _megabytes(lines["VmRSS"]), _megabytes(lines["VmHWM"])


def _megabytes(text: str) -> float:
    return int(text.split(maxsplit=1)[0]) / 1024


def _cpu_if_alive(pid: int) -> float:
    try:
        return cpu_of(pid)
    except OSError:
        return 0.0
