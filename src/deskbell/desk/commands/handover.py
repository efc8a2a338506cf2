"""Handing a bot's conversations to people, where the bot cannot answer any more."""

from msgspec.structs import replace

from deskbell.desk.actor import Actor
from deskbell.desk.commands import conversations as conversation_commands
from deskbell.desk.commands import thread
from deskbell.desk.rules import bots
from deskbell.desk.rules import conversations as rules
from deskbell.model.agent_bot import AgentBot
from deskbell.model.conversation import Conversation
from deskbell.store import agent_bots, conversations, health, notices
from deskbell.store.agent_bots import Failing
from deskbell.store.database import Unit

STEP = 25
"""Conversations handed over by one unit."""


async def announce(unit: Unit, bot: Failing) -> None:
    """Tell the owners, once for each time a bot fails, that people get its pending conversations."""
    await health.lock(unit, [bot.target_id])  # so that of several processes one tells
    told = await notices.told_since(unit, bot.account_id, bot.target_id, "agent_bot_handed_over", bot.since)
    if not told:
        await notices.add(
            unit,
            bot.account_id,
            "agent_bot_handed_over",
            target_id=bot.target_id,
            details={"agent_bot_id": bot.id, "name": bot.name, "disabled": bot.disabled},
            message=bots.handed_over(bot.name, disabled=bot.disabled),
        )


async def hand_over(unit: Unit, bot: Failing) -> int:
    """Open some of the conversations that wait for a bot; answers how many waited."""
    return await _hand_over(unit, bot.account_id, bot.id, pending=True, why=bots.why_open(bot.name))


async def hand_over_all(unit: Unit, bot: AgentBot) -> int:
    """Take some conversations from a bot that is to go: those assigned to it, too; answers how many there were."""
    return await _hand_over(unit, bot.account_id, bot.id, pending=False, why=None)


async def _hand_over(unit: Unit, account_id: int, bot_id: int, *, pending: bool, why: str | None) -> int:
    numbers = await agent_bots.held(unit, bot_id, pending=pending, limit=STEP)
    # All are held before the first is opened: whose turn it is to be given one is held after conversations.
    held = [await conversations.lock(unit, account_id, number) for number in numbers]
    for before in held:
        if before is not None:
            await _open(unit, bot_id, before, why)
    return len(numbers)


async def _open(unit: Unit, bot_id: int, before: Conversation, why: str | None) -> None:
    after = before
    if before.assignee_agent_bot_id == bot_id:
        after = replace(after, assignee_agent_bot_id=None)
    # Read again under the lock: somebody may have taken it, or closed it, meanwhile.
    if before.status == "pending" and before.assignee_agent_bot_id in (None, bot_id):
        after = rules.handed_over(after, unit.now)
    if after == before:
        return
    system = Actor(kind="system", account_id=before.account_id)
    after = await conversation_commands.change(unit, system, before, after)
    if why is not None:
        await thread.add_activity(unit, after, why)
