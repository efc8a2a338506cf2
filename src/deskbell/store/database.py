"""The port to the database: read, or change in a unit of work. Both drivers keep the same promises.

A unit of work is all or nothing. When `async with database.unit()` is left without an error, everything in it is durable;
with an error, none of it happened. A statement that fails spoils its unit, even where its error is caught. `unit.now` is one
instant for all that happens in it.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeVar

from msgspec import Struct, field

from deskbell.kit.clock import Clock
from deskbell.kit.errors import NotFound, Unavailable
from deskbell.store.statement import Statement

Row = Any
"""A row of either driver: read by column name."""


class DatabaseUnavailable(Unavailable):
    """The database cannot answer now: it is gone, full, or locked by another process."""


class UniqueViolation(Exception):
    """A row like this one exists already. `table` and `columns` say which rule was met."""

    def __init__(self, table: str, columns: tuple[str, ...]) -> None:
        super().__init__(f"{table}({', '.join(columns)}) must be unique")
        self.table = table
        self.columns = columns


class MissingReference(NotFound):
    """What a row should belong to is not there: deleted, since it was read, by somebody else. For whoever asked, it is not found."""


class News(Struct, kw_only=True):
    """What processes on one database say to each other. None of it is truth: who does not hear it finds out by looking, or does without."""

    targets: set[int] = field(default_factory=set)
    """These have something waiting."""
    accounts: set[int] = field(default_factory=set)
    """These have new events."""
    passing: list[str] = field(default_factory=list)
    """Messages that are kept nowhere, each at most PASSING_LIMIT bytes long."""


PASSING_LIMIT = 7_900


class Reader(Protocol):
    """Reads what has been committed."""

    now: int
    """The instant it is read at, for what depends on the time."""

    async def all(self, statement: Statement, **values: Any) -> list[Row]:
        """Every row."""
        ...

    async def one(self, statement: Statement, **values: Any) -> Row | None:
        """The first row, or None."""
        ...


class Companion(Protocol):
    """Something that goes along with a unit and has the last word before it commits."""

    async def finish(self) -> None: ...


C = TypeVar("C", bound=Companion)


class Unit(Reader, Protocol):
    """An open unit of work. Commands never commit; leaving the unit does."""

    far: bool
    """Whether each statement is a round trip to another process, so that one big one is better than several small ones."""

    async def run(self, statement: Statement, **values: Any) -> None:
        """Run a statement for its effect. Raises UniqueViolation, MissingReference."""
        ...

    async def run_many(
        self, statement: Statement, rows: Sequence[Mapping[str, Any] | tuple[Any, ...]]
    ) -> None:
        """Run a statement once for each row, in their order. A tuple has the values as the statement first names them."""
        ...

    def companion(self, make: Callable[["Unit"], C]) -> C:
        """The unit's one companion of this make; its `finish` runs last, before the commit."""
        ...

    def ring(self, targets: Sequence[int]) -> None:
        """Once the unit is durable, say that these targets have something waiting."""
        ...

    def publish(self, account_id: int) -> None:
        """Once the unit is durable, say that the account has new events."""
        ...


class Database(Protocol):
    """A database of either kind."""

    dialect: str
    clock: Clock
    bell: Callable[[set[int]], None]
    """Rung after commit with the targets that have something waiting; set by whoever listens."""
    press: Callable[[set[int]], None]
    """Called after commit with the accounts that have new events; set by whoever reads the journal as it grows."""

    def unit(self, *, urgent: bool = False) -> AbstractAsyncContextManager[Unit]:
        """Open a unit. Where units take turns, an urgent one is next: for delivering, which is owed, before accepting more."""
        ...

    def read(self) -> AbstractAsyncContextManager[Reader]: ...

    def glance(self) -> AbstractAsyncContextManager[Reader]:
        """As `read`, for a few rows looked up by their keys, such as a token's owner: quicker, and never for a list."""
        ...

    async def notify(self, news: News) -> None:
        """Say to other processes on this database what is new. Who does not listen now never hears it.

        Raises DatabaseUnavailable.
        """
        ...

    async def listen(self, hear: Callable[[News], None], begun: Callable[[], None]) -> None:
        """Hear what other processes say, on a connection of its own, until cancelled; `begun` is called once it listens.

        Raises DatabaseUnavailable when the connection cannot be had, or is lost.
        """
        ...

    async def close(self) -> None: ...


class UnitBase:
    """What both drivers' units share: companions, rings, and the statement that failed."""

    def __init__(self, now: int) -> None:
        self.now = now
        self.rings: set[int] = set()
        self.published: set[int] = set()
        self.failure: BaseException | None = None
        self._companions: dict[Any, Companion] = {}

    def companion(self, make: Callable[[Any], C]) -> C:
        found = self._companions.get(make)
        if found is None:
            found = self._companions[make] = make(self)
        return found  # type: ignore[return-value]  # keyed by its own maker

    def ring(self, targets: Sequence[int]) -> None:
        self.rings.update(targets)

    def publish(self, account_id: int) -> None:
        self.published.add(account_id)

    def require_sound(self) -> None:
        """Raise the failure of an earlier statement again: what a failed statement left behind may not be kept."""
        if self.failure is not None:
            raise self.failure

    async def finish(self) -> None:
        for companion in self._companions.values():
            await companion.finish()
        self.require_sound()


def silent(_ids: set[int]) -> None:
    """The bell, and the press, before anybody listens."""
