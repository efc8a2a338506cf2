"""A big backlog: does a million waiting deliveries slow down the next ones, or fill the memory?

The backlog is made by SQL straight in the tables: one message is recorded as ever, and its rows are copied with other
numbers. Then a process of its own delivers some of it, and as many from a small backlog.
"""

import asyncio
import multiprocessing
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from multiprocessing.connection import Connection

import uvloop
from msgspec import Struct

from bench.cores import memory, pin
from bench.desk import addresses, drain, open_desk, settings_of
from bench.postgres import execute
from bench.scenario import Figures, Measure, Place, Rounds, Row, Scenario
from bench.sink import Sink, sink
from deskbell.kit.clock import SystemClock
from deskbell.store import open_database
from deskbell.store.schema import metadata

BIG = int(os.environ.get("BACKLOG", "1000000"))
DRAINED = int(os.environ.get("DRAINED", "20000"))
TARGETS = 10
DEPTH = 10
"""Deliveries in each lane."""
FIRST = 1_000_000
"""Numbers of what is copied begin behind this."""


class Drained(Struct):
    """What delivering a part of a backlog took: deliveries a second, CPU, and memory before and at its highest."""

    speed: Measure
    before: float
    highest: float


def copies(conversations: int, now: int) -> Iterator[str]:
    """Statements that copy the one recorded message: DEPTH for each of so many made-up conversations, for every target."""
    lane = f"(i - 1) % {conversations}"
    subject = "'conversation:' || CAST({} AS TEXT)"
    number = {"number": f"{FIRST} + i"}
    events = conversations * DEPTH
    yield _copy(
        "events",
        number | {"conversation_id": f"{FIRST} + {lane}"},
        events,
        "number = (SELECT MAX(number) FROM events)",
    )
    yield _copy("event_bodies", number, events, "number = (SELECT MAX(number) FROM event_bodies)")
    values = {
        "id": f"{FIRST} * target_id + i",
        "subject": subject.format(f"{FIRST} + i - 1"),
        "head": "0",
        "tail": str(DEPTH),
        "due_at": f"{now} - 1000000 + i",
    }
    yield _copy("lanes", values, conversations, "id IN (SELECT MIN(id) FROM lanes GROUP BY target_id)")
    values = {
        "number": f"{FIRST} + i",
        "event_number": f"{FIRST} + i",
        "lane_id": f"{FIRST} * target_id + 1 + {lane}",
        "position": f"1 + (i - 1) / {conversations}",
    }
    yield _copy("deliveries", values, events, "number = 1")
    yield f"UPDATE targets SET last_number = {FIRST + events}"
    yield f"UPDATE event_counters SET last_number = {FIRST + events}"


def _copy(table: str, values: dict[str, str], times: int, where: str) -> str:
    """Copy the rows of a table that many times: every column as it is, but for those that get a value."""
    columns = [column.name for column in metadata.tables[table].columns]
    chosen = ", ".join(values.get(name, f"was.{name}") for name in columns)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) "
        f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {times}) "
        f"SELECT {chosen} FROM (SELECT * FROM {table} WHERE {where}) was CROSS JOIN n"
    )


async def build(url: str, receivers: Sink, deliveries: int) -> None:
    """A database in which so many deliveries wait."""
    async with open_desk(url, addresses(receivers, TARGETS), 1) as desk:
        await desk.say(1)
    script = copies(deliveries // TARGETS // DEPTH, time.time_ns() // 1000)
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous=OFF")
            for statement in script:
                connection.execute(statement)
    else:
        await execute(url, "; ".join(script))
        await execute(url, "VACUUM ANALYZE")


def drained(url: str, total: int) -> Drained:
    """Deliver so many, in a process of its own."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_deliver, args=(there, url, total))
    process.start()
    there.close()
    try:
        found: Drained = here.recv()
    finally:
        process.join()
    return found


def _deliver(answer: Connection, url: str, total: int) -> None:
    pin(0)

    async def work() -> Drained:
        database = await open_database(url, SystemClock())
        before, _ = memory()
        wall, cpu = time.perf_counter(), time.process_time()
        done = await drain(database, settings_of(url), total)
        speed = Measure(done / (time.perf_counter() - wall), (time.process_time() - cpu) / done * 1e6)
        await database.close()
        return Drained(speed, before, memory()[1])

    answer.send(uvloop.run(work()))


def rounds(place: Place) -> Rounds:
    with sink() as receivers, place.database() as big:
        asyncio.run(build(big, receivers, BIG))
        while True:
            with place.database() as small:
                asyncio.run(build(small, receivers, DRAINED + DRAINED // 10))
                usual = drained(small, DRAINED)
            yield _figures(usual, drained(big, DRAINED))


def _figures(usual: Drained, huge: Drained) -> Figures:
    return {
        "small": usual.speed.per_second,
        "big": huge.speed.per_second,
        "small cpu": usual.speed.cpu,
        "big cpu": huge.speed.cpu,
        "ratio": huge.speed.per_second / usual.speed.per_second,
        "small before": usual.before,
        "small highest": usual.highest,
        "big before": huge.before,
        "big highest": huge.highest,
    }


SCENARIO = Scenario(
    "backlog",
    f"{DRAINED:,} deliveries of {BIG:,} over {BIG // DEPTH:,} lanes, beside {DRAINED:,} of about as many",
    rounds,
    (
        Row("small backlog", "small", "/s"),
        Row("big backlog", "big", "/s"),
        Row("small backlog, CPU each", "small cpu", "µs"),
        Row("big backlog, CPU each", "big cpu", "µs"),
        Row("big ÷ small, deliveries a second", "ratio", "x", "0.90x at least"),
        Row("small: memory before", "small before", "MB"),
        Row("small: memory at its highest", "small highest", "MB"),
        Row("big: memory before", "big before", "MB"),
        Row("big: memory at its highest", "big highest", "MB"),
    ),
    by_default=False,
)
