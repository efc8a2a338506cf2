"""What somebody saw of a thing before they changed it, and which line of a thread tells that it changed meanwhile."""

import re
from typing import Any, Literal

from deskbell.kit import json
from deskbell.model.conversation import Conversation

Field = Literal["status", "assignee", "team", "priority"]

_LINES: dict[Field, re.Pattern[str]] = {
    "status": re.compile(r" (reopened|marked|snoozed) the conversation"),
    "assignee": re.compile(r" assigned the conversation to (?!the team )| unassigned the conversation"),
    "team": re.compile(r" assigned the conversation to the team | took the conversation from its team"),
    "priority": re.compile(r" set the priority to | removed the priority"),
}


def now(conversation: Conversation, field: Field) -> str:
    """A field as a form carries it from where it was seen to where it is changed."""
    if field == "status":
        until = conversation.snoozed_until
        return f"{conversation.status} {until}" if until else conversation.status
    if field == "team":
        return str(conversation.team_id or "")
    if field == "priority":
        return conversation.priority or ""
    if conversation.assignee_id is not None:
        return f"user {conversation.assignee_id}"
    bot_id = conversation.assignee_agent_bot_id
    return "" if bot_id is None else f"bot {bot_id}"


def tells_of(line: str, field: Field) -> bool:
    """Whether a line of the thread tells of a change of the field."""
    return _LINES[field].search(line) is not None


def value(attributes: dict[str, Any], key: str) -> str:
    """A custom attribute as a form carries it; blank where there is none."""
    return json.dump_text(attributes[key]) if key in attributes else ""
