"""Teams: who is in them, and whether work is given to them by itself."""

from collections.abc import Sequence
from typing import Any

from fastapi import Request, Response

from deskbell.desk.commands import held
from deskbell.desk.commands import teams as commands
from deskbell.desk.commands.teams import TeamChanges
from deskbell.desk.queries import agents
from deskbell.desk.queries import teams as queries
from deskbell.kit.errors import Invalid
from deskbell.model.team import Team
from deskbell.web.bodies import PathId
from deskbell.web.dashboard.deps import Desk, Form, TheForm, TheOwnersDesk
from deskbell.web.dashboard.edits import Edit
from deskbell.web.dashboard.rendering import go, render
from deskbell.web.dashboard.route import ACCOUNT, screen

router = screen(f"{ACCOUNT}/settings/teams")


@router.get("")
async def list_teams(request: Request, desk: TheOwnersDesk) -> Response:
    async with desk.services.database.read() as reader:
        found = [view.team for view in await queries.all_teams(reader, desk.actor)]
        members = {team.id: await queries.members(reader, desk.actor, team.id) for team in found}
    return render(desk, request, "settings/teams.html", teams=found, members=members)


@router.get("/new")
async def show_new(request: Request, desk: TheOwnersDesk) -> Response:
    typed = {"name": "", "description": "", "allow_auto_assign": True, "user_ids": []}
    return await _page(request, desk, Edit(typed))


@router.post("/new")
async def create_team(request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    try:
        async with desk.services.database.unit() as unit:
            made = await commands.create_team(unit, desk.actor, _changes(form))
            await commands.replace_members(unit, desk.actor, made.id, form.ids("user_ids"))
    except Invalid as wrong:
        return await _page(request, desk, Edit(_typed(form)), problems=wrong.fields)
    return go(request, desk.path("/settings/teams"), f"The team {made.name} is there.")


@router.get("/{team_id}")
async def show_team(team_id: PathId, request: Request, desk: TheOwnersDesk) -> Response:
    async with desk.services.database.read() as reader:
        team = (await queries.show(reader, desk.actor, team_id)).team
        members = await queries.members(reader, desk.actor, team_id)
    return await _page(request, desk, Edit(_kept(team, [one.user.id for one in members])), team_id)


@router.post("/{team_id}")
async def update_team(team_id: PathId, request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    edit = Edit.sent(form, _typed(form))
    try:
        async with desk.services.database.unit() as unit:
            meant = edit.form(_kept(*await held.team(unit, desk.actor, team_id)))
            await commands.update_team(unit, desk.actor, team_id, _changes(meant))
            await commands.replace_members(unit, desk.actor, team_id, meant.ids("user_ids"))
    except Invalid as wrong:
        return await _page(request, desk, edit, team_id, wrong.fields)
    return go(request, desk.path("/settings/teams"), "Saved.")


@router.post("/{team_id}/delete")
async def delete_team(team_id: PathId, request: Request, _form: TheForm, desk: TheOwnersDesk) -> Response:
    async with desk.services.database.unit() as unit:
        await commands.delete_team(unit, desk.actor, team_id)
    return go(request, desk.path("/settings/teams"), "The team is deleted.")


def _changes(form: Form) -> TeamChanges:
    return TeamChanges(
        name=form.text("name"),
        description=form.text("description").strip() or None,
        allow_auto_assign=form.flag("allow_auto_assign"),
    )


def _typed(form: Form) -> dict[str, Any]:
    return {
        "name": form.text("name"),
        "description": form.text("description"),
        "allow_auto_assign": form.flag("allow_auto_assign"),
        "user_ids": form.ids("user_ids"),
    }


def _kept(team: Team, user_ids: Sequence[int]) -> dict[str, Any]:
    return {
        "name": team.name,
        "description": team.description or "",
        "allow_auto_assign": team.allow_auto_assign,
        "user_ids": list(user_ids),
    }


async def _page(
    request: Request,
    desk: Desk,
    edit: Edit,
    team_id: int | None = None,
    problems: dict[str, str] | None = None,
) -> Response:
    async with desk.services.database.read() as reader:
        everybody = await agents.all_agents(reader, desk.actor)
    values: dict[str, Any] = {"typed": edit.shown, "edit": edit, "team_id": team_id}
    status = edit.status(problems)
    return render(
        desk, request, "settings/team.html", status, agents=everybody, problems=problems or {}, **values
    )
