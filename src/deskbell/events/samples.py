"""One canonical example of each event, for the documentation and for test sends."""

from msgspec.structs import replace

from deskbell.events.snapshot import Change, FrozenInbox, FrozenUser, Named, Snapshot, Thread
from deskbell.kit.clock import MINUTE, SECOND
from deskbell.model.contact import Contact, ContactInbox
from deskbell.model.conversation import Conversation
from deskbell.model.event import EventName
from deskbell.model.message import Message, MessageType, MessageView, Sender

_STARTED = 1_767_258_000 * SECOND
_NOW = _STARTED + 3 * MINUTE

_ACCOUNT = Named(1, "Acme")
_INBOX = FrozenInbox(2, "Website", "Channel::WebWidget")
_AGENT = FrozenUser(5, "Alice Agent", "Alice", "alice@acme.example", "")
_TEAM = Named(4, "shipping")
_BROWSER = {
    "device_name": "Mac",
    "browser_name": "Firefox",
    "platform_name": "Mac OS X",
    "browser_version": "145.0",
    "platform_version": "10.15",
}
_CONTACT = Contact(
    id=7,
    account_id=1,
    name="Carla Customer",
    email="carla@customer.example",
    phone_number="+14155550123",
    identifier="customer-4711",
    avatar_url="",
    blocked=False,
    additional_attributes={"city": "Lisbon"},
    custom_attributes={"plan": "pro"},
    last_activity_at=_STARTED,
    created_at=_STARTED,
    updated_at=_STARTED,
)
_PLACE = ContactInbox(
    id=9,
    contact_id=7,
    inbox_id=2,
    source_id="2f8b6a36-5d8e-4f0e-9a52-6f7f6f0d3c11",
    hmac_verified=False,
    pubsub_token="example-of-a-realtime-token",  # noqa: S106 - an example
    created_at=_STARTED,
    updated_at=_STARTED,
)
_CONVERSATION = Conversation(
    id=31,
    account_id=1,
    number=12,
    uuid="7d9b0c55-4a4f-4c6b-8f4f-0f6c3f6f2a10",
    inbox_id=2,
    contact_id=7,
    contact_inbox_id=9,
    status="open",
    priority=None,
    assignee_id=None,
    assignee_agent_bot_id=None,
    team_id=None,
    labels=["billing"],
    snoozed_until=None,
    additional_attributes={
        "browser": _BROWSER,
        "browser_language": "en",
        "referer": "https://acme.example/pricing",
        "initiated_at": {"timestamp": "2026-01-01T09:00:00.000Z"},
    },
    custom_attributes={},
    agent_last_seen_at=None,
    assignee_last_seen_at=None,
    contact_last_seen_at=_STARTED,
    waiting_since=_STARTED,
    first_reply_created_at=None,
    last_incoming_at=_STARTED,
    last_activity_at=_STARTED,
    unread_count=1,
    last_message_id=101,
    created_at=_STARTED,
    updated_at=_STARTED,
)
_QUESTION = MessageView(
    message=Message(
        id=101,
        account_id=1,
        inbox_id=2,
        conversation_id=31,
        message_type=MessageType.INCOMING,
        content="Hello! Do you ship to Portugal?",
        content_type="text",
        content_attributes={},
        additional_attributes={},
        private=False,
        status="sent",
        source_id=None,
        sender_type="contact",
        sender_id=7,
        attachment_count=0,
        created_at=_STARTED,
        updated_at=_STARTED,
    ),
    conversation_number=12,
    sender=Sender(
        type="contact",
        id=7,
        name="Carla Customer",
        email="carla@customer.example",
        phone_number="+14155550123",
        identifier="customer-4711",
        additional_attributes={"city": "Lisbon"},
        custom_attributes={"plan": "pro"},
    ),
)
_BEGUN = Snapshot(
    event="conversation_created",
    at=_STARTED,
    account=_ACCOUNT,
    inbox=_INBOX,
    contact=_CONTACT,
    contact_inbox=_PLACE,
    thread=Thread(
        conversation=_CONVERSATION,
        contact=_CONTACT,
        contact_inbox=_PLACE,
        assignee=None,
        assignee_bot=None,
        can_reply=True,
        last_message=_QUESTION,
    ),
)


def _later(event: EventName, *changes: Change) -> Snapshot:
    """The conversation, read, answered by Alice and closed."""
    assert _BEGUN.thread is not None
    conversation = replace(
        _CONVERSATION,
        status="resolved",
        assignee_id=_AGENT.id,
        team_id=_TEAM.id,
        agent_last_seen_at=_NOW,
        assignee_last_seen_at=_NOW,
        waiting_since=None,
        first_reply_created_at=_NOW,
        last_activity_at=_NOW,
        unread_count=0,
        last_message_id=102,
        updated_at=_NOW,
    )
    thread = replace(
        _BEGUN.thread, conversation=conversation, assignee=_AGENT, team=_TEAM, last_message=_answer()
    )
    return replace(_BEGUN, event=event, at=_NOW, thread=thread, changes=list(changes))


def _answer(content: str = "We do, within three days.", edited: bool = False) -> MessageView:
    message = replace(
        _QUESTION.message,
        id=102,
        message_type=MessageType.OUTGOING,
        content=content,
        content_attributes={"deleted": True} if edited else {},
        sender_type="user",
        sender_id=_AGENT.id,
        created_at=_NOW,
        updated_at=_NOW,
    )
    sender = Sender(
        type="user", id=_AGENT.id, name=_AGENT.name, email=_AGENT.email, display_name=_AGENT.available_name
    )
    return replace(_QUESTION, message=message, sender=sender)


def _message_updated() -> Snapshot:
    deleted = _answer("This message was deleted", edited=True)
    told = _later(
        "message_updated",
        Change("content", _answer().message.content, deleted.message.content),
        Change("content_attributes", {}, {"deleted": True}),
    )
    assert told.thread is not None
    return replace(told, message=deleted, thread=replace(told.thread, last_message=deleted))


def _widget_opened() -> Snapshot:
    return replace(
        _BEGUN,
        event="webwidget_triggered",
        at=_NOW,
        event_info={
            "initiated_at": {"timestamp": "2026-01-01T09:03:00.000Z"},
            "referer": "https://acme.example/pricing",
            "widget_language": "en",
            "browser_language": "en",
            "browser": _BROWSER,
        },
    )


SAMPLES: dict[EventName, Snapshot] = {
    "conversation_created": _BEGUN,
    "conversation_updated": _later(
        "conversation_updated",
        Change("status", "open", "resolved"),
        Change("assignee_id", None, _AGENT.id),
        Change("team_id", None, _TEAM.id),
        Change("agent_last_seen_at", None, _NOW),
    ),
    "conversation_status_changed": _later("conversation_status_changed"),
    "message_created": replace(_BEGUN, event="message_created", message=_QUESTION),
    "message_updated": _message_updated(),
    "webwidget_triggered": _widget_opened(),
}
