"""The one outbound client: POST over kept connections, to addresses the guard has allowed, following nothing.

It is built for one job and does only that: HTTP/1.1, no redirects, no cookies, little read of the answer. One
periodic sweep enforces all timeouts, and outcomes come by callback, so that a request on a kept connection
costs next to nothing.
"""

import asyncio
import re
import ssl
from collections.abc import Callable, Iterable
from functools import lru_cache, partial

from msgspec import Struct

from deskbell.delivery.address import Endpoint, format_host_header
from deskbell.delivery.guard import Allowance
from deskbell.delivery.http_connection import Exchange, Place
from deskbell.delivery.http_dial import Dialer, DialError, Knock
from deskbell.delivery.http_pool import Limits, Pool
from deskbell.delivery.outcome import Failed, Outcome
from deskbell.delivery.resolver import Resolver, SystemResolver

__all__ = ["Client", "Limits", "Request", "header_lines"]

TICK = 0.05
IDLE_TICK = 1.0

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_OURS = frozenset(
    ("connection", "content-length", "expect", "host", "te", "trailer", "transfer-encoding", "upgrade")
)


class Request(Struct, frozen=True, gc=False):
    """What to post and where. `headers` are whole lines as `header_lines` makes them; `timeout`, in seconds, is the client's if None."""

    endpoint: Endpoint
    headers: bytes
    body: bytes
    timeout: float | None = None


def header_lines(headers: Iterable[tuple[str, str]]) -> bytes:
    """Header lines for a request, to be made once for each target or attempt.

    Raises ValueError for what is no header, for a line break or NUL in a value, and for the headers that
    frame the request.
    """
    lines = []
    for name, value in headers:
        if not _NAME.fullmatch(name) or name.lower() in _OURS:
            raise ValueError(f"{name!r} cannot be set as a header.")
        if any(character in value for character in "\r\n\0"):
            raise ValueError(f"The value of the header {name} contains a line break or NUL.")
        try:
            lines.append(f"{name}: {value}\r\n".encode("latin-1"))
        except UnicodeEncodeError:
            raise ValueError(f"The value of the header {name} contains characters beyond Latin-1.") from None
    return b"".join(lines)


class Client:
    """Posts requests. Make it inside the running loop that will use it, and close it there."""

    def __init__(
        self,
        allowance: Allowance,
        limits: Limits | None = None,
        *,
        resolver: Resolver | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        """`limits` and `ssl_context` default to the standard ones, `resolver` to the system's."""
        self._loop = asyncio.get_running_loop()
        limits = limits or Limits()
        self._timeout = limits.timeout
        self._own_resolver = SystemResolver() if resolver is None else None
        dialer = Dialer(
            allowance,
            resolver or self._own_resolver or SystemResolver(),
            ssl_context or ssl.create_default_context(),
            limits.connect_timeout,
        )
        self._dialer = dialer
        self._pool = Pool(dialer, limits, self._loop)
        self._timer: asyncio.TimerHandle | None = None
        self._ticks_fast = False
        self._outbox: list[Exchange] = []
        self._closed = False

    def post(self, request: Request, done: Callable[[Outcome], None]) -> None:
        """Send a request. `done` is called exactly once with what became of it, never before this returns."""
        if self._closed:
            self._loop.call_soon(done, Failed("connection", "Deskbell is stopping", 0))
            return
        body = request.body
        place, opening = _prepare(request.endpoint)
        data = b"%b%bContent-Length: %d\r\n\r\n%b" % (opening, request.headers, len(body), body)
        now = self._loop.time()
        if not self._outbox:
            self._loop.call_soon(self._send_all)
        self._outbox.append(Exchange(place, data, done, now, now + (request.timeout or self._timeout)))
        if not self._ticks_fast:
            self._tick_in(TICK)

    def _send_all(self) -> None:
        """What one turn of the loop posted goes out together: receivers on the same machine are woken once, not for each."""
        posted, self._outbox = self._outbox, []
        for exchange in posted:
            self._pool.submit(exchange)

    async def send(self, request: Request) -> Outcome:
        """Send a request and wait for what becomes of it."""
        outcome: asyncio.Future[Outcome] = self._loop.create_future()
        self.post(request, partial(_settle, outcome))
        return await outcome

    async def reach(self, endpoint: Endpoint, patience: float) -> str:
        """Open a connection and close it, saying nothing; answers why that was not possible, or nothing."""
        try:
            async with asyncio.timeout(patience):
                await self._dialer.dial(_prepare(endpoint)[0], Knock)
        except DialError as error:
            return error.detail
        except TimeoutError:
            return f"Nobody answered within {patience:g} s"
        return ""

    async def close(self) -> None:
        """End every exchange with `connection`, close every connection, take no more requests."""
        self._send_all()
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        await self._pool.close()
        if self._own_resolver is not None:
            await self._own_resolver.close()

    def _tick_in(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._ticks_fast = seconds == TICK
        self._timer = self._loop.call_later(seconds, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self._ticks_fast = False
        self._pool.sweep(self._loop.time())
        if self._closed or self._ticks_fast:  # a callback of the sweep closed the client or posted anew
            return
        if self._outbox or self._pool.is_busy:
            self._tick_in(TICK)
        elif not self._pool.is_empty:
            self._tick_in(IDLE_TICK)


@lru_cache(maxsize=4096)
def _prepare(endpoint: Endpoint) -> tuple[Place, bytes]:
    """Where to send, and the part of the head that is the same for every request to an endpoint."""
    lines = [f"POST {endpoint.path} HTTP/1.1", f"Host: {format_host_header(endpoint)}", "Accept: */*"]
    if endpoint.authorization is not None:
        lines.append(f"Authorization: {endpoint.authorization}")
    opening = "".join(line + "\r\n" for line in lines).encode("ascii")
    return Place(endpoint.scheme, endpoint.host, endpoint.port), opening


def _settle(future: asyncio.Future[Outcome], outcome: Outcome) -> None:
    if not future.done():
        future.set_result(outcome)
