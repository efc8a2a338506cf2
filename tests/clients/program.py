"""A bot as a process of its own that listens on loopback, and may be stopped and started again at the same address."""

import socket
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.process import until


class Program:
    """Started by `start`; its output goes to `log`."""

    def __init__(self, command: Sequence[str | Path], log: Path) -> None:
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        self._command = command
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    async def start(self, environment: Mapping[str, str]) -> None:
        """Start, and return once it takes connections. Raises AssertionError with its log where it does not."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                env={**environment, "PORT": str(self.port)},
                cwd=self._log.parent,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        await until(lambda: self._listens() or not self.running, f"{self._command} to listen")
        assert self.running, self._log.read_text()

    async def ended(self) -> None:
        """Wait until it has ended by itself."""
        await until(lambda: not self.running, f"{self._command} to end")

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@asynccontextmanager
async def program(command: Sequence[str | Path], log: Path) -> AsyncIterator[Program]:
    """A bot that the test starts; killed at the end of the block, with its log printed where the test fails."""
    made = Program(command, log)
    try:
        yield made
    except BaseException:
        print(log.read_text() if log.exists() else "")
        raise
    finally:
        made.kill()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
