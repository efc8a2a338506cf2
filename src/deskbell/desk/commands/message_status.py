"""What became of a message outside: a bridge tells it, or the inbox's receiver never got it; and another try."""

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.rules import messages as rules
from deskbell.events.record import Recorder
from deskbell.events.snapshot import thaw
from deskbell.kit.errors import Conflict, Forbidden, Invalid
from deskbell.model.conversation import Conversation
from deskbell.model.message import Message, MessageStatus, MessageType
from deskbell.model.replay import Replay
from deskbell.store import conversations, events, inbox_failures, inboxes, messages, replays
from deskbell.store.database import Unit
from deskbell.store.inbox_failures import InboxFailure

NOT_HERE = "Message status update is only allowed for API inboxes"
EMPTIED = "What this message's receiver should have got is not kept any more. Write the message again."


async def set_status(
    unit: Unit, actor: Actor, number: int, message_id: int, status: MessageStatus, error: str | None = None
) -> Message:
    """A bridge tells what became of a message. Raises Forbidden outside of API inboxes, NotFound."""
    access.refuse_bots(actor)
    conversation = await access.lock_conversation(unit, actor, number)
    inbox = await inboxes.get(unit, actor.account_id, conversation.inbox_id)
    if inbox is None or inbox.channel != "Channel::Api":
        raise Forbidden(NOT_HERE)
    before = access.found(await messages.lock(unit, conversation.id, message_id))
    return await _write(unit, before, rules.with_status(before, status, error))


async def retry(unit: Unit, actor: Actor, number: int, message_id: int) -> Message:
    """Try a failed message again: it counts as sent, and what its inbox's receiver never got is sent once more.

    A message that has not failed stays as it is. Raises Invalid for one that nobody sends, Conflict where nothing is kept to send.
    """
    access.refuse_bots(actor)
    conversation = await access.lock_conversation(unit, actor, number)
    before = access.found(await messages.lock(unit, conversation.id, message_id))
    if before.status != "failed":
        return before
    if before.message_type not in (MessageType.OUTGOING, MessageType.TEMPLATE):
        raise Invalid({"message_id": "names a message that the team did not send"})
    await _send_again(unit, conversation, before)
    return await _write(unit, before, rules.with_status(before, "sent", None))


async def mark_undelivered(unit: Unit, failure: InboxFailure) -> bool:
    """The receiver of an API inbox will not get a message: it failed. Answers whether it was marked.

    Only a new message's delivery is told of here, so that telling of the failure cannot itself fail a message.
    """
    if not await inbox_failures.take(unit, failure):
        return False
    event = await events.get(unit, failure.account_id, failure.event_number)
    if event is None or not event.snapshot or await _is_on_its_way(unit, failure):
        return False
    told = thaw(event.snapshot)
    if told.message is None:
        return False
    conversation = await conversations.lock(unit, failure.account_id, told.message.conversation_number)
    before = (
        None if conversation is None else await messages.lock(unit, conversation.id, told.message.message.id)
    )
    if before is None or not rules.fails_undelivered(before):
        return False
    last = await inbox_failures.last_attempt(unit, failure)
    why = rules.undelivered(last.reason, last.status) if last else rules.undelivered(None, None)
    await _write(unit, before, rules.with_status(before, "failed", why))
    return True


async def _is_on_its_way(unit: Unit, failure: InboxFailure) -> bool:
    """A replay may have made it good, or may yet."""
    return await inbox_failures.newest_state(unit, failure) in ("pending", "delivered")


async def _send_again(unit: Unit, conversation: Conversation, message: Message) -> None:
    """Replay what died of a message to its inbox's receiver: as any replay, at the end of the conversation's lane."""
    inbox = await inboxes.get(unit, conversation.account_id, conversation.inbox_id)
    if inbox is None or inbox.target_id is None:
        return
    subject = f"conversation:{conversation.id}"
    for one in await inbox_failures.dead(unit, inbox.target_id, subject, message.created_at):
        if not one.snapshot:
            raise Conflict(EMPTIED)
        told = thaw(one.snapshot).message
        if told is not None and told.message.id == message.id:
            await replays.add(unit, _replay(conversation.account_id, inbox.target_id, one.number, unit.now))


def _replay(account_id: int, target_id: int, number: int, now: int) -> Replay:
    return Replay(
        account_id=account_id,
        target_id=target_id,
        first_number=number,
        last_number=number,
        only_dead=True,
        total=1,
        next_number=number,
        next_at=now,
        created_at=now,
    )


async def _write(unit: Unit, before: Message, after: Message) -> Message:
    if after == before:
        return before
    unit.companion(Recorder).message_touched(before)
    return await messages.update(unit, after)
