"""Running coroutines from plain tests, and receivers on loopback that answer, well or badly, as told."""

import asyncio
import re
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Self, TypeVar

import uvloop

T = TypeVar("T")


def run(coroutine: Coroutine[object, object, T]) -> T:
    """Run to the end on a fresh uvloop, the loop Deskbell itself runs on."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(coroutine)


class Visit:
    """One connection a receiver has taken."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        self.reader = reader
        self.writer = writer
        self.number = number

    async def read_head(self) -> bytes:
        """Read up to the blank line. Raises IncompleteReadError when the client went away."""
        return await self.reader.readuntil(b"\r\n\r\n")

    async def read_request(self) -> tuple[bytes, bytes]:
        """Read a whole request: head and body."""
        head = await self.read_head()
        length = re.search(rb"(?i)\r\ncontent-length: (\d+)\r\n", head)
        assert length is not None
        return head, await self.reader.readexactly(int(length[1]))

    async def say(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    def reset(self) -> None:
        """Break the connection instead of ending it."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    @property
    def _socket(self) -> socket.socket:
        found: socket.socket = self.writer.get_extra_info("socket")
        return found


Script = Callable[[Visit], Awaitable[None]]


class Receiver:
    """A server that plays one script for each connection and remembers the bodies it was sent."""

    def __init__(
        self, script: Script, host: str = "127.0.0.1", ssl_context: ssl.SSLContext | None = None
    ) -> None:
        self._script = script
        self._host = host
        self._ssl_context = ssl_context
        self._playing: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.connections = 0
        self.port = 0

    async def start(self) -> Self:
        self._server = await asyncio.start_server(self._take, self._host, 0, ssl=self._ssl_context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def url(self, path: str = "/hook", scheme: str = "http", host: str = "127.0.0.1") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for playing in list(self._playing):
            playing.cancel()
        await asyncio.gather(*self._playing, return_exceptions=True)
        await self._server.wait_closed()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._playing.add(task)
        with suppress(asyncio.CancelledError, asyncio.IncompleteReadError, OSError):
            await self._script(Visit(reader, writer, self.connections))
        writer.close()
        with suppress(asyncio.CancelledError, OSError):
            await writer.wait_closed()
        self._playing.discard(task)


@asynccontextmanager
async def receiver(
    script: Script, *, host: str = "127.0.0.1", ssl_context: ssl.SSLContext | None = None
) -> AsyncIterator[Receiver]:
    """A receiver that runs as long as the block."""
    running = await Receiver(script, host, ssl_context).start()
    try:
        yield running
    finally:
        await running.stop()


def saying(*answers: bytes) -> Script:
    """Answer each request of a connection with the next of these, then end the connection."""

    async def script(visit: Visit) -> None:
        for answer in answers:
            await visit.read_request()
            await visit.say(answer)

    return script


def always(answer: bytes) -> Script:
    """Answer every request alike and keep the connection."""

    async def script(visit: Visit) -> None:
        while True:
            await visit.read_request()
            await visit.say(answer)

    return script


async def silent(visit: Visit) -> None:
    """Take everything and never answer."""
    while await visit.reader.read(65536):
        pass
