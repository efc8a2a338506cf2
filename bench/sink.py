"""Receivers in a process and on a core of their own: as cheap as Python makes them, or watching what comes.

What they counted, and when each message came, is shared memory; the clock is the machine's monotonic one.
"""

import asyncio
import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import RawArray
from typing import Any

import httptools
import uvloop
from msgspec import Struct
from typing_extensions import override

from bench.cores import pin

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
ERROR = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"
MARK = b"ring-"
DIGITS = 8
SLOW = 2.0
"""Seconds after which a slow receiver answers."""


def mark(number: int) -> str:
    """What a message's content holds, for the sink to know it by."""
    return f"{MARK.decode()}{number:0{DIGITS}}"


class Sink(Struct):
    """Running receivers, one for each port. `counts` has one place for each, `seen` one for each message and port."""

    ports: list[int]
    counts: Any
    seen: Any
    messages: int
    stop: Callable[[], None]
    """Ends it early: every connection breaks."""

    @property
    def port(self) -> int:
        return self.ports[0]

    @property
    def received(self) -> int:
        """How many requests have come in all."""
        return sum(self.counts)

    def forget(self) -> None:
        """Begin anew: no message has come."""
        self.counts[:] = [0] * len(self.counts)
        self.seen[:] = [0] * len(self.seen)

    def seen_at(self, message: int, place: int = 0) -> int:
        """When that message reached that port, in nanoseconds of the monotonic clock; 0 if it has not."""
        return int(self.seen[place * self.messages + message])


class _Receiver(asyncio.Protocol):
    """Counts, and answers 200."""

    def __init__(self, counts: Any, place: int) -> None:
        self._counts = counts
        self._place = place
        self._transport: Any = None
        self.data_received = httptools.HttpRequestParser(self).feed_data  # type: ignore[method-assign]

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def on_message_complete(self) -> None:
        self._counts[self._place] += 1
        self._transport.write(ANSWER)


class _Watcher(_Receiver):
    """Notes when each message came first, and behaves as the path says: /ok, /fail, /slow or /hang."""

    def __init__(self, counts: Any, place: int, seen: Any, messages: int) -> None:
        super().__init__(counts, place)
        self._seen = seen
        self._first = place * messages
        self._path = b""
        self._body = b""

    def on_message_begin(self) -> None:
        self._path, self._body = b"", b""

    def on_url(self, url: bytes) -> None:
        self._path += url

    def on_body(self, body: bytes) -> None:
        self._body += body

    @override
    def on_message_complete(self) -> None:
        now = time.monotonic_ns()
        self._counts[self._place] += 1
        at = self._body.find(MARK) + len(MARK)
        number = self._first + int(self._body[at : at + DIGITS])
        self._seen[number] = self._seen[number] or now
        if self._path.startswith(b"/ok"):
            self._transport.write(ANSWER)
        elif self._path.startswith(b"/fail"):
            self._transport.write(ERROR)
        elif self._path.startswith(b"/slow"):
            asyncio.get_running_loop().call_later(SLOW, self._answer_late)

    def _answer_late(self) -> None:
        if not self._transport.is_closing():
            self._transport.write(ANSWER)


def _serve(ready: Connection, counts: Any, seen: Any, messages: int) -> None:
    def receiver(place: int) -> Callable[[], _Receiver]:
        if messages:
            return partial(_Watcher, counts, place, seen, messages)
        return partial(_Receiver, counts, place)

    async def forever() -> None:
        loop = asyncio.get_running_loop()
        servers = [
            await loop.create_server(receiver(place), "127.0.0.1", 0, backlog=1024)
            for place in range(len(counts))
        ]
        ready.send([server.sockets[0].getsockname()[1] for server in servers])
        await asyncio.Event().wait()

    pin(1)
    uvloop.run(forever())


@contextmanager
def sink(ports: int = 1, messages: int = 0) -> Iterator[Sink]:
    """Running receivers. With `messages`, they note when each of so many marked messages came."""
    context = multiprocessing.get_context("spawn")
    counts, seen = RawArray("q", ports), RawArray("q", max(1, ports * messages))
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there, counts, seen, messages), daemon=True)
    process.start()
    try:
        yield Sink(here.recv(), counts, seen, messages, process.terminate)
    finally:
        process.terminate()
        process.join()


async def until(reached: Callable[[], bool], patience: float = 120.0) -> None:
    """Wait until something holds; fails if it takes too long, so that a lost delivery is not waited for forever."""
    give_up = time.monotonic() + patience
    while not reached():
        if time.monotonic() > give_up:
            raise TimeoutError("the deliveries did not all arrive")
        await asyncio.sleep(0.002)
