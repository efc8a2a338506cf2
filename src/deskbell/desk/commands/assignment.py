"""Giving a conversation that nobody has to whoever's turn it is."""

from collections.abc import Sequence

from msgspec.structs import replace

from deskbell.desk.actor import Actor
from deskbell.desk.commands import thread
from deskbell.desk.rules import assignment as rules
from deskbell.desk.rules.assignment import Candidate
from deskbell.model.conversation import Conversation
from deskbell.store import teams, turns
from deskbell.store.database import Unit
from deskbell.store.turns import Turn


async def assign(unit: Unit, before: Conversation | None, after: Conversation) -> Conversation:
    """Give a conversation to somebody who works in its inbox and is there, where it began, became open or came to a team.

    `before` is None for one that began. Nobody gets it where nobody is there.
    """
    for_team = rules.came_to_team(before, after)
    if not for_team and not rules.looks_for_somebody(before, after):
        return after
    among = None
    if after.team_id is not None:
        team = await teams.get(unit, after.account_id, after.team_id)
        if team is None or not team.allow_auto_assign:
            return after
        among = {member.user.id for member in await teams.members(unit, after.account_id, team.id)}
    there = await turns.there(unit, after.inbox_id, always=for_team)
    if not there:
        return after
    chosen = await _pick(unit, after, there, among)
    if chosen is None:
        return after
    await turns.take(unit, after.inbox_id, chosen.user_id)
    system = Actor(kind="system", account_id=after.account_id)
    return await thread.change(unit, system, after, replace(after, assignee_id=chosen.user_id))


async def _pick(
    unit: Unit, conversation: Conversation, there: Sequence[Turn], among: set[int] | None
) -> Candidate | None:
    most = rules.limit(there[0].inbox.settings.auto_assignment_config)
    ids = [one.user_id for one in there]
    busy = await turns.busy(unit, conversation.inbox_id, ids) if most is not None else None
    candidates = [Candidate(one.user_id, one.turn) for one in there]
    return rules.pick(candidates, among=among, most=most, busy=busy)
