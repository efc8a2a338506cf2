"""Pages and fragments of the dashboard, and going from one to another."""

import re
from typing import Any
from urllib.parse import quote, unquote

from fastapi import Request, Response
from jinja2 import pass_context
from jinja2.runtime import Context

from deskbell.kit.clock import DAY, HOUR, MILLISECOND, MINUTE, SECOND, iso
from deskbell.web import pages
from deskbell.web.dashboard.deps import Desk, Visit
from deskbell.web.services import Services

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob: https:; connect-src 'self'; "
    "media-src 'self' blob: https:; font-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
THEME_COOKIE = "deskbell_theme"
FLASH_COOKIE = "deskbell_flash"
THEMES = ("light", "dark")
HUES = 6
"""Colours that contacts without a picture have, by their ids."""
_OWN = re.compile(r"/app(/[\w\-./~%]*)?(\?[\w\-./~%=&+,:]*)?", re.ASCII)
_INSTANT = re.compile(r"\b(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)")
STEPS = ((DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (SECOND, "s"))


def is_fragment(request: Request) -> bool:
    """htmx asks for a part of the page, not for the page."""
    return request.headers.get("hx-request") == "true"


def render(
    who: Desk | Visit | None, request: Request, name: str, status: int = 200, **values: Any
) -> Response:
    """A page for whoever is there, in the account they are in. The message of the last change is shown once."""
    services: Services = request.app.state.services
    desk = who if isinstance(who, Desk) else None
    visit = desk.visit if desk else who if isinstance(who, Visit) else None
    theme = request.cookies.get(THEME_COOKIE, "")
    fragment = is_fragment(request)
    response = pages.page(
        f"dashboard/{name}",
        status,
        policy=POLICY,
        **{
            "entry": services.built.entry("dashboard"),
            "theme": theme if theme in THEMES else "auto",
            "flash": "" if fragment else unquote(request.cookies.get(FLASH_COOKIE, ""))[:300],
            "csrf_token": visit.csrf_token if visit else "",
            "me": visit.profile if visit else None,
            "account": desk.account if desk else None,
            "is_administrator": desk.actor.is_administrator if desk else False,
            "base": desk.path() if desk else "/app",
            "heard": desk.heard if desk else None,
            "here": request.url.path,
            "now": services.clock.now(),
            "problems": {},
        }
        | values,
    )
    if FLASH_COOKIE in request.cookies and not fragment:
        response.delete_cookie(FLASH_COOKIE, path="/app")
    return response


def go(request: Request, path: str, flash: str = "") -> Response:
    """On to another page, with a message to show there."""
    if is_fragment(request):
        response = Response(b"", 200, {"HX-Redirect": path})
    else:
        response = Response(b"", 303, {"Location": path})
    if flash:
        response.set_cookie(
            FLASH_COOKIE, quote(flash), max_age=60, path="/app", samesite="lax", httponly=True
        )
    return response


def own_path(text: str) -> str:
    """An address of ours to go on to: nobody is led to a stranger's site."""
    return text if _OWN.fullmatch(text) else "/app"


def span(microseconds: float) -> str:
    """How long, in one or two of the largest units."""
    left = max(0, int(microseconds))
    if left < SECOND:
        return f"{left // MILLISECOND} ms" if left >= MILLISECOND else "<1 ms"
    for place, (size, name) in enumerate(STEPS):
        if left >= size:
            whole, rest = divmod(left, size)
            smaller, unit = STEPS[place + 1] if place + 1 < len(STEPS) else (size, "")
            part = rest // smaller if unit else 0
            return f"{whole} {name} {part} {unit}" if part and whole < 10 else f"{whole} {name}"
    return "0 s"


@pass_context
def ago(context: Context, instant: int | None) -> str:
    """How long since, in words."""
    if instant is None:
        return "never"
    passed = int(context["now"]) - instant
    if 0 <= passed < 10 * SECOND or abs(passed) < SECOND:
        return "just now"
    size, name = next((size, name) for size, name in STEPS if abs(passed) >= size)
    amount = f"{abs(passed) // size} {name}"
    return f"{amount} ago" if passed > 0 else f"in {amount}"


def parted(sentence: str) -> list[str]:
    """A sentence taken apart at its instants, which are every second part."""
    return _INSTANT.split(sentence)


def number(value: float) -> str:
    """Thousands apart."""
    return f"{value:,.0f}".replace(",", "\u202f")


def host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0]


def initials(name: str) -> str:
    parts = [part for part in name.split() if part[0].isalnum()]
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper() or "?"


pages.PAGES.filters.update(
    span=span, ago=ago, parted=parted, number=number, iso=iso, host=host, initials=initials
)
pages.PAGES.globals["hues"] = HUES
