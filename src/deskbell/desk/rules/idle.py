"""Conversations in which nothing happens any more, and those that were put away until a time."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from deskbell.desk.rules import fields
from deskbell.desk.rules.fields import Problems
from deskbell.kit.clock import MINUTE
from deskbell.model.conversation import Conversation

SHORTEST, LONGEST = 10, 1_439_856
"""Minutes after which an account may let conversations be resolved."""


class AutoResolve(Struct, frozen=True):
    """When an account's open conversations are resolved by themselves, and how."""

    minutes: int
    message: str | None
    label: str | None
    leaves_waiting: bool
    """Whether those in which somebody waits for an answer are left alone."""


def auto_resolve(settings: Mapping[str, Any]) -> AutoResolve | None:
    """What an account's settings say; None where conversations stay open."""
    minutes = settings.get("auto_resolve_after")
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not SHORTEST <= minutes <= LONGEST:
        return None
    message = settings.get("auto_resolve_message")
    titles = fields.labels([str(settings.get("auto_resolve_label") or "")], Problems())
    return AutoResolve(
        minutes,
        message if isinstance(message, str) and message.strip() else None,
        titles[0] if titles else None,
        settings.get("auto_resolve_ignore_waiting") is True,
    )


def check(settings: Mapping[str, Any], problems: Problems) -> None:
    """What an account may want; how long is checked where it is read."""
    fields.text(settings.get("auto_resolve_message"), problems, field="auto_resolve_message")
    label = Problems()
    fields.labels([settings.get("auto_resolve_label") or ""], label)
    for problem in label.fields.values():
        problems.add("auto_resolve_label", problem)


def is_idle(conversation: Conversation, wanted: AutoResolve, now: int) -> bool:
    """Whether an open conversation is to be resolved."""
    if conversation.status != "open" or (wanted.leaves_waiting and conversation.waiting_since is not None):
        return False
    return conversation.last_activity_at < now - wanted.minutes * MINUTE


def is_awake(conversation: Conversation, now: int) -> bool:
    """Whether the time has come that a conversation was put away until."""
    until = conversation.snoozed_until
    return conversation.status == "snoozed" and until is not None and until <= now


def spoken(minutes: int) -> str:
    """A span of minutes in words."""
    for size, name in ((24 * 60, "day"), (60, "hour")):
        if minutes % size == 0:
            return _counted(minutes // size, name)
    return _counted(minutes, "minute")


def _counted(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}"
