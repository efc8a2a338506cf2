"""The bell between processes: few notifications for many commits, and no trouble with it is a commit's trouble."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
from typing_extensions import override

from deskbell.kit.clock import SystemClock
from deskbell.realtime.bell import Listener, Ringer
from deskbell.store import open_database
from deskbell.store.database import Database, DatabaseUnavailable, News
from deskbell.store.migrate import sqlite_path
from deskbell.store.postgres import ACCOUNTS_CHANNEL, CHANNEL, LISTENER
from deskbell.store.sqlite import SQLiteDatabase
from tests.support.aio import run
from tests.support.process import until

BROKEN = (
    "CREATE FUNCTION public.pg_notify(text, text) RETURNS void LANGUAGE plpgsql "
    "AS $$ BEGIN RAISE EXCEPTION 'no bell today'; END $$"
)
MENDED = "DROP FUNCTION public.pg_notify(text, text)"
LISTENERS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1"


class Held(SQLiteDatabase):
    """A database whose notifications wait until they are let go, or fail."""

    def __init__(self, url: str) -> None:
        super().__init__(sqlite_path(url), SystemClock())
        self.said: list[News] = []
        self.free = asyncio.Event()
        self.broken = False

    @override
    async def notify(self, news: News) -> None:
        self.said.append(news)
        await self.free.wait()
        if self.broken:
            raise DatabaseUnavailable("Not now.")


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = await open_database(url, SystemClock())
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def ringing(database: Database) -> AsyncIterator[Ringer]:
    """A running ringer that is the database's bell; stopped, it has told all."""
    ringer = Ringer(database)
    database.bell = ringer.ring
    database.press = ringer.press
    running = asyncio.create_task(ringer.run())
    try:
        yield ringer
        ringer.stop()
        await running
    finally:
        running.cancel()


@asynccontextmanager
async def hearing(database: Database) -> AsyncIterator[News]:
    """What a running listener hears; stopped, it has closed its connection."""
    heard = News()

    def hear(news: News) -> None:
        heard.targets |= news.targets
        heard.accounts |= news.accounts
        heard.passing += news.passing

    listener = Listener(database, hear)
    running = asyncio.create_task(listener.run())
    try:
        yield heard
        listener.stop()
        await running
    finally:
        running.cancel()


@asynccontextmanager
async def two(url: str) -> AsyncIterator[tuple[Database, News]]:
    """A process that says what is new, and what another one hears of it."""
    async with opened(url) as speaker, opened(url) as hearer, hearing(hearer) as heard, ringing(speaker):
        yield speaker, heard


@asynccontextmanager
async def asking(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection that is none of Deskbell's."""
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def commit(database: Database, *targets: int) -> None:
    async with database.unit() as unit:
        unit.ring(targets)


async def listeners(connection: asyncpg.Connection) -> list[int]:
    return [row["pid"] for row in await connection.fetch(LISTENERS, LISTENER)]


async def listened_to(connection: asyncpg.Connection, *, but_for: int = 0) -> int:
    """Wait for a listener, another than this one; answers who it is."""
    found: list[int] = []

    async def there() -> bool:
        found[:] = [pid for pid in await listeners(connection) if pid != but_for]
        return bool(found)

    await until(there, "a listening connection")
    return found[0]


async def rings_through(database: Database, heard: News, target: int) -> None:
    """Commit until what rings is heard: what rang before anybody listened is lost, as it may be."""

    async def comes() -> bool:
        await commit(database, target)
        return target in heard.targets

    await until(comes, f"the ring for {target}")


def test_what_rings_while_a_notification_is_on_its_way_goes_with_the_next(sqlite_url: str) -> None:
    async def story() -> None:
        database = Held(sqlite_url)
        async with ringing(database):
            await commit(database, 1)
            await until(lambda: database.said, "the first notification")
            for target in range(2, 100):
                await commit(database, target, 500 + target % 7)  # none of them waits for the first
            assert [news.targets for news in database.said] == [{1}]
            database.free.set()
        assert [news.targets for news in database.said] == [{1}, {*range(2, 100), *range(500, 507)}]
        await database.close()

    run(story())


def test_a_failing_notification_is_told_once_and_no_commit_knows_of_it(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        database = Held(sqlite_url)
        database.free.set()
        database.broken = True
        async with ringing(database):
            for target in (1, 2):
                await commit(database, target)
                await until(lambda target=target: News(targets={target}) in database.said, "a try")
        await database.close()

    with caplog.at_level(logging.INFO, "deskbell.realtime"):
        run(story())
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_on_sqlite_nobody_is_told_and_nobody_is_heard(sqlite_url: str) -> None:
    async def story() -> None:
        async with opened(sqlite_url) as database, hearing(database) as heard, ringing(database):
            await commit(database, 1)
            await asyncio.sleep(0)
        assert heard == News()

    run(story())


def test_many_commits_make_few_notifications_and_none_is_forgotten(postgres_url: str) -> None:
    heard: list[set[int]] = []
    commits = 400

    async def story() -> None:
        async with asking(postgres_url) as other, opened(postgres_url) as database:
            await other.add_listener(CHANNEL, lambda *told: heard.append(set(map(int, told[-1].split(",")))))
            async with ringing(database):
                await asyncio.gather(*(commit(database, target) for target in range(1, commits + 1)))
            await until(lambda: len(set().union(*heard)) == commits, "every target")

    run(story())
    print(f"{commits} commits, {len(heard)} notifications")
    assert len(heard) <= commits / 4


def test_more_targets_than_fit_into_a_notification_are_told_in_several(postgres_url: str) -> None:
    targets = set(range(10**18 - 1_500, 10**18))

    async def story() -> None:
        async with two(postgres_url) as (database, heard):
            await rings_through(database, heard, 1)
            await database.notify(News(targets=targets, accounts=targets))
            await until(lambda: heard == News(targets={1} | targets, accounts=targets), "all of them")

    run(story())


def test_what_a_process_says_itself_it_does_not_hear(postgres_url: str) -> None:
    async def story() -> None:
        async with two(postgres_url) as (database, heard), hearing(database) as own:
            await rings_through(database, heard, 1)
            async with asking(postgres_url) as other:

                async def listening() -> bool:
                    await other.execute("SELECT pg_notify($1, $2)", CHANNEL, "7")
                    return 7 in own.targets

                await until(listening, "a listener that hears others")
            await rings_through(database, heard, 2)
            assert own == News(targets={7})

    run(story())


def test_accounts_with_news_and_messages_in_passing_are_heard_too(postgres_url: str) -> None:
    async def story() -> None:
        async with two(postgres_url) as (database, heard):
            await rings_through(database, heard, 1)
            ringer = database.press.__self__  # type: ignore[attr-defined]  # the running one
            async with database.unit() as unit:
                unit.publish(5)
            for text in ("short", "ä" * 3_900):
                ringer.pass_on(text)
            await until(lambda: len(heard.passing) == 2 and heard.accounts, "all of it")
            assert heard == News(targets={1}, accounts={5}, passing=["short", "ä" * 3_900])

    run(story())


def test_a_unit_that_is_undone_publishes_nothing(sqlite_url: str) -> None:
    async def story() -> None:
        async with opened(sqlite_url) as database:
            published: list[set[int]] = []
            database.press = published.append
            with pytest.raises(RuntimeError):
                await _undone(database)
            async with database.unit() as unit:
                unit.publish(2)
        assert published == [{2}]

    run(story())


async def _undone(database: Database) -> None:
    async with database.unit() as unit:
        unit.publish(1)
        raise RuntimeError


def test_what_is_no_target_is_not_heard(postgres_url: str) -> None:
    async def story() -> None:
        async with asking(postgres_url) as other, two(postgres_url) as (database, heard):
            await rings_through(database, heard, 1)
            for said in ("", "hello", "7,-1,1e3,,8", "9" * 19, "9" * 7_000, "10"):
                await other.execute("SELECT pg_notify($1, $2)", CHANNEL, said)
                await other.execute("SELECT pg_notify($1, $2)", ACCOUNTS_CHANNEL, said)
            await until(lambda: 10 in heard.accounts, "the last")
            assert heard == News(targets={1, 7, 8, 10}, accounts={7, 8, 10})

    run(story())


def test_a_killed_listening_connection_comes_back_and_a_stop_closes_it(
    postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        async with asking(postgres_url) as other:
            async with two(postgres_url) as (database, heard):
                await rings_through(database, heard, 9)  # it listens, and has said so
                for turn in range(2):
                    killed = await listened_to(other)
                    await other.execute("SELECT pg_terminate_backend($1)", killed)
                    await listened_to(other, but_for=killed)
                    await rings_through(database, heard, turn)

            async def closed() -> bool:
                return not await listeners(other)

            await until(closed, "the listener to be gone")

    with caplog.at_level(logging.INFO, "deskbell.realtime"):
        run(story())
    assert [record.levelname for record in caplog.records] == ["INFO", *("WARNING", "INFO") * 2]


def test_a_notification_that_postgres_refuses_fails_no_unit_and_later_ones_go_through(
    postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        async with (
            asking(postgres_url) as other,
            two(f"{postgres_url}?search_path=public,pg_catalog") as (database, heard),
        ):
            await listened_to(other)
            await other.execute(BROKEN)
            try:
                await commit(database, 1)
                await until(lambda: "Cannot ring" in caplog.text, "the refusal")
                await commit(database, 2)
            finally:
                await other.execute(MENDED)
            await rings_through(database, heard, 3)
            assert 1 not in heard.targets, "a lost ring is not kept: what waits is in the database"

    with caplog.at_level(logging.INFO, "deskbell.realtime"):
        run(story())
