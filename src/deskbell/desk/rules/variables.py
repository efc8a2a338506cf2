"""Words that stand for something about a conversation: `{{contact.name}}` in a text that is written once and said to many."""

import re
from collections.abc import Mapping

from deskbell.model.contact import Contact
from deskbell.model.conversation import Conversation
from deskbell.model.inbox import Inbox
from deskbell.model.user import User

_VARIABLE = re.compile(
    r"""\{\{ \s* ([a-z_]+(?:\.[A-Za-z0-9_-]+){1,2}) \s* (?:\| \s* default: \s* ["']([^"'{}]*)["'] \s*)? \}\}""",
    re.VERBOSE,
)

Values = Mapping[str, str]


def fill(text: str, values: Values) -> str:
    """The text with what its variables stand for. One that is blank takes its default; one that nobody knows stays as it is written."""

    def meant(found: re.Match[str]) -> str:
        name, default = found.groups()
        value = values.get(name)
        return found[0] if value is None else value or default or ""

    return _VARIABLE.sub(meant, text)


def values(contact: Contact, conversation: Conversation, inbox: Inbox, agent: User | None = None) -> Values:
    """What the variables stand for, by their names in the reference. Without an agent theirs are blank."""
    told = {
        "contact.id": str(contact.id),
        "contact.name": contact.name,
        "contact.email": contact.email or "",
        "contact.phone": contact.phone_number or "",
        "conversation.id": str(conversation.number),
        "inbox.id": str(inbox.id),
        "inbox.name": inbox.name,
        "agent.name": agent.available_name if agent else "",
        "agent.email": agent.email if agent else "",
    }
    for who in ("contact", "agent"):
        told[f"{who}.first_name"], _, told[f"{who}.last_name"] = told[f"{who}.name"].partition(" ")
    told |= _attributes("contact", contact.custom_attributes)
    return told | _attributes("conversation", conversation.custom_attributes)


def _attributes(whose: str, attributes: Mapping[str, object]) -> dict[str, str]:
    return {
        f"{whose}.custom_attribute.{key}": str(value)
        for key, value in attributes.items()
        if isinstance(value, str | int | float)
    }
