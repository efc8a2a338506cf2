"""Answers: JSON bytes, as clients of the reference expect them."""

from typing import Any

from fastapi import Response

from deskbell.kit import json

JSON = "application/json; charset=utf-8"


def answer(value: Any, status: int = 200) -> Response:
    return Response(json.dumps(value), status, media_type=JSON)


def empty() -> Response:
    """An empty 200 that still calls itself JSON: clients of the reference look at the header before the body."""
    return Response(b"", 200, media_type=JSON)


def answers(shape: Any) -> dict[int | str, dict[str, Any]]:
    """What a route answers, for OpenAPI."""
    return {200: {"model": shape}}
