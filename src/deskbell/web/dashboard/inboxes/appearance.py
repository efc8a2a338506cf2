"""How a website's chat looks: its colour and words, and what visitors can do there."""

from typing import Any

from fastapi import Request, Response
from msgspec.structs import replace

from deskbell.desk.commands.inboxes import InboxChanges
from deskbell.desk.queries.inboxes import InboxView
from deskbell.desk.rules.inbox_settings import is_colour
from deskbell.kit.errors import Invalid
from deskbell.model.inbox import Inbox
from deskbell.web.bodies import PathId
from deskbell.web.dashboard import pictures
from deskbell.web.dashboard.deps import Desk, Form, TheOwnersDesk, form_with_files
from deskbell.web.dashboard.edits import Edit
from deskbell.web.dashboard.inboxes.page import INBOXES, WEBSITE, at, show, text_or_none, the_view, update
from deskbell.web.dashboard.rendering import go
from deskbell.web.dashboard.route import ACCOUNT, screen

router = screen(f"{ACCOUNT}{INBOXES}/{{website_id}}/look")

REPLY_TIMES = {
    "in_a_few_minutes": "In a few minutes",
    "in_a_few_hours": "In a few hours",
    "in_a_day": "In a day",
}
FEATURES = {
    "attachments": ("Send files", "Pictures and documents, by button or by dropping them."),
    "emoji_picker": ("Pick emoji", "A small palette beside the message."),
    "end_conversation": ("End the conversation", "Visitors may resolve it themselves."),
}
DARKEST_BRIGHT, BRIGHTEST_DARK = 70, 46
"""Between these lightnesses neither white nor black can be read well: the chat makes such a colour darker."""


@router.get("")
async def show_look(website_id: PathId, request: Request, desk: TheOwnersDesk) -> Response:
    return _page(request, desk, await the_view(desk, website_id, WEBSITE))


@router.post("")
async def update_look(website_id: PathId, request: Request, desk: TheOwnersDesk) -> Response:
    view = await the_view(desk, website_id, WEBSITE)
    form, refused = Form({}), dict[str, str]()
    edit = Edit(read(form) | {"avatar_url": ""})
    try:
        async with form_with_files(request, pictures.FILES) as form:
            edit = Edit.sent(form, read(form) | {"avatar_url": form.text("avatar_url")})
            picture = await pictures.changes(desk.services, view.inbox.avatar_url, form, refused)
            if not pictures.is_meant(form, edit):
                picture = {}

            def said(meant: Form, now: InboxView) -> InboxChanges:
                return replace(changes(read(meant), now.inbox), refused=refused, **picture)

            await update(desk, website_id, edit, lambda now: _kept(desk, now), said)
    except Invalid as wrong:
        return _page(request, desk, view, edit, form, wrong.fields)
    return go(request, at(desk, website_id, "/look"), "Saved. The chat looks so from the next visit on.")


def read(form: Form) -> dict[str, Any]:
    """The form as it was sent."""
    names = ("widget_color", "welcome_title", "welcome_tagline", "reply_time")
    return {name: form.text(name).strip() for name in names} | {"features": form.texts("features")}


def kept(inbox: Inbox) -> dict[str, Any]:
    """The form of an inbox as it is."""
    settings = inbox.settings
    return {
        "widget_color": settings.widget_color,
        "welcome_title": settings.welcome_title or "",
        "welcome_tagline": settings.welcome_tagline or "",
        "reply_time": settings.reply_time,
        "features": settings.selected_feature_flags,
    }


def _kept(desk: Desk, view: InboxView) -> dict[str, Any]:
    picture = pictures.shown(desk.services, view.inbox.avatar_url)
    return kept(view.inbox) | {"avatar_url": picture["address"]}


def changes(typed: dict[str, Any], inbox: Inbox) -> InboxChanges:
    """What the form says; features it does not speak of stay as they are."""
    others = [one for one in inbox.settings.selected_feature_flags if one not in FEATURES]
    settings = {
        "widget_color": typed["widget_color"],
        "welcome_title": text_or_none(typed["welcome_title"]),
        "welcome_tagline": text_or_none(typed["welcome_tagline"]),
        "selected_feature_flags": [one for one in typed["features"] if one in FEATURES] + others,
    }
    if typed["reply_time"] in REPLY_TIMES:
        settings["reply_time"] = typed["reply_time"]
    return InboxChanges(settings=settings)


def legible(colour: str) -> str:
    """What becomes of writing on a colour; nothing where white can be read on it as it is."""
    light = _lightness(colour)
    if light is None or light <= BRIGHTEST_DARK:
        return ""
    if light < DARKEST_BRIGHT:
        return "White is hard to read on this colour, so the chat shows it a little darker."
    return "White cannot be read on a colour as bright as this, so the chat writes on it in black."


def six_digits(colour: str) -> str:
    """A colour as a browser's picker knows it; black for what is none."""
    if not is_colour(colour):
        return "#000000"
    digits = colour[1:].lower()
    return f"#{digits if len(digits) == 6 else ''.join(one * 2 for one in digits)}"


def _lightness(colour: str) -> float | None:
    """CIE L*, from 0 (black) to 100."""
    if not is_colour(colour):
        return None
    digits = six_digits(colour)[1:]
    red, green, blue = (int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4))
    shares = ((red, 0.2126), (green, 0.7152), (blue, 0.0722))
    luminance = sum(
        share * (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
        for part, share in shares
    )
    return float(116 * luminance ** (1 / 3) - 16) if luminance > 0.008856 else luminance * 903.3


def _page(
    request: Request,
    desk: Desk,
    view: InboxView,
    edit: Edit | None = None,
    form: Form | None = None,
    problems: dict[str, str] | None = None,
) -> Response:
    edit = edit or Edit(_kept(desk, view))
    picture = pictures.shown(desk.services, view.inbox.avatar_url, form)
    return show(request, desk, view, "look", problems, edit, picture=picture, **choices(edit.shown))


def choices(typed: dict[str, Any]) -> dict[str, Any]:
    """What the fields of the look are made of."""
    return {
        "typed": typed,
        "picked": six_digits(typed["widget_color"]),
        "legible": legible(typed["widget_color"]),
        "reply_times": REPLY_TIMES,
        "features": FEATURES,
    }
