"""A real server process, pinned to a core, with its processor time to read."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from bench.sink import pin


class Server(Struct):
    """Where it listens, and what it has used."""

    port: int
    pid: int

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running_server(url: str, role: str) -> Iterator[Server]:
    """`deskbell serve` on core 0, stopped at the end."""
    command = [
        sys.executable,
        "-m",
        "deskbell.cli.main",
        "serve",
        "--port",
        "0",
        "--role",
        role,
        "--database",
        url,
    ]
    environment = os.environ | {"DESKBELL_DELIVERY_ALLOW": "127.0.0.1"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stderr is not None
        port = next(
            int(found[1])
            for line in process.stderr
            if (found := re.search(r"address=http://[^:]+:(\d+)", line))
        )
        threading.Thread(target=process.stderr.read, daemon=True).start()
        pin(1)
        try:
            yield Server(port, process.pid)
        finally:
            pin(0)
            process.terminate()
            process.wait()
