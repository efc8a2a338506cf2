"""Who answers in an inbox: people, and before them a bot."""

from typing import Any

from fastapi import Request, Response

from deskbell.desk.commands import agent_bots as bot_commands
from deskbell.desk.commands import inboxes as commands
from deskbell.desk.queries import agent_bots as bots
from deskbell.desk.queries import agents
from deskbell.desk.queries.inboxes import InboxView
from deskbell.kit.errors import Invalid, NotFound
from deskbell.web.bodies import PathId
from deskbell.web.dashboard.deps import Desk, Form, TheForm, TheOwnersDesk
from deskbell.web.dashboard.inboxes.page import INBOXES, at, show, the_view
from deskbell.web.dashboard.rendering import go
from deskbell.web.dashboard.route import ACCOUNT, screen

router = screen(f"{ACCOUNT}{INBOXES}/{{inbox_id}}")


@router.get("/members")
async def show_members(inbox_id: PathId, request: Request, desk: TheOwnersDesk) -> Response:
    return await _page(request, desk, await the_view(desk, inbox_id))


@router.post("/members")
async def update_members(inbox_id: PathId, request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    try:
        async with desk.services.database.unit() as unit:
            await commands.replace_members(unit, desk.actor, inbox_id, chosen(form))
    except Invalid as wrong:
        view = await the_view(desk, inbox_id)
        return await _page(request, desk, view, wrong.fields)
    return go(request, at(desk, inbox_id, "/members"), "Saved.")


@router.post("/bot")
async def set_bot(inbox_id: PathId, request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    bot_id = form.id("agent_bot") or None
    if form.text("agent_bot") and bot_id is None:
        raise NotFound
    async with desk.services.database.unit() as unit:
        await bot_commands.connect_bot(unit, desk.actor, inbox_id, bot_id)
    told = "The bot answers first from now on." if bot_id else "People answer here, and no bot."
    return go(request, at(desk, inbox_id, "/members"), told)


def chosen(form: Form) -> list[int]:
    """The agents who are ticked."""
    return [one for one in form.ids("user_ids") if one]


async def _page(
    request: Request, desk: Desk, view: InboxView, problems: dict[str, str] | None = None
) -> Response:
    async with desk.services.database.read() as reader:
        everybody = await agents.all_agents(reader, desk.actor)
        here = await agents.members(reader, desk.actor, view.inbox.id)
        known = await bots.all_bots(reader, desk.actor)
        bot = await bots.of_inbox(reader, desk.actor, view.inbox.id)
    values: dict[str, Any] = {
        "agents": everybody,
        "members": {one.user.id for one in here},
        "bots": known,
        "bot": bot,
    }
    return show(request, desk, view, "members", problems, **values)
