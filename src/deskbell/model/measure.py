"""What reports count: how long something in a conversation took, kept when it happens."""

from typing import Literal

from msgspec import Struct

MeasureName = Literal[
    "first_response",
    "reply_time",
    "conversation_resolved",
    "conversation_bot_resolved",
    "conversation_bot_handoff",
    "conversation_opened",
]


class Measure(Struct, frozen=True, kw_only=True):
    """Something to be measured, from an instant on. What is not `timed` is only counted: its value is 0."""

    name: MeasureName
    user_id: int | None
    started_at: int
    timed: bool = True


class Past(Struct, frozen=True, kw_only=True):
    """What was measured of a conversation before: the last instant of each kind. `has_bot`: whether its inbox has one."""

    has_bot: bool = False
    resolved: int | None = None
    bot_resolved: int | None = None
    bot_handoff: int | None = None
    opened: int | None = None


class ReportingEvent(Struct, frozen=True, kw_only=True):
    """A measure that was taken, by the reference's name for it. `created_at` is also when what it measures ended.

    The values are whole seconds; `conversation_number` is what the outside calls its conversation.
    """

    id: int
    account_id: int
    name: MeasureName
    inbox_id: int
    conversation_number: int
    user_id: int | None
    value: int
    value_in_business_hours: int
    started_at: int
    created_at: int
