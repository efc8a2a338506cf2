"""Snapshots that hypothesis makes up: whatever commands could ever freeze, and then some."""

from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace

from deskbell.events.changes import CONVERSATION_ATTRIBUTES, INSTANTS, MESSAGE_ATTRIBUTES
from deskbell.events.samples import SAMPLES
from deskbell.events.snapshot import Change, FrozenInbox, FrozenUser, Named, Snapshot, Thread
from deskbell.model.contact import Contact, ContactInbox
from deskbell.model.conversation import Conversation
from deskbell.model.event import EVENT_NAMES
from deskbell.model.message import Attachment, Message, MessageType, MessageView, Sender

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
IDS = st.integers(1, 2**53)
INSTANT = st.integers(0, 253_402_300_799_999_999)
TOKENS = st.uuids().map(str)
SCALARS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-(2**50), 2**50) | TEXTS
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
OBJECTS = st.dictionaries(TEXTS, JSON, max_size=3)

BROWSERS = st.fixed_dictionaries(
    dict.fromkeys(
        ("device_name", "browser_name", "platform_name", "browser_version", "platform_version"), TEXTS
    )
)
TELLING = {
    "browser": BROWSERS | JSON,
    "referer": st.none() | TEXTS | JSON,
    "initiated_at": st.fixed_dictionaries(
        {"timestamp": st.datetimes().map(lambda one: one.isoformat()) | JSON}
    )
    | JSON,
}
CHANNELS_WORD = st.builds(
    lambda free, told: {**free, **told}, OBJECTS, st.fixed_dictionaries({}, optional=TELLING)
)
"""A conversation's additional attributes, well told by the widget or made up by an API client."""


def structs(struct: type[Any], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A struct; those of its fields that are not given are drawn from their types."""
    given = {name: fields.get(name, _field(struct, name)) for name in struct.__struct_fields__}
    return st.builds(struct, **given)


def _field(struct: type[Any], name: str) -> st.SearchStrategy[Any]:
    if name == "id" or (name.endswith("_id") and name != "source_id"):
        return IDS
    if name.endswith("_at"):
        return INSTANT
    if name.endswith("_attributes"):
        return OBJECTS
    if name == "said":
        return st.none() | st.fixed_dictionaries({}, optional={"name": TEXTS, "email": TEXTS})
    if name in ("file_size", "width", "height"):
        return st.integers(0, 2**53)
    return (
        st.from_type(_hint(struct, name)) if "str" not in str(_hint(struct, name)) else _texts(struct, name)
    )


def _hint(struct: type[Any], name: str) -> Any:
    return struct.__annotations__[name]


def _texts(struct: type[Any], name: str) -> st.SearchStrategy[Any]:
    hint = str(_hint(struct, name))
    return st.none() | TEXTS if "None" in hint else TEXTS


NAMED = structs(Named, name=TEXTS)
INBOXES = structs(FrozenInbox, channel=st.sampled_from(["Channel::WebWidget", "Channel::Api"]))
USERS = structs(FrozenUser)
CONTACTS = structs(Contact, last_activity_at=st.none() | INSTANT)
PLACES = structs(ContactInbox, pubsub_token=TOKENS)
SENDERS = structs(Sender, type=st.sampled_from(["contact", "user", "agent_bot"]))
FILES = structs(
    Attachment, file_type=st.sampled_from(["image", "file"]), width=st.none() | IDS, height=st.none() | IDS
)
OPTIONAL_INSTANT = st.none() | INSTANT
CONVERSATIONS = structs(
    Conversation,
    status=st.sampled_from(["open", "resolved", "pending", "snoozed"]),
    priority=st.sampled_from([None, "low", "medium", "high", "urgent"]),
    labels=st.lists(TEXTS, max_size=3),
    number=IDS,
    unread_count=st.integers(0, 500),
    additional_attributes=CHANNELS_WORD,
    assignee_id=st.none() | IDS,
    waiting_since=OPTIONAL_INSTANT,
    **dict.fromkeys((*INSTANTS, "first_reply_created_at", "last_incoming_at"), OPTIONAL_INSTANT),
)


def views(types: tuple[MessageType, ...], private: st.SearchStrategy[bool]) -> st.SearchStrategy[MessageView]:
    messages = structs(
        Message,
        message_type=st.sampled_from(types),
        private=private,
        status=st.sampled_from(["sent", "delivered", "read", "failed"]),
        sender_type=st.sampled_from([None, "contact", "user", "agent_bot"]),
        attachment_count=st.integers(0, 9),
    )
    files = st.lists(FILES, max_size=2)
    return st.builds(
        MessageView, message=messages, conversation_number=IDS, sender=st.none() | SENDERS, attachments=files
    )


RINGING = (MessageType.INCOMING, MessageType.OUTGOING, MessageType.TEMPLATE)
THREADS = structs(
    Thread,
    conversation=CONVERSATIONS,
    contact=CONTACTS,
    contact_inbox=PLACES,
    assignee=st.none() | USERS,
    assignee_bot=st.none() | NAMED,
    team=st.none() | NAMED,
    can_reply=st.booleans(),
    last_message=st.none() | views(RINGING, st.just(False)),
)
EVENT_INFO = st.fixed_dictionaries(
    {
        "initiated_at": st.fixed_dictionaries({"timestamp": TEXTS}),
        "referer": st.none() | TEXTS,
        "widget_language": st.none() | TEXTS,
        "browser_language": st.none() | TEXTS,
        "browser": BROWSERS,
    }
)


@st.composite
def changes(draw: st.DrawFn, attributes: tuple[str, ...]) -> list[Change]:
    names = draw(st.lists(st.sampled_from(attributes), min_size=1, unique=True))
    values = {name: OPTIONAL_INSTANT if name in INSTANTS else JSON for name in names}
    return [Change(name, draw(values[name]), draw(values[name])) for name in names]


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    event = draw(st.sampled_from(EVENT_NAMES))
    widget = event == "webwidget_triggered"
    about_message = event.startswith("message_")
    attributes = {"conversation_updated": CONVERSATION_ATTRIBUTES, "message_updated": MESSAGE_ATTRIBUTES}.get(
        event
    )
    return replace(
        SAMPLES[event],
        at=draw(INSTANT),
        account=draw(NAMED),
        inbox=draw(INBOXES),
        contact=draw(CONTACTS),
        contact_inbox=draw(PLACES),
        thread=draw(st.none() | THREADS if widget else THREADS),
        message=draw(views(RINGING, st.booleans())) if about_message else None,
        changes=draw(changes(attributes)) if attributes else [],
        event_info=draw(EVENT_INFO) if widget else {},
    )
