"""The page the widget's frame shows. It makes no record: whoever only looks leaves nothing behind."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from deskbell.desk.queries import inboxes as queries
from deskbell.desk.rules import domains
from deskbell.kit.errors import NotFound
from deskbell.model.inbox import Inbox
from deskbell.web.answers import answer
from deskbell.web.built import ADVICE
from deskbell.web.deps import TheServices
from deskbell.web.pages import message, page
from deskbell.web.services import Services
from deskbell.web.static import A_WHILE
from deskbell.web.widget.channel import Locale, channel
from deskbell.web.widget.deps import TheWebsite

router = APIRouter(include_in_schema=False)

UNKNOWN = "No website inbox has this token. Copy the snippet from the inbox's settings again."


@router.get("/widget")
async def show_widget(
    services: TheServices,
    website_token: Annotated[str, Query(max_length=200)] = "",
    origin: Annotated[str, Query(max_length=300)] = "",
    locale: Locale = None,
) -> Response:
    website = await _website(services, website_token)
    if website is None:
        return message(404, "This chat is not there", UNKNOWN)
    inbox, language = website
    entry = services.built.entry("widget")
    if entry is None:
        return message(503, "This chat is not there yet", ADVICE)
    shown = channel(inbox, locale or language, services.settings, services.clock.now())
    configuration: dict[str, Any] = {
        "website_token": inbox.token,
        "origin": domains.origin(origin),
        "locale": shown["locale"],
        "channel": shown,
        "cable": "/cable",
    }
    return page(
        "widget.html",
        policy=_policy(inbox.settings.allowed_domains),
        locale=shown["locale"],
        title=inbox.name,
        entry=entry,
        configuration=configuration,
    )


@router.get("/widget/look")
async def show_look(inbox: TheWebsite) -> Response:
    """What the loader needs to draw its bubble, on whatever site it is."""
    shown = answer({"widget_color": inbox.settings.widget_color})
    shown.headers["Access-Control-Allow-Origin"] = "*"
    shown.headers["Cache-Control"] = A_WHILE
    return shown


async def _website(services: Services, token: str) -> tuple[Inbox, str] | None:
    """The inbox a token names, and its account's language."""
    async with services.database.glance() as reader:
        try:
            inbox = await queries.by_token(reader, token, "Channel::WebWidget")
            return inbox, await queries.language(reader, inbox)
        except NotFound:
            return None


def _policy(allowed_domains: str) -> str:
    """Scripts, styles and connections of our own only; pictures from anywhere safe, for avatars and attachments."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob: https:; "
        "media-src 'self' blob: https:; font-src 'self'; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors {domains.frame_ancestors(allowed_domains)}"
    )
