"""The real `deskbell` command: run to its end, or kept running as a server that tests stop, kill and start again."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, ClassVar

PATIENCE = 60.0
"""Seconds until a test gives up waiting; nothing is expected to take nearly as long."""

COMMAND = (sys.executable, "-m", "deskbell.cli.main")
_ADDRESS = re.compile(r"Listening.* address=(\S+)")
_READY = re.compile(r"runtime: (Listening|Delivering)")


class ProcessError(Exception):
    """The process did not do as told; the message ends with the tail of its log."""


def deskbell(*arguments: str, cwd: Path, **settings: Any) -> subprocess.CompletedProcess[str]:
    """Run a command to its end. `settings` become DESKBELL_* variables."""
    return subprocess.run(
        [*COMMAND, *arguments],
        check=False,
        cwd=cwd,
        env=environment(settings),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        stdin=subprocess.DEVNULL,
    )


def environment(settings: Mapping[str, Any]) -> dict[str, str]:
    """Our own environment without the DESKBELL_* in it, and with these settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DESKBELL_")}
    return kept | {f"DESKBELL_{name.upper()}": str(value) for name, value in settings.items()}


Condition = Callable[[], object] | Callable[[], Awaitable[bool]]


async def until(condition: Condition, what: str, patience: float = PATIENCE) -> None:
    """Wait for a condition. Raises AssertionError saying what did not come."""
    loop = asyncio.get_running_loop()
    give_up = loop.time() + patience
    pause = 0.005
    while True:
        found = condition()
        if await found if isinstance(found, Awaitable) else found:
            return
        if loop.time() > give_up:
            raise AssertionError(f"waited {patience:.0f} s in vain for: {what}")
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, 0.1)


class Server:
    """`deskbell serve` in a folder of its own. It may be started again after it has ended; the log goes on."""

    command: ClassVar[tuple[str, ...]] = (*COMMAND, "serve")

    def __init__(
        self, folder: Path, database: str, *flags: str, name: str = "server", **settings: Any
    ) -> None:
        self.folder = folder
        self.database = database
        self._flags = flags
        self._log = folder / f"{name}.log"
        self._settings = {"port": 0, "database": database, **settings}
        self._process: subprocess.Popen[bytes] | None = None
        self._seen = 0  # how much of the log earlier starts have written
        self.address = ""

    @property
    def log(self) -> str:
        """All that was printed and logged since the first start."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start, and return once it serves. Raises ProcessError."""
        process = self._launch()
        await self._until(lambda: _READY.search(self._now) or not self.running, "start")
        if not self.running:
            raise self._error(f"it ended with {process.returncode} instead of serving")
        found = _ADDRESS.search(self._now)
        self.address = found[1] if found else ""

    async def stop(self) -> int:
        """SIGTERM; answers the exit status once it has ended. Raises ProcessError."""
        return await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """SIGKILL, as a crash would."""
        await self._end(signal.SIGKILL)

    def terminate(self) -> None:
        """SIGTERM, without waiting for what comes of it."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)

    async def ended(self) -> int:
        """Wait until it has ended by itself; answers the exit status."""
        assert self._process is not None
        await self._until(lambda: not self.running, "end")
        return self._process.wait()

    def _launch(self) -> subprocess.Popen[bytes]:
        self._seen = len(self.log)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self.command, *self._flags],
                cwd=self.folder,
                env=environment(self._settings),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches the test run only, which then ends the server in order
            )
        return self._process

    async def _end(self, how: signal.Signals) -> int:
        assert self._process is not None
        self._process.send_signal(how)
        return await self.ended()

    async def _until(self, condition: Callable[[], object], what: str) -> None:
        try:
            await until(condition, what)
        except AssertionError:
            raise self._error(f"it did not {what} within {PATIENCE:.0f} s") from None

    @property
    def _now(self) -> str:
        return self.log[self._seen :]

    def _error(self, what: str) -> ProcessError:
        tail = "\n".join(self.log.splitlines()[-40:])
        return ProcessError(f"deskbell serve {' '.join(self._flags)}: {what}\n{tail}")

    @contextmanager
    def told_on_failure(self) -> Iterator[None]:
        """Print the log's tail where the test in the block fails."""
        try:
            yield
        except BaseException:
            print(f"--- {self._log.name} ends with\n" + "\n".join(self.log.splitlines()[-30:]))
            raise

    def destroy(self) -> None:
        """Make sure that nothing is left running, whatever the test did."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@asynccontextmanager
async def serving(
    folder: Path, database: str, *flags: str, name: str = "server", **settings: Any
) -> AsyncIterator[Server]:
    """A server that serves as long as the block, unless the test ends it before."""
    server = Server(folder, database, *flags, name=name, **settings)
    try:
        with server.told_on_failure():
            await server.start()
            yield server
    finally:
        server.destroy()
