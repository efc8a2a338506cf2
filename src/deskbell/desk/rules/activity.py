"""The lines a conversation tells of itself: who assigned, resolved, labelled."""

from deskbell.model.conversation import Conversation, Status

_STATUS: dict[Status, str] = {
    "open": "{actor} reopened the conversation",
    "resolved": "{actor} marked the conversation resolved",
    "pending": "{actor} marked the conversation pending",
    "snoozed": "{actor} snoozed the conversation",
}


def lines(
    before: Conversation, after: Conversation, actor: str, assignee: str | None, team: str | None = None
) -> list[str]:
    """One line for each change people care about. `assignee` and `team` are the names of those assigned after."""
    told = []
    if before.status != after.status:
        told.append(_STATUS[after.status].format(actor=actor))
    if (before.assignee_id, before.assignee_agent_bot_id) != (after.assignee_id, after.assignee_agent_bot_id):
        told.append(
            f"{actor} assigned the conversation to {assignee}"
            if assignee
            else f"{actor} unassigned the conversation"
        )
    if before.team_id != after.team_id:
        told.append(
            f"{actor} assigned the conversation to the team {team}"
            if team
            else f"{actor} took the conversation from its team"
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
