"""One unit for all that a request does: whatever opens a unit, or reads once it is open, shares it.

It is opened when it is first asked for, and made durable when the whole request is through, so that something can be kept in it
that is known only then, such as the answer.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from types import TracebackType
from typing import Self

from deskbell.store.database import Database, News, Reader, Unit


class Joined:
    """A database as one request sees it. Use it as a context: an error that leaves it undoes everything."""

    def __init__(self, database: Database, begun: Callable[[Unit], Awaitable[None]]) -> None:
        """`begun` is told of the unit as soon as it is open."""
        self.dialect = database.dialect
        self.clock = database.clock
        self.bell = database.bell
        self.press = database.press
        self._database = database
        self._begun = begun
        self._stack = AsyncExitStack()
        self._unit: Unit | None = None
        self._failure: BaseException | None = None

    async def __aenter__(self) -> Self:
        await self._stack.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._stack.__aexit__(kind, error, traceback)

    @asynccontextmanager
    async def unit(self, *, urgent: bool = False) -> AsyncIterator[Unit]:
        if self._failure is not None:
            raise self._failure  # what a failed part left behind may not be kept
        try:
            if self._unit is None:
                self._unit = await self._stack.enter_async_context(self._database.unit(urgent=urgent))
                await self._begun(self._unit)
            yield self._unit
        except BaseException as error:
            self._failure = error
            raise

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Reader]:
        """The unit, once it is open: what it changed is to be seen."""
        if self._unit is not None:
            yield self._unit
            return
        async with self._database.read() as reader:
            yield reader

    glance = read

    async def notify(self, news: News) -> None:
        await self._database.notify(news)

    async def listen(self, hear: Callable[[News], None], begun: Callable[[], None]) -> None:
        await self._database.listen(hear, begun)

    async def close(self) -> None:
        """The database outlives the request."""
