"""Running programs that refuse to run as root."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

UNPRIVILEGED = "nobody"


class Account:
    """Who runs a program: ourselves, or where we are root an unprivileged account."""

    def __init__(self) -> None:
        self._entry = pwd.getpwnam(UNPRIVILEGED) if os.geteuid() == 0 else None

    def run(self, command: Sequence[str], cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run to the end; output and errors come as one text."""
        options = self._options(cwd) | {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE}
        return subprocess.run(command, check=False, text=True, stderr=subprocess.STDOUT, **options)

    def popen(self, command: Sequence[str], cwd: Path, log: int | None = None) -> subprocess.Popen[bytes]:
        """Start in the background: with a log to write to, or else with a pipe to read from."""
        stdin = subprocess.PIPE if log is None else subprocess.DEVNULL
        output = subprocess.DEVNULL if log is None else log
        return subprocess.Popen(command, stdin=stdin, stdout=output, stderr=output, **self._options(cwd))

    def folder(self) -> Path:
        """A new temporary folder that the account owns and can reach."""
        for parent in dict.fromkeys((*_memory(), tempfile.gettempdir(), "/tmp", "/var/tmp")):
            folder = Path(tempfile.mkdtemp(prefix="deskbell-pg-", dir=parent))
            self.give(folder)
            if self._can("/bin/sh", "-c", 'cd "$1"', "probe", str(folder)):
                return folder
            folder.rmdir()
        raise RuntimeError(f"no temporary folder that {UNPRIVILEGED} can reach")

    def readable(self, package: Path, root: Path) -> Path:
        """The folder of an installed package, or a copy below `root` where the account cannot look into it."""
        if self._can("find", str(package)):
            return package
        # Programs find the libraries of a wheel beside the package, so the copy keeps the layout.
        for source in (package, package.with_name(f"{package.name}.libs")):
            if source.exists():
                shutil.copytree(
                    source, root / source.name, ignore=shutil.ignore_patterns("include", "__pycache__")
                )
                self.give(root / source.name)
        return root / package.name

    def _can(self, *command: str) -> bool:
        return self.run(command, Path("/")).returncode == 0

    def give(self, top: Path) -> None:
        """Let the account own a folder and all that is in it."""
        if self._entry is not None:
            for path in (top, *top.rglob("*")):
                os.chown(path, self._entry.pw_uid, self._entry.pw_gid, follow_symlinks=False)

    def _options(self, cwd: Path) -> dict[str, Any]:
        # A session of its own, so that Ctrl-C reaches only the test run, which then ends the program in order.
        environment = {"PATH": os.defpath, "LC_ALL": "C"}
        options: dict[str, Any] = {"cwd": cwd, "env": environment, "start_new_session": True}
        if self._entry is not None:
            options |= {"user": self._entry.pw_uid, "group": self._entry.pw_gid, "extra_groups": []}
        return options


def _memory() -> list[str]:
    """A file system in memory, where there is a roomy one: a database is cloned for each test, several times faster there."""
    shared = Path("/dev/shm")
    return [str(shared)] if shared.is_dir() and shutil.disk_usage(shared).free > 2**31 else []
