"""Opening a connection: resolve, check every address, connect to a checked one."""

import asyncio
import os
import ssl
from collections.abc import Callable
from typing import TypeVar

from msgspec import Struct
from typing_extensions import override

from deskbell.delivery.address import is_literal
from deskbell.delivery.guard import Allowance
from deskbell.delivery.http_connection import Place
from deskbell.delivery.resolver import Resolver
from deskbell.model.delivery import Reason

MAX_ADDRESSES = 4
P = TypeVar("P", bound=asyncio.Protocol)


class DialError(Exception):
    """No connection could be opened. `reason` is from the closed list, `detail` a sentence for the owner."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class Knock(asyncio.Protocol):
    """A connection that is closed as soon as it is open."""

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()


class Dialer(Struct, frozen=True):
    """How connections are opened. `connect_timeout` is in seconds and covers name, TCP and TLS together."""

    allowance: Allowance
    resolver: Resolver
    ssl_context: ssl.SSLContext
    connect_timeout: float

    async def dial(self, place: Place, factory: Callable[[], P]) -> P:
        """Open a connection to an address that the guard has allowed. Raises DialError."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self.connect_timeout
        addresses = await self._allowed_addresses(place, until)
        error = DialError("connection", "There is no address to connect to")
        for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            now = loop.time()
            try:
                # Each address gets its share, so that a first one that swallows packets leaves time for the
                # next.
                async with asyncio.timeout_at(now + (until - now) / left):
                    return await self._connect(place, address, factory)
            except OSError as problem:  # TimeoutError and SSLError are ones too
                error = self._explain(problem, address)
        raise error

    async def _allowed_addresses(self, place: Place, until: float) -> list[str]:
        if is_literal(place.host):
            found = [place.host]
        else:
            try:
                async with asyncio.timeout_at(until):
                    answer = await self.resolver.resolve(place.host, place.port)
            except TimeoutError:
                raise DialError("dns", f"The name servers did not answer for {place.host} in time") from None
            except OSError as problem:
                raise DialError(
                    "dns", f"{place.host} cannot be resolved: {problem.strerror or problem}"
                ) from None
            found = list(dict.fromkeys(address for _, address in answer))
        allowed, refusals = self.allowance.sift(place.host, found, place.port)
        if allowed:
            return allowed[:MAX_ADDRESSES]
        if refusals:
            raise DialError("refused_address", refusals[0])
        raise DialError("dns", f"{place.host} has no address")

    async def _connect(self, place: Place, address: str, factory: Callable[[], P]) -> P:
        secure = place.scheme == "https"
        loop = asyncio.get_running_loop()
        # The loop turns TCP_NODELAY on by itself. It is given an address and never a name to resolve anew.
        _, connection = await loop.create_connection(
            factory,
            address,
            place.port,
            ssl=self.ssl_context if secure else None,
            server_hostname=place.host if secure else None,
        )
        return connection

    def _explain(self, problem: OSError, address: str) -> DialError:
        if isinstance(problem, TimeoutError):
            return DialError("timeout", f"No connection to {address} within {self.connect_timeout:g} s")
        if isinstance(problem, ssl.SSLCertVerificationError):
            return DialError("tls", f"The certificate is not valid: {problem.verify_message}")
        if isinstance(problem, ssl.SSLError) and not isinstance(problem, ssl.SSLEOFError):
            return DialError("tls", f"The TLS handshake failed: {problem.reason or problem}")
        known = problem.errno is not None and problem.errno > 0
        cause = os.strerror(problem.errno) if known and problem.errno is not None else str(problem)
        return DialError("connection", f"Cannot connect to {address}: {cause or 'the peer hung up'}")
