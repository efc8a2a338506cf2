"""SQLite connections as every part of Deskbell needs them, and their errors in the words of the port."""

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deskbell.store.database import DatabaseUnavailable, MissingReference, UniqueViolation

LOCK_PATIENCE = 10.0
"""Seconds to wait for another process, such as the command line, to let go of the file."""

MAPPED = 1 << 30
"""Bytes of the file that are read where the system caches them, not copied: a million waiting deliveries drain as fast as a few."""

_UNIQUE = re.compile(r"UNIQUE constraint failed: (.+)")


def connect(path: str, *, readonly: bool = False) -> sqlite3.Connection:
    """Open a connection the way every part of Deskbell needs it: WAL, durable commits, foreign keys held.

    Raises DatabaseUnavailable.
    """
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        return _connect(path, readonly=readonly)
    except (sqlite3.Error, OSError) as error:
        raise DatabaseUnavailable(f"The database file {path} cannot be opened: {error}") from error


def _connect(path: str, *, readonly: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path,
        timeout=5.0,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
    )
    connection.row_factory = sqlite3.Row
    write_ahead(connection)
    for pragma in (
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-65536",
        "temp_store=MEMORY",
        f"mmap_size={MAPPED}",
    ):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(f"PRAGMA query_only={'ON' if readonly else 'OFF'}")
    if not readonly:
        connection.execute("PRAGMA busy_timeout=0")  # the writer waits without holding up the event loop
    return connection


def write_ahead(connection: sqlite3.Connection) -> None:
    """Put the file into WAL mode, where it stays. SQLite's own patience does not cover this, so ours does.

    Raises sqlite3.OperationalError when another process does not let go.
    """
    give_up = time.monotonic() + LOCK_PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > give_up:
                raise
            time.sleep(0.01)
        else:
            return


def told(error: BaseException) -> BaseException:
    """A driver's error in the words of the port; any other as it is."""
    if isinstance(error, sqlite3.OperationalError):
        return DatabaseUnavailable(
            f"The database cannot take this now ({error}). Nothing was changed; try again."
        )
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
        return MissingReference()
    match = _UNIQUE.match(str(error)) if isinstance(error, sqlite3.IntegrityError) else None
    if match is None:
        return error
    places = [place.split(".") for place in match[1].split(", ")]
    return UniqueViolation(places[0][0], tuple(column for _, column in places))


@contextmanager
def translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise told(error) from error
