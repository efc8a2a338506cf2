"""Teams of an account, and who is in them."""

from msgspec import Struct

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.model.team import Team
from deskbell.model.user import Agent
from deskbell.store import teams
from deskbell.store.database import Reader


class TeamView(Struct, frozen=True, kw_only=True):
    """A team, and whether whoever asks is in it."""

    team: Team
    is_member: bool


async def all_teams(reader: Reader, actor: Actor) -> list[TeamView]:
    access.refuse_bots(actor)
    own = await memberships(reader, actor)
    return [
        TeamView(team=one, is_member=one.id in own) for one in await teams.all_of(reader, actor.account_id)
    ]


async def show(reader: Reader, actor: Actor, team_id: int) -> TeamView:
    """One team. Raises NotFound."""
    access.refuse_bots(actor)
    team = await access.the_team(reader, actor, team_id)
    return TeamView(team=team, is_member=team.id in await memberships(reader, actor))


async def members(reader: Reader, actor: Actor, team_id: int) -> list[Agent]:
    """Who is in a team."""
    access.refuse_bots(actor)
    team = await access.the_team(reader, actor, team_id)
    return await teams.members(reader, actor.account_id, team.id)


async def memberships(reader: Reader, actor: Actor) -> set[int]:
    """The teams whoever asks is in."""
    return await teams.of_member(reader, actor.id) if actor.kind == "user" else set()
