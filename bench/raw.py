"""The ceiling: a bare uvloop + httptools client that posts one body over kept connections, and does nothing else.

It has no timeouts, looks at no answer but for its end, and lets the parser take what arrives without a line of Python
between.
"""

import asyncio
from typing import Any

import httptools
from typing_extensions import override


class Tally:
    """How many requests are still to be sent, and how many answers to come."""

    def __init__(self, total: int) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.to_send = total
        self.to_come = total


class _Client(asyncio.Protocol):
    def __init__(self, request: bytes, tally: Tally) -> None:
        self._request = request
        self._tally = tally
        self._write: Any = None
        # The parser begins anew after each answer by itself.
        self.data_received = httptools.HttpResponseParser(self).feed_data  # type: ignore[method-assign]

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._write = transport.write  # type: ignore[attr-defined]
        self._next()

    def on_message_complete(self) -> None:
        tally = self._tally
        tally.to_come -= 1
        if tally.to_send > 0:
            tally.to_send -= 1
            self._write(self._request)
        elif tally.to_come == 0:
            tally.done.set_result(None)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if not self._tally.done.done():
            self._tally.done.set_exception(exc or ConnectionError("the receiver hung up"))

    def _next(self) -> None:
        if self._tally.to_send > 0:
            self._tally.to_send -= 1
            self._write(self._request)


def post(path: str, port: int, body: bytes, headers: str = "") -> bytes:
    """A whole request as bytes."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def hammer(port: int, request: bytes, total: int, connections: int = 64) -> None:
    """Send the request so often, over so many kept connections."""
    tally = Tally(total)
    loop = asyncio.get_running_loop()
    made = [
        await loop.create_connection(lambda: _Client(request, tally), "127.0.0.1", port)
        for _ in range(connections)
    ]
    await tally.done
    for transport, _ in made:
        transport.close()
