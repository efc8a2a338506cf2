"""What is done to a conversation now and then: mark it unread, mute it, delete it."""

from msgspec.structs import replace

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.commands import audit, thread
from deskbell.desk.commands.conversations import change
from deskbell.desk.rules import audits
from deskbell.desk.rules import conversations as rules
from deskbell.model.conversation import Conversation
from deskbell.store import contacts, conversations, messages
from deskbell.store.database import Unit


async def mark_unread(unit: Unit, actor: Actor, number: int) -> Conversation:
    """The last incoming message, and what came with it, is unread again. Raises NotFound."""
    access.refuse_bots(actor)
    before = await access.lock_conversation(unit, actor, number)
    after = rules.unseen(before)
    unread = await messages.unread(unit, before.id, after.agent_last_seen_at or 0)
    return await change(unit, actor, before, replace(after, unread_count=unread))


async def mute(unit: Unit, actor: Actor, number: int) -> Conversation:
    """Resolve a conversation and block its contact: what they write opens nothing any more. Raises NotFound."""
    access.refuse_bots(actor)
    before = await access.lock_conversation(unit, actor, number)
    newly = await _block(unit, before, blocked=True)  # first: who is blocked is not asked how it was
    after = await change(unit, actor, before, rules.with_status(before, "resolved", None))
    if newly:
        await thread.add_activity(unit, after, f"{actor.name} muted the conversation")
    return after


async def unmute(unit: Unit, actor: Actor, number: int) -> Conversation:
    """The contact is blocked no more; the conversation stays as it is. Raises NotFound."""
    access.refuse_bots(actor)
    conversation = await access.lock_conversation(unit, actor, number)
    if await _block(unit, conversation, blocked=False):
        await thread.add_activity(unit, conversation, f"{actor.name} unmuted the conversation")
    return conversation


async def delete_conversation(unit: Unit, actor: Actor, number: int) -> None:
    """Delete a conversation with its messages; events already recorded stay and are delivered. Raises NotFound."""
    access.require_administrator(actor)
    conversation = await access.lock_conversation(unit, actor, number)
    await conversations.delete(unit, conversation.id)
    await audit.destroyed(unit, actor, ("Conversation", conversation.id), audits.conversation(conversation))


async def _block(unit: Unit, conversation: Conversation, *, blocked: bool) -> bool:
    """Block the contact, or let them back in; answers whether that is new."""
    contact = access.found(await contacts.lock(unit, conversation.account_id, conversation.contact_id))
    if contact.blocked != blocked:
        await contacts.update(unit, replace(contact, blocked=blocked))
    return contact.blocked != blocked
