"""The six events of the document: what each means, in words an owner reads when choosing."""

from deskbell.model.event import EVENT_NAMES, EventName

MEANING: dict[EventName, str] = {
    "conversation_created": "A conversation began.",
    "conversation_updated": "Something about a conversation changed: status, assignee, priority, labels, attributes, seen marks.",
    "conversation_status_changed": "A conversation was opened, resolved, snoozed or set to pending.",
    "message_created": "Someone wrote: a contact, an agent, a bot, or the inbox's own template. Private notes too.",
    "message_updated": "A message changed: its content, its delivery status, an answer given to a form in it.",
    "webwidget_triggered": "A visitor opened the live-chat widget.",
}

ORDER: dict[EventName, int] = {name: place for place, name in enumerate(EVENT_NAMES)}
"""Within one request events are numbered in the document's order (contract/semantics.md)."""
