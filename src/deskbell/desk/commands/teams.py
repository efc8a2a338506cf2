"""Teams: create, change, delete, and who is in them."""

from collections.abc import Sequence

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.commands import audit
from deskbell.desk.rules import audits, fields
from deskbell.desk.rules.fields import Problems
from deskbell.desk.unique import unique
from deskbell.events.record import Recorder
from deskbell.kit.errors import Invalid
from deskbell.model.team import Team
from deskbell.model.user import Agent
from deskbell.store import conversations, teams, users
from deskbell.store.database import Unit


class TeamChanges(Struct, frozen=True, kw_only=True):
    """What a request says about a team; UNSET where it says nothing."""

    name: str | None | UnsetType = UNSET
    description: str | None | UnsetType = UNSET
    allow_auto_assign: bool | None | UnsetType = UNSET


async def create_team(unit: Unit, actor: Actor, changes: TeamChanges) -> Team:
    """Create a team. Raises Invalid naming every wrong field."""
    access.require_administrator(actor)
    wanted = _changed(_new(actor), changes)
    with unique("name"):
        team_id = await teams.add(
            unit,
            actor.account_id,
            name=wanted.name,
            description=wanted.description,
            allow_auto_assign=wanted.allow_auto_assign,
        )
    made = await access.the_team(unit, actor, team_id)
    await audit.created(unit, actor, ("Team", team_id), audits.team(made))
    return made


async def update_team(unit: Unit, actor: Actor, team_id: int, changes: TeamChanges) -> Team:
    access.require_administrator(actor)
    team = await access.lock_team(unit, actor, team_id)
    with unique("name"):
        await teams.update(unit, _changed(team, changes))
    after = await access.the_team(unit, actor, team_id)
    await audit.updated(unit, actor, ("Team", team_id), audits.team(team), audits.team(after))
    return after


async def delete_team(unit: Unit, actor: Actor, team_id: int) -> None:
    """Delete a team; the conversations assigned to it are assigned to none. Events tell of it, and no lines in the threads."""
    access.require_administrator(actor)
    team = await access.lock_team(unit, actor, team_id)
    for before in await conversations.lock_of_team(unit, actor.account_id, team.id):
        unit.companion(Recorder).conversation_touched(before)
        await conversations.update(unit, before, replace(before, team_id=None))
    await teams.delete(unit, team.id)
    await audit.destroyed(unit, actor, ("Team", team.id), audits.team(team))


async def add_members(unit: Unit, actor: Actor, team_id: int, user_ids: Sequence[int]) -> list[Agent]:
    """Add agents to a team; answers those named."""
    access.require_administrator(actor)
    team = await access.the_team(unit, actor, team_id)
    named = await _the_agents(unit, actor, user_ids)
    now = await _members(unit, team)
    await teams.add_members(unit, team.id, sorted(set(user_ids)))
    await _note_members(unit, actor, team, now, now | set(user_ids))
    return named


async def replace_members(unit: Unit, actor: Actor, team_id: int, user_ids: Sequence[int]) -> list[Agent]:
    access.require_administrator(actor)
    team = await access.lock_team(unit, actor, team_id)
    named = await _the_agents(unit, actor, user_ids)
    now = await _members(unit, team)
    await teams.remove_members(unit, team.id, sorted(now - set(user_ids)))
    await teams.add_members(unit, team.id, sorted(set(user_ids)))
    await _note_members(unit, actor, team, now, set(user_ids))
    return named


async def remove_members(unit: Unit, actor: Actor, team_id: int, user_ids: Sequence[int]) -> None:
    access.require_administrator(actor)
    team = await access.the_team(unit, actor, team_id)
    now = await _members(unit, team)
    await teams.remove_members(unit, team.id, sorted(set(user_ids)))
    await _note_members(unit, actor, team, now, now - set(user_ids))


async def _members(unit: Unit, team: Team) -> set[int]:
    return {agent.user.id for agent in await teams.members(unit, team.account_id, team.id)}


async def _note_members(unit: Unit, actor: Actor, team: Team, before: set[int], after: set[int]) -> None:
    told = ({"members": sorted(before)}, {"members": sorted(after)})
    await audit.updated(unit, actor, ("Team", team.id), *told)


async def _the_agents(unit: Unit, actor: Actor, user_ids: Sequence[int]) -> list[Agent]:
    wanted = set(user_ids)
    named = [agent for agent in await users.agents(unit, actor.account_id) if agent.user.id in wanted]
    strangers = sorted(wanted - {agent.user.id for agent in named})
    if strangers:
        raise Invalid({"user_ids": f"are not agents of this account: {', '.join(map(str, strangers))}"})
    return named


def _new(actor: Actor) -> Team:
    return Team(
        id=0,
        account_id=actor.account_id,
        name="",
        description=None,
        allow_auto_assign=True,
        created_at=0,
        updated_at=0,
    )


def _changed(team: Team, changes: TeamChanges) -> Team:
    """The team as a request wants it. Raises Invalid naming every wrong field."""
    problems = Problems()
    name = fields.name(fields.given(changes.name, team.name), problems).lower()
    description = fields.given(changes.description, team.description)
    fields.text(description, problems, field="description")
    problems.raise_any()
    auto = fields.given(changes.allow_auto_assign, None)
    return replace(
        team,
        name=name,
        description=description,
        allow_auto_assign=team.allow_auto_assign if auto is None else auto,
    )
