"""What contacts see of themselves and of their conversations: the Client API's and the widget's shapes."""

from typing import Any, NotRequired

from typing_extensions import TypedDict

from deskbell.kit.clock import iso, unix
from deskbell.model.contact import Contact, ContactInbox
from deskbell.model.conversation import ConversationView
from deskbell.model.inbox import Inbox
from deskbell.model.message import MessageView, Sender
from deskbell.web.present import places, talk
from deskbell.web.present.people import SenderJSON
from deskbell.web.present.places import WorkingDayJSON
from deskbell.web.present.talk import AttachmentJSON


class PublicInboxJSON(TypedDict):
    identifier: str
    name: str
    timezone: str
    working_hours: list[WorkingDayJSON]
    working_hours_enabled: bool
    csat_survey_enabled: bool
    greeting_enabled: bool
    identity_validation_enabled: bool


class PublicContactJSON(TypedDict):
    source_id: str
    pubsub_token: str
    id: int
    name: str
    email: str | None
    phone_number: str | None


class ContactRecordJSON(TypedDict):
    id: int
    name: str
    email: str | None
    phone_number: str | None
    identifier: str | None
    blocked: bool
    additional_attributes: dict[str, Any]
    custom_attributes: dict[str, Any]
    last_activity_at: str | None
    created_at: str
    updated_at: str
    account_id: int
    source_id: NotRequired[str]


class PublicMessageJSON(TypedDict):
    id: int
    content: str | None
    message_type: int
    content_type: str
    content_attributes: dict[str, Any]
    created_at: int
    conversation_id: int
    attachments: NotRequired[list[AttachmentJSON]]
    sender: NotRequired[SenderJSON]
    echo_id: NotRequired[str]


class PublicConversationJSON(TypedDict):
    id: int
    uuid: str
    inbox_id: int
    contact_last_seen_at: int
    status: str
    agent_last_seen_at: int
    messages: list[PublicMessageJSON]
    contact: ContactRecordJSON


def inbox(one: Inbox) -> PublicInboxJSON:
    return {
        "identifier": one.token,
        "name": one.name,
        "timezone": one.settings.timezone,
        "working_hours": places.working_hours(one.settings),
        "working_hours_enabled": one.settings.working_hours_enabled,
        "csat_survey_enabled": one.settings.csat_survey_enabled,
        "greeting_enabled": one.settings.greeting_enabled,
        "identity_validation_enabled": one.hmac_mandatory,
    }


def contact(whole: Contact, place: ContactInbox) -> PublicContactJSON:
    one = place.shown(whole)
    return {
        "source_id": place.source_id,
        "pubsub_token": place.pubsub_token,
        "id": one.id,
        "name": one.name,
        "email": one.email,
        "phone_number": one.phone_number,
    }


def contact_record(whole: Contact, place: ContactInbox) -> ContactRecordJSON:
    one = place.shown(whole)
    return {
        "id": one.id,
        "name": one.name,
        "email": one.email,
        "phone_number": one.phone_number,
        "identifier": one.identifier,
        "blocked": one.blocked,
        "additional_attributes": one.additional_attributes,
        "custom_attributes": one.custom_attributes,
        "last_activity_at": iso(one.last_activity_at) if one.last_activity_at else None,
        "created_at": iso(one.created_at),
        "updated_at": iso(one.updated_at),
        "account_id": one.account_id,
    }


def message(view: MessageView, place: ContactInbox, echo_id: str | None = None) -> PublicMessageJSON:
    one = view.message
    shown: PublicMessageJSON = {
        "id": one.id,
        "content": one.content,
        "message_type": int(one.message_type),
        "content_type": one.content_type,
        "content_attributes": one.content_attributes,
        "created_at": unix(one.created_at),
        "conversation_id": view.conversation_number,
    }
    if view.attachments:
        shown["attachments"] = [talk.attachment(file, one.account_id) for file in view.attachments]
    if view.sender is not None:
        shown["sender"] = _sender(view.sender, place)
    if echo_id is not None:
        shown["echo_id"] = echo_id
    return shown


def conversation(
    view: ConversationView, messages: list[MessageView], place: ContactInbox
) -> PublicConversationJSON:
    one = view.conversation
    return {
        "id": one.number,
        "uuid": one.uuid,
        "inbox_id": one.inbox_id,
        "contact_last_seen_at": unix(one.contact_last_seen_at),
        "status": one.status,
        "agent_last_seen_at": unix(one.agent_last_seen_at),
        "messages": [message(told, place) for told in messages],
        "contact": contact_record(view.contact, place),
    }


def _sender(whole: Sender, place: ContactInbox) -> SenderJSON:
    """Contacts learn an agent's name and face, not their email."""
    one = place.shown_sender(whole)
    if one.type == "contact":
        return {
            "id": one.id,
            "name": one.name,
            "avatar_url": one.avatar_url,
            "thumbnail": one.avatar_url,
            "type": "contact",
            "email": one.email,
        }
    return {
        "id": one.id,
        "name": one.display_name or one.name,
        "avatar_url": one.avatar_url,
        "thumbnail": one.avatar_url,
        "type": one.type,
    }
