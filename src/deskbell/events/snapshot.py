"""What an event freezes: everything any format may show, as it was when the change committed.

Snapshots are stored. A field added later needs a default, so that older snapshots stay readable.
"""

from typing import Any

import msgspec
from msgspec import Struct

from deskbell.model.contact import Contact, ContactInbox
from deskbell.model.conversation import Conversation, ConversationView
from deskbell.model.event import EventName
from deskbell.model.inbox import Channel, Inbox
from deskbell.model.message import MessageView
from deskbell.model.user import User


class Named(Struct, frozen=True):
    """An account, a team or a bot: its id and its name."""

    id: int
    name: str
    avatar_url: str = ""


class FrozenInbox(Struct, frozen=True):
    id: int
    name: str
    channel: Channel


class FrozenUser(Struct, frozen=True):
    id: int
    name: str
    available_name: str
    email: str
    avatar_url: str


class Change(Struct, frozen=True):
    """One attribute's before and after. Instants are microseconds, as in the model."""

    attribute: str
    previous: Any
    current: Any


class Thread(Struct, frozen=True, kw_only=True):
    """A conversation as of the event."""

    conversation: Conversation
    contact: Contact
    contact_inbox: ContactInbox
    assignee: FrozenUser | None
    assignee_bot: Named | None
    can_reply: bool
    last_message: MessageView | None
    team: Named | None = None


class Snapshot(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event. Conversation events carry `thread`; message events `thread` and `message`; the widget's may lack `thread`."""

    event: EventName
    at: int
    account: Named
    inbox: FrozenInbox
    contact: Contact
    contact_inbox: ContactInbox
    thread: Thread | None = None
    message: MessageView | None = None
    changes: list[Change] = []
    event_info: dict[str, Any] = {}


_DECODER = msgspec.json.Decoder(Snapshot)


def freeze(snapshot: Snapshot) -> bytes:
    """The bytes kept in the journal."""
    return msgspec.json.encode(snapshot)


def thaw(data: bytes) -> Snapshot:
    """A snapshot as it was frozen."""
    return _DECODER.decode(data)


def thread(view: ConversationView, last_message: MessageView | None, now: int) -> Thread:
    return Thread(
        conversation=view.conversation,
        contact=view.contact,
        contact_inbox=view.contact_inbox,
        assignee=_user(view.assignee),
        assignee_bot=Named(view.assignee_bot.id, view.assignee_bot.name, view.assignee_bot.avatar_url)
        if view.assignee_bot
        else None,
        can_reply=view.can_reply(now),
        last_message=last_message,
        team=Named(view.team.id, view.team.name) if view.team else None,
    )


def inbox(noun: Inbox) -> FrozenInbox:
    return FrozenInbox(noun.id, noun.name, noun.channel)


def _user(user: User | None) -> FrozenUser | None:
    return (
        None
        if user is None
        else FrozenUser(user.id, user.name, user.available_name, user.email, user.avatar_url)
    )
