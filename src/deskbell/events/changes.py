"""What counts as a change: the stored attributes whose before and after make an event."""

from deskbell.events.snapshot import Change
from deskbell.kit.json import same
from deskbell.model.conversation import Conversation
from deskbell.model.message import Message

CONVERSATION_ATTRIBUTES = (
    "status",
    "contact_id",
    "assignee_id",
    "assignee_agent_bot_id",
    "team_id",
    "priority",
    "labels",
    "custom_attributes",
    "additional_attributes",
    "snoozed_until",
    "agent_last_seen_at",
    "assignee_last_seen_at",
    "contact_last_seen_at",
)
"""Values that only follow from messages are not here: they cause no event by themselves (contract/semantics.md)."""

MESSAGE_ATTRIBUTES = (
    "content",
    "content_type",
    "content_attributes",
    "additional_attributes",
    "status",
    "source_id",
)

INSTANTS = frozenset({"snoozed_until", "agent_last_seen_at", "assignee_last_seen_at", "contact_last_seen_at"})


def between_conversations(before: Conversation, after: Conversation) -> list[Change]:
    """Every tracked attribute that differs."""
    return _between(before, after, CONVERSATION_ATTRIBUTES)


def between_messages(before: Message, after: Message) -> list[Change]:
    return _between(before, after, MESSAGE_ATTRIBUTES)


def _between(before: object, after: object, attributes: tuple[str, ...]) -> list[Change]:
    changes = []
    for name in attributes:
        previous, current = getattr(before, name), getattr(after, name)
        if previous is not current and not same(previous, current):
            changes.append(Change(name, previous, current))
    return changes
