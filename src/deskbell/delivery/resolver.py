"""Names to addresses, without dead name servers holding up the rest."""

import asyncio
import socket
from collections.abc import Sequence
from typing import Protocol

import aiodns
import pycares
from aiodns.error import ARES_ENODATA, ARES_ENOTFOUND, ARES_ETIMEOUT, DNSError

PATIENCE = 1.0
"""Seconds until a name server is asked again, or another in its place; each round waits twice as long."""
TRIES = 5

Resolved = list[tuple[int, str]]


class Resolver(Protocol):
    """Finds the addresses of a host."""

    async def resolve(self, host: str, port: int) -> list[tuple[int, str]]:
        """Address families and addresses, the best first. Raises OSError when there are none."""
        ...


class SystemResolver:
    """Asks the machine's name servers (/etc/resolv.conf, and /etc/hosts before them), any number of names at once.

    A name that nobody answers for costs a little memory while it is asked for, and no thread, so that thousands of them hold up
    nobody. There is one look-up at a time for each name. Who gives up waiting leaves it running, and whoever asks next joins it.
    What was answered, or denied, is kept for as long as its name server says.
    """

    def __init__(self, nameservers: Sequence[str] | None = None) -> None:
        """`nameservers`, as `address` or `address:port`, are asked instead of the machine's."""
        self._nameservers = nameservers
        self._channel: aiodns.DNSResolver | None = None
        self._running: dict[str, asyncio.Future[pycares.AddrInfoResult]] = {}

    async def resolve(self, host: str, port: int) -> Resolved:
        running = self._running.get(host)
        if running is None:
            running = self._running[host] = self._look_up(host)
            running.add_done_callback(lambda done: self._forget(host, done))
        try:
            found = await asyncio.shield(running)
        except DNSError as error:
            raise _explained(error) from None
        return [(node.family, node.addr[0].decode()) for node in found.nodes]

    async def close(self) -> None:
        """End every look-up."""
        if self._channel is not None:
            await self._channel.close()

    def _look_up(self, host: str) -> asyncio.Future[pycares.AddrInfoResult]:
        if self._channel is None:  # made here, because it belongs to the running loop
            self._channel = aiodns.DNSResolver(
                self._nameservers, asyncio.get_running_loop(), timeout=PATIENCE, tries=TRIES
            )
        return self._channel.getaddrinfo(host, type=socket.SOCK_STREAM)

    def _forget(self, host: str, done: asyncio.Future[pycares.AddrInfoResult]) -> None:
        del self._running[host]
        if not done.cancelled():
            done.exception()  # Read, lest asyncio complain where everybody gave up waiting.


def _explained(error: DNSError) -> OSError:
    """The error as those who ask the operating system know it."""
    code, told = error.args
    if code == ARES_ETIMEOUT:
        return TimeoutError(told)
    if code in (ARES_ENOTFOUND, ARES_ENODATA):
        return socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return socket.gaierror(socket.EAI_FAIL, told)
