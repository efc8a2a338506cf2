"""`ETag`: whoever asks again says what they have, and is told when it is still so, without the body."""

from hashlib import blake2b

from fastapi import Request, Response

MARKED = "/api/"
WIDGET = "/api/v1/widget"


def marked(request: Request, response: Response) -> Response:
    """An answer of the Application API under the mark of its bytes; 304 for who has them already.

    `Cache-Control: no-store` stays: no cache should keep what people wrote, but a program that asks again may compare.
    """
    path: str = request.scope["path"]
    if response.status_code != 200 or not path.startswith(MARKED) or path.startswith(WIDGET):
        return response
    body = getattr(response, "body", None)
    if not body:
        return response
    mark = f'"{blake2b(body, digest_size=12).hexdigest()}"'
    if _has(request.headers.get("if-none-match", ""), mark):
        return Response(status_code=304, headers={"etag": mark})
    response.headers["etag"] = mark
    return response


def _has(said: str, mark: str) -> bool:
    """Whether the client has an answer: marks are compared weakly, as RFC 9110 has it for GET."""
    if not said:
        return False
    return said.strip() == "*" or mark in [one.strip().removeprefix("W/") for one in said.split(",")]
