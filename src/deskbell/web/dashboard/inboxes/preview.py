"""The chat as it would look: the real one in a frame of its own, shown what is typed before anything is kept."""

from typing import Any

from fastapi import Request, Response
from msgspec.structs import replace

from deskbell.desk.commands.inboxes import InboxChanges
from deskbell.desk.queries import agents
from deskbell.desk.rules import fields, inbox_settings
from deskbell.desk.rules.fields import Problems
from deskbell.model.inbox import Inbox, InboxSettings
from deskbell.model.user import Agent
from deskbell.web.answers import answer
from deskbell.web.bodies import PathId
from deskbell.web.built import ADVICE
from deskbell.web.dashboard import pictures
from deskbell.web.dashboard.deps import Desk, Form, TheForm, TheOwnersDesk
from deskbell.web.dashboard.inboxes import appearance, prechat
from deskbell.web.dashboard.inboxes.page import INBOXES, WEBSITE, the_view
from deskbell.web.dashboard.route import ACCOUNT, screen
from deskbell.web.pages import message, page
from deskbell.web.widget.channel import WebsiteChannelJSON, channel

router = screen(f"{ACCOUNT}{INBOXES}")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob: https:; media-src 'self' blob: https:; "
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""It may ask nobody anything: whoever tries the chat here leaves nothing behind."""


@router.get("/new/preview")
async def show_new_preview(request: Request, desk: TheOwnersDesk) -> Response:
    return _frame(request, desk, nothing_yet(desk, ""), [])


@router.post("/new/preview")
async def tell_new_preview(form: TheForm, desk: TheOwnersDesk) -> Response:
    return await _told(desk, form, nothing_yet(desk, form.text("name")))


@router.get("/{website_id}/preview")
async def show_preview(website_id: PathId, request: Request, desk: TheOwnersDesk) -> Response:
    view = await the_view(desk, website_id, WEBSITE)
    async with desk.services.database.read() as reader:
        team = await agents.members(reader, desk.actor, website_id)
    return _frame(request, desk, view.inbox, team)


@router.post("/{website_id}/preview")
async def tell_preview(website_id: PathId, form: TheForm, desk: TheOwnersDesk) -> Response:
    """What the frame is to show for what is typed. Nothing is kept."""
    return await _told(desk, form, (await the_view(desk, website_id, WEBSITE)).inbox)


def nothing_yet(desk: Desk, name: str) -> Inbox:
    """A website's inbox before there is one."""
    return Inbox(
        id=0,
        account_id=desk.account.id,
        name=name.strip() or desk.account.name,
        channel=WEBSITE,
        token="",
        hmac_token="",
        hmac_mandatory=False,
        avatar_url="",
        settings=InboxSettings(),
        target_id=None,
        webhook_url=None,
        created_at=0,
        updated_at=0,
    )


async def _told(desk: Desk, form: Form, inbox: Inbox) -> Response:
    """What is wrong stays as it was: it is told when the form is sent."""
    if form.text("preview") == "form":
        possible = prechat.kept(inbox.settings, await prechat.known(desk))["questions"]
        typed = prechat.read(form, possible) | {"enabled": True}
        return answer({"channel": _channel(desk, _meant(inbox, prechat.changes(typed))), "hint": ""})
    said = appearance.changes(appearance.read(form), inbox)
    meant = _meant(inbox, replace(said, avatar_url=pictures.address(desk.services, inbox.avatar_url, form)))
    return answer({"channel": _channel(desk, meant), "hint": appearance.legible(meant.settings.widget_color)})


def _meant(inbox: Inbox, changes: InboxChanges) -> Inbox:
    said = {name: value for name, value in changes.settings.items() if name not in changes.refused}
    picture = fields.given(changes.avatar_url, inbox.avatar_url)
    return replace(
        inbox,
        avatar_url=fields.picture_address(picture, inbox.avatar_url, Problems()),
        settings=inbox_settings.changed(inbox.settings, said, Problems()),
    )


def _channel(desk: Desk, inbox: Inbox) -> WebsiteChannelJSON:
    return channel(inbox, desk.account.locale, desk.services.settings)


def _frame(request: Request, desk: Desk, inbox: Inbox, team: list[Agent]) -> Response:
    entry = desk.services.built.entry("preview")
    if entry is None:
        return message(503, "The preview is not there yet", ADVICE)
    configuration: dict[str, Any] = {
        "website_token": "",
        "origin": "preview",
        "locale": desk.account.locale,
        "channel": _channel(desk, inbox),
        "cable": "",
        "agents": [
            {
                "id": one.user.id,
                "name": one.user.available_name,
                "avatar_url": one.user.avatar_url,
                "availability_status": one.status,
            }
            for one in team
        ],
    }
    return page(
        "widget.html",
        policy=POLICY,
        locale=desk.account.locale,
        title=inbox.name,
        entry=entry,
        configuration=configuration,
    )
