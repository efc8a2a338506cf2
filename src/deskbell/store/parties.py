"""Whoever writes into a conversation, and where: its contact and its inbox, at one look."""

from msgspec import Struct

from deskbell.model.contact import Contact, ContactInbox
from deskbell.model.conversation import Conversation
from deskbell.model.inbox import Inbox
from deskbell.store import contacts, inboxes
from deskbell.store.database import Reader
from deskbell.store.statement import Statement

_OF = Statement(
    f"SELECT {contacts.SHAPE.columns('k')}, {contacts.INBOX_SHAPE.columns('p')}, {inboxes.SHAPE.columns('i')} FROM contacts k "
    "JOIN contact_inboxes p ON p.id = :contact_inbox_id JOIN inboxes i ON i.id = :inbox_id "
    "LEFT JOIN targets g ON g.id = i.target_id WHERE k.id = :contact_id"
)


class Parties(Struct, frozen=True):
    contact: Contact
    place: ContactInbox
    inbox: Inbox


async def of(reader: Reader, conversation: Conversation) -> Parties:
    """A held conversation's contact, their address and the inbox."""
    ids = {name: getattr(conversation, name) for name in ("contact_id", "contact_inbox_id", "inbox_id")}
    row = await reader.one(_OF, **ids)
    assert row is not None, "a conversation that is held has them"
    place = contacts.SHAPE.width
    inbox = place + contacts.INBOX_SHAPE.width
    return Parties(
        contacts.SHAPE.read(row), contacts.INBOX_SHAPE.read(row, place), inboxes.SHAPE.read(row, inbox)
    )
