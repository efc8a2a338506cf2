"""PostgreSQL by asyncpg: one unit, one connection, one transaction."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

import asyncpg
from sqlalchemy.sql.schema import ColumnCollectionConstraint
from typing_extensions import override

from deskbell.kit.clock import Clock
from deskbell.store.database import (
    DatabaseUnavailable,
    MissingReference,
    News,
    Row,
    UniqueViolation,
    UnitBase,
    silent,
)
from deskbell.store.schema import metadata
from deskbell.store.statement import Statement

POOL = 16

CHANNEL = "deskbell"
"""What the bell between processes is called; a channel belongs to its database, so installations beside each other do not mix."""
ACCOUNTS_CHANNEL = "deskbell_accounts"
PASSING_CHANNEL = "deskbell_passing"
SAID_AT_ONCE = 400
"""Ids in one notification: with commas, so many numbers of 18 digits are shorter than the 8,000 bytes allowed."""
SAY = "SELECT pg_notify(channel, said) FROM unnest($1::text[], $2::text[]) AS news(channel, said)"
LISTENER = "deskbell listening"
"""The listening connection's name in `pg_stat_activity`."""
PATIENCE = 5.0
"""Seconds until a bell that does not answer is given up."""
CHECK = 30.0
"""Seconds between looks whether a silent listening connection is still there."""

_GONE = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a query just as the server says goodbye
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.TransactionRollbackError,
    OSError,
)

_UNIQUE_RULES: dict[str, tuple[str, tuple[str, ...]]] = {
    str(constraint.name): (table.name, tuple(column.name for column in constraint.columns))
    for table in metadata.tables.values()
    for constraint in table.constraints
    if isinstance(constraint, ColumnCollectionConstraint)
}


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except asyncpg.UniqueViolationError as error:
        table, columns = _UNIQUE_RULES.get(error.constraint_name or "", (error.table_name or "", ()))
        raise UniqueViolation(table, columns) from error
    except asyncpg.ForeignKeyViolationError as error:
        raise MissingReference from error
    except _GONE as error:
        raise DatabaseUnavailable(
            f"The database cannot answer now ({type(error).__name__}). Nothing was changed; try again."
        ) from error


@contextmanager
def _bell_translated() -> Iterator[None]:
    """Whatever keeps the bell from ringing is for now: nothing depends on it."""
    try:
        yield
    except (*_GONE, asyncpg.PostgresError) as error:
        raise DatabaseUnavailable(
            f"The database does not carry the bell now ({type(error).__name__})."
        ) from error


class PostgresReader:
    """Runs statements on one connection."""

    def __init__(self, connection: Any, now: int) -> None:
        self._connection = connection
        self.now = now

    async def all(self, statement: Statement, **values: Any) -> list[Row]:
        with _translated():
            rows: list[Row] = await self._connection.fetch(
                statement.postgres, *statement.postgres_values(values)
            )
        return rows

    async def one(self, statement: Statement, **values: Any) -> Row | None:
        with _translated():
            return await self._connection.fetchrow(statement.postgres, *statement.postgres_values(values))


class PostgresUnit(PostgresReader, UnitBase):
    """A transaction."""

    far = True

    def __init__(self, connection: Any, now: int) -> None:
        PostgresReader.__init__(self, connection, now)
        UnitBase.__init__(self, now)

    @override
    async def all(self, statement: Statement, **values: Any) -> list[Row]:
        with self._sound():
            return await super().all(statement, **values)

    @override
    async def one(self, statement: Statement, **values: Any) -> Row | None:
        with self._sound():
            return await super().one(statement, **values)

    async def run(self, statement: Statement, **values: Any) -> None:
        with self._sound():
            await self._connection.execute(statement.postgres, *statement.postgres_values(values))

    async def run_many(
        self, statement: Statement, rows: Sequence[Mapping[str, Any] | tuple[Any, ...]]
    ) -> None:
        with self._sound():
            await self._connection.executemany(
                statement.postgres,
                [row if isinstance(row, tuple) else statement.postgres_values(row) for row in rows],
            )

    @contextmanager
    def _sound(self) -> Iterator[None]:
        # The server answers COMMIT of a transaction with a failed statement by rolling back, without an error.
        self.require_sound()
        try:
            with _translated():
                yield
        except BaseException as error:
            self.failure = error
            raise


async def _leave_as_it_is(_connection: Any) -> None:
    """Sessions carry no state of ours, so a connection goes back to the pool without a round trip."""


def _said(news: News) -> Iterator[tuple[str, str]]:
    """The notifications that tell the news: a channel, and what is said on it."""
    for channel, ids in ((CHANNEL, news.targets), (ACCOUNTS_CHANNEL, news.accounts)):
        texts = list(map(str, ids))
        for at in range(0, len(texts), SAID_AT_ONCE):
            yield channel, ",".join(texts[at : at + SAID_AT_ONCE])
    for text in news.passing:
        yield PASSING_CHANNEL, text


def _heard(channel: str, said: str) -> News:
    """What was said, without what others than we may have said: nothing that is no id goes further."""
    if channel == PASSING_CHANNEL:
        return News(passing=[said])
    ids = {int(one) for one in said.split(",") if one.isdecimal() and len(one) <= 18}
    return News(targets=ids) if channel == CHANNEL else News(accounts=ids)


class PostgresDatabase:
    """A database many processes share."""

    dialect = "postgresql"

    def __init__(self, url: str, pool: Any, bell_pool: Any, clock: Clock) -> None:
        self.clock = clock
        self.bell: Callable[[set[int]], None] = silent
        self.press: Callable[[set[int]], None] = silent
        self._speaker: int | None = None  # the process on the server's side that says what we say
        self._url = url
        self._pool = pool
        self._bell_pool = bell_pool

    @classmethod
    async def open(cls, url: str, clock: Clock) -> "PostgresDatabase":
        """Connect. Raises DatabaseUnavailable when the server does not answer."""
        with _translated():
            pool = await asyncpg.create_pool(
                url, min_size=1, max_size=POOL, statement_cache_size=1024, reset=_leave_as_it_is, timeout=10
            )
            # A connection apart, opened when first needed: a notification takes no unit's place, and waits for none.
            bell_pool = await asyncpg.create_pool(url, min_size=0, max_size=1, reset=_leave_as_it_is)
        return cls(url, pool, bell_pool, clock)

    @asynccontextmanager
    async def unit(self, *, urgent: bool = False) -> AsyncIterator[PostgresUnit]:
        connection = await self._acquire()
        try:
            transaction = connection.transaction()
            with _translated():
                await transaction.start()
            unit = PostgresUnit(connection, self.clock.now())
            try:
                yield unit
                await unit.finish()
            except BaseException:
                await self._roll_back(transaction)
                raise
            await self._commit(transaction)
        finally:
            await self._pool.release(connection)
        if unit.rings:
            self.bell(unit.rings)
        if unit.published:
            self.press(unit.published)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[PostgresReader]:
        connection = await self._acquire()
        try:
            yield PostgresReader(connection, self.clock.now())
        finally:
            await self._pool.release(connection)

    glance = read

    async def notify(self, news: News) -> None:
        said = list(_said(news))
        channels, texts = [channel for channel, _ in said], [text for _, text in said]
        with _bell_translated():
            async with asyncio.timeout(PATIENCE), self._bell_pool.acquire() as connection:
                self._speaker = connection.get_server_pid()
                await connection.execute(SAY, channels, texts)

    async def listen(self, hear: Callable[[News], None], begun: Callable[[], None]) -> None:
        with _bell_translated():
            connection = await asyncpg.connect(
                self._url, timeout=PATIENCE, server_settings={"application_name": LISTENER}
            )
            try:
                lost = asyncio.Event()
                connection.add_termination_listener(lambda _: lost.set())

                def told(_connection: Any, speaker: int, channel: str, said: Any) -> None:
                    if speaker != self._speaker:  # what this process says itself it knows
                        hear(_heard(channel, said))

                async with asyncio.timeout(PATIENCE):
                    for channel in (CHANNEL, ACCOUNTS_CHANNEL, PASSING_CHANNEL):
                        await connection.add_listener(channel, told)
                begun()
                while True:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(CHECK):
                            await lost.wait()
                    # Raises when the connection is lost, or nobody answers on it any more.
                    await connection.execute("SELECT 1", timeout=PATIENCE)
            finally:
                with suppress(*_GONE, asyncpg.PostgresError):
                    await connection.close(timeout=PATIENCE)

    async def close(self) -> None:
        await asyncio.wait_for(asyncio.gather(self._pool.close(), self._bell_pool.close()), timeout=10)

    async def _acquire(self) -> Any:
        with _translated():
            return await self._pool.acquire(timeout=30)

    async def _commit(self, transaction: Any) -> None:
        try:
            await transaction.commit()
        except _GONE as error:
            raise DatabaseUnavailable(
                f"The database went away while it was asked to keep this ({type(error).__name__}). "
                "It may have been kept: look before you try again."
            ) from error

    async def _roll_back(self, transaction: Any) -> None:
        try:
            await transaction.rollback()
        except _GONE:
            return  # the server rolled back when the connection went
