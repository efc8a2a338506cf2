"""Teams, and who is in them."""

from typing import Annotated, ClassVar

from fastapi import Response
from pydantic import Field

from deskbell.desk.commands import teams as commands
from deskbell.desk.commands.teams import TeamChanges
from deskbell.desk.queries import teams as queries
from deskbell.web.answers import answer, answers, empty
from deskbell.web.bodies import Body, Flag, Id, OptionalText, PathId
from deskbell.web.deps import TheActor, TheServices
from deskbell.web.faces import ACCOUNT, resource, updates
from deskbell.web.present import people
from deskbell.web.present import teams as present
from deskbell.web.present.people import AgentJSON
from deskbell.web.present.teams import TeamJSON
from deskbell.web.slices import TheSlice

router = resource(f"{ACCOUNT}/teams", "Teams")

MEMBERS = "/{team_id}/team_members"


class TeamFields(Body):
    wrapper: ClassVar[str] = "team"
    name: OptionalText = None
    description: OptionalText = None
    allow_auto_assign: Flag = None


class TeamMembers(Body):
    user_ids: Annotated[list[Id], Field(max_length=1000)]


@router.get("", summary="List teams", responses=answers(list[TeamJSON]))
async def list_teams(actor: TheActor, services: TheServices, wanted: TheSlice) -> Response:
    async with services.database.read() as reader:
        found = await queries.all_teams(reader, actor)
    return wanted.answer(found, lambda one: present.team(one.team, is_member=one.is_member))


@router.post("", summary="Create a team", responses=answers(TeamJSON))
async def create_team(body: TeamFields, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        made = await commands.create_team(unit, actor, body.changes(TeamChanges))
    return answer(present.team(made, is_member=False))


@router.get("/{team_id}", summary="Show a team", responses=answers(TeamJSON))
async def show_team(team_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.read() as reader:
        found = await queries.show(reader, actor, team_id)
    return answer(present.team(found.team, is_member=found.is_member))


@updates(router, "/{team_id}", summary="Change a team", responses=answers(TeamJSON))
async def update_team(team_id: PathId, body: TeamFields, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        await commands.update_team(unit, actor, team_id, body.changes(TeamChanges))
        changed = await queries.show(unit, actor, team_id)
    return answer(present.team(changed.team, is_member=changed.is_member))


@router.delete("/{team_id}", summary="Delete a team; its conversations are then no team's")
async def delete_team(team_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        await commands.delete_team(unit, actor, team_id)
    return empty()


@router.get(MEMBERS, summary="List who is in a team", responses=answers(list[AgentJSON]))
async def list_members(team_id: PathId, actor: TheActor, services: TheServices, wanted: TheSlice) -> Response:
    async with services.database.read() as reader:
        return wanted.answer(await queries.members(reader, actor, team_id), people.agent)


@router.post(MEMBERS, summary="Add agents to a team; answers those named", responses=answers(list[AgentJSON]))
async def add_members(team_id: PathId, body: TeamMembers, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        named = await commands.add_members(unit, actor, team_id, body.user_ids)
    return answer([people.agent(one) for one in named])


@updates(router, MEMBERS, summary="Replace who is in a team", responses=answers(list[AgentJSON]))
async def replace_members(
    team_id: PathId, body: TeamMembers, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        named = await commands.replace_members(unit, actor, team_id, body.user_ids)
    return answer([people.agent(one) for one in named])


@router.delete(MEMBERS, summary="Take agents out of a team")
async def remove_members(
    team_id: PathId, body: TeamMembers, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        await commands.remove_members(unit, actor, team_id, body.user_ids)
    return empty()
