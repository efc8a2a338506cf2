"""A real server process, pinned to core 0, with its processor time to read."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from bench.cores import cpu_of, pinned


class Server(Struct):
    """Where it listens, and what it has used."""

    port: int
    pid: int

    def cpu(self) -> float:
        """Seconds of processor time so far, its children's included."""
        return cpu_of(self.pid)


@contextmanager
def running_server(url: str, role: str, profile: Path | None = None) -> Iterator[Server]:
    """`deskbell serve` on core 0, stopped at the end; whoever asks it is on core 1 meanwhile."""
    program = ["deskbell.cli.main"] if profile is None else ["bench.profiled_server", str(profile)]
    command = [sys.executable, "-m", *program, "serve"]
    command += ["--port", "0", "--role", role, "--database", url]
    environment = os.environ | {
        "DESKBELL_DELIVERY_ALLOW": "127.0.0.1",
        "DESKBELL_RATE_LIMIT_TOKEN": "1000000000",
        "DESKBELL_RATE_LIMIT_ADDRESS": "1000000000",
    }
    with pinned(0):
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    with process, pinned(1):
        try:
            yield Server(_port(process), process.pid)
        finally:
            process.terminate()
            process.wait()


def _port(process: subprocess.Popen[str]) -> int:
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if found := re.search(r"address=http://[^:]+:(\d+)", line):
            threading.Thread(target=process.stderr.read, daemon=True).start()
            return int(found[1])
    raise RuntimeError("the server did not start\n" + "".join(said))
