"""Agent bots: how each of them is, one of them, and what is done to it."""

from typing import Any

from fastapi import Request, Response

from deskbell.desk import access
from deskbell.desk.commands import agent_bots as commands
from deskbell.desk.commands import targets as target_commands
from deskbell.desk.commands.agent_bots import BotChanges
from deskbell.desk.queries import agent_bots as queries
from deskbell.desk.queries import inboxes
from deskbell.model.webhook import TargetStatus
from deskbell.web.bodies import PathId
from deskbell.web.dashboard.deps import Desk, TheForm, TheOwnersDesk
from deskbell.web.dashboard.edits import Edit
from deskbell.web.dashboard.rendering import go, render
from deskbell.web.dashboard.route import ACCOUNT, screen
from deskbell.web.dashboard.targets import secrets

router = screen(f"{ACCOUNT}/settings/agent_bots")

"""Hours an old secret may sign beside the new one."""


@router.get("")
async def list_bots(request: Request, desk: TheOwnersDesk) -> Response:
    async with desk.services.database.read() as reader:
        bots = await queries.all_bots(reader, desk.actor)
        conditions = await queries.conditions(reader, desk.actor, bots)
        answering = [one.bot.id for one in bots if await queries.inbox_ids(reader, desk.actor, one.bot.id)]
    return render(
        desk, request, "settings/agent_bots.html", bots=bots, conditions=conditions, answering=answering
    )


@router.get("/{bot_id}")
async def show_bot(bot_id: PathId, request: Request, desk: TheOwnersDesk) -> Response:
    return await _page(request, desk, bot_id)


@router.post("/{bot_id}/inboxes")
async def set_inboxes(bot_id: PathId, request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    """The bot answers in those that are ticked, in place of whichever did."""
    edit = Edit.sent(form, {"inbox_ids": form.ids("inbox_ids")})
    async with desk.services.database.unit() as unit:
        now = set(await queries.inbox_ids(unit, desk.actor, bot_id))
        wanted = set(edit.over({"inbox_ids": sorted(now)})["inbox_ids"])
        known = {view.inbox.id for view in await inboxes.visible(unit, desk.actor)}
        for inbox_id in sorted((wanted & known) - now):
            await commands.connect_bot(unit, desk.actor, inbox_id, bot_id)
        for inbox_id in sorted(now - wanted):
            await commands.connect_bot(unit, desk.actor, inbox_id, None)
    return go(request, _path(desk, bot_id), "Saved.")


@router.post("/{bot_id}/status")
async def set_status(bot_id: PathId, request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    status: TargetStatus = "paused" if form.text("status") == "paused" else "enabled"
    async with desk.services.database.unit() as unit:
        await commands.update_bot(unit, desk.actor, bot_id, BotChanges(status=status))
    told = (
        "Paused: what happens meanwhile waits."
        if status == "paused"
        else "Enabled: what waited goes out now."
    )
    return go(request, _path(desk, bot_id), told)


@router.post("/{bot_id}/access_token")
async def reset_access_token(
    bot_id: PathId, request: Request, _form: TheForm, desk: TheOwnersDesk
) -> Response:
    async with desk.services.database.unit() as unit:
        await commands.reset_access_token(unit, desk.actor, bot_id)
    return await _page(request, desk, bot_id, fresh_token=True)


@router.post("/{bot_id}/rotate_secret")
async def rotate_secret(bot_id: PathId, request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    hours = secrets.overlap_in(form)
    async with desk.services.database.unit() as unit:
        await target_commands.rotate_secret(unit, desk.actor, bot_id, overlap_hours=hours, kind="agent_bot")
    return go(request, f"{_path(desk, bot_id)}#secret", "Here is the new secret. Give it to your bot.")


@router.post("/{bot_id}/delete")
async def delete_bot(bot_id: PathId, request: Request, _form: TheForm, desk: TheOwnersDesk) -> Response:
    done = False
    while not done:  # its conversations are handed to people first, some in each unit
        async with desk.services.database.unit() as unit:
            done = await commands.delete_bot(unit, desk.actor, bot_id)
    return go(
        request, desk.path("/settings/agent_bots"), "The bot is deleted. People have its conversations."
    )


async def _page(request: Request, desk: Desk, bot_id: int, **values: Any) -> Response:
    access.require_administrator(desk.actor)
    async with desk.services.database.read() as reader:
        view = await queries.show(reader, desk.actor, bot_id)
        conditions = await queries.conditions(reader, desk.actor, [view])
        own = await queries.inbox_ids(reader, desk.actor, bot_id)
        names = await queries.names_by_inbox(reader, desk.actor)
        found = [one.inbox for one in await inboxes.visible(reader, desk.actor)]
    shown = {
        "view": view,
        "bot": view.bot,
        "condition": conditions.get(bot_id),
        "own_inboxes": own,
        "edit": Edit({"inbox_ids": sorted(own)}),
        "bot_names": names,
        "inboxes": found,
        "fresh_token": False,
        **secrets.shown(view.target, desk.services.clock.now()),
    }
    return render(desk, request, "settings/agent_bot.html", **shown | values)


def _path(desk: Desk, bot_id: int) -> str:
    return desk.path(f"/settings/agent_bots/{bot_id}")
