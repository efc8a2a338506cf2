"""Migrations lead to exactly the tables that store/schema.py describes, from several processes, whole or not at all."""

import asyncio
import re
import sqlite3
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine
from sqlalchemy.ext.asyncio import create_async_engine

import deskbell.store.migrations
from deskbell.kit.clock import ManualClock
from deskbell.store import contacts, open_database, replays
from deskbell.store.database import DatabaseUnavailable
from deskbell.store.migrate import current, head, migrate, sqlite_path
from deskbell.store.schema import metadata
from tests.support.aio import run
from tests.support.postgres import PostgresServer
from tests.support.world import open_world

CATALOGUE = """
SELECT 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || ' ' ||
  a.attidentity::text || ' ' || COALESCE(pg_get_expr(d.adbin, d.adrelid), '') || ' ' || COALESCE(col_description(c.oid, a.attnum), '')
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE n.nspname = 'public' AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL SELECT 'constraint ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'comment ' || relname || ' ' || obj_description(oid) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
"""
MIGRATE = "import asyncio, sys; from deskbell.store.migrate import migrate; asyncio.run(migrate(sys.argv[1]))"


@pytest.fixture
def empty_sqlite(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'empty.db'}"


@pytest.fixture
def empty_postgres(postgres: PostgresServer) -> Iterator[str]:
    url = postgres.create_database()
    yield url
    postgres.drop_database(url)


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest) -> str:
    """A database without tables."""
    found: str = request.getfixturevalue(f"empty_{request.param}")
    return found


async def on(url: str, work: Any) -> Any:
    """Do something with an SQLAlchemy connection."""
    if url.startswith("sqlite"):
        engine = create_engine(url)
        try:
            with engine.begin() as connection:
                return work(connection)
        finally:
            engine.dispose()
    async_engine = create_async_engine("postgresql+asyncpg://" + url.split("://", 1)[1])
    try:
        async with async_engine.begin() as async_connection:
            return await async_connection.run_sync(work)
    finally:
        await async_engine.dispose()


def differences(connection: Connection) -> list[Any]:
    # Defaults are compared by the catalogues: Alembic misreads empty texts on SQLite.
    options = {"compare_type": True}
    with warnings.catch_warnings():
        # Of indexes of expressions, too, it is the catalogues that tell on SQLite.
        warnings.filterwarnings("ignore", ".*expression-based index")
        found: list[Any] = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    return found


def parts(created: str) -> Iterator[str]:
    """What stands between the brackets of a CREATE, piece by piece: a column added later stands elsewhere, and is the same."""
    plain = re.sub(r"DEFAULT \((\w+)\)", r"DEFAULT \1", re.sub(r'[\s"]+', " ", created))
    what, _, inside = plain.partition("(")
    depth, piece = 0, ""
    for character in inside.rpartition(")")[0]:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            yield f"{what.strip()}: {piece.strip()}"
            piece = ""
        else:
            piece += character
    yield f"{what.strip()}: {piece.strip()}"
    yield f"{what.strip()} … {inside.rpartition(')')[2].strip()}"


async def catalogue(url: str) -> list[str]:
    """Every table, column, constraint and index, in the database's own words."""
    if url.startswith("sqlite"):
        file = sqlite3.connect(sqlite_path(url))
        found = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name NOT IN ('alembic_version', 'sqlite_sequence')"
        rows = file.execute(found).fetchall()
        file.close()
        return sorted(part for row in rows for part in parts(row[0]))
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(CATALOGUE)
    finally:
        await connection.close()
    return sorted(row[0] for row in rows if row[0] and "alembic_version" not in row[0])


async def tables(url: str) -> list[str]:
    names: list[str] = await on(
        url, lambda connection: sorted(connection.dialect.get_table_names(connection))
    )
    return names


async def rows(url: str, text: str) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = await on(
        url, lambda connection: [tuple(row) for row in connection.exec_driver_sql(text)]
    )
    return found


async def execute(url: str, text: str) -> None:
    await on(url, lambda connection: connection.exec_driver_sql(text))


def test_a_migrated_database_differs_in_nothing_from_the_schema(url: str) -> None:
    assert run(on(url, differences)) == []


def test_a_migrated_database_is_what_the_schema_would_create(empty: str) -> None:
    async def story() -> None:
        await on(empty, metadata.create_all)
        described = await catalogue(empty)
        await on(empty, metadata.drop_all)
        await migrate(empty)
        assert await catalogue(empty) == described

    run(story())


def test_migrating_again_changes_nothing(empty: str) -> None:
    async def story() -> None:
        assert await current(empty) is None
        await migrate(empty)
        assert await current(empty) == head()
        before = await catalogue(empty)
        await migrate(empty)
        assert await catalogue(empty) == before

    run(story())


def test_processes_that_start_together_migrate_once(empty: str) -> None:
    commands = [[sys.executable, "-c", MIGRATE, empty] for _ in range(3)]
    started = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for command in commands]
    errors = [process.communicate(timeout=60)[1] for process in started]
    assert [process.returncode for process in started] == [0, 0, 0], errors
    assert run(current(empty)) == head()
    assert run(on(empty, differences)) == []


def test_a_migration_that_breaks_off_leaves_nothing_and_can_be_run_again(empty: str) -> None:
    async def story() -> None:
        await execute(empty, "CREATE TABLE webhooks (in_the_way INTEGER)")
        with pytest.raises(Exception, match="already exists"):
            await migrate(empty)
        assert await tables(empty) == ["webhooks"]
        await execute(empty, "DROP TABLE webhooks")
        await migrate(empty)
        assert await current(empty) == head()

    run(story())


def script(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(deskbell.store.migrations.__file__).parent))
    config.attributes["connection"] = connection
    return config


def test_each_migration_comes_after_exactly_one_other() -> None:
    found = ScriptDirectory.from_config(script())
    assert found.get_heads() == [head()]
    revisions = [one.revision for one in found.walk_revisions()]
    assert revisions == [f"{place:04}" for place in range(len(revisions), 0, -1)]


def test_an_older_database_is_brought_up_to_date_with_what_is_in_it(empty: str) -> None:
    async def story() -> None:
        await migrate(empty)
        async with open_world(empty) as world:
            webhook = await world.webhook()
            await world.conversation()
            await world.say()
        await on(empty, lambda connection: command.downgrade(script(connection), "0015"))
        await execute(empty, "UPDATE deliveries SET state = 'dead', settled_at = 7 WHERE number = 1")
        born = f"{webhook.account_id}, {webhook.target.id}, 'done', 1, 1, 0, 9, 0, FALSE, 1, 1, 1, 1, 1"
        names = "account_id, target_id, state, first_number, last_number, since, until, oldest, only_dead, total, done, next_number, next_at, created_at"
        await execute(empty, f"INSERT INTO replays ({names}) VALUES ({born})")
        await execute(empty, "UPDATE contact_inboxes SET hmac_verified = FALSE")
        await migrate(empty)
        assert await current(empty) == head()
        assert await on(empty, differences) == []
        died = await rows(empty, "SELECT number, died_at FROM deliveries ORDER BY number")
        assert len(died) > 1
        assert died == [(number, 7 if number == 1 else None) for number, _ in died]
        database = await open_database(empty, ManualClock())
        try:
            async with database.read() as reader:
                assert [one.numbers for one in await replays.all_of(reader, webhook.target.id)] == [[]]
                place = await contacts.get_inbox(reader, 1)
                assert place is not None
                assert place.said is None, "nobody claims anything by an API inbox's address"
        finally:
            await database.close()

    run(story())


def test_a_file_another_process_is_writing_can_be_looked_at_all_the_same(sqlite_url: str) -> None:
    other = sqlite3.connect(sqlite_path(sqlite_url), isolation_level=None)
    other.execute("PRAGMA journal_mode = WAL")
    other.execute("BEGIN IMMEDIATE")
    assert run(current(sqlite_url)) == head()
    other.close()


def test_a_server_that_does_not_answer_is_unavailable() -> None:
    with pytest.raises(DatabaseUnavailable):
        asyncio.run(migrate("postgresql://deskbell@127.0.0.1:1/nothing"))
