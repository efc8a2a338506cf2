"""Sending single requests with the outbound client, to receivers on loopback."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from deskbell.delivery.address import parse_url
from deskbell.delivery.guard import Allowance
from deskbell.delivery.http import Client, Limits, Request
from deskbell.delivery.outcome import Answered, Failed, Outcome
from deskbell.delivery.resolver import Resolver
from tests.support.aio import Script, receiver, run

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
LOOPBACK = ("127.0.0.0/8", "::1")


class Names:
    """A resolver that answers each look-up with the next list of addresses, the last one for ever."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = list(answers)
        self.asked = 0
        self.delay = 0.0

    async def resolve(self, host: str, port: int) -> list[tuple[int, str]]:
        self.asked += 1
        await asyncio.sleep(self.delay)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if not answer:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET6 if ":" in address else socket.AF_INET, address) for address in answer]


def request(url: str, body: bytes = b"{}", headers: bytes = b"") -> Request:
    return Request(parse_url(url), headers, body)


@asynccontextmanager
async def client(
    limits: Limits | None = None,
    *,
    allow: tuple[str, ...] = LOOPBACK,
    resolver: Resolver | None = None,
    ssl_context: ssl.SSLContext | None = None,
) -> AsyncIterator[Client]:
    made = Client(Allowance.parse(allow), limits, resolver=resolver, ssl_context=ssl_context)
    try:
        yield made
    finally:
        await made.close()


def exchange(script: Script, limits: Limits | None = None, body: bytes = b"{}") -> Outcome:
    """What one request to a receiver with this script comes to."""

    async def scene() -> Outcome:
        async with receiver(script) as there, client(limits) as here:
            return await here.send(request(there.url(), body))

    return run(scene())


def answer_of(outcome: Outcome) -> Answered:
    assert isinstance(outcome, Answered), outcome
    return outcome


def failure_of(outcome: Outcome) -> Failed:
    assert isinstance(outcome, Failed), outcome
    return outcome
