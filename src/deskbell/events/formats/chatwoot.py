"""The payloads Chatwoot 4.14 sends, for bots, bridges and consumers made for it. No top-level key that Chatwoot lacks."""

from typing import Any

from deskbell.events.changes import INSTANTS
from deskbell.events.formats.hoory import attachment
from deskbell.events.snapshot import Change, Named, Snapshot, Thread
from deskbell.kit.clock import SECOND, iso, unix
from deskbell.kit.json import JSONObject
from deskbell.model.contact import Contact, ContactInbox
from deskbell.model.message import Message, MessageType, MessageView, Sender
from deskbell.model.survey import URL

UNREAD_CAP = 10
"""Chatwoot counts no further."""

_COLUMN_NAMES = {"labels": "label_list"}


def body(snapshot: Snapshot) -> JSONObject:
    """The event's whole body."""
    if snapshot.event == "webwidget_triggered":
        return _widget(snapshot)
    assert snapshot.thread is not None, "every event but the widget's tells of a conversation"
    conversation = pushed_conversation(snapshot, snapshot.thread)
    if snapshot.message is not None:
        return _message(snapshot, snapshot.message, conversation)
    if snapshot.event == "conversation_created":
        return {**conversation, "event": snapshot.event}
    changes = (
        [_change(change) for change in snapshot.changes] if snapshot.event == "conversation_updated" else None
    )
    return {**conversation, "event": snapshot.event, "changed_attributes": changes}


def _widget(snapshot: Snapshot) -> JSONObject:
    return {
        "id": snapshot.contact_inbox.id,
        "contact": _contact(snapshot.contact, snapshot.account),
        "inbox": {"id": snapshot.inbox.id, "name": snapshot.inbox.name},
        "account": _account(snapshot.account),
        "current_conversation": None
        if snapshot.thread is None
        else pushed_conversation(snapshot, snapshot.thread),
        "source_id": snapshot.contact_inbox.source_id,
        "event": snapshot.event,
        "event_info": snapshot.event_info,
    }


def _account(account: Named) -> JSONObject:
    return {"id": account.id, "name": account.name}


def _contact(contact: Contact | Sender, account: Named) -> JSONObject:
    return {
        "account": _account(account),
        "additional_attributes": contact.additional_attributes,
        "avatar": contact.avatar_url,
        "custom_attributes": contact.custom_attributes,
        "email": contact.email,
        "id": contact.id,
        "identifier": contact.identifier,
        "name": contact.name,
        "phone_number": contact.phone_number,
        "thumbnail": contact.avatar_url,
        "blocked": contact.blocked,
        "type": "contact",
    }


def _pushed_contact(contact: Contact | Sender) -> JSONObject:
    return {
        "additional_attributes": contact.additional_attributes,
        "custom_attributes": contact.custom_attributes,
        "email": contact.email,
        "id": contact.id,
        "identifier": contact.identifier,
        "name": contact.name,
        "phone_number": contact.phone_number,
        "thumbnail": contact.avatar_url,
        "blocked": contact.blocked,
        "type": "contact",
    }


def _pushed_user(user_id: int, name: str, available_name: str, avatar_url: str) -> JSONObject:
    return {
        "id": user_id,
        "name": name,
        "available_name": available_name,
        "avatar_url": avatar_url,
        "type": "user",
        "availability_status": None,
        "thumbnail": avatar_url,
    }


def _sender(sender: Sender | None, account: Named) -> JSONObject | None:
    if sender is None:
        return None
    if sender.type == "contact":
        return _contact(sender, account)
    if sender.type == "user":
        return {"id": sender.id, "name": sender.name, "email": sender.email or "", "type": "user"}
    return {"id": sender.id, "name": sender.name, "type": "agent_bot"}


def _pushed_sender(sender: Sender) -> JSONObject:
    if sender.type == "contact":
        return _pushed_contact(sender)
    if sender.type == "user":
        return _pushed_user(sender.id, sender.name, sender.display_name or sender.name, sender.avatar_url)
    return {"id": sender.id, "name": sender.name, "avatar_url": sender.avatar_url, "type": "agent_bot"}


def _contact_inbox(contact_inbox: ContactInbox) -> JSONObject:
    return {
        "id": contact_inbox.id,
        "contact_id": contact_inbox.contact_id,
        "inbox_id": contact_inbox.inbox_id,
        "source_id": contact_inbox.source_id,
        "created_at": iso(contact_inbox.created_at),
        "updated_at": iso(contact_inbox.updated_at),
        "hmac_verified": contact_inbox.hmac_verified,
        "pubsub_token": contact_inbox.pubsub_token,
    }


def _meta(thread: Thread) -> JSONObject:
    assignee: JSONObject | None = None
    assignee_type = None
    if thread.assignee is not None:
        user = thread.assignee
        assignee, assignee_type = (
            _pushed_user(user.id, user.name, user.available_name, user.avatar_url),
            "User",
        )
    elif thread.assignee_bot is not None:
        bot = thread.assignee_bot
        assignee, assignee_type = (
            {"id": bot.id, "name": bot.name, "avatar_url": bot.avatar_url, "type": "agent_bot"},
            "AgentBot",
        )
    return {
        "sender": _pushed_contact(thread.contact),
        "assignee": assignee,
        "assignee_type": assignee_type,
        "team": None if thread.team is None else {"id": thread.team.id, "name": thread.team.name},
        "hmac_verified": thread.contact_inbox.hmac_verified,
    }


def pushed_conversation(snapshot: Snapshot, thread: Thread) -> JSONObject:
    conversation = thread.conversation
    return {
        "additional_attributes": conversation.additional_attributes,
        "can_reply": thread.can_reply,
        "channel": snapshot.inbox.channel,
        "contact_inbox": _contact_inbox(thread.contact_inbox),
        "id": conversation.number,
        "inbox_id": conversation.inbox_id,
        "messages": [] if thread.last_message is None else [pushed_message(thread, thread.last_message)],
        "labels": conversation.labels,
        "meta": _meta(thread),
        "status": conversation.status,
        "custom_attributes": conversation.custom_attributes,
        "snoozed_until": _optional_iso(conversation.snoozed_until),
        "unread_count": min(conversation.unread_count, UNREAD_CAP),
        "first_reply_created_at": _optional_iso(conversation.first_reply_created_at),
        "priority": conversation.priority,
        "waiting_since": unix(conversation.waiting_since),
        "agent_last_seen_at": unix(conversation.agent_last_seen_at),
        "contact_last_seen_at": unix(conversation.contact_last_seen_at),
        "last_activity_at": unix(conversation.last_activity_at),
        "timestamp": unix(conversation.last_activity_at),
        "created_at": unix(conversation.created_at),
        "updated_at": conversation.updated_at / SECOND,
        "account": _account(snapshot.account),
    }


def pushed_message(thread: Thread, view: MessageView) -> JSONObject:
    message, conversation = view.message, thread.conversation
    pushed: JSONObject = {
        "id": message.id,
        "content": message.content,
        "account_id": message.account_id,
        "inbox_id": message.inbox_id,
        "conversation_id": conversation.number,
        "message_type": int(message.message_type),
        "created_at": unix(message.created_at),
        "updated_at": iso(message.updated_at),
        "private": message.private,
        "status": message.status,
        "source_id": message.source_id,
        "content_type": message.content_type,
        "content_attributes": message.content_attributes,
        "sender_type": {"contact": "Contact", "user": "User", "agent_bot": "AgentBot"}.get(
            message.sender_type or ""
        ),
        "sender_id": message.sender_id,
        "external_source_ids": {},
        "additional_attributes": message.additional_attributes,
        "processed_message_content": message.content,
        "sentiment": {},
        "conversation": {
            "assignee_id": conversation.assignee_id,
            "unread_count": min(conversation.unread_count, UNREAD_CAP),
            "last_activity_at": unix(conversation.last_activity_at),
            "contact_inbox": {"source_id": thread.contact_inbox.source_id},
        },
    }
    if view.attachments:
        pushed["attachments"] = [
            attachment(file) | {"account_id": message.account_id} for file in view.attachments
        ]
    if view.sender is not None:
        pushed["sender"] = _pushed_sender(view.sender)
    return pushed


def _message(snapshot: Snapshot, view: MessageView, conversation: JSONObject) -> JSONObject:
    message = view.message
    told: JSONObject = {
        "account": _account(snapshot.account),
        "additional_attributes": message.additional_attributes,
        "content_attributes": message.content_attributes,
        "content_type": message.content_type,
        "content": _content(message),
        "conversation": conversation,
        "created_at": iso(message.created_at),
        "id": message.id,
        "inbox": {"id": snapshot.inbox.id, "name": snapshot.inbox.name},
        "message_type": MessageType(message.message_type).name.lower(),
        "private": message.private,
        "sender": _sender(view.sender, snapshot.account),
        "source_id": message.source_id,
        "event": snapshot.event,
    }
    if view.attachments:
        told["attachments"] = [
            attachment(file) | {"account_id": message.account_id} for file in view.attachments
        ]
    return told


def _content(message: Message) -> str | None:
    """The words; a survey's with its address, where the channel cannot show it."""
    address = message.content_attributes.get(URL) if message.content_type == "input_csat" else None
    return f"{message.content} {address}" if address else message.content


def _change(change: Change) -> JSONObject:
    name = _COLUMN_NAMES.get(change.attribute, change.attribute)
    return {
        name: {
            "previous_value": _value(change, change.previous),
            "current_value": _value(change, change.current),
        }
    }


def _value(change: Change, value: Any) -> Any:
    return _optional_iso(value) if change.attribute in INSTANTS else value


def _optional_iso(instant: int | None) -> str | None:
    return None if instant is None else iso(instant)
