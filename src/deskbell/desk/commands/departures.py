"""Agents who leave an account: what was theirs there is nobody's, and the conversations tell of it."""

from msgspec.structs import replace

from deskbell.desk.actor import Actor
from deskbell.desk.commands import conversations as conversation_commands
from deskbell.store import conversations, users
from deskbell.store.database import Unit

STEP = 25
"""Conversations unassigned by one unit."""


async def leave(unit: Unit, actor: Actor, user_id: int) -> bool:
    """Take an agent out of the actor's account, in steps: some of their conversations in each unit. Answers whether it is done.

    The membership is held only when no conversation is left: whoever assigns one holds that conversation first.
    """
    if await _unassign(unit, actor, user_id):
        return False
    await users.hold_agent(unit, actor.account_id, user_id)
    await users.leave_inboxes(unit, actor.account_id, user_id)  # who is given work by turns is held there
    if await conversations.of_assignee(unit, actor.account_id, user_id, limit=1):
        return False
    await users.remove_agent(unit, actor.account_id, user_id)
    return True


async def _unassign(unit: Unit, actor: Actor, user_id: int) -> int:
    numbers = await conversations.of_assignee(unit, actor.account_id, user_id, limit=STEP)
    for number in numbers:
        before = await conversations.lock(unit, actor.account_id, number)
        # Read again under the lock: somebody else may have it meanwhile.
        if before is not None and before.assignee_id == user_id:
            await conversation_commands.change(unit, actor, before, replace(before, assignee_id=None))
    return len(numbers)
