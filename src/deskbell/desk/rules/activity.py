"""The lines a conversation tells of itself: who assigned, resolved, labelled."""

from deskbell.model.conversation import Conversation, Status

_STATUS: dict[Status, str] = {
    "open": "{actor} reopened the conversation",
    "resolved": "{actor} marked the conversation resolved",
    "pending": "{actor} marked the conversation pending",
    "snoozed": "{actor} snoozed the conversation",
}


def lines(before: Conversation, after: Conversation, actor: str, assignee: str | None) -> list[str]:
    """One line for each change people care about. `assignee` is the name of whoever is assigned after."""
    told = []
    if before.status != after.status:
        told.append(_STATUS[after.status].format(actor=actor))
    if (before.assignee_id, before.assignee_agent_bot_id) != (after.assignee_id, after.assignee_agent_bot_id):
        told.append(
            f"{actor} assigned the conversation to {assignee}"
            if assignee
            else f"{actor} unassigned the conversation"
        )
    if before.priority != after.priority:
        told.append(
            f"{actor} set the priority to {after.priority}"
            if after.priority
            else f"{actor} removed the priority"
        )
    added = [title for title in after.labels if title not in before.labels]
    removed = [title for title in before.labels if title not in after.labels]
    if added:
        told.append(f"{actor} added {', '.join(added)}")
    if removed:
        told.append(f"{actor} removed {', '.join(removed)}")
    return told
