"""Agents of an account and of an inbox."""

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.model.user import Agent
from deskbell.store import inboxes, invitations, profiles, users
from deskbell.store.database import Reader
from deskbell.store.invitations import Invitation


async def all_agents(reader: Reader, actor: Actor) -> list[Agent]:
    access.refuse_bots(actor)
    return await users.agents(reader, actor.account_id)


async def agent(reader: Reader, actor: Actor, user_id: int) -> Agent:
    return access.found(await users.agent(reader, actor.account_id, user_id))


async def pending_invitations(reader: Reader, actor: Actor) -> list[Invitation]:
    """Who was invited, and was never here yet. Raises NotAllowed for agents."""
    access.require_administrator(actor)
    return await invitations.pending(reader, actor.account_id)


async def needs_password(reader: Reader, actor: Actor, user_id: int) -> bool:
    """Whether somebody has chosen no password yet, and is in no other account either."""
    others = [one for one in await users.memberships(reader, user_id) if one.account_id != actor.account_id]
    return not others and await profiles.password_hash(reader, user_id) is None


async def members(reader: Reader, actor: Actor, inbox_id: int) -> list[Agent]:
    """Who works in an inbox."""
    access.refuse_bots(actor)
    inbox = await access.the_inbox(reader, actor, inbox_id)
    return await inboxes.members(reader, actor.account_id, inbox.id)


async def assignable(reader: Reader, actor: Actor, inbox_id: int) -> list[Agent]:
    """Who may be given an inbox's conversations: those who work in it, and administrators."""
    working = {agent.user.id for agent in await members(reader, actor, inbox_id)}
    everybody = await users.agents(reader, actor.account_id)
    return [agent for agent in everybody if agent.role == "administrator" or agent.user.id in working]
