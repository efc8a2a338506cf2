"""SQLite's one writer: units share commits, and no unit pays for another."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from deskbell.kit.clock import SystemClock
from deskbell.store import open_database
from deskbell.store.database import Database, DatabaseUnavailable, Unit
from deskbell.store.migrate import sqlite_path
from deskbell.store.statement import Statement
from tests.support.aio import run

INSERT = Statement("INSERT INTO installation (key, value) VALUES (:key, :value)")
KEYS = Statement("SELECT key FROM installation ORDER BY key")
BROKEN_REFERENCE = Statement("INSERT INTO event_counters (account_id) VALUES (4711)")
CHECK_AT_COMMIT = Statement("PRAGMA defer_foreign_keys = ON")
PAGES = Statement("PRAGMA page_count")


class Boom(Exception):
    pass


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = await open_database(url, SystemClock())
    try:
        yield database
    finally:
        async with asyncio.timeout(20):
            await database.close()


async def write(database: Database, key: str, *, value: str = "x", fail: bool = False) -> None:
    async with database.unit() as unit:
        await unit.run(INSERT, key=key, value=value)
        if fail:
            raise Boom


async def break_the_commit(database: Database) -> None:
    async with database.unit() as unit:
        await unit.run(CHECK_AT_COMMIT)
        await unit.run(BROKEN_REFERENCE)


async def limit_pages(database: Database, more: int) -> None:
    async with database.unit() as unit:
        pages = (await unit.one(PAGES))[0]  # type: ignore[index]  # a pragma answers a row
        await unit.all(Statement(f"PRAGMA max_page_count = {pages + more}"))


async def kept(database: Database) -> list[str]:
    async with database.read() as reader:
        return [row["key"] for row in await reader.all(KEYS)]


async def at_once(*tasks: "asyncio.Task[None]") -> list[BaseException | None]:
    async with asyncio.timeout(20):
        return list(await asyncio.gather(*tasks, return_exceptions=True))


class Held:
    """A unit that stays open until it is let go."""

    def __init__(self, database: Database, key: str) -> None:
        self.inside = asyncio.Event()
        self.go = asyncio.Event()
        self.task = asyncio.create_task(self._write(database, key))

    async def _write(self, database: Database, key: str) -> None:
        async with database.unit() as unit:
            await unit.run(INSERT, key=key, value="x")
            self.inside.set()
            await self.go.wait()


@pytest.mark.parametrize("count", [64, 65, 200])
def test_of_many_units_at_once_the_one_that_fails_fails_alone(sqlite_url: str, count: int) -> None:
    async def story() -> None:
        async with opened(sqlite_url) as database:
            units = [write(database, f"{n:03}", fail=n == count // 2) for n in range(count)]
            results = await at_once(*map(asyncio.create_task, units))
            assert [n for n, result in enumerate(results) if isinstance(result, Boom)] == [count // 2]
            assert len(await kept(database)) == count - 1

    run(story())


def test_a_commit_that_fails_fails_its_whole_group_and_nobody_else(sqlite_url: str) -> None:
    async def story() -> None:
        async with opened(sqlite_url) as database:
            first = Held(database, "first")
            await first.inside.wait()
            group = [asyncio.create_task(write(database, f"a{n}")) for n in range(3)]
            group.append(asyncio.create_task(break_the_commit(database)))
            group += [asyncio.create_task(write(database, f"b{n}")) for n in range(3)]
            await asyncio.sleep(0)
            first.go.set()
            results = await at_once(first.task, *group)
            assert all(isinstance(result, DatabaseUnavailable) for result in results)
            assert await kept(database) == []
            await write(database, "after")
            assert await kept(database) == ["after"]

    run(story())


def test_a_failed_commit_rings_no_bell(sqlite_url: str) -> None:
    async def story() -> None:
        rung: list[set[int]] = []
        async with opened(sqlite_url) as database:
            database.bell = rung.append

            async def ring() -> None:
                async with database.unit() as unit:
                    unit.ring([1])

            first = Held(database, "first")
            await first.inside.wait()
            group = [asyncio.create_task(ring()), asyncio.create_task(break_the_commit(database))]
            await asyncio.sleep(0)
            first.go.set()
            assert all(
                isinstance(result, DatabaseUnavailable) for result in await at_once(first.task, *group)
            )
            assert rung == []

    run(story())


def test_who_stops_waiting_for_a_turn_holds_nobody_up(sqlite_url: str) -> None:
    async def story() -> None:
        async with opened(sqlite_url) as database:
            first = Held(database, "first")
            await first.inside.wait()
            waiting = [asyncio.create_task(write(database, f"{n}")) for n in range(4)]
            await asyncio.sleep(0)
            waiting[0].cancel()
            waiting[2].cancel()
            await asyncio.sleep(0)
            first.go.set()
            results = await at_once(first.task, *waiting)
            assert [isinstance(result, asyncio.CancelledError) for result in results] == [
                False,
                True,
                False,
                True,
                False,
            ]
            assert await kept(database) == ["1", "3", "first"]

    run(story())


def test_who_is_cancelled_at_the_moment_the_turn_comes_passes_it_on(sqlite_url: str) -> None:
    async def story() -> None:
        async with opened(sqlite_url) as database:
            others: list[asyncio.Task[None]] = []

            async def first() -> None:
                with suppress(Boom):
                    async with database.unit():
                        others.extend(asyncio.create_task(write(database, key)) for key in "bcd")
                        await asyncio.sleep(0)
                        raise Boom
                others[0].cancel()  # the turn is its own already, but it has not woken up yet

            await first()
            results = await at_once(*others)
            assert [type(result) for result in results] == [asyncio.CancelledError, type(None), type(None)]
            assert await kept(database) == ["c", "d"]

    run(story())


def test_a_group_is_closed_in_time_so_that_nobody_waits_for_ever(sqlite_url: str) -> None:
    async def story() -> None:
        async with opened(sqlite_url) as database:
            answered: list[int] = []
            before_me: dict[int, int] = {}

            async def unit(n: int) -> None:
                async with database.unit() as unit:
                    before_me[n] = len(answered)
                    await unit.run(INSERT, key=f"{n:03}", value="x")
                answered.append(n)

            await at_once(*(asyncio.create_task(unit(n)) for n in range(200)))
            assert [before_me[n] for n in (0, 1, 64, 65, 129, 199)] == [0, 1, 1, 65, 129, 193]

    run(story())


def test_a_unit_that_ends_the_transaction_itself_is_refused_and_blocks_nobody(sqlite_url: str) -> None:
    async def story() -> None:
        async with opened(sqlite_url) as database:

            async def meddle() -> None:
                async with database.unit() as unit:
                    await unit.run(INSERT, key="meddled", value="x")
                    await unit.run(Statement("ROLLBACK"))

            with pytest.raises(DatabaseUnavailable):
                await meddle()
            await write(database, "after")
            assert await kept(database) == ["after"]

    run(story())


def test_a_unit_cancelled_in_its_body_is_dropped_and_its_group_is_not(sqlite_url: str) -> None:
    async def story() -> None:
        async with opened(sqlite_url) as database:
            first = Held(database, "first")
            await first.inside.wait()
            second = Held(database, "second")
            third = asyncio.create_task(write(database, "third"))
            await asyncio.sleep(0)
            first.go.set()
            await second.inside.wait()
            assert not first.task.done(), "it waits for the commit it shares"
            second.task.cancel()
            results = await at_once(first.task, second.task, third)
            assert [type(result) for result in results] == [type(None), asyncio.CancelledError, type(None)]
            assert await kept(database) == ["first", "third"]

    run(story())


def test_who_stops_waiting_for_the_commit_holds_nobody_up(sqlite_url: str) -> None:
    async def story() -> None:
        async with opened(sqlite_url) as database:
            first = Held(database, "first")
            await first.inside.wait()
            second = Held(database, "second")
            await asyncio.sleep(0)
            first.go.set()
            await second.inside.wait()
            first.task.cancel()
            second.go.set()
            results = await at_once(first.task, second.task)
            assert [type(result) for result in results] == [asyncio.CancelledError, type(None)]
            await write(database, "third")
            assert await kept(database) == ["first", "second", "third"], "what was written stays whole"

    run(story())


def test_a_full_disk_refuses_and_leaves_nothing_half_written(sqlite_url: str) -> None:
    async def story() -> None:
        async with opened(sqlite_url) as database:
            await limit_pages(database, 2)
            group = [asyncio.create_task(write(database, f"small{n}")) for n in range(3)]
            group.append(asyncio.create_task(write(database, "large", value="x" * 1_000_000)))
            group += [asyncio.create_task(write(database, f"tiny{n}")) for n in range(3)]
            results = await at_once(*group)
            assert isinstance(results[3], DatabaseUnavailable)
            done = [key for key, result in zip(KEPT_ORDER, results, strict=True) if result is None]
            assert all(result is None or isinstance(result, DatabaseUnavailable) for result in results)
            assert await kept(database) == sorted(done), "told durable and durable are the same"
            await limit_pages(database, 10_000)
            await write(database, "large", value="x" * 1_000_000)
            assert "large" in await kept(database)

    run(story())


KEPT_ORDER = ["small0", "small1", "small2", "large", "tiny0", "tiny1", "tiny2"]


def test_a_unit_that_carries_on_after_a_full_disk_writes_nothing(sqlite_url: str) -> None:
    async def story() -> None:
        async with opened(sqlite_url) as database:

            async def stubborn() -> None:
                async with database.unit() as unit:
                    try:
                        await fill(unit)
                    except DatabaseUnavailable:
                        await unit.run(INSERT, key="stubborn", value="x")

            await limit_pages(database, 2)
            with pytest.raises(DatabaseUnavailable):
                await stubborn()
            await limit_pages(database, 10_000)
            await write(database, "after")
            assert await kept(database) == ["after"]

    run(story())


async def fill(unit: Unit) -> None:
    await unit.run(INSERT, key="large", value="x" * 1_000_000)


def test_another_process_that_holds_the_file_is_waited_for(sqlite_url: str) -> None:
    async def story() -> None:
        other = sqlite3.connect(sqlite_path(sqlite_url), isolation_level=None)
        async with opened(sqlite_url) as database:
            other.execute("BEGIN IMMEDIATE")
            units = [asyncio.create_task(write(database, f"{n}")) for n in range(3)]
            for _ in range(20):
                await asyncio.sleep(0.002)
            assert not any(unit.done() for unit in units)
            assert await kept(database) == [], "readers do not wait"
            other.execute("COMMIT")
            assert await at_once(*units) == [None, None, None]
            assert await kept(database) == ["0", "1", "2"]
        other.close()

    run(story())


def test_who_stops_waiting_for_another_process_holds_nobody_up(sqlite_url: str) -> None:
    async def story() -> None:
        other = sqlite3.connect(sqlite_path(sqlite_url), isolation_level=None)
        async with opened(sqlite_url) as database:
            other.execute("BEGIN IMMEDIATE")
            first, second = (asyncio.create_task(write(database, key)) for key in ("first", "second"))
            await asyncio.sleep(0.01)
            first.cancel()
            other.execute("COMMIT")
            await at_once(first, second)
            assert await kept(database) == ["second"]
        other.close()

    run(story())


def test_closing_waits_for_what_is_being_written(sqlite_url: str) -> None:
    async def story() -> None:
        database = await open_database(sqlite_url, SystemClock())
        units = [asyncio.create_task(write(database, f"{n}")) for n in range(100)]
        await asyncio.sleep(0)
        async with asyncio.timeout(20):
            await database.close()
        assert await at_once(*units) == [None] * 100
        async with opened(sqlite_url) as again:
            assert len(await kept(again)) == 100

    run(story())
