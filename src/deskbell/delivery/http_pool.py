"""Every connection and every exchange under way, across all origins.

Under the cap on all connections, origins that found no room take turns, and one with many connections gives
way to one with few.
"""

import asyncio
import logging

from msgspec import Struct
from typing_extensions import override

from deskbell.delivery.http_connection import Connection, Exchange, Place
from deskbell.delivery.http_dial import Dialer
from deskbell.delivery.http_origin import House, Origin
from deskbell.delivery.outcome import Failed, Outcome
from deskbell.model.delivery import Reason

logger = logging.getLogger(__name__)


class Limits(Struct, frozen=True, kw_only=True):
    """Times in seconds and caps on connections. `timeout` covers a whole exchange, waiting included."""

    connect_timeout: float = 5.0
    timeout: float = 15.0
    per_origin: int = 64
    connections: int = 1024
    idle: int = 512
    idle_seconds: float = 30.0


class Pool(House):
    """Finds each exchange a connection and finishes it exactly once."""

    def __init__(self, dialer: Dialer, limits: Limits, loop: asyncio.AbstractEventLoop) -> None:
        self.dialer = dialer
        self.loop = loop
        self.per_origin = limits.per_origin
        self._limits = limits
        self._origins: dict[Place, Origin] = {}
        # Dictionaries for their order: all exchanges live equally long, so the first one in is the first to
        # run out.
        self._pending: dict[Exchange, None] = {}
        self._idle: dict[Connection, Origin] = {}
        self.starved: dict[Origin, None] = {}
        self._open: set[Connection] = set()
        self._dials: set[asyncio.Task[None]] = set()
        self._connections = 0
        self._closed = False
        self._all_buried = asyncio.Event()

    @property
    def is_busy(self) -> bool:
        """Whether any exchange waits for its outcome."""
        return bool(self._pending)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look after."""
        return not self._pending and not self._idle

    def submit(self, exchange: Exchange) -> None:
        """Send an exchange now, or as soon as it is its turn."""
        self._pending[exchange] = None
        origin = self._origins.get(exchange.place)
        if origin is None:
            origin = self._origins[exchange.place] = Origin(exchange.place, self)
        origin.submit(exchange)

    def sweep(self, now: float) -> None:
        """Fail what ran out of time and close what has been idle too long. `now` is the loop's time."""
        for exchange in [one for one in self._pending if one.deadline <= now]:
            if exchange in self._pending:  # timing one out may end others
                self._time_out(exchange)
        while self._idle:
            connection, origin = next(iter(self._idle.items()))
            if connection.idle_since + self._limits.idle_seconds > now:
                break
            origin.discard(connection)

    async def close(self) -> None:
        """Fail everything pending and close every connection."""
        self._closed = True
        dials = list(self._dials)
        for dial in dials:
            dial.cancel()
        for connection in list(self._open):
            connection.abort()
        for exchange in list(self._pending):
            self.fail(exchange, "connection", "Deskbell stopped before an answer came")
        await asyncio.gather(*dials, return_exceptions=True)
        while self._open:
            self._all_buried.clear()
            await self._all_buried.wait()

    def _time_out(self, exchange: Exchange) -> None:
        seconds = exchange.deadline - exchange.started
        origin = self._origins[exchange.place]
        if exchange.connection is None:
            origin.forget(exchange)
            self._forget_if_empty(origin)
            self.fail(exchange, "timeout", f"No connection became free within {seconds:g} s")
        else:
            origin.discard(exchange.connection)
            self.fail(exchange, "timeout", f"No whole answer within {seconds:g} s")

    # -- for origins

    @override
    def reserve(self) -> bool:
        if self._closed:
            return False
        if self._connections >= self._limits.connections and not self._close_longest_idle():
            return False
        self._connections += 1
        return True

    @override
    def starve(self, origin: Origin) -> None:
        self.starved[origin] = None

    @override
    def should_yield(self, origin: Origin) -> bool:
        if self._closed:
            return False
        other = next(iter(self.starved))
        return other is not origin and (not origin.waiting or other.opened + 1 < origin.opened)

    @override
    def keep(self, connection: Connection, origin: Origin) -> None:
        self._idle[connection] = origin
        if len(self._idle) > self._limits.idle:
            self._close_longest_idle()

    @override
    def unkeep(self, connection: Connection) -> bool:
        return self._idle.pop(connection, None) is not None

    @override
    def adopt(self, connection: Connection) -> None:
        self._open.add(connection)

    @override
    def bury(self, connection: Connection) -> None:
        self._open.discard(connection)
        if not self._open:
            self._all_buried.set()

    @override
    def freed(self, origin: Origin) -> None:
        self._connections -= 1
        while self.starved and self._connections < self._limits.connections and not self._closed:
            other = next(iter(self.starved))
            del self.starved[other]
            other.dial_for_waiting()
        origin.dial_for_waiting()
        self._forget_if_empty(origin)

    @override
    def watch(self, dial: asyncio.Task[None]) -> None:
        self._dials.add(dial)
        dial.add_done_callback(self._dials.discard)

    @override
    def is_pending(self, exchange: Exchange) -> bool:
        return exchange in self._pending

    @override
    def finish(self, exchange: Exchange, outcome: Outcome) -> None:
        try:
            del self._pending[exchange]
        except KeyError:
            return
        try:
            exchange.done(outcome)
        except Exception:
            # The caller's error must not cost the connection its next exchange.
            logger.exception("a caller failed to take an outcome")

    @override
    def fail(self, exchange: Exchange, reason: Reason, detail: str) -> None:
        duration = int((self.loop.time() - exchange.started) * 1e6)
        self.finish(exchange, Failed(reason, detail, duration))

    # -- keeping count

    def _close_longest_idle(self) -> bool:
        if not self._idle:
            return False
        connection, origin = next(iter(self._idle.items()))
        if origin.drop(connection):
            self._connections -= 1
            self._forget_if_empty(origin)
        return True

    def _forget_if_empty(self, origin: Origin) -> None:
        if not origin.opened and not origin.waiting:
            self._origins.pop(origin.place, None)
            self.starved.pop(origin, None)
