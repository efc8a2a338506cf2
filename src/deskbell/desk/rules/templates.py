"""What an inbox says by itself when a contact writes."""

from datetime import datetime
from typing import Literal

from deskbell.desk.rules import opening
from deskbell.kit.clock import DAY, MINUTE, SECOND
from deskbell.model.contact import Contact
from deskbell.model.conversation import Conversation
from deskbell.model.inbox import Inbox, InboxSettings

Kind = Literal["out_of_office", "greeting", "email_collect"]

EMAIL_COLLECT = "Please leave your email address, so that we can reach you."
IN_TALK = 5 * MINUTE
"""How long after somebody answered nobody is told that the office is closed."""
LOOK_BACK = DAY
"""How far back it matters what was said: a day is no longer, and one on which clocks are changed is told once more."""


def is_open(settings: InboxSettings, now: int) -> bool:
    """Whether the inbox keeps no hours, or is within them."""
    if not settings.working_hours_enabled:
        return True
    there = datetime.fromtimestamp(now / SECOND, opening.zone(settings.timezone))
    hours = opening.week(settings)[(there.weekday() + 1) % 7]
    return hours is not None and hours[0] <= there.hour * 60 + there.minute < hours[1]


def is_away(settings: InboxSettings, now: int) -> bool:
    """Whether there is something to say about the office being closed."""
    return bool((settings.out_of_office_message or "").strip()) and not is_open(settings, now)


def tells_away(settings: InboxSettings, now: int, template_at: int | None, answer_at: int | None) -> bool:
    """Once in a day of the inbox's own calendar, and not while somebody is answering.

    `template_at` is when the inbox last said something by itself, `answer_at` when somebody last answered the contact.
    """
    if answer_at is not None and now - answer_at < IN_TALK:
        return False
    if template_at is None:
        return True
    zone = opening.zone(settings.timezone)
    return (
        datetime.fromtimestamp(template_at / SECOND, zone).date()
        != datetime.fromtimestamp(now / SECOND, zone).date()
    )


def replies(inbox: Inbox, contact: Contact, before: Conversation, *, away: bool) -> list[Kind]:
    """What is said in answer to a contact, in its order. `before` is the conversation before they wrote; `away` says the closed office first."""
    settings = inbox.settings
    if contact.blocked:
        return []
    said: list[Kind] = ["out_of_office"] if away else []
    begins = before.last_message_id is None
    if begins and not away and settings.greeting_enabled and (settings.greeting_message or "").strip():
        said.append("greeting")
    asks = inbox.channel == "Channel::WebWidget" and settings.enable_email_collect
    if asks and before.last_incoming_at is None and not contact.email:
        said.append("email_collect")
    return said


def words(kind: Kind, settings: InboxSettings) -> str:
    """What a template says."""
    if kind == "out_of_office":
        return settings.out_of_office_message or ""
    if kind == "greeting":
        return settings.greeting_message or ""
    return EMAIL_COLLECT
