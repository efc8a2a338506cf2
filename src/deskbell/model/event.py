"""An event: something that happened, numbered 1, 2, 3 … within its account."""

from typing import Literal, get_args

from msgspec import Struct

EventName = Literal[
    "conversation_created",
    "conversation_updated",
    "conversation_status_changed",
    "message_created",
    "message_updated",
    "webwidget_triggered",
]
EVENT_NAMES: tuple[EventName, ...] = get_args(EventName)
"""The document's six, in the order they take within one request (contract/semantics.md)."""
NEVER_FOR_BOTS: EventName = "conversation_status_changed"
"""The one event agent bots do not get: the document's own note."""


class Event(Struct, frozen=True, kw_only=True):
    account_id: int
    number: int
    name: EventName
    inbox_id: int
    contact_id: int
    conversation_id: int | None
    private: bool
    snapshot: bytes
    created_at: int


def event_id(account_id: int, number: int) -> str:
    """The id that travels as `webhook-id`: the same on every attempt, ordered within the account."""
    return f"evt_{account_id}_{number}"
