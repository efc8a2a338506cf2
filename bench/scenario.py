"""What a scenario is: rounds of figures, measured on a place to measure in, and the rows that show them."""

import asyncio
import math
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from bench import postgres, raw

Figures = dict[str, float]
"""What one round found, by name."""
Rounds = Generator[Figures, None, None]


class Place(Struct):
    """Where a scenario is measured: one kind of database, and how many messages."""

    dialect: str
    server: str
    count: int

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of an empty database, removed at the end."""
        if self.dialect == "postgresql":
            with postgres.database(self.server) as url:
                yield url
            return
        folder = Path(tempfile.mkdtemp(prefix="deskbell-bench-"))
        try:
            yield f"sqlite:///{folder / 'bench.db'}"
        finally:
            shutil.rmtree(folder)


class Row(Struct, frozen=True):
    """A line of a table: what it says, which figure it shows in which unit, and what is aimed at."""

    label: str
    figure: str
    unit: str
    target: str = ""


class Scenario(Struct, frozen=True):
    """`rounds` yields the figures of one round after another, for as long as it is asked."""

    name: str
    title: str
    rounds: Callable[[Place], Rounds]
    rows: Sequence[Row]
    by_default: bool = True
    on_databases: bool = True
    missing: Callable[[], str] = lambda: ""
    """Says what it cannot be measured without; empty where everything is there."""


class Measure(Struct):
    """One timing: how many a second, and the processor's microseconds for each."""

    per_second: float
    cpu: float


async def measured(total: int, work: Callable[[], Awaitable[object]]) -> Measure:
    """What this process takes for some work of so many parts."""
    wall, cpu = time.perf_counter(), time.process_time()
    await work()
    return Measure(total / (time.perf_counter() - wall), (time.process_time() - cpu) / total * 1e6)


async def raw_client(port: int, count: int) -> Measure:
    """The bare client with a body of 2 kB, in this process: what the others are compared with."""
    request = raw.post("/ok", port, b"ring-00000000".ljust(2048, b"x"))
    return await measured(count * 4, lambda: raw.hammer(port, request, count * 4))


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


async def together(*work: Awaitable[object]) -> None:
    await asyncio.gather(*work)
