"""Small files of several kinds, made up byte by byte."""

import io
import struct
import zipfile
import zlib

import httpx


def png(width: int = 2, height: int = 3) -> bytes:
    """A whole picture."""
    rows = zlib.compress(b"".join(b"\0" + b"\x7f" * 3 * width for _ in range(height)))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [_chunk(b"IHDR", header), _chunk(b"IDAT", rows), _chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def zipped(*names: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return written.getvalue()


PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
HTML = b"<!DOCTYPE html><html><script>alert(document.domain)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 64
WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm" + b"\0" * 64
MP3 = b"ID3\x03\0\0\0\0\0\0" + b"\0" * 64
EXE = b"MZ\x90\0\x03\0\0\0" + b"\0" * 64

File = tuple[str, bytes, str]


def picture(name: str = "cat.png") -> File:
    return name, png(), "image/png"


def attached(*files: File, field: str = "attachments[]") -> list[tuple[str, File]]:
    """What httpx sends as a form's files."""
    return [(field, file) for file in files]


async def fetched(client: httpx.AsyncClient, url: str, **more: str) -> httpx.Response:
    """A file, asked for without a token of any kind."""
    return await client.get(url, headers=more)
