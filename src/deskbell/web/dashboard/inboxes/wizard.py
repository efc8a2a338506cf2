"""A new inbox, step by step. What was typed travels in the form, so that one may go back and forth, without a script too."""

from typing import Any

from fastapi import Request, Response

from deskbell.desk.commands import inboxes as commands
from deskbell.desk.commands.inboxes import InboxChanges, checked
from deskbell.desk.queries import agents
from deskbell.kit.errors import Invalid
from deskbell.model.inbox import Channel
from deskbell.web.dashboard.deps import Desk, TheForm, TheOwnersDesk
from deskbell.web.dashboard.inboxes import appearance
from deskbell.web.dashboard.inboxes.members import chosen
from deskbell.web.dashboard.inboxes.page import API, INBOXES, WEBSITE, at, text_or_none
from deskbell.web.dashboard.inboxes.preview import nothing_yet
from deskbell.web.dashboard.rendering import go, render
from deskbell.web.dashboard.route import ACCOUNT, screen
from deskbell.web.vetting import vet

router = screen(f"{ACCOUNT}{INBOXES}/new")

STEPS = ("kind", "look", "members")
CHANNELS: dict[str, Channel] = {"web_widget": WEBSITE, "api": API}
TEXTS = ("kind", "name", "website_url", "widget_color", "welcome_title", "welcome_tagline", "webhook_url")
"""What is typed in one step, and kept in the form in the others."""


@router.get("")
async def show_new(request: Request, desk: TheOwnersDesk) -> Response:
    kept = appearance.kept(nothing_yet(desk, ""))
    typed: dict[str, Any] = dict.fromkeys(TEXTS, "") | {
        "kind": "web_widget",
        "widget_color": kept["widget_color"],
        "user_ids": [desk.actor.id],
    }
    return await _step(request, desk, "kind", typed)


@router.post("")
async def create_inbox(request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    """On to another step; made when all is said. What is wrong leads to the step where it was said."""
    typed: dict[str, Any] = {name: form.text(name) for name in TEXTS} | {"user_ids": chosen(form)}
    typed["kind"] = typed["kind"] if typed["kind"] in CHANNELS else "web_widget"
    wanted = form.text("to")
    if wanted in ("kind", "look"):
        return await _step(request, desk, wanted, typed)
    channel = CHANNELS[typed["kind"]]
    changes = await _changes(desk, typed, channel)
    try:
        checked(channel, changes)
        if wanted == "members":
            return await _step(request, desk, "members", typed)
        async with desk.services.database.unit() as unit:
            made = await commands.create_inbox(unit, desk.actor, channel, changes)
            await commands.replace_members(unit, desk.actor, made.id, typed["user_ids"])
    except Invalid as wrong:
        step = "members" if "user_ids" in wrong.fields else "look"
        return await _step(request, desk, step, typed, wrong.fields)
    return go(request, at(desk, made.id, "/done"))


async def _changes(desk: Desk, typed: dict[str, Any], channel: Channel) -> InboxChanges:
    if channel == API:
        refused: dict[str, str] = {}
        webhook = await vet(desk.services, typed["webhook_url"], "webhook_url", refused)
        return InboxChanges(name=typed["name"], webhook=webhook, refused=refused)
    draft = nothing_yet(desk, typed["name"])
    kept = appearance.kept(draft)
    look = {name: typed[name].strip() for name in ("widget_color", "welcome_title", "welcome_tagline")}
    said = appearance.changes(kept | look, draft)
    settings = said.settings | {"website_url": text_or_none(typed["website_url"])}
    return InboxChanges(name=typed["name"], settings=settings)


async def _step(
    request: Request,
    desk: Desk,
    step: str,
    typed: dict[str, Any],
    problems: dict[str, str] | None = None,
) -> Response:
    async with desk.services.database.read() as reader:
        everybody = await agents.all_agents(reader, desk.actor)
    shown: dict[str, Any] = {
        "step": step,
        "steps": STEPS,
        "agents": everybody,
        "texts": TEXTS,
        "path": desk.path(f"{INBOXES}/new"),
        "problems": problems or {},
        **appearance.choices(typed),
    }
    return render(desk, request, "inboxes/new.html", 422 if problems else 200, **shown)
