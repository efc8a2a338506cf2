"""Visitors' sessions and the headers every answer carries."""

from typing import Any

import jwt
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deskbell.desk.queries.identity import SESSION_OVER, SignedIn
from deskbell.kit import ids
from deskbell.kit.clock import DAY, SECOND
from deskbell.kit.errors import InvalidRequest, Unauthenticated
from deskbell.web.answers import answer
from deskbell.web.credentials import signed
from deskbell.web.faces import CLIENT

ALGORITHM = "HS256"

HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"cache-control", b"no-store"),
]


def open_session(
    secret_key: str, inbox_id: int, now: int, days: int, source_id: str | None = None
) -> tuple[str, str]:
    """A visitor's session token and the source_id it carries. No record is made for it."""
    source_id = source_id or ids.uuid4()
    claims = {
        "source_id": source_id,
        "inbox_id": inbox_id,
        "iat": now // SECOND,
        "exp": (now + days * DAY) // SECOND,
    }
    return jwt.encode(claims, secret_key, ALGORITHM), source_id


def read_session(secret_key: str, token: str, inbox_id: int, now: int) -> str:
    """The source_id of a valid session in this inbox. Raises Unauthenticated for any other token."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            secret_key,
            [ALGORITHM],
            options={"require": ["source_id", "inbox_id", "exp"], "verify_exp": False, "verify_iat": False},
        )
    except jwt.InvalidTokenError:
        raise Unauthenticated(
            "The session is not valid; ask for a new one with POST /api/v1/widget/config."
        ) from None
    if claims["inbox_id"] != inbox_id or not isinstance(claims["exp"], int) or claims["exp"] * SECOND <= now:
        raise Unauthenticated("The session has expired; ask for a new one with POST /api/v1/widget/config.")
    return str(claims["source_id"])


def open_sign_in(secret_key: str, user_id: int, mark: str, client: str, until: int) -> str:
    """A signed-in user's session token, which nothing is kept of. `client` tells it from their others."""
    claims = {"user_id": user_id, "mark": mark, "client": client, "exp": until // SECOND}
    return jwt.encode(claims, secret_key, ALGORITHM)


def read_sign_in(secret_key: str, token: str, now: int) -> SignedIn:
    """Raises Unauthenticated for what is no session, or one that is over."""
    options: Any = {"require": ["user_id", "mark", "exp"], "verify_exp": False}
    try:
        claims: dict[str, Any] = jwt.decode(token, secret_key, [ALGORITHM], options=options)
    except jwt.InvalidTokenError:
        raise Unauthenticated(SESSION_OVER) from None
    if not isinstance(claims["exp"], int) or claims["exp"] * SECOND <= now:
        raise Unauthenticated(SESSION_OVER)
    named = ids.digest(signed(token))
    return SignedIn(int(claims["user_id"]), str(claims["mark"]), named, claims["exp"] * SECOND)


class OpenToBrowsers:
    """A customer's own chat interface runs in browsers, on pages from anywhere: they may use the Client API, which takes no cookies."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._open = CORSMiddleware(
            app,
            allow_origins=["*"],
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=[
                "ETag",
                "Idempotent-Replayed",
                "Link",
                "RateLimit",
                "RateLimit-Policy",
                "Retry-After",
                "X-Total-Count",
            ],
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_open = scope["type"] == "http" and scope["path"].startswith(f"{CLIENT}/")
        await (self._open if is_open else self._app)(scope, receive, send)


class Shell:
    """What surrounds every request.

    Trailing slashes and blank parameters do not matter, NUL has no place in addresses and headers, answers carry safe headers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        if len(path) > 1 and path.endswith("/"):
            scope["path"] = path.rstrip("/") or "/"
        if "\x00" in path or b"%00" in scope["query_string"]:
            scope["path"], scope["query_string"] = "/%00", b""
        scope["query_string"] = b"&".join(
            pair for pair in scope["query_string"].split(b"&") if pair.partition(b"=")[2]
        )

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(one for one in HEADERS if one[0] not in said)]
            await send(message)

        if any(b"\x00" in value for _, value in scope["headers"]):
            refused = answer({"error": "A header has a NUL character.", "code": InvalidRequest.code}, 400)
            await refused(scope, receive, send_with_headers)
            return
        await self._app(scope, receive, send_with_headers)
