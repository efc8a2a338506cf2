"""Messages: write, answer a form in one, delete."""

from typing import Any

from msgspec.structs import replace

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.commands import followups, measures, participants, surveys, thread
from deskbell.desk.commands.thread import Draft
from deskbell.desk.rules import bots
from deskbell.desk.rules import conversations as rules
from deskbell.events.record import Recorder
from deskbell.kit.errors import Conflict, Invalid, NotFound
from deskbell.model.contact import ContactInbox
from deskbell.model.conversation import Conversation
from deskbell.model.message import Message, MessageType, MessageView
from deskbell.store import agent_bots, conversations, inboxes, messages, notices
from deskbell.store.database import Unit

DELETED = "This message was deleted"


async def create_message(unit: Unit, actor: Actor, number: int, draft: Draft) -> MessageView:
    """Write as an agent or a bot. Incoming ones, for bridges, only in API inboxes. Raises Invalid, NotFound, Conflict."""
    conversation = await access.lock_conversation(unit, actor, number)
    if draft.message_type == MessageType.INCOMING:
        inbox = await inboxes.get(unit, actor.account_id, conversation.inbox_id)
        if inbox is None or inbox.channel != "Channel::Api":
            raise Invalid({"message_type": "Incoming messages are only allowed in Api inboxes"})
        contact = Actor(kind="contact", account_id=actor.account_id, id=conversation.contact_id)
        return await write(unit, contact, conversation, replace(draft, private=False))
    if draft.message_type != MessageType.OUTGOING:
        raise Invalid({"message_type": "should be incoming or outgoing"})
    if actor.kind == "agent_bot":
        return await _write_as_bot(unit, actor, conversation, draft)
    return await write(unit, actor, conversation, draft)


async def write_own(unit: Unit, actor: Actor, place: ContactInbox, number: int, draft: Draft) -> MessageView:
    """Write as the contact at an address. Raises Invalid, NotFound."""
    return await write(unit, actor, await access.lock_own_conversation(unit, actor, place, number), draft)


async def write(unit: Unit, actor: Actor, conversation: Conversation, draft: Draft) -> MessageView:
    """Put a message into a locked conversation, and do what follows from it. Raises Invalid."""
    written = await thread.put(unit, actor, conversation, draft)
    if draft.private and draft.content:
        await participants.take_mentions(unit, conversation, draft.content)
    await followups.after_message(unit, conversation, written)
    return written.view


async def submit_values(
    unit: Unit, actor: Actor, place: ContactInbox, number: int, message_id: int, answers: dict[str, Any]
) -> Message:
    """A contact answers a form, a choice, a survey or an email request in a message. Raises NotFound, Invalid."""
    conversation = await access.lock_own_conversation(unit, actor, place, number)
    before = await _the_message(unit, conversation, message_id)
    if not before.public:
        raise NotFound
    if before.content_type == "input_csat":
        return await surveys.answer(unit, conversation, before, answers.get("submitted_values"))
    unit.companion(Recorder).message_touched(before)
    return await messages.update(
        unit, replace(before, content_attributes={**before.content_attributes, **answers})
    )


async def delete_message(unit: Unit, actor: Actor, number: int, message_id: int) -> Message:
    """Take a message's words and files back; the message itself stays as a mark. Raises NotFound."""
    access.refuse_bots(actor)
    conversation = await access.lock_conversation(unit, actor, number)
    before = await _the_message(unit, conversation, message_id)
    unit.companion(Recorder).message_touched(before)
    await messages.drop_attachments(unit, before.id)
    return await messages.update(
        unit, replace(before, content=DELETED, content_type="text", content_attributes={"deleted": True})
    )


async def _write_as_bot(unit: Unit, actor: Actor, conversation: Conversation, draft: Draft) -> MessageView:
    """A bot that answers itself, or another bot, is stopped: people get the conversation, and bots wait for them."""
    limit = bots.LOOP_MESSAGES + 1
    latest = [
        bots.Said(kind == "agent_bot", at)
        for kind, at in await messages.last_said(unit, conversation.id, limit)
    ]
    if bots.is_loop(latest):
        raise Conflict(bots.stopped())
    view = await write(unit, actor, conversation, draft)
    if bots.is_loop([bots.Said(True, unit.now), *latest]):
        await _stop_loop(unit, actor, conversation)
    return view


async def _stop_loop(unit: Unit, actor: Actor, conversation: Conversation) -> None:
    now = await conversations.lock(unit, conversation.account_id, conversation.number)
    assert now is not None, "the conversation is held by this unit"
    if now.status != "open":
        before, now = now, await conversations.update(unit, now, rules.handed_over(now, unit.now))
        await measures.take(unit, actor, before, now)
        now = await followups.after_change(unit, before, now)
    await thread.add_activity(unit, now, bots.stopped())
    bot = await agent_bots.get(unit, actor.id)
    await notices.add(
        unit,
        conversation.account_id,
        "agent_bot_loop",
        target_id=None if bot is None else bot.target_id,
        details={"agent_bot_id": actor.id, "name": actor.name, "conversation_id": conversation.number},
        message=f"The agent bot {actor.name!r} was stopped in conversation {conversation.number}. {bots.stopped()}",
    )


async def _the_message(unit: Unit, conversation: Conversation, message_id: int) -> Message:
    return access.found(await messages.lock(unit, conversation.id, message_id))
