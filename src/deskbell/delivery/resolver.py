"""Names to addresses, without one dead name server holding up the rest."""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

THREADS = 16

Resolved = list[tuple[int, str]]


class Resolver(Protocol):
    """Finds the addresses of a host."""

    async def resolve(self, host: str, port: int) -> list[tuple[int, str]]:
        """Address families and addresses, the best first. Raises OSError when there are none."""
        ...


class SystemResolver:
    """The machine's own resolver, on threads of its own; one look-up at a time for each name.

    A look-up cannot be stopped. Who gives up waiting leaves it running, and whoever asks next joins it,
    so that a name whose servers are dead holds one thread however often it is asked for.
    """

    def __init__(self, threads: int = THREADS) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="resolver")
        self._running: dict[tuple[str, int], asyncio.Future[Resolved]] = {}

    async def resolve(self, host: str, port: int) -> Resolved:
        key = (host, port)
        running = self._running.get(key)
        if running is None:
            running = asyncio.get_running_loop().run_in_executor(self._threads, _look_up, host, port)
            self._running[key] = running
            running.add_done_callback(lambda done: self._forget(key, done))
        return await asyncio.shield(running)

    def close(self) -> None:
        """Start no more look-ups. Does not wait for the running ones."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _forget(self, key: tuple[str, int], done: asyncio.Future[Resolved]) -> None:
        del self._running[key]
        if not done.cancelled():
            done.exception()  # Read, lest asyncio complain where everybody gave up waiting.


def _look_up(host: str, port: int) -> Resolved:
    # As bytes, because Python's own IDNA codec would refuse or change some names on their way.
    found = socket.getaddrinfo(host.encode("ascii"), port, type=socket.SOCK_STREAM)
    return [(family, str(place[0])) for family, _, _, _, place in found]
