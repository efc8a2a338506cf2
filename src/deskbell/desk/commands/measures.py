"""What reports count: taken in the unit that makes it so."""

from deskbell.desk.actor import Actor
from deskbell.desk.rules import measures as rules
from deskbell.desk.rules import opening
from deskbell.kit.clock import SECOND
from deskbell.model.conversation import Conversation
from deskbell.model.measure import Measure, Past
from deskbell.model.message import Message, MessageType
from deskbell.store import reporting_events
from deskbell.store.database import Unit


async def take(
    unit: Unit, actor: Actor, before: Conversation, after: Conversation, message: Message | None = None
) -> None:
    """Keep what a step of a conversation means for reports: a first response, a reply, a resolution, a hand-over.

    `message` is the one whose writing the step is. What is no such step, as most messages are none, costs no statement.
    """
    author_id = None if message is None else _author(message)
    names = rules.due(before, after, actor.kind, author_id)
    if not names:
        return
    past = Past() if names == ("reply_time",) else await reporting_events.past(unit, after)
    for name in names:
        one = rules.measured(name, before, past, author_id, after.assignee_id)
        if one is not None:
            await _keep(unit, after, one)


async def _keep(unit: Unit, conversation: Conversation, one: Measure) -> None:
    """Most inboxes keep no hours: one statement does for them."""
    end = max(unit.now, one.started_at) if one.timed else one.started_at
    event_id, settings = await reporting_events.add(unit, conversation, one, (end - one.started_at) // SECOND)
    if settings.working_hours_enabled:
        opened = opening.between(settings, one.started_at, end)
        await reporting_events.set_business_hours(unit, event_id, opened // SECOND)


def _author(message: Message) -> int | None:
    """The user who wrote to the contact."""
    told = message.message_type == MessageType.OUTGOING and not message.private
    return message.sender_id if told and message.sender_type == "user" else None
