"""What people hear as it happens, over `/cable`: an event's messages for agents, and for visitors.

An agent gets the reference's push forms. A visitor gets what the Client API would show them, and nothing that only the team may know.
"""

from typing import Any

from deskbell.events.formats.chatwoot import pushed_conversation, pushed_message
from deskbell.events.formats.hoory import attachment
from deskbell.events.snapshot import Snapshot, Thread
from deskbell.kit.clock import unix
from deskbell.kit.json import JSONObject
from deskbell.model.listener import Scene
from deskbell.model.message import MessageType, MessageView, Sender

Frame = tuple[str, JSONObject]
"""The event's name on the wire, and its data."""

FOR_VISITORS = frozenset({"status", "contact_id", "agent_last_seen_at", "contact_last_seen_at"})
"""Changes of a conversation that show in what a visitor sees of it."""

_CHANGES = {
    "assignee.changed": frozenset({"assignee_id", "assignee_agent_bot_id"}),
    "team.changed": frozenset({"team_id"}),
    "conversation.contact_changed": frozenset({"contact_id"}),
    "conversation.read": frozenset({"contact_last_seen_at"}),
}


def scene(snapshot: Snapshot) -> Scene | None:
    """Where it happened; None for what nobody hears of here."""
    thread = snapshot.thread
    if thread is None or snapshot.event == "webwidget_triggered":
        return None
    return Scene(
        account_id=snapshot.account.id,
        inbox_id=snapshot.inbox.id,
        contact_id=thread.contact.id,
        contact_inbox_id=thread.contact_inbox.id,
        verified=thread.contact_inbox.hmac_verified,
    )


def for_agents(snapshot: Snapshot) -> list[Frame]:
    """An event's messages for agents, in their order."""
    thread = snapshot.thread
    if thread is None or snapshot.event == "webwidget_triggered":
        return []
    if snapshot.message is not None:
        return _messages_for_agents(snapshot, thread, snapshot.message)
    data = _conversation_for_agents(snapshot, thread)
    frames = [(_dotted(snapshot.event), data)]
    if snapshot.event == "conversation_updated":
        changed = {change.attribute for change in snapshot.changes}
        frames += [(name, data) for name, causes in _CHANGES.items() if causes & changed]
    return frames


def for_visitors(snapshot: Snapshot) -> list[Frame]:
    """An event's message for the visitor it concerns; none for what only the team may know."""
    thread = snapshot.thread
    if thread is None or snapshot.event == "webwidget_triggered":
        return []
    if snapshot.message is not None:
        if not snapshot.message.message.public:
            return []
        return [(_dotted(snapshot.event), message_for_visitors(thread, snapshot.message))]
    if snapshot.event == "conversation_updated" and not any(
        change.attribute in FOR_VISITORS for change in snapshot.changes
    ):
        return []
    return [(_dotted(snapshot.event), _conversation_for_visitors(thread))]


def message_for_visitors(thread: Thread, view: MessageView) -> JSONObject:
    """A message as the contact may see it."""
    message = view.message
    shown: JSONObject = {
        "id": message.id,
        "content": message.content,
        "account_id": message.account_id,
        "inbox_id": message.inbox_id,
        "conversation_id": thread.conversation.number,
        "message_type": int(message.message_type),
        "content_type": message.content_type,
        "content_attributes": message.content_attributes,
        "status": message.status,
        "private": False,
        "created_at": unix(message.created_at),
        "conversation": {"id": thread.conversation.number, "status": thread.conversation.status},
    }
    if view.attachments:
        shown["attachments"] = [
            attachment(file) | {"account_id": message.account_id} for file in view.attachments
        ]
    if view.sender is not None:
        shown["sender"] = _sender_for_visitors(thread.contact_inbox.shown_sender(view.sender))
    return shown


def _messages_for_agents(snapshot: Snapshot, thread: Thread, view: MessageView) -> list[Frame]:
    data = pushed_message(thread, view)
    frames = [(_dotted(snapshot.event), data)]
    if snapshot.event == "message_created" and _is_first_reply(thread, view):
        frames.append(("first.reply.created", data))
    return frames


def _is_first_reply(thread: Thread, view: MessageView) -> bool:
    message = view.message
    return (
        message.message_type == MessageType.OUTGOING
        and not message.private
        and message.sender_type == "user"
        and thread.conversation.first_reply_created_at == message.created_at
    )


def _conversation_for_agents(snapshot: Snapshot, thread: Thread) -> JSONObject:
    """As the reference pushes it, but for the visitor's own token, which opens their feed."""
    pushed = pushed_conversation(snapshot, thread)
    place: dict[str, Any] = pushed["contact_inbox"]
    shown = {name: value for name, value in place.items() if name != "pubsub_token"}
    return pushed | {"contact_inbox": shown, "account_id": snapshot.account.id}


def _conversation_for_visitors(thread: Thread) -> JSONObject:
    conversation = thread.conversation
    return {
        "id": conversation.number,
        "uuid": conversation.uuid,
        "account_id": conversation.account_id,
        "inbox_id": conversation.inbox_id,
        "status": conversation.status,
        "contact_last_seen_at": unix(conversation.contact_last_seen_at),
        "agent_last_seen_at": unix(conversation.agent_last_seen_at),
        "created_at": unix(conversation.created_at),
    }


def _sender_for_visitors(sender: Sender) -> JSONObject:
    """A contact learns an agent's name and face, not their email."""
    name = sender.name if sender.type == "contact" else sender.display_name or sender.name
    return {
        "id": sender.id,
        "name": name,
        "available_name": name,
        "avatar_url": sender.avatar_url,
        "thumbnail": sender.avatar_url,
        "type": sender.type,
    }


def _dotted(event: str) -> str:
    """`conversation_status_changed` on the wire is `conversation.status_changed`."""
    return event.replace("_", ".", 1)
