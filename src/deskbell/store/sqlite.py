"""SQLite: one writer with grouped commits, and readers on threads of their own.

What takes microseconds (a unit's statements, a glance at a row) runs right in the event loop; what may take long (a list, a
commit) on a thread.
"""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

from deskbell.kit.clock import Clock
from deskbell.store.database import News, Row, UnitBase, silent
from deskbell.store.sqlite_connection import connect, told, translated
from deskbell.store.sqlite_writer import Writer
from deskbell.store.statement import Statement

READERS = 4


class SQLiteReader:
    """Runs each statement on a reader thread, so that a long list holds nobody up."""

    def __init__(self, database: "SQLiteDatabase") -> None:
        self._database = database
        self.now = database.clock.now()

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


class SQLiteGlance:
    """Runs statements right in the event loop: a look at a row by its key takes less than a thread's turn."""

    def __init__(self, connection: sqlite3.Connection, now: int) -> None:
        self._connection = connection
        self.now = now

    async def all(self, statement: Statement, **values: Any) -> list[Row]:
        with translated():
            return self._connection.execute(statement.sqlite, statement.sqlite_values(values)).fetchall()

    async def one(self, statement: Statement, **values: Any) -> Row | None:
        with translated():
            return self._connection.execute(statement.sqlite, statement.sqlite_values(values)).fetchone()


class SQLiteUnit(UnitBase):
    """A unit whose turn it is on the writer."""

    far = False

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

    async def run_many(
        self, statement: Statement, rows: Sequence[Mapping[str, Any] | tuple[Any, ...]]
    ) -> None:
        self.require_sound()
        try:
            self._connection.executemany(
                statement.sqlite,
                [row if isinstance(row, tuple) else statement.sqlite_values(row) for row in rows],
            )
        except BaseException as error:
            raise self._spoiled_by(error) from error

    def _execute(self, statement: Statement, values: Mapping[str, Any]) -> list[Row]:
        self.require_sound()
        try:
            return self._connection.execute(statement.sqlite, statement.sqlite_values(values)).fetchall()
        except BaseException as error:
            raise self._spoiled_by(error) from error

    def _spoiled_by(self, error: BaseException) -> BaseException:
        self.failure = told(error)
        return self.failure


class SQLiteDatabase:
    """A database in one file, written by one process."""

    dialect = "sqlite"

    def __init__(self, path: str, clock: Clock) -> None:
        self.path = path
        self.clock = clock
        self.bell: Callable[[set[int]], None] = silent
        self.press: Callable[[set[int]], None] = silent
        self._writer = Writer(path)
        self._glance = connect(path, readonly=True)
        self._readers = ThreadPoolExecutor(READERS, "deskbell-read")
        self._local = threading.local()
        self._open_readers: list[sqlite3.Connection] = []

    @asynccontextmanager
    async def unit(self, *, urgent: bool = False) -> AsyncIterator[SQLiteUnit]:
        await self._writer.enter(urgent=urgent)
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
        if unit.published:
            self.press(unit.published)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[SQLiteReader]:
        yield SQLiteReader(self)

    @asynccontextmanager
    async def glance(self) -> AsyncIterator[SQLiteGlance]:
        yield SQLiteGlance(self._glance, self.clock.now())

    async def notify(self, news: News) -> None:
        """There is nobody to tell: the file is this process's alone."""

    async def listen(self, hear: Callable[[News], None], begun: Callable[[], None]) -> None:
        """There is nobody to hear: it never begins."""
        await asyncio.Event().wait()

    async def on_reader(self, query: Callable[[sqlite3.Connection], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._query, query)

    async def close(self) -> None:
        await self._writer.close()
        self._readers.shutdown()
        self._glance.close()
        for connection in self._open_readers:
            connection.close()

    def _query(self, query: Callable[[sqlite3.Connection], Any]) -> Any:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = connect(self.path, readonly=True)
            self._open_readers.append(connection)
        with translated():
            return query(connection)
