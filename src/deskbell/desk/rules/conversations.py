"""How a conversation moves: what each message and each action does to it."""

from msgspec.structs import replace

from deskbell.kit.clock import HOUR, SECOND
from deskbell.model.conversation import Conversation, Status
from deskbell.model.message import Message, MessageType


def starting_status(asked: Status | None, *, blocked: bool, has_bot: bool) -> Status:
    """A blocked contact's conversation starts resolved, a bot's pending; otherwise as asked."""
    if blocked:
        return "resolved"
    return asked or ("pending" if has_bot else "open")


def after_message(
    conversation: Conversation, message: Message, *, blocked: bool, has_bot: bool
) -> Conversation:
    """The conversation once a message stands in it."""
    now = message.created_at
    if message.message_type == MessageType.ACTIVITY:
        return conversation
    conversation = replace(conversation, last_activity_at=now)
    if message.public:
        conversation = replace(conversation, last_message_id=message.id)
    if message.message_type == MessageType.INCOMING:
        status = conversation.status if blocked else _reopened(conversation.status, has_bot=has_bot)
        return replace(
            conversation,
            unread_count=conversation.unread_count + 1,
            last_incoming_at=now,
            waiting_since=conversation.waiting_since or now,
            snoozed_until=conversation.snoozed_until if status == "snoozed" else None,
            status=status,
        )
    if (
        message.message_type == MessageType.OUTGOING
        and not message.private
        and message.sender_type is not None
    ):
        first = conversation.first_reply_created_at
        if first is None and message.sender_type == "user":
            first = now
        return replace(conversation, waiting_since=None, first_reply_created_at=first)
    return conversation


def toggled(status: Status) -> Status:
    """What a toggle without a status does."""
    return "resolved" if status == "open" else "open"


def with_status(conversation: Conversation, status: Status, snoozed_until: int | None) -> Conversation:
    return replace(
        conversation,
        status=status,
        snoozed_until=snoozed_until if status == "snoozed" else None,
        waiting_since=None if status == "resolved" else conversation.waiting_since,
    )


def handed_over(conversation: Conversation, now: int) -> Conversation:
    """From a bot to people: somebody waits for them from now on."""
    opened = with_status(conversation, "open", None)
    return replace(opened, waiting_since=conversation.waiting_since or now)


def seen_by_agent(conversation: Conversation, now: int, *, is_assignee: bool) -> Conversation:
    """Marks are written when something was unread, and otherwise once an hour at most."""
    if conversation.unread_count == 0 and _recent(conversation.agent_last_seen_at, now):
        return conversation
    assignee_seen = now if is_assignee else conversation.assignee_last_seen_at
    return replace(conversation, agent_last_seen_at=now, assignee_last_seen_at=assignee_seen, unread_count=0)


def unseen(conversation: Conversation) -> Conversation:
    """Seen by the team up to a second before the last incoming message, as clients reckon in seconds; never, where there is none."""
    last = conversation.last_incoming_at
    seen = None if last is None else last - SECOND
    return replace(conversation, agent_last_seen_at=seen, assignee_last_seen_at=seen)


def seen_by_contact(conversation: Conversation, now: int) -> Conversation:
    seen = conversation.contact_last_seen_at
    if seen is not None and conversation.last_activity_at <= seen and _recent(seen, now):
        return conversation
    return replace(conversation, contact_last_seen_at=now)


def _recent(mark: int | None, now: int) -> bool:
    return mark is not None and now - mark < HOUR


def _reopened(status: Status, *, has_bot: bool) -> Status:
    if status == "resolved":
        return "pending" if has_bot else "open"
    return "open" if status == "snoozed" else status
