"""Who answers in an inbox: people, and before them a bot."""

from typing import Any

from fastapi import Request, Response

from deskbell.desk.commands import agent_bots as bot_commands
from deskbell.desk.commands import held
from deskbell.desk.commands import inboxes as commands
from deskbell.desk.queries import agent_bots as bots
from deskbell.desk.queries import agents
from deskbell.desk.queries.inboxes import InboxView
from deskbell.kit.errors import Invalid, NotFound
from deskbell.web.bodies import PathId
from deskbell.web.dashboard.deps import Desk, Form, TheForm, TheOwnersDesk
from deskbell.web.dashboard.edits import Edit
from deskbell.web.dashboard.inboxes.page import INBOXES, at, show, the_view
from deskbell.web.dashboard.rendering import go
from deskbell.web.dashboard.route import ACCOUNT, screen

router = screen(f"{ACCOUNT}{INBOXES}/{{inbox_id}}")


@router.get("/members")
async def show_members(inbox_id: PathId, request: Request, desk: TheOwnersDesk) -> Response:
    return await _page(request, desk, await the_view(desk, inbox_id))


@router.post("/members")
async def update_members(inbox_id: PathId, request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    edit = Edit.sent(form, {"user_ids": chosen(form)})
    try:
        async with desk.services.database.unit() as unit:
            now = {"user_ids": await held.inbox_members(unit, desk.actor, inbox_id)}
            meant = edit.over(now)["user_ids"]
            await commands.replace_members(unit, desk.actor, inbox_id, meant)
    except Invalid as wrong:
        view = await the_view(desk, inbox_id)
        return await _page(request, desk, view, edit, wrong.fields)
    return go(request, at(desk, inbox_id, "/members"), "Saved.")


@router.post("/bot")
async def set_bot(inbox_id: PathId, request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    bot_id = form.id("agent_bot") or None
    if form.text("agent_bot") and bot_id is None:
        raise NotFound
    edit = Edit.sent(form, _answering(bot_id))
    try:
        async with desk.services.database.unit() as unit:
            await held.inbox(unit, desk.actor, inbox_id)
            now = await bots.of_inbox(unit, desk.actor, inbox_id)
            edit.over(_answering(now.bot.id if now else None))
            await bot_commands.connect_bot(unit, desk.actor, inbox_id, edit.shown["agent_bot"] or None)
    except Invalid:
        return await _page(request, desk, await the_view(desk, inbox_id), choice=edit)
    bot_id = edit.shown["agent_bot"]
    told = "The bot answers first from now on." if bot_id else "People answer here, and no bot."
    return go(request, at(desk, inbox_id, "/members"), told)


def _answering(bot_id: int | None) -> dict[str, Any]:
    return {"agent_bot": bot_id or 0}


def chosen(form: Form) -> list[int]:
    """The agents who are ticked."""
    return [one for one in form.ids("user_ids") if one]


async def _page(
    request: Request,
    desk: Desk,
    view: InboxView,
    edit: Edit | None = None,
    problems: dict[str, str] | None = None,
    *,
    choice: Edit | None = None,
) -> Response:
    """`edit` is of who works here, `choice` of the bot that answers first."""
    async with desk.services.database.read() as reader:
        everybody = await agents.all_agents(reader, desk.actor)
        here = await agents.members(reader, desk.actor, view.inbox.id)
        known = await bots.all_bots(reader, desk.actor)
        bot = await bots.of_inbox(reader, desk.actor, view.inbox.id)
    edit = edit or Edit({"user_ids": [one.user.id for one in here]})
    values: dict[str, Any] = {
        "agents": everybody,
        "members": set(edit.shown["user_ids"]),
        "bots": known,
        "choice": choice or Edit(_answering(bot.bot.id if bot else None)),
    }
    response = show(request, desk, view, "members", problems, edit, **values)
    if choice is not None:
        response.status_code = choice.status(None)
    return response
