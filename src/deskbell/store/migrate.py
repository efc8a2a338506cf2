"""Bring a database's tables up to date, with Alembic, on either dialect."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DatabaseError, DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from deskbell.store.database import DatabaseUnavailable
from deskbell.store.sqlite_connection import write_ahead

LOCK_PATIENCE = 30.0
"""Seconds to wait for another process that migrates the same file."""

_ADVISORY_LOCK = 0x0DE5BE11
"""Processes that start together on PostgreSQL migrate one after another."""


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """The newest revision this code knows."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
    else:  # left alone, sqlite3 commits each DDL statement by itself, and a crash between two would leave half the tables
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    command.upgrade(_config(connection), "head")


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def sqlite_path(url: str) -> str:
    """The file a `sqlite:///path` names."""
    return url.removeprefix("sqlite:///")


async def _on(url: str, work: Any) -> Any:
    if url.startswith("sqlite"):
        return await asyncio.to_thread(_on_sqlite, url, work)
    engine = create_async_engine("postgresql+asyncpg://" + url.split("://", 1)[1])
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    except OSError as error:
        raise DatabaseUnavailable(f"PostgreSQL does not answer: {error}") from error
    except DBAPIError as error:
        raise DatabaseUnavailable(f"PostgreSQL does not let us in: {_told(error)}") from error
    finally:
        await engine.dispose()


def _on_sqlite(url: str, work: Any) -> Any:
    engine = create_engine(url, connect_args={"isolation_level": None, "timeout": LOCK_PATIENCE})
    try:
        Path(sqlite_path(url)).parent.mkdir(parents=True, exist_ok=True)
        with engine.begin() as connection:
            write_ahead(connection.connection.dbapi_connection)  # type: ignore[arg-type]  # sqlite3's own
            return work(connection)
    except (DatabaseError, sqlite3.Error, OSError) as error:
        raise DatabaseUnavailable(f"The database file cannot be opened or changed: {_told(error)}") from error
    finally:
        engine.dispose()


def _told(error: Exception) -> str:
    """The driver's own words, without SQLAlchemy's around them."""
    return str(error.orig if isinstance(error, DBAPIError) else error)


async def migrate(url: str) -> None:
    """Create or upgrade every table. Safe to call at every start, from several processes."""
    await _on(url, _upgrade)


async def current(url: str) -> str | None:
    """The revision a database is at; None where it is empty."""
    revision: str | None = await _on(url, _current)
    return revision
