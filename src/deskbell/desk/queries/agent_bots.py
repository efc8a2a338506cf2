"""Agent bots of an account, and of an inbox."""

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.store import agent_bots
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
