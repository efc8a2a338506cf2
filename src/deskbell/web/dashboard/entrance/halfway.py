"""Somebody whose password or link was right, and who is still to give a code: known by a signed cookie, for a few minutes."""

from typing import Any

import jwt
from fastapi import Request, Response
from msgspec import Struct

from deskbell.kit.clock import MINUTE, SECOND
from deskbell.web.dashboard.session import is_secure
from deskbell.web.security import ALGORITHM
from deskbell.web.services import Services

COOKIE = "deskbell_code"
PATH = "/app/login"
AUDIENCE = "second step"
"""What no other token of ours is for, and no other reader of ours takes."""
LIFE = 5 * MINUTE


class Halfway(Struct, frozen=True, kw_only=True):
    """`mark` tells which password was right; `onward` where they wanted to."""

    user_id: int
    mark: str
    onward: str


def begin(response: Response, request: Request, services: Services, who: Halfway) -> None:
    until = (services.clock.now() + LIFE) // SECOND
    claims = {"halfway": who.user_id, "password": who.mark, "onward": who.onward}
    response.set_cookie(
        COOKIE,
        jwt.encode(claims | {"aud": AUDIENCE, "until": until}, services.secret_key, ALGORITHM),
        max_age=LIFE // SECOND,
        path=PATH,
        secure=is_secure(services, request),
        httponly=True,
        samesite="lax",
    )


def read(request: Request, services: Services) -> Halfway | None:
    """Who it is; None for nobody, and for somebody whose time is over."""
    try:
        claims: dict[str, Any] = jwt.decode(
            request.cookies.get(COOKIE, ""), services.secret_key, [ALGORITHM], audience=AUDIENCE
        )
        who = Halfway(user_id=claims["halfway"], mark=claims["password"], onward=claims["onward"])
        return who if claims["until"] * SECOND > services.clock.now() else None
    except (jwt.InvalidTokenError, KeyError, TypeError):
        return None


def finish(response: Response) -> None:
    response.delete_cookie(COOKIE, path=PATH)
