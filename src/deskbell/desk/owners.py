"""Whose target it is. A webhook has one, an agent bot with an outgoing_url has one; what their owners see and do is the same."""

from typing import Literal

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.kit.errors import Invalid, NotFound
from deskbell.model.agent_bot import AgentBot
from deskbell.model.webhook import Target
from deskbell.store import agent_bots, health, targets
from deskbell.store.database import Reader, Unit

OwnerKind = Literal["webhook", "agent_bot"]


async def the_bot(reader: Reader, actor: Actor, bot_id: int) -> AgentBot:
    """An agent bot of the account. Raises NotFound."""
    access.refuse_bots(actor)
    bot = await agent_bots.get(reader, bot_id)
    if bot is None or bot.account_id != actor.account_id:
        raise NotFound
    return bot


async def the_target(reader: Reader, actor: Actor, owner_id: int, kind: OwnerKind) -> Target:
    """What a webhook or an agent bot is delivered to. Raises NotFound; Invalid for a bot that nothing is sent to."""
    access.require_administrator(actor)
    if kind == "webhook":
        return (await access.the_webhook(reader, actor, owner_id)).target
    bot = await the_bot(reader, actor, owner_id)
    target = None if bot.target_id is None else await targets.get(reader, bot.target_id)
    if target is None:
        raise Invalid({"outgoing_url": "is not set: nothing is sent to this bot"})
    return target


async def lock_target(unit: Unit, actor: Actor, owner_id: int, kind: OwnerKind) -> Target:
    """A target to change; others who want to change it, or its health, wait. Locks in the order health, target."""
    target = await the_target(unit, actor, owner_id, kind)
    await health.lock(unit, [target.id])
    return await targets.lock(unit, target.id)
