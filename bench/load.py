"""Load over HTTP: as fast as it is answered, or at a rate of its own whatever the answers do."""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from typing import Any

import httptools
from msgspec import Struct
from typing_extensions import override

from bench.desk import words
from bench.raw import post
from deskbell.kit import json


class Times(Struct):
    """When each request was to be sent and when its answer was in, in nanoseconds of the monotonic clock."""

    due: list[int]
    answered: list[int]


def messages(port: int, token: str, conversations: int, numbers: range) -> list[bytes]:
    """A request to write each of these messages, into the conversations in turn."""
    return [
        post(
            f"/api/v1/accounts/1/conversations/{1 + number % conversations}/messages",
            port,
            json.dumps({"content": words(number)}),
            f"api_access_token: {token}\r\n",
        )
        for number in numbers
    ]


class _Connection(asyncio.Protocol):
    """One request at a time; anything but a 2xx ends the bench."""

    def __init__(self, answered: Callable[["_Connection"], None], failed: Callable[[str], None]) -> None:
        self.number = -1
        self._answered = answered
        self._failed = failed
        self._transport: Any = None
        self._parser = httptools.HttpResponseParser(self)
        self.data_received = self._parser.feed_data  # type: ignore[method-assign]

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def send(self, number: int, request: bytes) -> None:
        self.number = number
        self._transport.write(request)

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        if status >= 300:
            self._failed(f"the server answered {status}")
        else:
            self._answered(self)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._failed("the server hung up")

    def close(self) -> None:
        self._transport.close()


class _Load:
    """Connections, and what came of each request."""

    def __init__(self, port: int, requests: Sequence[bytes]) -> None:
        self.requests = requests
        self.times = Times([0] * len(requests), [0] * len(requests))
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.idle: list[_Connection] = []
        self.after: Callable[[_Connection], None] = self.idle.append
        self._port = port
        self._left = len(requests)
        self._made: list[_Connection] = []

    async def connect(self, connections: int) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(connections):
            _, made = await loop.create_connection(
                lambda: _Connection(self._answered, self._failed), "127.0.0.1", self._port
            )
            self._made.append(made)
            self.idle.append(made)

    def close(self) -> None:
        for one in self._made:
            one.close()

    def send(self, connection: _Connection, number: int, due: int) -> None:
        self.times.due[number] = due
        connection.send(number, self.requests[number])

    def _answered(self, connection: _Connection) -> None:
        self.times.answered[connection.number] = time.monotonic_ns()
        self._left -= 1
        if self._left == 0:
            self.done.set_result(None)
        self.after(connection)

    def _failed(self, why: str) -> None:
        if not self.done.done():
            self.done.set_exception(RuntimeError(why))


async def closed_loop(port: int, requests: Sequence[bytes], connections: int = 64) -> Times:
    """Send each request once; each connection sends its next as soon as it is answered."""
    load = _Load(port, requests)
    await load.connect(connections)
    numbers = iter(range(len(requests)))

    def send_next(connection: _Connection) -> None:
        number = next(numbers, None)
        if number is not None:
            load.send(connection, number, time.monotonic_ns())

    load.after = send_next
    for connection in load.idle:
        send_next(connection)
    await load.done
    load.close()
    return load.times


async def open_loop(port: int, requests: Sequence[bytes], rate: float, connections: int = 256) -> Times:
    """Send each request once, at random instants, so many a second on average, however long answers take."""
    load = _Load(port, requests)
    await load.connect(connections)
    for number, due in enumerate(arrivals(len(requests), rate)):
        while not load.done.done() and (time.monotonic_ns() < due or not load.idle):
            await asyncio.sleep(max(0.0005, (due - time.monotonic_ns()) / 1e9))
        if load.done.done():
            break
        load.send(load.idle.pop(), number, due)
    await load.done
    load.close()
    return load.times


def arrivals(total: int, rate: float) -> list[int]:
    """Random instants from now on, so many a second on average, in nanoseconds of the monotonic clock.

    The same steps every time: what is compared shall meet the same bursts.
    """
    chance = random.Random(total)
    at = float(time.monotonic_ns())
    found = []
    for _ in range(total):
        at += chance.expovariate(rate) * 1e9
        found.append(int(at))
    return found
