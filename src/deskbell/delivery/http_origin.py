"""The connections to one origin, and the queue of exchanges that wait for one.

Each origin has a queue of its own, so that one which hangs holds up only itself.
"""

import asyncio
import logging
from collections import deque
from contextlib import suppress
from functools import partial
from typing import Protocol

from typing_extensions import override

from deskbell.delivery.http_connection import Connection, Exchange, Keeper, Place
from deskbell.delivery.http_dial import Dialer, DialError
from deskbell.delivery.outcome import Outcome
from deskbell.model.delivery import Reason

logger = logging.getLogger(__name__)


class House(Protocol):
    """What all origins share: the count of connections, and the register of exchanges under way."""

    dialer: Dialer
    loop: asyncio.AbstractEventLoop
    per_origin: int
    starved: "dict[Origin, None]"

    def reserve(self) -> bool:
        """Count one more connection, closing the longest idle one if need be; False when all are busy."""
        ...

    def starve(self, origin: "Origin") -> None:
        """Remember that an origin has exchanges waiting which found no room for a connection."""
        ...

    def should_yield(self, origin: "Origin") -> bool:
        """Whether the origin should give up a connection for one that is worse off."""
        ...

    def keep(self, connection: Connection, origin: "Origin") -> None:
        """Register an idle connection."""
        ...

    def unkeep(self, connection: Connection) -> bool:
        """Strike an idle connection off the register; False when it was not on it."""
        ...

    def adopt(self, connection: Connection) -> None:
        """Register an open connection."""
        ...

    def bury(self, connection: Connection) -> None:
        """Strike a connection off that is closed for good."""
        ...

    def freed(self, origin: "Origin") -> None:
        """Count one connection less and let somebody else have the room."""
        ...

    def watch(self, dial: asyncio.Task[None]) -> None:
        """Hold on to a dial until it ends."""
        ...

    def is_pending(self, exchange: Exchange) -> bool:
        """Whether an exchange still waits for its outcome."""
        ...

    def finish(self, exchange: Exchange, outcome: Outcome) -> None:
        """Tell the caller what became of an exchange, unless it was told before."""
        ...

    def fail(self, exchange: Exchange, reason: Reason, detail: str) -> None:
        """Finish an exchange that got no answer."""
        ...


class Origin(Keeper):
    """Keeps the connections to one place. `opened` counts those being dialled too."""

    __slots__ = ("_dialling", "_house", "_idle", "opened", "place", "waiting")

    def __init__(self, place: Place, house: House) -> None:
        self.place = place
        self.waiting: deque[Exchange] = deque()
        self.opened = 0
        self._house = house
        self._idle: list[Connection] = []
        self._dialling = 0

    def submit(self, exchange: Exchange) -> None:
        """Send an exchange now, or as soon as it is its turn."""
        if self._idle:
            connection = self._idle.pop()
            self._house.unkeep(connection)
            connection.start(exchange)
        else:
            self.waiting.append(exchange)
            self.dial_for_waiting()

    def forget(self, exchange: Exchange) -> None:
        """Take an exchange out of the queue, if it is there."""
        with suppress(ValueError):
            self.waiting.remove(exchange)

    def dial_for_waiting(self) -> None:
        """Open a connection for each exchange that waits, as far as the caps allow."""
        while len(self.waiting) > self._dialling and self.opened < self._house.per_origin:
            if not self._house.reserve():
                self._house.starve(self)
                return
            self._dialling += 1
            self._start_dial(None)

    def discard(self, connection: Connection) -> None:
        """Close a connection and free its room."""
        if self.drop(connection):
            self._house.freed(self)

    def drop(self, connection: Connection) -> bool:
        """Close a connection without passing on its room; False when that was done before."""
        if self._house.unkeep(connection):
            self._idle.remove(connection)
        connection.abort()
        was_pooled, connection.pooled = connection.pooled, False
        self.opened -= was_pooled
        return was_pooled

    # -- what connections report

    @override
    def finished(self, connection: Connection, exchange: Exchange, outcome: Outcome, reusable: bool) -> None:
        if reusable:
            connection.kept = True
            self._release(connection)
        else:
            self.discard(connection)
        self._house.finish(exchange, outcome)

    @override
    def stale(self, connection: Connection, exchange: Exchange) -> None:
        exchange.resent = True
        exchange.connection = None
        # The room of the stale connection goes to the new one. The exchange would wait in vain for another
        # kept one, which may well be as stale; so this dial is for it alone.
        if self.drop(connection):
            self._start_dial(exchange)

    @override
    def dropped(self, connection: Connection) -> None:
        self.discard(connection)

    @override
    def lost(self, connection: Connection) -> None:
        self.discard(connection)
        self._house.bury(connection)

    # -- handing connections on

    def _release(self, connection: Connection) -> None:
        if self._house.starved and self._house.should_yield(self):
            self.discard(connection)
        elif self.waiting:
            connection.start(self.waiting.popleft())
        else:
            connection.kept = True
            self._idle.append(connection)
            self._house.keep(connection, self)

    def _start_dial(self, own: Exchange | None) -> None:
        self.opened += 1
        self._house.watch(self._house.loop.create_task(self._dial(own)))

    async def _dial(self, own: Exchange | None) -> None:
        started = self._house.loop.time()
        try:
            connection = await self._open()
        except DialError as error:
            self._dial_failed(own, started, error)
        else:
            self._dial_succeeded(own, connection)

    async def _open(self) -> Connection:
        try:
            connection = await self._house.dialer.dial(
                self.place, partial(Connection, self, self._house.loop)
            )
        except DialError:
            raise
        except Exception as error:
            logger.exception("dialling failed in an unforeseen way")
            raise DialError("connection", "Deskbell failed to open a connection") from error
        if not connection.is_open:
            raise DialError("connection", "The connection was closed before any answer")
        return connection

    def _dial_succeeded(self, own: Exchange | None, connection: Connection) -> None:
        self._dialling -= own is None
        connection.pooled = True
        self._house.adopt(connection)
        if own is not None and self._house.is_pending(own):
            connection.start(own)
        else:
            self._release(connection)

    def _dial_failed(self, own: Exchange | None, started: float, error: DialError) -> None:
        self.opened -= 1
        victim = own
        if own is None:
            self._dialling -= 1
            # Whoever came after the dial began has not had its full connect timeout yet, and gets a dial of
            # its own.
            if self.waiting and self.waiting[0].started <= started:
                victim = self.waiting.popleft()
        self._house.freed(self)
        if victim is not None:
            self._house.fail(victim, error.reason, error.detail)
