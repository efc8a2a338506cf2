"""Webhook requests as Deskbell sends them, and what a test needs to send them to a receiver by hand."""

import asyncio
import base64
import contextlib
import json
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from standardwebhooks import Webhook

from deskbell.runtime.receiver import OnEvent, Received, Receiver, Reply, Secrets

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
OTHER = "whsec_" + base64.b64encode(b"o" * 32).decode()
BODY = json.dumps(
    {"event": "message_created", "content": "Hello there", "message_type": 0, "conversation": {"id": 3}}
).encode()


def signed(body: bytes = BODY, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    """The headers Deskbell would send."""
    moment = datetime.fromtimestamp(int(time.time() if at is None else at), UTC)
    return {
        "Content-Type": "application/json",
        "webhook-id": "evt_1_12",
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign("evt_1_12", moment, body.decode()),
        "deskbell-event": "message_created",
        "deskbell-delivery": "7",
        "deskbell-attempt": "2",
    }


def post(body: bytes = BODY, headers: dict[str, str] | None = None, path: str = "/hook") -> bytes:
    """A whole request."""
    own = {"Host": "localhost", "Content-Length": str(len(body))}
    lines = [
        f"{name}: {value}" for name, value in (own | (signed(body) if headers is None else headers)).items()
    ]
    return "\r\n".join([f"POST {path} HTTP/1.1", *lines, "", ""]).encode() + body


class Client:
    """A connection of the plainest kind."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def ask(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        self.writer.write(request)
        return await self.answer()

    async def answer(self) -> tuple[int, dict[str, str], bytes]:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        first, *rest = head.strip().split("\r\n")
        headers = dict(part.split(": ", 1) for part in rest)
        body = await self.reader.readexactly(int(headers.get("content-length", 0)))
        return int(first.split()[1]), headers, body

    async def is_cut(self) -> bool:
        try:
            return await self.reader.read(1) == b""
        except ConnectionError:
            return True


async def with_receiver(
    secrets: Secrets, on_event: OnEvent, use: Callable[[Client, Receiver], Awaitable[None]]
) -> None:
    async with Receiver(secrets, on_event) as receiver:
        client = await connect(receiver)
        try:
            async with asyncio.timeout(10):
                await use(client, receiver)
        finally:
            client.writer.close()
            with contextlib.suppress(ConnectionError):
                await client.writer.wait_closed()


async def connect(receiver: Receiver) -> Client:
    return Client(*await asyncio.open_connection("127.0.0.1", receiver.port))


class Notes(list[Received]):
    """Keeps what came and answers as told."""

    def __init__(self, answer: Reply | int | None = None) -> None:
        self.reply = answer

    def __call__(self, received: Received) -> Reply | int | None:
        self.append(received)
        return self.reply


def received_from(*requests: bytes, secrets: Secrets | None = None) -> list[Received]:
    """What the receiver tells of requests sent one after another."""
    notes = Notes()

    async def use(client: Client, _: Receiver) -> None:
        for request in requests:
            assert (await client.ask(request))[0] == 200

    asyncio.run(with_receiver([SECRET] if secrets is None else secrets, notes, use))
    return notes
