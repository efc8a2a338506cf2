"""Agent bots of an account, and of an inbox."""

from collections.abc import Sequence

from deskbell.desk import access, owners
from deskbell.desk.actor import Actor
from deskbell.desk.queries.webhooks import Condition
from deskbell.store import agent_bots, health
from deskbell.store.agent_bots import BotView
from deskbell.store.database import Reader

__all__ = ["BotView"]


async def all_bots(reader: Reader, actor: Actor) -> list[BotView]:
    access.refuse_bots(actor)
    return await agent_bots.views(reader, actor.account_id)


async def show(reader: Reader, actor: Actor, bot_id: int) -> BotView:
    """One bot. Raises NotFound."""
    access.refuse_bots(actor)
    return access.found(await agent_bots.view(reader, actor.account_id, bot_id))


async def of_inbox(reader: Reader, actor: Actor, inbox_id: int) -> BotView | None:
    """The bot that answers in an inbox, if one does. Raises NotFound, NotAllowed."""
    access.refuse_bots(actor)
    inbox = await access.the_inbox(reader, actor, inbox_id)
    bot_id = await agent_bots.of_inbox(reader, inbox.id)
    return None if bot_id is None else await agent_bots.view(reader, actor.account_id, bot_id)


async def inbox_ids(reader: Reader, actor: Actor, bot_id: int) -> list[int]:
    """The inboxes a bot answers in. Raises NotFound."""
    bot = await owners.the_bot(reader, actor, bot_id)
    return await agent_bots.inboxes(reader, bot.id)


async def names_by_inbox(reader: Reader, actor: Actor) -> dict[int, str]:
    """What the bot is called that answers in each inbox."""
    access.refuse_bots(actor)
    return await agent_bots.names_by_inbox(reader, actor.account_id)


async def conditions(reader: Reader, actor: Actor, bots: Sequence[BotView]) -> dict[int, Condition]:
    """How deliveries to each of the bots go, by the bots' ids; those that nothing is sent to are not there."""
    access.require_administrator(actor)
    sent_to = [(one.bot.id, one.target) for one in bots if one.target is not None]
    known = await health.read(reader, [target.id for _, target in sent_to]) if sent_to else {}
    return {
        bot_id: Condition(
            target=target, health=known[target.id], backlog=await health.backlog(reader, target.id)
        )
        for bot_id, target in sent_to
    }
