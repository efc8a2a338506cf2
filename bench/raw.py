"""The ceiling: a bare uvloop + httptools client that posts one body over kept connections, and does nothing else."""

import asyncio
from typing import Any

import httptools
from typing_extensions import override


class _Client(asyncio.Protocol):
    def __init__(self, request: bytes, tally: "Tally") -> None:
        self._request = request
        self._tally = tally
        self._transport: Any = None
        self._parser = httptools.HttpResponseParser(self)

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._next()

    @override
    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        if self._tally.count():
            self._next()

    def _next(self) -> None:
        if self._tally.take():
            self._transport.write(self._request)


class Tally:
    """How many requests are still to be sent, and how many answers to come."""

    def __init__(self, total: int) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._to_send = total
        self._to_come = total

    def take(self) -> bool:
        self._to_send -= 1
        return self._to_send >= 0

    def count(self) -> bool:
        self._to_come -= 1
        if self._to_come == 0:
            self.done.set_result(None)
        return self._to_send > 0


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
