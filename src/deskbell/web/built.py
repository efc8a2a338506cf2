"""What the frontend was built into: files read once, kept in memory, found by name and never by path."""

import gzip
import hashlib
import logging
import mimetypes
from pathlib import Path

import msgspec
from msgspec import Struct

from deskbell.kit.errors import NotFound

log = logging.getLogger("deskbell.web")

FOLDER = Path(__file__).parent / "static"
ADVICE = "The frontend is not built. Run `make frontend`, and start Deskbell again."


class Asset(Struct, frozen=True):
    """A built file, as it is and compressed."""

    body: bytes
    compressed: bytes
    media_type: str
    etag: str


class Entry(Struct, frozen=True):
    """What a page loads: its script, its style, and what the script will ask for at once."""

    script: str
    style: str | None
    preload: list[str]


class Manifest(Struct, frozen=True):
    """What the build says of a bundle: names of files beside it."""

    script: str
    style: str | None = None
    preload: list[str] = []


class Built:
    """The built files of one folder, read when the first of them is asked for."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._assets: dict[str, Asset] | None = None
        self._entries: dict[str, Entry] = {}

    def asset(self, path: str) -> Asset:
        """A file by its path below the folder. Raises NotFound."""
        if self._assets is None:
            self._assets = self._read()
        if path not in self._assets:
            raise NotFound
        return self._assets[path]

    def entry(self, name: str) -> Entry | None:
        """What the page of a bundle loads; None where it was not built."""
        if name not in self._entries:
            manifest = self._folder / name / "manifest.json"
            if not manifest.exists():
                return None
            told = msgspec.json.decode(manifest.read_bytes(), type=Manifest)
            style = f"/static/{name}/{told.style}" if told.style else None
            preload = [f"/static/{name}/{one}" for one in told.preload]
            self._entries[name] = Entry(f"/static/{name}/{told.script}", style, preload)
        return self._entries[name]

    def _read(self) -> dict[str, Asset]:
        found = {
            path.relative_to(self._folder).as_posix(): _asset(path)
            for path in sorted(self._folder.rglob("*"))
            if path.is_file() and path.name != "manifest.json"
        }
        if not found:
            log.warning(ADVICE)
        return found


def _asset(path: Path) -> Asset:
    body = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    # Weak, for it stands for the compressed bytes as well.
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    return Asset(body, gzip.compress(body, 9, mtime=0), kind, etag)
