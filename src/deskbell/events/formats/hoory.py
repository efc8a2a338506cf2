"""The document's payloads, to the letter. Keys beyond it are additive and never of another meaning."""

from typing import Any

from deskbell.events.changes import INSTANTS
from deskbell.events.snapshot import Change, FrozenInbox, FrozenUser, Named, Snapshot, Thread
from deskbell.kit.clock import iso, parse_iso, unix
from deskbell.kit.json import JSONObject
from deskbell.model.contact import Contact, ContactInbox
from deskbell.model.message import Attachment, MessageView, Sender

_DOCUMENTED = ("browser", "referer", "initiated_at")
_BROWSER = ("device_name", "browser_name", "platform_name", "browser_version", "platform_version")


def body(snapshot: Snapshot) -> JSONObject:
    """The event's whole body."""
    if snapshot.event == "webwidget_triggered":
        return _widget(snapshot)
    assert snapshot.thread is not None, "every event but the widget's tells of a conversation"
    conversation = _conversation(snapshot, snapshot.thread)
    if snapshot.message is not None:
        return {"event": snapshot.event, **_message(snapshot, snapshot.message), "conversation": conversation}
    if snapshot.event == "conversation_updated":
        return {
            "event": snapshot.event,
            "changed_attributes": [_change(change) for change in snapshot.changes],
            **conversation,
        }
    return {"event": snapshot.event, **conversation}


def _widget(snapshot: Snapshot) -> JSONObject:
    return {
        "event": snapshot.event,
        "id": snapshot.contact_inbox.id,
        "contact": _contact(snapshot.contact, snapshot.account),
        "inbox": _inbox(snapshot.inbox),
        "account": _account(snapshot.account),
        "current_conversation": None if snapshot.thread is None else _conversation(snapshot, snapshot.thread),
        "source_id": snapshot.contact_inbox.source_id,
        "event_info": snapshot.event_info,
    }


def _account(account: Named) -> JSONObject:
    return {"id": account.id, "name": account.name}


def _inbox(inbox: FrozenInbox) -> JSONObject:
    return {"id": inbox.id, "name": inbox.name}


def _contact(contact: Contact | Sender, account: Named) -> JSONObject:
    return {
        "id": contact.id,
        "name": contact.name,
        "avatar": contact.avatar_url,
        "type": "contact",
        "account": _account(account),
        "email": contact.email,
        "phone_number": contact.phone_number,
        "identifier": contact.identifier,
        "blocked": contact.blocked,
        "additional_attributes": contact.additional_attributes,
        "custom_attributes": contact.custom_attributes,
    }


def _user(user: FrozenUser) -> JSONObject:
    return {"id": user.id, "name": user.name, "email": user.email, "type": "user"}


def _sender(sender: Sender | None, account: Named) -> JSONObject | None:
    if sender is None:
        return None
    if sender.type == "contact":
        return _contact(sender, account)
    if sender.type == "user":
        return {"id": sender.id, "name": sender.name, "email": sender.email or "", "type": "user"}
    return {"id": sender.id, "name": sender.name, "type": "agent_bot"}


def _contact_inbox(contact_inbox: ContactInbox) -> JSONObject:
    return {
        "id": contact_inbox.id,
        "contact_id": contact_inbox.contact_id,
        "inbox_id": contact_inbox.inbox_id,
        "source_id": contact_inbox.source_id,
        "created_at": iso(contact_inbox.created_at),
        "updated_at": iso(contact_inbox.updated_at),
        "hmac_verified": contact_inbox.hmac_verified,
    }


def _conversation(snapshot: Snapshot, thread: Thread) -> JSONObject:
    conversation = thread.conversation
    bot = thread.assignee_bot
    return {
        "additional_attributes": _told_by_channel(conversation.additional_attributes),
        "can_reply": thread.can_reply,
        "channel": snapshot.inbox.channel,
        "id": conversation.number,
        "inbox_id": conversation.inbox_id,
        "contact_inbox": _contact_inbox(thread.contact_inbox),
        "messages": [] if thread.last_message is None else [_message(snapshot, thread.last_message)],
        "meta": {
            "sender": _contact(thread.contact, snapshot.account),
            "assignee": None if thread.assignee is None else _user(thread.assignee),
            "assignee_agent_bot": None
            if bot is None
            else {"id": bot.id, "name": bot.name, "type": "agent_bot"},
            "team": None if thread.team is None else {"id": thread.team.id, "name": thread.team.name},
        },
        "status": conversation.status,
        "unread_count": conversation.unread_count,
        "agent_last_seen_at": unix(conversation.agent_last_seen_at),
        "contact_last_seen_at": unix(conversation.contact_last_seen_at),
        "timestamp": unix(conversation.last_activity_at),
        "account_id": conversation.account_id,
        "uuid": conversation.uuid,
        "labels": conversation.labels,
        "priority": conversation.priority,
        "snoozed_until": _optional_iso(conversation.snoozed_until),
        "custom_attributes": conversation.custom_attributes,
        "waiting_since": unix(conversation.waiting_since),
        "first_reply_created_at": _optional_iso(conversation.first_reply_created_at),
        "created_at": unix(conversation.created_at),
    }


def _told_by_channel(attributes: JSONObject) -> JSONObject:
    """API clients put there what they like; under the document's three names only what has the document's form is told."""
    told = {name: value for name, value in attributes.items() if name not in _DOCUMENTED}
    browser, referer = attributes.get("browser"), attributes.get("referer")
    if isinstance(browser, dict) and all(isinstance(browser.get(name), str) for name in _BROWSER):
        told["browser"] = browser
    if "referer" in attributes and isinstance(referer, str | None):
        told["referer"] = referer
    started = _moment(attributes.get("initiated_at"))
    if started is not None:
        told["initiated_at"] = {**attributes["initiated_at"], "timestamp": started}
    return told


def _moment(initiated_at: Any) -> str | None:
    try:
        return iso(parse_iso(initiated_at["timestamp"]))
    except (TypeError, KeyError, ValueError, OverflowError):
        return None


def _message(snapshot: Snapshot, view: MessageView) -> JSONObject:
    message = view.message
    return {
        "id": message.id,
        "content": message.content,
        "message_type": int(message.message_type),
        "created_at": unix(message.created_at),
        "private": message.private,
        "source_id": message.source_id,
        "content_type": message.content_type,
        "content_attributes": message.content_attributes,
        "sender": _sender(view.sender, snapshot.account),
        "account": _account(snapshot.account),
        "inbox": _inbox(snapshot.inbox),
        "status": message.status,
        "additional_attributes": message.additional_attributes,
        "attachments": [attachment(file) for file in view.attachments],
    }


def attachment(file: Attachment) -> JSONObject:
    """A file's metadata, the same in both formats."""
    return {
        "id": file.id,
        "message_id": file.message_id,
        "file_type": file.file_type,
        "data_url": file.external_url or "",
        "thumb_url": file.thumb_url,
        "file_size": file.file_size,
        "content_type": file.content_type,
        "extension": file.extension,
        "width": file.width,
        "height": file.height,
    }


def _change(change: Change) -> JSONObject:
    return {
        change.attribute: {
            "current_value": _value(change, change.current),
            "previous_value": _value(change, change.previous),
        }
    }


def _value(change: Change, value: Any) -> Any:
    if change.attribute not in INSTANTS:
        return value
    return _optional_iso(value) if change.attribute == "snoozed_until" else unix(value)


def _optional_iso(instant: int | None) -> str | None:
    return None if instant is None else iso(instant)
