"""Compile the lock files: versions and hashes only, never a download address."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMON = [
    "--universal",
    "--python-version",
    "3.11",
    "--generate-hashes",
    "--no-annotate",
    "--no-header",
    "--quiet",
]


def compile_lock(name: str, *what: str) -> None:
    subprocess.run(
        [
            sys.executable,
            "-m",
            "uv",
            "pip",
            "compile",
            *what,
            *COMMON,
            "-o",
            f"requirements/{name}.txt",
            *sys.argv[1:],
        ],
        cwd=ROOT,
        check=True,
    )


if __name__ == "__main__":
    compile_lock("run", "pyproject.toml")
    compile_lock("dev", "pyproject.toml", "--extra", "dev", "-c", "requirements/run.txt")
    compile_lock("bench", "--group", "bench")
    # The bots' messengers are played by the tests.
    compile_lock("bots", "--group", "bots", "--no-emit-package", "deltachat-rpc-server")
