"""Serving HTTP as a part of the process."""

import contextlib
import logging
import socket
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI
from typing_extensions import override

from deskbell.config import Settings, SettingsError

log = logging.getLogger("deskbell.runtime")


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling: the supervisor's is the only one."""

    @override
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Web:
    """Serves HTTP."""

    def __init__(self, app: FastAPI, listener: socket.socket) -> None:
        self._listener = listener
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            http="httptools",
            ws="none",
            timeout_graceful_shutdown=10,
            server_header=False,
        )
        self._server = _Server(config)

    async def run(self) -> None:
        await self._server.serve(sockets=[self._listener])

    def stop(self) -> None:
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
