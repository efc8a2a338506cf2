"""Disks that are full when a test says so, and have room again when it says so."""

import os
import resource
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Protocol

from typing_extensions import override

BLOCK = b"\0" * 4096


class Disk(Protocol):
    """Where a test puts a database. `pid` is the process that writes there."""

    folder: Path

    def fill(self, pid: int) -> None:
        """Let nothing on it grow."""
        ...

    def make_room(self, pid: int) -> None:
        """Let everything on it grow again."""
        ...


class SmallDisk(Disk):
    """A file system of its own with few blocks: what writes to it when they are used up is told ENOSPC."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    @override
    def fill(self, pid: int) -> None:
        with suppress(OSError), self._ballast.open("ab", buffering=0) as ballast:
            while True:
                ballast.write(BLOCK)

    @override
    def make_room(self, pid: int) -> None:
        self._ballast.unlink()


class LimitedDisk(Disk):
    """Any folder, and a limit on how large a file the process may write: it is told EFBIG, with the same consequences."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @override
    def fill(self, pid: int) -> None:
        largest = max(path.stat().st_size for path in self.folder.iterdir())
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))

    @override
    def make_room(self, pid: int) -> None:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@contextmanager
def small_disk(megabytes: int) -> Iterator[SmallDisk]:
    """A small file system, mounted as long as the block. Raises CalledProcessError where we may not mount."""
    with tempfile.TemporaryDirectory(prefix="deskbell-disk-") as folder:
        options = f"size={megabytes}m,mode=777"
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True, capture_output=True
        )
        try:
            Path(folder).chmod(0o777)
            yield SmallDisk(Path(folder))
        finally:
            subprocess.run(["umount", "-l", folder], check=True)


@cache
def may_mount() -> bool:
    """Whether we may make small file systems here: root may, where it is not locked in."""
    if os.geteuid() != 0:
        return False
    try:
        with small_disk(1):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False
