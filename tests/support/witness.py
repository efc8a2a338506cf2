"""A receiver that sees what is in flight: it answers as told, hangs up when told, and notices two attempts of one conversation at once."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import cast

import msgspec
from standardwebhooks import Webhook
from typing_extensions import override

from deskbell.runtime.receiver import Received
from tests.support import bells

Subject = tuple[str, int]


class Deed(msgspec.Struct, frozen=True):
    """What to do with a request, `delay` seconds later. No status: hang up instead of answering."""

    status: int | None = 200
    delay: float = 0.0


class Receipt(msgspec.Struct, frozen=True):
    """A request, and whether it was answered with success."""

    received: Received
    accepted: bool


Behaviour = Callable[[Received], Deed]


def moody(chance: random.Random, slowest: float = 0.03) -> Behaviour:
    """Mostly a quick yes; now and then a 500, a connection cut without an answer, or a pause."""

    def behave(_: Received) -> Deed:
        mood = chance.random()
        if mood < 0.06:
            return Deed(500)
        if mood < 0.10:
            return Deed(None, chance.uniform(0, slowest))
        return Deed(200, 0.3 if mood > 0.99 else chance.uniform(0, slowest))

    return behave


class Witness:
    """Keeps every request in the order of arrival, and what was in flight when it came."""

    def __init__(self, behave: Behaviour, secret: str) -> None:
        self.behave = behave
        self.secret = secret
        self.receipts: list[Receipt] = []
        self.messages: set[int] = set()
        """The ids of messages that were told and accepted."""
        self.overlaps: list[str] = []
        self.url = ""
        self._in_flight: Counter[Subject] = Counter()
        self._connections: set[_Connection] = set()

    def begin(self, headers: dict[str, str], body: bytes) -> tuple[Subject, Deed]:
        """A whole request is here; answers what it is about and what to do with it."""
        received = read_request(headers, body, self.secret, len(self.receipts) + 1)
        subject = bells.subject_of(received)
        if self._in_flight[subject]:
            self.overlaps.append(f"{received.event_id} came while another of {subject} was in flight")
        self._in_flight[subject] += 1
        deed = self.behave(received)
        accepted = deed.status is not None and 200 <= deed.status < 300
        self.receipts.append(Receipt(received, accepted))
        if accepted and received.event == "message_created":
            self.messages.add(received.json["id"])
        return subject, deed

    def end(self, subject: Subject) -> None:
        """The request is over: answered, cut by us, or cut by its sender."""
        self._in_flight[subject] -= 1

    def connect(self) -> asyncio.Protocol:
        connection = _Connection(self)
        self._connections.add(connection)
        return connection

    def forget(self, connection: "_Connection") -> None:
        self._connections.discard(connection)

    def cut(self) -> None:
        """End every connection."""
        for connection in tuple(self._connections):
            connection.abort()


class _Connection(asyncio.Protocol):
    """One request at a time, as Deskbell sends them. What ends an attempt is noticed at once, not by a task that wakes later."""

    def __init__(self, witness: Witness) -> None:
        self._witness = witness
        self._buffer = b""
        self._transport: asyncio.Transport | None = None
        self._subject: Subject | None = None
        self._timer: asyncio.TimerHandle | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    @override
    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        headers = _headers(head)
        length = int(headers["content-length"])
        if len(rest) < length:
            return
        assert self._subject is None, "a second request before the first was answered"
        self._buffer = rest[length:]
        self._subject, deed = self._witness.begin(headers, rest[:length])
        self._timer = asyncio.get_running_loop().call_later(deed.delay, self._do, deed)

    @override
    def eof_received(self) -> None:
        self._over()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._over()
        self._witness.forget(self)

    def abort(self) -> None:
        self._over()
        if self._transport is not None:
            self._transport.abort()

    def _do(self, deed: Deed) -> None:
        self._over()
        if deed.status is None:
            self.abort()
        elif self._transport is not None and not self._transport.is_closing():
            self._transport.write(f"HTTP/1.1 {deed.status} Said\r\ncontent-length: 0\r\n\r\n".encode())

    def _over(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._subject is not None:
            self._witness.end(self._subject)
            self._subject = None


@asynccontextmanager
async def witnessing(behave: Behaviour, secret: str = bells.KEY) -> AsyncIterator[Witness]:
    """A witness that listens as long as the block."""
    witness = Witness(behave, secret)
    server = await asyncio.get_running_loop().create_server(witness.connect, "127.0.0.1", 0)
    witness.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    try:
        yield witness
    finally:
        server.close()
        witness.cut()
        await server.wait_closed()


def _headers(head: bytes) -> dict[str, str]:
    lines = head.decode("latin-1").split("\r\n")[1:]
    return {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}


def read_request(headers: dict[str, str], body: bytes, secret: str, count: int) -> Received:
    """A request as it came. The signature is checked for the time that it names, for the sender's clock may be one that a test moves."""
    moment = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    expected = Webhook(secret).sign(headers["webhook-id"], moment, body.decode())
    verified = headers["webhook-signature"] == expected
    return Received(
        headers=headers,
        body=body,
        path="/hook",
        event_id=headers["webhook-id"],
        event=headers["deskbell-event"],
        delivery=int(headers["deskbell-delivery"]),
        attempt=int(headers["deskbell-attempt"]),
        verified=verified,
        problem=None if verified else "the signature is not ours",
        received_at=count,
    )


def sent_ago(receipt: Receipt) -> float:
    """How far the attempt's own timestamp lies behind this machine's clock, in seconds."""
    return time.time() - int(receipt.received.headers["webhook-timestamp"])
