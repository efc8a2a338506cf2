"""What the pages of one inbox have in common: which inbox, its tabs, and how its forms come back."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response

from deskbell.desk.commands import inboxes as commands
from deskbell.desk.commands.inboxes import InboxChanges
from deskbell.desk.queries import inboxes as queries
from deskbell.desk.queries.inboxes import InboxView
from deskbell.kit.errors import NotFound
from deskbell.model.inbox import Channel
from deskbell.web.dashboard.deps import Desk
from deskbell.web.dashboard.rendering import render

INBOXES = "/settings/inboxes"
WEBSITE: Channel = "Channel::WebWidget"
API: Channel = "Channel::Api"
KINDS: dict[Channel, str] = {WEBSITE: "Website live chat", API: "API"}
TABS: dict[Channel, tuple[tuple[str, str, str], ...]] = {
    WEBSITE: (
        ("settings", "", "Settings"),
        ("hours", "/hours", "Business hours"),
        ("members", "/members", "Who answers"),
        ("look", "/look", "Look"),
        ("form", "/form", "Pre-chat form"),
        ("security", "/security", "Security"),
        ("snippet", "/snippet", "Snippet"),
    ),
    API: (
        ("settings", "", "Settings"),
        ("hours", "/hours", "Business hours"),
        ("members", "/members", "Who answers"),
        ("webhook", "/webhook", "Webhook"),
        ("security", "/security", "Security"),
    ),
}


async def the_view(desk: Desk, inbox_id: int, channel: Channel | None = None) -> InboxView:
    """An inbox of the account; of this channel, where one is named. Raises NotFound."""
    async with desk.services.database.read() as reader:
        view = await queries.show(reader, desk.actor, inbox_id)
    if channel is not None and view.inbox.channel != channel:
        raise NotFound
    return view


async def update(desk: Desk, inbox_id: int, changes: InboxChanges) -> None:
    """Raises Invalid, NotFound."""
    async with desk.services.database.unit() as unit:
        await commands.update_inbox(unit, desk.actor, inbox_id, changes)


def at(desk: Desk, inbox_id: int, rest: str = "") -> str:
    """The address of an inbox's page."""
    return desk.path(f"{INBOXES}/{inbox_id}{rest}")


def show(
    request: Request,
    desk: Desk,
    view: InboxView,
    tab: str,
    problems: Mapping[str, str] | None = None,
    **values: Any,
) -> Response:
    """One tab of an inbox; with `problems` it comes back to be mended."""
    shown: dict[str, Any] = {
        "inbox": view.inbox,
        "target": view.target,
        "at": tab,
        "tabs": TABS[view.inbox.channel],
        "kinds": KINDS,
        "path": at(desk, view.inbox.id),
        "problems": dict(problems or {}),
    }
    status = 422 if problems else 200
    return render(desk, request, f"inboxes/{tab}.html", status, **shown | values)


def text_or_none(text: str) -> str | None:
    """What is blank is not set."""
    return text.strip() or None
