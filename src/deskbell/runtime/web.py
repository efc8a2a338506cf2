"""Serving HTTP as a part of the process."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI
from typing_extensions import override
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from deskbell.config import Settings, SettingsError
from deskbell.realtime.live import Live

log = logging.getLogger("deskbell.runtime")


LARGEST_FRAME = 16_384
"""Bytes of one WebSocket message from a client; what it may say is short."""
KEEPALIVE = 20.0
"""Seconds between looks whether a WebSocket's peer is there, and in which it must answer."""
CLOSING = 5.0
"""Seconds a WebSocket that is over may take to go."""


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling: the supervisor's is the only one."""

    @override
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _WebSocket(WebSocketsSansIOProtocol):
    """uvicorn's WebSockets, but a peer that does not read holds no socket: what is over is broken off after a little while."""

    @override
    async def run_asgi(self) -> None:
        await super().run_asgi()
        self.loop.call_later(CLOSING, self._break_off)

    @override
    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self._break_off()

    def _break_off(self) -> None:
        if not self.disconnected:
            self.transport.abort()


class Web:
    """Serves HTTP, and WebSockets."""

    def __init__(self, app: FastAPI, listener: socket.socket, live: Live) -> None:
        self._listener = listener
        self._live = live
        self._leaving: asyncio.Task[None] | None = None
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            http="httptools",
            ws=_WebSocket,
            ws_max_size=LARGEST_FRAME,
            ws_ping_interval=KEEPALIVE,
            ws_ping_timeout=KEEPALIVE,
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=10,
            server_header=False,
        )
        self._server = _Server(config)

    async def run(self) -> None:
        await self._server.serve(sockets=[self._listener])

    def stop(self) -> None:
        """Tell who listens to come again, then take nothing more."""
        if self._leaving is None:
            self._leaving = asyncio.create_task(self._leave())

    async def _leave(self) -> None:
        try:
            await self._live.farewell()
        finally:
            self._server.should_exit = True


def listen(settings: Settings) -> socket.socket:
    """A listening socket. Raises SettingsError where the address cannot be had."""
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        raise SettingsError(
            f"host, port: cannot listen on {settings.host}:{settings.port} ({error.strerror or error})."
        ) from None
