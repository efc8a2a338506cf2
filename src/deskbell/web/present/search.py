"""What a search found, as answers show it."""

from typing import Any

from typing_extensions import TypedDict

from deskbell.desk.queries.conversations import Listed
from deskbell.desk.queries.search import FoundMessage
from deskbell.kit.clock import unix
from deskbell.model.contact import Contact
from deskbell.model.inbox import Inbox
from deskbell.model.message import MessageView
from deskbell.model.user import User
from deskbell.web.present import people
from deskbell.web.present.people import SenderJSON


class FoundInboxJSON(TypedDict):
    id: int
    channel_id: int
    name: str
    channel_type: str


class FoundMessageJSON(TypedDict):
    id: int
    content: str | None
    message_type: int
    content_type: str
    source_id: str | None
    inbox_id: int
    conversation_id: int
    created_at: int
    private: bool
    sender: SenderJSON | None
    inbox: FoundInboxJSON


class FoundContactJSON(TypedDict):
    id: int
    name: str
    email: str | None
    phone_number: str | None
    identifier: str | None
    additional_attributes: dict[str, Any]
    last_activity_at: int | None


class FoundAgentJSON(TypedDict):
    id: int
    name: str
    available_name: str
    email: str


class FoundConversationJSON(TypedDict):
    id: int
    account_id: int
    created_at: int
    message: FoundMessageJSON | None
    contact: FoundContactJSON
    inbox: FoundInboxJSON
    agent: FoundAgentJSON | None


def conversation(one: Listed) -> FoundConversationJSON:
    view = one.view
    return {
        "id": view.conversation.number,
        "account_id": view.conversation.account_id,
        "created_at": unix(view.conversation.created_at),
        "message": _message(one.last, view.inbox) if one.last else None,
        "contact": contact(view.contact),
        "inbox": _inbox(view.inbox),
        "agent": _agent(view.assignee) if view.assignee else None,
    }


def contact(one: Contact) -> FoundContactJSON:
    return {
        "id": one.id,
        "name": one.name,
        "email": one.email,
        "phone_number": one.phone_number,
        "identifier": one.identifier,
        "additional_attributes": one.additional_attributes,
        "last_activity_at": unix(one.last_activity_at) if one.last_activity_at else None,
    }


def message(one: FoundMessage) -> FoundMessageJSON:
    return _message(one.view, one.inbox)


def _message(view: MessageView, inbox: Inbox) -> FoundMessageJSON:
    one = view.message
    return {
        "id": one.id,
        "content": one.content,
        "message_type": int(one.message_type),
        "content_type": one.content_type,
        "source_id": one.source_id,
        "inbox_id": one.inbox_id,
        "conversation_id": view.conversation_number,
        "created_at": unix(one.created_at),
        "private": one.private,
        "sender": people.sender(view.sender) if view.sender else None,
        "inbox": _inbox(inbox),
    }


def _inbox(one: Inbox) -> FoundInboxJSON:
    return {"id": one.id, "channel_id": one.id, "name": one.name, "channel_type": one.channel}


def _agent(one: User) -> FoundAgentJSON:
    return {"id": one.id, "name": one.name, "available_name": one.available_name, "email": one.email}
