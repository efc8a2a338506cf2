"""The cookie that stands for a session, and what proves that a change comes from a page of ours."""

import hmac
from urllib.parse import urlsplit

from fastapi import Request, Response
from starlette.requests import HTTPConnection

from deskbell.kit import ids
from deskbell.kit.clock import DAY, SECOND
from deskbell.kit.errors import Forbidden
from deskbell.web.services import Services

COOKIE = "deskbell_session"
PATH = "/app"
HEADER = "x-csrf-token"
FIELD = "csrf_token"
STALE = "This page is out of date. Load it again, and do it once more."
TOKEN_LIMIT = 100


def token_of(connection: HTTPConnection) -> str | None:
    token = connection.cookies.get(COOKIE)
    return token if token and len(token) <= TOKEN_LIMIT else None


def is_secure(services: Services, request: Request) -> bool:
    return services.public_url.startswith("https://") or request.url.scheme == "https"


def begin(response: Response, request: Request, services: Services, token: str) -> None:
    """Give the browser its session."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=services.settings.sign_in_days * DAY // SECOND,
        path=PATH,
        secure=is_secure(services, request),
        httponly=True,
        samesite="lax",
    )


def finish(response: Response) -> None:
    """Take it away."""
    response.delete_cookie(COOKIE, path=PATH)


def csrf_token(token: str) -> str:
    """What a session's pages carry: whoever knows it has read one of them."""
    return ids.digest(f"csrf {token}")


def require_own_page(request: Request, services: Services) -> None:
    """A change comes from a page of our own origin. Raises Forbidden."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site != "same-origin":
            raise Forbidden("This came from another site, so nothing was changed.")
        return
    if not has_own_origin(request, services):
        raise Forbidden("This came from another site, so nothing was changed.")


def has_own_origin(connection: HTTPConnection, services: Services) -> bool:
    """Whether the page that asks says it is one of this server's."""
    origin = connection.headers.get("origin", "")
    ours = {connection.headers.get("host", ""), urlsplit(services.public_url).netloc}
    try:
        return bool(origin) and urlsplit(origin).netloc in ours
    except ValueError:  # nobody's address
        return False


def require_csrf_token(given: str, token: str) -> None:
    """Raises Forbidden."""
    if not hmac.compare_digest(given.encode(), csrf_token(token).encode()):
        raise Forbidden(STALE)
