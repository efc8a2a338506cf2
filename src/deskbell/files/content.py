"""What is in a file: judged by its bytes. The sender's word decides only between kinds that one container holds alike."""

import codecs
import io
import struct
from pathlib import PurePosixPath
from typing import BinaryIO

import filetype
import imagesize
from msgspec import Struct

from deskbell.model.file import PICTURES

HEAD = 8_192
"""Bytes that are looked at."""
PICTURE_HEAD = 1_048_576
"""Bytes in which a picture must say its size. What comes before it can be cut so small that reading it takes long."""
NAME_LIMIT = 200
UNKNOWN = "application/octet-stream"
_ZIP = "application/zip"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_OPEN = "application/vnd.openxmlformats-officedocument"
_OASIS = "application/vnd.oasis.opendocument"
_BY_NAME = {
    _ZIP: {
        ".docx": f"{_OPEN}.wordprocessingml.document",
        ".xlsx": f"{_OPEN}.spreadsheetml.sheet",
        ".pptx": f"{_OPEN}.presentationml.presentation",
        ".odt": f"{_OASIS}.text",
        ".ods": f"{_OASIS}.spreadsheet",
        ".odp": f"{_OASIS}.presentation",
    },
    "application/x-ole-storage": {
        ".doc": "application/msword",
        ".xls": "application/vnd.ms-excel",
        ".ppt": "application/vnd.ms-powerpoint",
    },
    "text/plain": {".csv": "text/csv", ".json": "application/json", ".md": "text/markdown"},
}
"""Kinds that look alike from outside, by the name's end."""

_SPOKEN = {"video/webm": "audio/webm", "audio/ogg": "video/ogg", "video/mp4": "audio/mp4"}
"""Containers of sound or pictures: the sender knows which."""
_ALIASES = {
    "application/x-rar-compressed": "application/vnd.rar",
    "audio/x-wav": "audio/wav",
    "audio/x-flac": "audio/flac",
    "application/rtf": "text/rtf",
}
_WRITTEN = frozenset({"application/pdf", "application/rtf", "application/postscript"})
"""Kinds that may be text throughout, and are known by how they begin all the same."""
_BRANDS = {b"avif": "image/avif", b"M4A ": "audio/mp4", b"3gp4": "video/3gpp", b"3gp5": "video/3gpp"}
_MARKUP = (
    (b"<svg", "image/svg+xml"),
    (b"<!doctype html", "text/html"),
    (b"<html", "text/html"),
    (b"<script", "text/html"),
    (b"<head", "text/html"),
    (b"<body", "text/html"),
    (b"<iframe", "text/html"),
    (b"<!--", "text/html"),
)


class Content(Struct, frozen=True):
    """Pictures have a size, where it could be read."""

    content_type: str
    width: int | None = None
    height: int | None = None


def look(source: BinaryIO, name: str, said: str | None = None) -> Content:
    """What the source holds, read from its beginning. `said` is the sender's content type. Blocks."""
    source.seek(0)
    head = source.read(HEAD)
    found = _of_bytes(head)
    if found in PICTURES:
        return _picture(source, found)
    if said is not None and said.partition(";")[0].strip().lower() == _SPOKEN.get(found):
        return Content(_SPOKEN[found])
    return Content(_BY_NAME.get(found, {}).get(PurePosixPath(name).suffix.lower(), found))


def harmless_name(name: str) -> str:
    """A sender's file name without folders, control characters and excess."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(one for one in last if one.isprintable()).strip(" .")
    plain = plain.encode("utf-8", "ignore").decode()
    stem, dot, end = plain.rpartition(".")
    if dot and len(end) <= 20:
        plain = stem[: NAME_LIMIT - len(end) - 1] + dot + end
    return plain[:NAME_LIMIT] or "file"


def _of_bytes(head: bytes) -> str:
    if head[4:8] == b"ftyp" and head[8:12] in _BRANDS:
        return _BRANDS[head[8:12]]
    if head.startswith(_OLE):
        return "application/x-ole-storage"
    text = _of_text(head)
    guessed = filetype.guess_mime(head)
    if guessed is None or (text is not None and guessed not in _WRITTEN):
        return text or UNKNOWN  # a letter that begins with BM is no picture
    return _ALIASES.get(guessed, str(guessed))


def _picture(source: BinaryIO, found: str) -> Content:
    """A picture is one whose size can be read: a few bytes at the beginning make none."""
    source.seek(0)
    try:
        width, height = imagesize.get(io.BytesIO(source.read(PICTURE_HEAD)))
    except (ValueError, OSError, LookupError, ArithmeticError, TypeError, struct.error):
        width = height = -1
    return Content(found, int(width), int(height)) if width > 0 and height > 0 else Content(UNKNOWN)


def _of_text(head: bytes) -> str | None:
    """Text is UTF-8 without control characters; markup that a browser would act on is named for what it is. None for what is no text."""
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(head)
    except UnicodeDecodeError:
        return None
    if any(one < " " and one not in "\t\n\r\f\x1b" for one in text):
        return None
    begins = head[:1_024].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if begins.startswith(b"<?xml"):
        return "image/svg+xml" if b"<svg" in begins else "application/xml"
    return next((kind for mark, kind in _MARKUP if begins.startswith(mark)), "text/plain")
