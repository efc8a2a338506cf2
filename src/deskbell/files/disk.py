"""Files in a folder of this machine, or of one that several machines share."""

import asyncio
import os
import re
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeVar

from deskbell.files.storage import StorageUnavailable

PART = ".part"
_KEY = re.compile(r"[0-9a-f]{64}(\.part)?")

T = TypeVar("T")


class Disk:
    """Keeps each file in one of 256 folders, under its key. Works on threads: a disk may take its time."""

    def __init__(self, root: Path) -> None:
        """The root is made when the first file comes."""
        self._root = root

    async def keep(self, source: BinaryIO) -> str:
        return await _on_thread(self._keep, source)

    async def locate(self, key: str) -> Path | None:
        return await _on_thread(self._locate, key)

    async def delete(self, key: str) -> None:
        await _on_thread(self._delete, key)

    async def older(self, share: int, instant: int) -> list[str]:
        return await _on_thread(self._older, share, instant)

    def _keep(self, source: BinaryIO) -> str:
        """Written under another name and renamed when it is whole and durable: no key leads to half a file."""
        key = secrets.token_hex(32)
        path = self._path(key)
        _make(path.parent)
        part = path.with_name(key + PART)
        try:
            source.seek(0)
            with part.open("xb") as target:
                shutil.copyfileobj(source, target, 1 << 18)
                target.flush()
                os.fsync(target.fileno())
            part.rename(path)
            _sync(path.parent)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        return key

    def _locate(self, key: str) -> Path | None:
        path = self._path(key)
        return path if path.is_file() else None

    def _delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def _older(self, share: int, instant: int) -> list[str]:
        folder = self._root / f"{share:02x}"
        if not folder.is_dir():
            return []
        with os.scandir(folder) as entries:
            return [
                entry.name
                for entry in entries
                if _KEY.fullmatch(entry.name) and entry.stat().st_mtime_ns // 1_000 < instant
            ]

    def _path(self, key: str) -> Path:
        assert _KEY.fullmatch(key), "keys are made here, and nothing else is a path"
        return self._root / key[:2] / key


async def _on_thread(work: Callable[..., T], *args: object) -> T:
    try:
        return await asyncio.to_thread(work, *args)
    except OSError as error:
        raise StorageUnavailable(f"Files cannot be reached now: {error.strerror or error}.") from error


def _make(folder: Path) -> None:
    """A folder that is there after a power cut too."""
    if folder.is_dir():
        return
    _make(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync(folder.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
