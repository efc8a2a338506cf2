"""Participants: agents who follow a conversation, by their own wish, or because a private note names them."""

from collections.abc import Sequence

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.rules import messages as rules
from deskbell.kit.errors import Invalid
from deskbell.model.conversation import Conversation
from deskbell.model.user import Agent
from deskbell.store import participants
from deskbell.store.database import Unit


async def add_participants(unit: Unit, actor: Actor, number: int, user_ids: Sequence[int]) -> list[Agent]:
    """Let agents follow a conversation; answers those named. Raises Invalid, NotFound."""
    access.refuse_bots(actor)
    conversation = await access.lock_conversation(unit, actor, number)
    await _require_who_may_see(unit, conversation, user_ids)
    await participants.add(unit, conversation.id, user_ids)
    everybody = await participants.of_conversation(unit, actor.account_id, conversation.id)
    return [agent for agent in everybody if agent.user.id in set(user_ids)]


async def replace_participants(unit: Unit, actor: Actor, number: int, user_ids: Sequence[int]) -> list[Agent]:
    """Say who follows a conversation. Raises Invalid, NotFound."""
    access.refuse_bots(actor)
    conversation = await access.lock_conversation(unit, actor, number)
    now = {
        agent.user.id for agent in await participants.of_conversation(unit, actor.account_id, conversation.id)
    }
    await _require_who_may_see(unit, conversation, sorted(set(user_ids) - now))
    await participants.remove(unit, conversation.id, sorted(now - set(user_ids)))
    await participants.add(unit, conversation.id, user_ids)
    return await participants.of_conversation(unit, actor.account_id, conversation.id)


async def remove_participants(unit: Unit, actor: Actor, number: int, user_ids: Sequence[int]) -> None:
    access.refuse_bots(actor)
    conversation = await access.lock_conversation(unit, actor, number)
    await participants.remove(unit, conversation.id, sorted(set(user_ids)))


async def take_mentions(unit: Unit, conversation: Conversation, content: str) -> None:
    """Keep whom a private note names, of those who may see the conversation; they follow it from now on."""
    user_ids, team_ids = rules.mentioned(content)
    if not user_ids and not team_ids:
        return
    named = await participants.mentionable(
        unit, conversation.account_id, conversation.inbox_id, user_ids=user_ids, team_ids=team_ids
    )
    if named:
        await participants.mention(unit, conversation.id, named)
        await participants.add(unit, conversation.id, named)


async def _require_who_may_see(unit: Unit, conversation: Conversation, user_ids: Sequence[int]) -> None:
    known = await participants.mentionable(
        unit, conversation.account_id, conversation.inbox_id, user_ids=user_ids, team_ids=[]
    )
    strangers = sorted(set(user_ids) - set(known))
    if strangers:
        raise Invalid({"user_ids": f"do not work in this inbox: {', '.join(map(str, strangers))}"})
