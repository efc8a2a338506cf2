"""One connection to a receiver: writes a request, reads the answer, says what came of it.

Everything happens in the callbacks of an asyncio protocol. On a kept-alive connection a request costs no
task, no future and no timer; that is what makes this client several times faster than the general ones.
"""

import array
import asyncio
import fcntl
import ssl
import termios
from collections.abc import Callable
from typing import NamedTuple, Protocol, cast

import httptools
from msgspec import Struct
from typing_extensions import override

from deskbell.delivery.outcome import Answered, Failed, Outcome
from deskbell.model.delivery import Reason

HEAD_LIMIT = 65_536
BODY_LIMIT = 65_536
EXCERPT_LIMIT = 16_384


class Place(NamedTuple):
    """What connections are kept by. `host` is a name or an address."""

    scheme: str
    host: str
    port: int


class Exchange(Struct, eq=False):
    """One request under way to `place`. `started` and `deadline` are in the loop's seconds."""

    place: Place
    data: bytes
    done: Callable[[Outcome], None]
    started: float
    deadline: float
    connection: "Connection | None" = None
    resent: bool = False


class Keeper(Protocol):
    """Whoever owns connections and hears from them."""

    def finished(
        self, connection: "Connection", exchange: Exchange, outcome: Outcome, reusable: bool
    ) -> None:
        """The exchange is over; the connection carries none now."""
        ...

    def stale(self, connection: "Connection", exchange: Exchange) -> None:
        """The peer had closed a kept connection and provably got nothing of the exchange."""
        ...

    def dropped(self, connection: "Connection") -> None:
        """The peer ended the connection, or broke the rules, while nothing was under way."""
        ...

    def lost(self, connection: "Connection") -> None:
        """The connection is gone for good."""
        ...


class Connection(asyncio.Protocol):
    """A connection to one origin, carrying at most one exchange at a time."""

    __slots__ = (
        "_beyond", "_body", "_complete", "_excerpt", "_head", "_loop", "_parser", "_received", "_status",
        "_transport", "exchange", "idle_since", "keeper", "kept", "pooled",
    )  # fmt: skip

    _transport: asyncio.Transport  # from connection_made on
    _parser: httptools.HttpResponseParser  # until connection_lost

    def __init__(self, keeper: Keeper, loop: asyncio.AbstractEventLoop) -> None:
        self.keeper = keeper
        self.exchange: Exchange | None = None
        self.idle_since = 0.0
        self.pooled = False  # the keeper counts it among its own
        self.kept = False  # it has been open for longer than its present exchange
        self._loop = loop
        self._parser = httptools.HttpResponseParser(self)
        self._beyond = False
        self._reset()

    def _reset(self) -> None:
        self._received = 0
        self._status = 0  # until the head of the real answer is whole
        self._head = b""
        self._body = 0
        self._excerpt = b""
        self._complete = False

    @property
    def is_open(self) -> bool:
        """Whether a request can be sent."""
        return not self._transport.is_closing()

    def start(self, exchange: Exchange) -> None:
        """Send a request. The connection must be open and idle."""
        self.exchange = exchange
        exchange.connection = self
        self._transport.write(exchange.data)

    def abort(self) -> None:
        """Close at once and say nothing more about the exchange under way, if any."""
        self.exchange = None
        self._transport.abort()

    # -- asyncio.Protocol

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    @override
    def data_received(self, data: bytes) -> None:
        if self.exchange is None:
            self.keeper.dropped(self)
            return
        self._received += len(data)
        if self._status:
            self._feed(data)
        elif self._received <= HEAD_LIMIT:
            self._head += data
            self._feed(data)
        else:
            self._feed_up_to_limit(data)

    @override
    def eof_received(self) -> None:
        exchange = self.exchange
        if exchange is None:
            self.keeper.dropped(self)
        elif (
            self._received == 0 and self.kept and not exchange.resent and self._nothing_acknowledged(exchange)
        ):
            self.exchange = None
            self.keeper.stale(self, exchange)
        elif self._status and self._ends_with_connection():
            self._answer(reusable=False)
        else:
            self._fail("connection", self._how_it_ended())

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self.exchange is not None:
            if isinstance(exc, ssl.SSLError) and not isinstance(exc, ssl.SSLEOFError):
                self._fail("tls", f"TLS failed: {exc.reason or exc}")
            else:
                self._fail("connection", self._how_it_ended())
        del self._parser  # It holds bound methods of this object: a cycle.
        self.keeper.lost(self)

    # -- httptools callbacks

    def on_message_begin(self) -> None:
        if self._complete:
            self._beyond = True

    def on_headers_complete(self) -> None:
        if not self._complete:
            status = self._parser.get_status_code()
            self._status = status if status >= 200 else 0  # 1xx is an interim answer: the real one follows

    def on_body(self, body: bytes) -> None:
        if self._complete:
            return
        self._body += len(body)
        room = EXCERPT_LIMIT - len(self._excerpt)
        if room > 0:
            self._excerpt += body[:room]

    def on_message_complete(self) -> None:
        if self._status and not self._complete:
            self._complete = True
            self._beyond = not self._parser.should_keep_alive()

    # -- reading

    def _feed(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._beyond = True
            if not self._complete:
                self._fail("bad_response", f"What came is not HTTP: {error}")
                return
        if self._complete:
            # What is still unsent belongs to a request that has its answer already.
            self._answer(reusable=not self._beyond and not self._transport.get_write_buffer_size())
        elif self._body > BODY_LIMIT or self._received > HEAD_LIMIT + 2 * BODY_LIMIT:
            # The second bound is for chunk framing and trailers, which are no body but can be endless too.
            self._answer(reusable=False)

    def _feed_up_to_limit(self, data: bytes) -> None:
        within = HEAD_LIMIT - (self._received - len(data))
        self._head += data[:within]
        self._feed(data[:within])
        if self.exchange is None:
            return
        if self._status:
            self._feed(data[within:])
        else:
            self._fail("too_large", f"The answer's header is larger than {HEAD_LIMIT} bytes")

    def _ends_with_connection(self) -> bool:
        headers = read_headers(self._head)
        return b"content-length" not in headers and b"transfer-encoding" not in headers

    def _how_it_ended(self) -> str:
        if self._received == 0:
            return "The connection was closed before any answer"
        part = "header" if not self._status else "body"
        return f"The connection was closed in the middle of the answer's {part}"

    # -- ending an exchange

    def _answer(self, reusable: bool) -> None:
        exchange, status = self.exchange, self._status
        assert exchange is not None
        now = self._loop.time()
        retry_after = None if status < 300 else _text(read_headers(self._head).get(b"retry-after"))
        outcome = Answered(status, retry_after, self._excerpt, int((now - exchange.started) * 1e6))
        self._reset()
        self.exchange = None
        self.idle_since = now
        self.keeper.finished(self, exchange, outcome, reusable)

    def _fail(self, reason: Reason, detail: str) -> None:
        exchange = self.exchange
        assert exchange is not None
        self.exchange = None
        duration = int((self._loop.time() - exchange.started) * 1e6)
        self.keeper.finished(self, exchange, Failed(reason, detail, duration), False)

    def _nothing_acknowledged(self, exchange: Exchange) -> bool:
        """Whether the peer's kernel acknowledged no byte of the request, so that nobody can have read it.

        Asked only after an orderly end (for TLS, a close_notify). After a reset it would prove nothing: Linux
        ignores what a reset acknowledges, so that bytes a peer has read look unacknowledged. Where the system
        cannot say, the answer is no. TLS adds bytes, but fewer than its first record has: whoever lacks the
        request's length lacks that record.
        """
        unacknowledged = array.array("i", [0])
        try:
            descriptor = self._transport.get_extra_info("socket").fileno()
            fcntl.ioctl(descriptor, termios.TIOCOUTQ, unacknowledged)
        except (OSError, AttributeError):
            return False
        return unacknowledged[0] + self._transport.get_write_buffer_size() >= len(exchange.data)


class _HeaderReader:
    """Collects the headers of the first answer that is not interim."""

    def __init__(self) -> None:
        self.headers: dict[bytes, bytes] = {}
        self._parser = httptools.HttpResponseParser(self)
        self._over = False

    def read(self, head: bytes) -> dict[bytes, bytes]:
        try:
            self._parser.feed_data(head)
        except httptools.HttpParserError:
            pass  # What follows the head may be anything; the head itself was read before.
        finally:
            del self._parser
        return self.headers

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._over:
            self.headers[name.lower()] = value

    def on_headers_complete(self) -> None:
        if self._over:
            return
        if self._parser.get_status_code() >= 200:
            self._over = True
        else:
            self.headers.clear()


def read_headers(head: bytes) -> dict[bytes, bytes]:
    """The headers of an answer, names in lower case. Read only when needed: most answers are a plain 2xx."""
    return _HeaderReader().read(head)


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")
