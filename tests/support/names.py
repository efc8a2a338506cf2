"""A name server on loopback that answers, denies, or swallows what it is asked."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

from typing_extensions import override

A, SOA, AAAA = 1, 6, 28
NO_ERROR, SERVER_FAILURE, NO_SUCH_NAME = 0, 2, 3


@dataclass
class NameServer(asyncio.DatagramProtocol):
    """Knows some names; any other whose first letters are `dead` it never answers, and denies the rest."""

    known: Mapping[str, Sequence[str]]
    ttl: int = 60
    failing: bool = False
    deaf: bool = False
    asked: list[str] = field(default_factory=list)
    address: str = ""
    _transport: asyncio.DatagramTransport | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)
        self.address = "{}:{}".format(*transport.get_extra_info("sockname"))

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        name, kind, question = _question(data)
        self.asked.append(name)
        if self.deaf or name.startswith("dead"):
            return
        assert self._transport is not None
        self._transport.sendto(data[:2] + self._answer(name, kind, question), addr)

    def _answer(self, name: str, kind: int, question: bytes) -> bytes:
        if self.failing:
            return _message(SERVER_FAILURE, question, [], [])
        if name not in self.known:
            return _message(NO_SUCH_NAME, question, [], [self._record(SOA, _authority(self.ttl))])
        family = {A: socket.AF_INET, AAAA: socket.AF_INET6}.get(kind)
        found = [one for one in self.known[name] if (":" in one) == (kind == AAAA)]
        records = [self._record(kind, socket.inet_pton(family, one)) for one in found] if family else []
        return _message(NO_ERROR, question, records, [])

    def _record(self, kind: int, data: bytes) -> bytes:
        return struct.pack("!HHHIH", 0xC00C, kind, 1, self.ttl, len(data)) + data


@asynccontextmanager
async def name_server(
    known: Mapping[str, Sequence[str]] | None = None,
    *,
    ttl: int = 60,
    failing: bool = False,
    deaf: bool = False,
) -> AsyncIterator[NameServer]:
    """A name server that runs as long as the block."""
    transport, server = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: NameServer(known or {}, ttl, failing, deaf), local_addr=("127.0.0.1", 0)
    )
    try:
        yield server
    finally:
        transport.close()


def _question(data: bytes) -> tuple[str, int, bytes]:
    """The name and kind a query asks for, and the question as it stands there."""
    place, labels = 12, []
    while size := data[place]:
        labels.append(data[place + 1 : place + 1 + size].decode())
        place += size + 1
    return ".".join(labels).lower(), struct.unpack_from("!H", data, place + 1)[0], data[12 : place + 5]


def _message(code: int, question: bytes, answers: list[bytes], authorities: list[bytes]) -> bytes:
    head = struct.pack("!HHHHH", 0x8180 | code, 1, len(answers), len(authorities), 0)
    return head + question + b"".join(answers) + b"".join(authorities)


def _authority(ttl: int) -> bytes:
    root = b"\0"
    return root + root + struct.pack("!5I", 1, 3600, 600, 86400, ttl)
