"""The only SQL: two drivers behind one port, one file of statements per noun."""

from deskbell.kit.clock import Clock
from deskbell.store.database import Database
from deskbell.store.migrate import sqlite_path
from deskbell.store.postgres import PostgresDatabase
from deskbell.store.sqlite import SQLiteDatabase


async def open_database(url: str, clock: Clock) -> Database:
    """Open `sqlite:///path` or `postgresql://…`. The tables are `migrate`'s business. Raises DatabaseUnavailable."""
    if url.startswith("sqlite"):
        return SQLiteDatabase(sqlite_path(url), clock)
    return await PostgresDatabase.open(url, clock)
