"""What the pages of one inbox have in common: which inbox, its tabs, and how its forms come back."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import Request, Response

from deskbell.desk.commands import held
from deskbell.desk.commands import inboxes as commands
from deskbell.desk.commands.inboxes import InboxChanges
from deskbell.desk.queries import inboxes as queries
from deskbell.desk.queries.inboxes import InboxView
from deskbell.desk.rules.merging import Values
from deskbell.kit.errors import NotFound
from deskbell.model.inbox import Channel
from deskbell.web.dashboard.deps import Desk, Form
from deskbell.web.dashboard.edits import Edit
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


async def update(
    desk: Desk,
    inbox_id: int,
    edit: Edit,
    kept: Callable[[InboxView], Values],
    changes: Callable[[Form, InboxView], InboxChanges],
) -> None:
    """Keep what a form says, where nobody else changed the same; `kept` is the form of an inbox as it is. Raises Invalid, NotFound."""
    async with desk.services.database.unit() as unit:
        view = await held.inbox(unit, desk.actor, inbox_id)
        said = changes(edit.form(kept(view)), view)
        await commands.update_inbox(unit, desk.actor, inbox_id, said)


def at(desk: Desk, inbox_id: int, rest: str = "") -> str:
    """The address of an inbox's page."""
    return desk.path(f"{INBOXES}/{inbox_id}{rest}")


def show(
    request: Request,
    desk: Desk,
    view: InboxView,
    tab: str,
    problems: Mapping[str, str] | None = None,
    edit: Edit | None = None,
    **values: Any,
) -> Response:
    """One tab of an inbox, with what its form shows; with `problems` it comes back to be mended."""
    shown: dict[str, Any] = {
        "inbox": view.inbox,
        "target": view.target,
        "at": tab,
        "tabs": TABS[view.inbox.channel],
        "kinds": KINDS,
        "path": at(desk, view.inbox.id),
        "problems": dict(problems or {}),
    }
    if edit is not None:
        shown |= {"edit": edit, "typed": edit.shown}
    status = edit.status(problems) if edit is not None else 422 if problems else 200
    return render(desk, request, f"inboxes/{tab}.html", status, **shown | values)


def text_or_none(text: str) -> str | None:
    """What is blank is not set."""
    return text.strip() or None
