"""Things to change, held: whoever else wants to change one of them waits, so that it stays as it is told here."""

from deskbell.desk import access, owners
from deskbell.desk.actor import Actor
from deskbell.desk.queries import agent_bots as bot_queries
from deskbell.desk.queries import agents
from deskbell.desk.queries import inboxes as inbox_queries
from deskbell.desk.queries.agent_bots import BotView
from deskbell.desk.queries.inboxes import InboxView
from deskbell.model.account import Account
from deskbell.model.attribute_definition import AttributeDefinition
from deskbell.model.canned_response import CannedResponse
from deskbell.model.label import Label
from deskbell.model.team import Team
from deskbell.store import (
    accounts,
    agent_bots,
    attribute_definitions,
    canned_responses,
    inboxes,
    labels,
    teams,
)
from deskbell.store.database import Unit


async def account(unit: Unit, actor: Actor) -> Account:
    access.require_administrator(actor)
    return access.found(await accounts.lock(unit, actor.account_id))


async def inbox(unit: Unit, actor: Actor, inbox_id: int) -> InboxView:
    access.require_administrator(actor)
    await inboxes.lock(unit, (await access.the_inbox(unit, actor, inbox_id)).id)
    return await inbox_queries.show(unit, actor, inbox_id)


async def inbox_members(unit: Unit, actor: Actor, inbox_id: int) -> list[int]:
    found = await inbox(unit, actor, inbox_id)
    return [one.user.id for one in await agents.members(unit, actor, found.inbox.id)]


async def bot(unit: Unit, actor: Actor, bot_id: int) -> BotView:
    access.require_administrator(actor)
    access.found(await agent_bots.lock(unit, (await owners.the_bot(unit, actor, bot_id)).id))
    return await bot_queries.show(unit, actor, bot_id)


async def label(unit: Unit, actor: Actor, label_id: int) -> Label:
    access.require_administrator(actor)
    return access.found(await labels.lock(unit, actor.account_id, label_id))


async def canned_response(unit: Unit, actor: Actor, response_id: int) -> CannedResponse:
    access.refuse_bots(actor)
    return access.found(await canned_responses.lock(unit, actor.account_id, response_id))


async def definition(unit: Unit, actor: Actor, definition_id: int) -> AttributeDefinition:
    access.require_administrator(actor)
    return access.found(await attribute_definitions.lock(unit, actor.account_id, definition_id))


async def team(unit: Unit, actor: Actor, team_id: int) -> tuple[Team, list[int]]:
    """A team, and who is in it."""
    access.require_administrator(actor)
    found = await access.lock_team(unit, actor, team_id)
    return found, [one.user.id for one in await teams.members(unit, actor.account_id, team_id)]
