"""What the port promises of units, on both databases: all or nothing, and never a database that no longer answers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from typing_extensions import override

from deskbell.kit.clock import SystemClock
from deskbell.store import installation, open_database
from deskbell.store.database import Database, DatabaseUnavailable, UniqueViolation, Unit
from deskbell.store.migrate import migrate
from deskbell.store.statement import Statement
from tests.support.aio import run
from tests.support.postgres import postgres_server
from tests.support.world import open_world

INSERT = Statement("INSERT INTO installation (key, value) VALUES (:key, :value)")
KEYS = Statement("SELECT key FROM installation ORDER BY key")


class Boom(Exception):
    pass


class Last:
    """A companion that writes when the unit ends."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def finish(self) -> None:
        await self._unit.run(INSERT, key="last", value="word")


class Failing(Last):
    @override
    async def finish(self) -> None:
        raise Boom


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = await open_database(url, SystemClock())
    try:
        yield database
    finally:
        await database.close()


async def write(database: Database, key: str, *, fail: bool = False) -> None:
    async with database.unit() as unit:
        await unit.run(INSERT, key=key, value="x")
        await asyncio.sleep(0)
        if fail:
            raise Boom


async def write_with_failing_companion(database: Database) -> None:
    async with database.unit() as unit:
        unit.companion(Failing)
        await unit.run(INSERT, key="second", value="x")


async def ring_and_fail(database: Database) -> None:
    async with database.unit() as unit:
        unit.ring([4])
        raise Boom


async def write_again_and_carry_on(database: Database, known: str) -> None:
    async with database.unit() as unit:
        await unit.run(INSERT, key="b", value="x")
        with suppress(UniqueViolation):
            await unit.run_many(INSERT, [{"key": "c", "value": "x"}, {"key": known, "value": "x"}])


async def write_again_and_write_more(database: Database, known: str) -> None:
    async with database.unit() as unit:
        with suppress(UniqueViolation):
            await unit.run(INSERT, key=known, value="x")
        await unit.run(INSERT, key="d", value="x")


async def write_and_dawdle(database: Database) -> None:
    async with asyncio.timeout(0.02), database.unit() as unit:
        await unit.run(INSERT, key="a", value="x")
        await unit.one(Statement("SELECT pg_sleep(30)"))


async def kept(database: Database) -> list[str]:
    async with database.read() as reader:
        return [row["key"] for row in await reader.all(KEYS)]


def test_what_a_unit_wrote_is_there_for_every_reader_when_it_ends(url: str) -> None:
    async def story() -> None:
        async with opened(url) as database, opened(url) as other:
            async with database.unit() as unit:
                await unit.run(INSERT, key="a", value="1")
                assert await installation.read(unit, "a") == "1", "a unit sees what it did"
                assert await kept(other) == [], "and nobody else does"
            assert await kept(other) == ["a"]

    run(story())


def test_a_unit_that_fails_leaves_nothing(url: str) -> None:
    async def story() -> None:
        async with opened(url) as database:
            with pytest.raises(Boom):
                await write(database, "a", fail=True)
            assert await kept(database) == []

    run(story())


def test_many_units_at_once_are_each_all_or_nothing(url: str) -> None:
    async def story() -> None:
        async with opened(url) as database:
            tasks = [write(database, f"{n:03}", fail=n % 3 == 1) for n in range(60)]
            results = await asyncio.gather(*tasks, return_exceptions=True)
            assert [isinstance(result, Boom) for result in results] == [n % 3 == 1 for n in range(60)]
            assert await kept(database) == [f"{n:03}" for n in range(60) if n % 3 != 1]

    run(story())


def test_a_companion_has_the_last_word_in_the_same_unit(url: str) -> None:
    async def story() -> None:
        async with opened(url) as database:
            async with database.unit() as unit:
                assert unit.companion(Last) is unit.companion(Last)
                await unit.run(INSERT, key="first", value="x")
            assert await kept(database) == ["first", "last"]
            with pytest.raises(Boom):
                await write_with_failing_companion(database)
            assert await kept(database) == ["first", "last"]

    run(story())


def test_the_bell_rings_once_for_what_is_durable_and_never_for_what_is_not(url: str) -> None:
    async def story() -> None:
        rung: list[set[int]] = []
        async with opened(url) as database:
            database.bell = rung.append
            async with database.unit() as unit:
                unit.ring([1, 2])
                unit.ring([2, 3])
                assert rung == []
            with pytest.raises(Boom):
                await ring_and_fail(database)
            await write(database, "quiet")
        assert rung == [{1, 2, 3}]

    run(story())


def test_all_in_a_unit_happens_at_one_instant(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world, world.database.unit() as unit:
            begun = unit.now
            world.clock.advance(5)
            assert unit.now == begun

    run(story())


@pytest.mark.parametrize(
    ("text", "table", "columns"),
    [
        ("INSERT INTO installation (key, value) VALUES ('k', 'v')", "installation", ("key",)),
        (
            "INSERT INTO contacts (account_id, name, email, created_at, updated_at) VALUES (1, '', 'carla@example.com', 0, 0)",
            "contacts",
            ("account_id", "email"),
        ),
        (
            "INSERT INTO account_users (account_id, user_id, role, created_at, updated_at) VALUES (1, 1, 'agent', 0, 0)",
            "account_users",
            ("account_id", "user_id"),
        ),
        (
            "INSERT INTO users (name, email, pubsub_token, created_at, updated_at) VALUES ('', 'alice@example.com', 't', 0, 0)",
            "users",
            ("email",),
        ),
    ],
)
def test_a_second_one_of_a_kind_is_refused_and_the_rule_is_named(
    url: str, text: str, table: str, columns: tuple[str, ...]
) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await write(world.database, "k")
            with pytest.raises(UniqueViolation) as refused:
                async with world.database.unit() as unit:
                    await unit.run(Statement(text))
            assert (refused.value.table, refused.value.columns) == (table, columns)

    run(story())


def test_a_statement_that_fails_spoils_its_unit_even_if_the_error_is_caught(url: str) -> None:
    async def story() -> None:
        async with opened(url) as database:
            await write(database, "a")
            with pytest.raises(UniqueViolation):
                await write_again_and_carry_on(database, "a")
            with pytest.raises(UniqueViolation):
                await write_again_and_write_more(database, "a")
            assert await kept(database) == ["a"]
            await write(database, "e")
            assert await kept(database) == ["a", "e"]

    run(story())


def test_a_unit_cancelled_at_any_moment_is_whole_or_nothing_and_blocks_nobody(url: str) -> None:
    async def story() -> None:
        async with opened(url) as database:

            async def pair(n: int) -> None:
                async with database.unit() as unit:
                    await unit.run(INSERT, key=f"{n:03}a", value="x")
                    await asyncio.sleep(0)
                    await unit.run(INSERT, key=f"{n:03}b", value="x")

            for n in range(60):
                busy = [asyncio.create_task(pair(n * 3 + more)) for more in range(3)]
                for _ in range(n // 2):
                    await asyncio.sleep(0 if n % 2 else 0.0002)
                busy[1].cancel()
                results = await asyncio.gather(*busy, return_exceptions=True)
                assert results[0] is None
                assert results[2] is None
            async with asyncio.timeout(20):
                await asyncio.gather(*(write(database, f"z{n:02}") for n in range(40)))
            found = await kept(database)
            assert [key for key in found if key.endswith("a")] == [
                key[:-1] + "a" for key in found if key.endswith("b")
            ]
            assert len([key for key in found if key.startswith("z")]) == 40

    run(story())


def test_a_slow_statement_that_is_cancelled_gives_its_connection_back(postgres_url: str) -> None:
    async def story() -> None:
        async with opened(postgres_url) as database:
            for _ in range(20):  # more than there are connections
                with pytest.raises(TimeoutError):
                    await write_and_dawdle(database)
            async with asyncio.timeout(20):
                await write(database, "a")
            assert await kept(database) == ["a"]

    run(story())


def test_a_server_that_dies_within_a_unit_is_unavailable_and_serves_again_when_it_is_back() -> None:
    async def write_with_a_crash(database: Database) -> None:
        async with database.unit() as unit:
            await unit.run(INSERT, key="lost", value="x")
            server.kill()
            await unit.run(INSERT, key="lost too", value="x")

    async def story(url: str) -> None:
        await migrate(url)
        async with opened(url) as database:
            await write(database, "before")
            with pytest.raises(DatabaseUnavailable):
                await write_with_a_crash(database)
            with pytest.raises(DatabaseUnavailable):
                await write(database, "refused")
            await asyncio.to_thread(server.start)
            await write(database, "after")
            assert await kept(database) == ["after", "before"]

    with postgres_server(own=True) as server:
        run(story(server.create_database()))


def test_a_database_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text").write_text("this is no database " * 100)
    urls = ["sqlite:///" + str(tmp_path / name) for name in ("folder", "text", "text/below")]
    for url in [*urls, "postgresql://deskbell@127.0.0.1:1/nothing"]:
        with pytest.raises(DatabaseUnavailable):
            run(open_database(url, SystemClock()))
        with pytest.raises(DatabaseUnavailable):
            run(migrate(url))
