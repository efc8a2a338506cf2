"""SQLite: one writer with grouped commits, and readers on threads of their own.

Units take turns on the writer's connection, each inside a savepoint. Their statements run right in the event loop (a few
microseconds each), and one COMMIT, on a thread, makes a whole group of them durable: whoever waits while it is written to
disk forms the next group. So `synchronous=FULL` costs one fsync for up to 64 units.
"""

import asyncio
import re
import sqlite3
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from deskbell.kit.clock import Clock
from deskbell.store.database import DatabaseUnavailable, Row, UniqueViolation, UnitBase, silent
from deskbell.store.statement import Statement

GROUP = 64
READERS = 4
LOCK_PATIENCE = 10.0
"""Seconds to wait for another process, such as the command line, to let go of the file."""

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


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.IntegrityError as error:
        match = _UNIQUE.match(str(error))
        if match is None:
            raise
        places = [place.split(".") for place in match[1].split(", ")]
        raise UniqueViolation(places[0][0], tuple(column for _, column in places)) from error
    except sqlite3.OperationalError as error:
        raise DatabaseUnavailable(
            f"The database cannot take this now ({error}). Nothing was changed; try again."
        ) from error


class SQLiteReader:
    """Runs each statement on a reader thread, so that a long list holds nobody up."""

    def __init__(self, database: "SQLiteDatabase") -> None:
        self._database = database

    async def all(self, statement: Statement, **values: Any) -> list[Row]:
        rows: list[Row] = await self._database.on_reader(
            lambda connection: connection.execute(
                statement.sqlite, statement.sqlite_values(values)
            ).fetchall()
        )
        return rows

    async def one(self, statement: Statement, **values: Any) -> Row | None:
        return await self._database.on_reader(
            lambda connection: connection.execute(
                statement.sqlite, statement.sqlite_values(values)
            ).fetchone()
        )


class SQLiteUnit(UnitBase):
    """A unit whose turn it is on the writer."""

    def __init__(self, connection: sqlite3.Connection, now: int) -> None:
        super().__init__(now)
        self._connection = connection

    async def all(self, statement: Statement, **values: Any) -> list[Row]:
        return self._execute(statement, values)

    async def one(self, statement: Statement, **values: Any) -> Row | None:
        rows = self._execute(statement, values)
        return rows[0] if rows else None

    async def run(self, statement: Statement, **values: Any) -> None:
        self._execute(statement, values)

    async def run_many(self, statement: Statement, rows: Sequence[Mapping[str, Any]]) -> None:
        self.require_sound()
        try:
            with _translated():
                self._connection.executemany(statement.sqlite, [statement.sqlite_values(row) for row in rows])
        except BaseException as error:
            self.failure = error
            raise

    def _execute(self, statement: Statement, values: Mapping[str, Any]) -> list[Row]:
        self.require_sound()
        try:
            with _translated():
                return self._connection.execute(statement.sqlite, statement.sqlite_values(values)).fetchall()
        except BaseException as error:
            self.failure = error
            raise


class _Writer:
    """The one connection that writes: turns, savepoints, and the group whose commit is on its way."""

    def __init__(self, path: str) -> None:
        self.connection = connect(path)
        self._thread = ThreadPoolExecutor(1, "deskbell-commit")
        self._turns: deque[asyncio.Future[None]] = deque()
        self._group: list[asyncio.Future[None]] = []
        self._taken = False

    async def enter(self) -> None:
        """Wait for a turn and open a savepoint."""
        give_up = asyncio.get_running_loop().time() + LOCK_PATIENCE
        if self._taken:
            turn = asyncio.get_running_loop().create_future()
            self._turns.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self._pass_on()
                raise
        self._taken = True
        try:
            if not self.connection.in_transaction:
                await self._begin(give_up)
            with _translated():
                self.connection.execute("SAVEPOINT unit")
        except BaseException:
            self._pass_on()
            raise

    async def keep(self) -> None:
        """End the turn; return when the unit is durable."""
        try:
            with _translated():
                self.connection.execute("RELEASE unit")
        except BaseException:
            self.drop()
            raise
        durable = asyncio.get_running_loop().create_future()
        self._group.append(durable)
        self._pass_on()
        await durable

    def drop(self) -> None:
        """End the turn as if the unit had never been."""
        try:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK TO unit")
                self.connection.execute("RELEASE unit")
            else:  # an error so grave that SQLite rolled everything back, other units of the group too
                self._settle(
                    DatabaseUnavailable("The database could not be written. Nothing was changed; try again.")
                )
        finally:
            self._pass_on()

    async def close(self) -> None:
        while self._taken:
            turn = asyncio.get_running_loop().create_future()
            self._turns.append(turn)
            await turn
            self._pass_on()
        self._thread.shutdown()
        self.connection.close()

    async def _begin(self, give_up: float) -> None:
        while True:
            try:
                self.connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or asyncio.get_running_loop().time() > give_up:
                    raise DatabaseUnavailable(
                        f"The database cannot be written now ({error}). Try again."
                    ) from error
                await asyncio.sleep(0.005)
            else:
                return

    def _pass_on(self) -> None:
        if len(self._group) < GROUP:
            while self._turns:
                turn = self._turns.popleft()
                if not turn.done():
                    turn.set_result(None)
                    return
        if not self.connection.in_transaction:
            self._free()
        elif self._group:
            loop = asyncio.get_running_loop()
            loop.run_in_executor(self._thread, self.connection.commit).add_done_callback(self._committed)
        else:
            self.connection.rollback()
            self._free()

    def _committed(self, commit: asyncio.Future[None]) -> None:
        failure = commit.exception()
        if failure is not None:
            if self.connection.in_transaction:
                self.connection.rollback()
            self._settle(
                DatabaseUnavailable(
                    f"The database could not be written ({failure}). Nothing was changed; try again."
                )
            )
        self._settle(None)
        self._free()

    def _settle(self, failure: Exception | None) -> None:
        group, self._group = self._group, []
        for durable in group:
            if durable.done():
                continue
            if failure is None:
                durable.set_result(None)
            else:
                durable.set_exception(failure)

    def _free(self) -> None:
        self._taken = False
        while self._turns:
            turn = self._turns.popleft()
            if not turn.done():
                self._taken = True
                turn.set_result(None)
                return


class SQLiteDatabase:
    """A database in one file, written by one process."""

    dialect = "sqlite"

    def __init__(self, path: str, clock: Clock) -> None:
        self.path = path
        self.clock = clock
        self.bell: Callable[[set[int]], None] = silent
        self._writer = _Writer(path)
        self._readers = ThreadPoolExecutor(READERS, "deskbell-read")
        self._local = threading.local()
        self._open_readers: list[sqlite3.Connection] = []

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[SQLiteUnit]:
        await self._writer.enter()
        unit = SQLiteUnit(self._writer.connection, self.clock.now())
        try:
            yield unit
            await unit.finish()
        except BaseException:
            self._writer.drop()
            raise
        await self._writer.keep()
        if unit.rings:
            self.bell(unit.rings)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[SQLiteReader]:
        yield SQLiteReader(self)

    async def on_reader(self, query: Callable[[sqlite3.Connection], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._query, query)

    async def close(self) -> None:
        await self._writer.close()
        self._readers.shutdown()
        for connection in self._open_readers:
            connection.close()

    def _query(self, query: Callable[[sqlite3.Connection], Any]) -> Any:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = connect(self.path, readonly=True)
            self._open_readers.append(connection)
        with _translated():
            return query(connection)
