"""What reports count of a conversation's steps, and from when on."""

from deskbell.desk.actor import ActorKind
from deskbell.model.conversation import Conversation
from deskbell.model.measure import Measure, MeasureName, Past


def due(
    before: Conversation, after: Conversation, by: ActorKind, author_id: int | None
) -> tuple[MeasureName, ...]:
    """What a step may be counted as, looking at nothing but the step.

    `author_id` is the user who wrote to the contact, where that is the step.
    """
    names: list[MeasureName] = []
    if author_id is not None:
        if before.first_reply_created_at is None:
            names.append("first_response")
        elif before.waiting_since is not None:
            names.append("reply_time")
    if after.status != before.status:
        if after.status == "resolved":
            names.append("conversation_resolved")
            if after.first_reply_created_at is None:
                names.append("conversation_bot_resolved")
        elif after.status == "open":
            names.append("conversation_opened")
            if before.status == "pending" and by in ("agent_bot", "system"):
                names.append("conversation_bot_handoff")
    return tuple(names)


def measured(
    name: MeasureName, before: Conversation, past: Past, author_id: int | None, assignee_id: int | None
) -> Measure | None:
    """The measure, or None where it is not to be taken after all: no bot was there, or it handed over once already."""
    born = before.created_at
    if name == "first_response":
        # People's time begins when a bot hands over or somebody opens the conversation, else when a bot was done with it.
        since = max(past.bot_handoff or 0, past.opened or 0) or past.bot_resolved or born
        return Measure(name=name, user_id=author_id, started_at=since)
    if name == "reply_time":
        return Measure(name=name, user_id=author_id, started_at=before.waiting_since or born)
    if name == "conversation_opened" and past.resolved is not None:
        return Measure(name=name, user_id=assignee_id, started_at=past.resolved)
    if name == "conversation_bot_resolved" and not (past.has_bot or before.assignee_agent_bot_id):
        return None
    if name == "conversation_bot_handoff" and past.bot_handoff is not None:
        return None
    return Measure(name=name, user_id=assignee_id, started_at=born, timed=name != "conversation_opened")
