"""Conversations and messages, as answers show them."""

from collections.abc import Collection
from typing import Any, NotRequired

from typing_extensions import TypedDict

from deskbell.desk.queries.conversations import Listed
from deskbell.kit.clock import SECOND, unix
from deskbell.model.message import Attachment, MessageView
from deskbell.web.present import people, teams
from deskbell.web.present.people import ContactJSON, SenderJSON
from deskbell.web.present.teams import TeamJSON


class AttachmentJSON(TypedDict):
    id: int
    message_id: int
    file_type: str
    account_id: int
    extension: str | None
    content_type: str
    data_url: str
    thumb_url: str
    file_size: int
    width: int | None
    height: int | None


class MessageJSON(TypedDict):
    id: int
    content: str | None
    inbox_id: int
    conversation_id: int
    message_type: int
    content_type: str
    status: str
    content_attributes: dict[str, Any]
    created_at: int
    private: bool
    source_id: str | None
    sender: NotRequired[SenderJSON]
    attachments: NotRequired[list[AttachmentJSON]]
    echo_id: NotRequired[str]


class ConversationMetaJSON(TypedDict):
    sender: ContactJSON
    channel: str
    assignee: NotRequired[SenderJSON]
    assignee_type: NotRequired[str]
    team: NotRequired[TeamJSON]
    hmac_verified: bool


class ConversationJSON(TypedDict):
    meta: ConversationMetaJSON
    id: int
    messages: list[MessageJSON]
    account_id: int
    uuid: str
    additional_attributes: dict[str, Any]
    agent_last_seen_at: int
    assignee_last_seen_at: int
    contact_last_seen_at: int
    can_reply: bool
    custom_attributes: dict[str, Any]
    inbox_id: int
    labels: list[str]
    muted: bool
    snoozed_until: int | None
    status: str
    created_at: int
    updated_at: float
    timestamp: int
    first_reply_created_at: int
    unread_count: int
    last_non_activity_message: MessageJSON | None
    last_activity_at: int
    priority: str | None
    waiting_since: int
    sla_policy_id: int | None


class CountsJSON(TypedDict):
    mine_count: int
    assigned_count: int
    unassigned_count: int
    all_count: int


def message(view: MessageView, echo_id: str | None = None) -> MessageJSON:
    one = view.message
    shown: MessageJSON = {
        "id": one.id,
        "content": one.content,
        "inbox_id": one.inbox_id,
        "conversation_id": view.conversation_number,
        "message_type": int(one.message_type),
        "content_type": one.content_type,
        "status": one.status,
        "content_attributes": one.content_attributes,
        "created_at": unix(one.created_at),
        "private": one.private,
        "source_id": one.source_id,
    }
    if view.sender is not None:
        shown["sender"] = people.sender(view.sender)
    if view.attachments:
        shown["attachments"] = [attachment(file, one.account_id) for file in view.attachments]
    if echo_id is not None:
        shown["echo_id"] = echo_id
    return shown


def conversation(listed: Listed, now: int, online: Collection[int] = ()) -> ConversationJSON:
    """`online` are the contacts who are there now."""
    view = listed.view
    one = view.conversation
    return {
        "meta": _meta(listed, online),
        "id": one.number,
        "messages": [message(listed.last)] if listed.last else [],
        "account_id": one.account_id,
        "uuid": one.uuid,
        "additional_attributes": one.additional_attributes,
        "agent_last_seen_at": unix(one.agent_last_seen_at),
        "assignee_last_seen_at": unix(one.assignee_last_seen_at),
        "contact_last_seen_at": unix(one.contact_last_seen_at),
        "can_reply": view.can_reply(now),
        "custom_attributes": one.custom_attributes,
        "inbox_id": one.inbox_id,
        "labels": one.labels,
        "muted": view.contact.blocked,
        "snoozed_until": unix(one.snoozed_until) if one.snoozed_until else None,
        "status": one.status,
        "created_at": unix(one.created_at),
        "updated_at": one.updated_at / SECOND,
        "timestamp": unix(one.last_activity_at),
        "first_reply_created_at": unix(one.first_reply_created_at),
        "unread_count": one.unread_count,
        "last_non_activity_message": message(listed.last_public) if listed.last_public else None,
        "last_activity_at": unix(one.last_activity_at),
        "priority": one.priority,
        "waiting_since": unix(one.waiting_since),
        "sla_policy_id": None,
    }


def _meta(listed: Listed, online: Collection[int]) -> ConversationMetaJSON:
    view = listed.view
    meta: ConversationMetaJSON = {
        "sender": people.contact(view.contact, online),
        "channel": view.inbox.channel,
        "hmac_verified": view.contact_inbox.hmac_verified,
    }
    if view.assignee is not None:
        meta["assignee"] = people.assigned_user(view.assignee, view.assignee_status)
        meta["assignee_type"] = "User"
    elif view.assignee_bot is not None:
        meta["assignee"], meta["assignee_type"] = people.bot(view.assignee_bot), "AgentBot"
    if view.team is not None:
        meta["team"] = teams.team(view.team, is_member=listed.in_team)
    return meta


def attachment(file: Attachment, account_id: int) -> AttachmentJSON:
    return {
        "id": file.id,
        "message_id": file.message_id,
        "file_type": file.file_type,
        "account_id": account_id,
        "extension": file.extension,
        "content_type": file.content_type,
        "data_url": file.external_url or "",
        "thumb_url": file.thumb_url,
        "file_size": file.file_size,
        "width": file.width,
        "height": file.height,
    }
