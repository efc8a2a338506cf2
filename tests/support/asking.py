"""A small HTTP/1.1 client that tells apart what was never sent from what was sent and not answered, and costs next to nothing."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

PATIENCE = 60.0


class NotSentError(Exception):
    """Nobody listens there: the request did not even leave."""


class NotAnsweredError(Exception):
    """The connection broke before a whole answer came; the request may have been served or not."""


class Answer:
    """What the server said."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None


Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Client:
    """Keeps its connections open for the next request."""

    def __init__(self) -> None:
        self._idle: dict[tuple[str, int], list[Stream]] = {}

    async def ask(
        self,
        method: str,
        url: str,
        body: dict[str, Any] | None = None,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Raises NotSentError, NotAnsweredError."""
        parts = urlsplit(url)
        place = parts.hostname or "", parts.port or 80
        target = parts.path + (f"?{urlencode(query)}" if query else "")
        stream = await self._stream(place)
        try:
            async with asyncio.timeout(PATIENCE):
                stream[1].write(_rendered(method, target, parts.netloc, body, headers or {}))
                answer = await _read(stream[0])
        except (OSError, asyncio.IncompleteReadError) as error:
            stream[1].close()
            raise NotAnsweredError(f"{method} {url}: {error!r}") from error
        except BaseException:
            stream[1].close()
            raise
        self._idle.setdefault(place, []).append(stream)
        return answer

    async def close(self) -> None:
        for streams in self._idle.values():
            for _, writer in streams:
                writer.close()
        self._idle.clear()

    async def _stream(self, place: tuple[str, int]) -> Stream:
        idle = self._idle.get(place, [])
        while idle:
            stream = idle.pop()
            if not stream[0].at_eof() and not stream[1].is_closing():
                return stream
            stream[1].close()
        try:
            return await asyncio.open_connection(*place)
        except OSError as error:
            raise NotSentError(f"{place[0]}:{place[1]}: {error}") from error


def _rendered(
    method: str, target: str, host: str, body: dict[str, Any] | None, headers: Mapping[str, str]
) -> bytes:
    content = b"" if body is None else json.dumps(body).encode()
    own = {"host": host, "content-length": str(len(content))}
    if body is not None:
        own["content-type"] = "application/json"
    lines = [f"{name}: {value}" for name, value in {**own, **headers}.items()]
    return "\r\n".join([f"{method} {target} HTTP/1.1", *lines, "", ""]).encode() + content


async def _read(reader: asyncio.StreamReader) -> Answer:
    first, *rest = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").strip().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in rest)}
    status = int(first.split()[1])
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Answer(status, headers, body)
