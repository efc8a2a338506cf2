"""Whose target it is: a webhook's, an agent bot's with an outgoing_url, an API inbox's with a webhook_url. What owners see and do is the same."""

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.kit.errors import Invalid, NotFound
from deskbell.model.agent_bot import AgentBot
from deskbell.model.webhook import Target, TargetKind
from deskbell.store import agent_bots, health, targets
from deskbell.store.database import Reader, Unit


async def the_bot(reader: Reader, actor: Actor, bot_id: int) -> AgentBot:
    """An agent bot of the account. Raises NotFound."""
    access.refuse_bots(actor)
    bot = await agent_bots.get(reader, bot_id)
    if bot is None or bot.account_id != actor.account_id:
        raise NotFound
    return bot


async def the_target(reader: Reader, actor: Actor, owner_id: int, kind: TargetKind) -> Target:
    """What a webhook, an agent bot or an inbox is delivered to. Raises NotFound; Invalid where nothing is sent."""
    access.require_administrator(actor)
    if kind == "webhook":
        return (await access.the_webhook(reader, actor, owner_id)).target
    if kind == "agent_bot":
        target_id = (await the_bot(reader, actor, owner_id)).target_id
        missing = {"outgoing_url": "is not set: nothing is sent to this bot"}
    else:
        target_id = (await access.the_inbox(reader, actor, owner_id)).target_id
        missing = {"webhook_url": "is not set: nothing is sent from this inbox"}
    target = None if target_id is None else await targets.get(reader, target_id)
    if target is None:
        raise Invalid(missing)
    return target


async def lock_target(unit: Unit, actor: Actor, owner_id: int, kind: TargetKind) -> Target:
    """A target to change; others who want to change it, or its health, wait. Locks in the order health, target."""
    target = await the_target(unit, actor, owner_id, kind)
    await health.lock(unit, [target.id])
    return await targets.lock(unit, target.id)
