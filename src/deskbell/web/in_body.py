"""What some clients ask for in the body of a GET: fields there count like those of the address, which win."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from fastapi import Request

READABLE = ("application/json", "multipart/form-data", "application/x-www-form-urlencoded")


def asks_in_body(request: Request) -> bool:
    headers = request.headers
    if request.method != "GET" or not ("content-length" in headers or "transfer-encoding" in headers):
        return False
    return headers.get("content-type", "").lower().startswith(READABLE)


def with_fields(query: bytes, fields: dict[str, Any]) -> bytes:
    """The query with the fields it lacks: text, numbers, booleans and lists of these; what else there is has no place in one."""
    given = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    names = {name.removesuffix("[]") for name, _ in given}
    more: list[tuple[str, str]] = []
    for name, value in fields.items():
        if name.removesuffix("[]") not in names:
            more += [
                (name, _text(one)) for one in (value if isinstance(value, list) else [value]) if _plain(one)
            ]
    added = urlencode(more, errors="replace").encode()
    return b"&".join(part for part in (query, added) if part)


def _plain(value: Any) -> bool:
    return isinstance(value, str | int | float) and value != ""


def _text(value: str | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
