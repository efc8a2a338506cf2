"""HTTP/1.1 for the webhook receiver: requests in, replies out."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import cast

import httptools
import msgspec
from typing_extensions import override

LARGEST_BODY = 16 * 1024 * 1024

log = logging.getLogger(__name__)


class Reply(msgspec.Struct, frozen=True):
    """What to answer, `delay` seconds later. Headers here stand instead of those the receiver would send."""

    status: int = 200
    headers: Mapping[str, str] = {}
    body: bytes = b""
    delay: float = 0.0


Take = Callable[[str, dict[str, str], bytes], Reply]
Told = Callable[["Connection"], None]


class Connection(asyncio.Protocol):
    """One connection: requests in, replies out in the same order."""

    def __init__(self, take: Take, opened: Told, gone: Told) -> None:
        self._take = take
        self._opened = opened
        self._gone = gone
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._replies: deque[tuple[Reply, bool]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._last = False  # nothing after the reply that is queued last
        self.on_message_begin()

    def abort(self) -> None:
        """Cut the connection."""
        if self._transport is not None:
            self._transport.abort()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._opened(self)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._replies.clear()
        self._gone(self)

    @override
    def data_received(self, data: bytes) -> None:
        if self._last:
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            if not self._last:
                self._answer(Reply(400), keep=False)

    def on_message_begin(self) -> None:
        """The parser's word that a request begins."""
        self._path = b""
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []
        self._size = 0

    def on_url(self, url: bytes) -> None:
        """A piece of the request's target."""
        self._path += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header; what comes twice is joined with a comma."""
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        self._headers[key] = f"{self._headers[key]}, {text}" if key in self._headers else text

    def on_headers_complete(self) -> None:
        """All headers are there: a client that waits for leave to send its body gets it."""
        waits = self._headers.get("expect", "").lower() == "100-continue"
        if waits and self._transport is not None and not self._last and self._timer is None:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self._size += len(body)
        if self._size <= LARGEST_BODY:
            self._body.append(body)
        elif not self._last:
            self._answer(Reply(413), keep=False)

    def on_message_complete(self) -> None:
        """The request is complete."""
        if self._last:
            return
        if self._parser.should_upgrade():
            # The parser takes the body for the other protocol's first bytes, so there is nothing to show.
            self._answer(Reply(400), keep=False)
            return
        reply = self._taken() if self._parser.get_method() == b"POST" else Reply(405, {"allow": "POST"})
        self._answer(reply, keep=self._parser.should_keep_alive())

    def _taken(self) -> Reply:
        try:
            return self._take(self._path.decode("latin-1"), self._headers, b"".join(self._body))
        except Exception:
            log.exception("what looks at received webhooks failed")
            return Reply(500)

    def _answer(self, reply: Reply, *, keep: bool) -> None:
        self._last = not keep
        self._replies.append((reply, keep))
        self._advance()

    def _advance(self) -> None:
        while self._replies and self._timer is None:
            reply, keep = self._replies.popleft()
            if reply.delay > 0:
                loop = asyncio.get_running_loop()
                self._timer = loop.call_later(reply.delay, self._late, reply, keep)
            else:
                self._write(reply, keep)

    def _late(self, reply: Reply, keep: bool) -> None:
        self._timer = None
        self._write(reply, keep)
        self._advance()

    def _write(self, reply: Reply, keep: bool) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        self._transport.write(_rendered(reply, keep))
        if not keep:
            self._transport.close()


def _rendered(reply: Reply, keep: bool) -> bytes:
    bodiless = reply.status in {204, 304}
    headers: dict[str, str] = {} if bodiless else {"content-length": str(len(reply.body))}
    if not keep:
        headers["connection"] = "close"
    headers |= {name.lower(): value for name, value in reply.headers.items()}
    try:
        phrase = HTTPStatus(reply.status).phrase
    except ValueError:
        phrase = ""
    lines = [f"HTTP/1.1 {reply.status} {phrase}", *(f"{name}: {value}" for name, value in headers.items())]
    head = "\r\n".join([*lines, "", ""]).encode("latin-1")
    return head if bodiless else head + reply.body
