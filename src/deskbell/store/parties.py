"""Whoever writes into a conversation, and where: its contact and its inbox, at one look."""

from msgspec import Struct

from deskbell.model.contact import Contact
from deskbell.model.conversation import Conversation
from deskbell.model.inbox import Inbox
from deskbell.store import contacts, inboxes
from deskbell.store.database import Reader
from deskbell.store.statement import Statement

_OF = Statement(
    f"SELECT {contacts.SHAPE.columns('k')}, {inboxes.SHAPE.columns('i')} FROM contacts k JOIN inboxes i ON i.id = :inbox_id "
    "LEFT JOIN targets g ON g.id = i.target_id WHERE k.id = :contact_id"
)


class Parties(Struct, frozen=True):
    contact: Contact
    inbox: Inbox


async def of(reader: Reader, conversation: Conversation) -> Parties:
    """A held conversation's contact and inbox."""
    row = await reader.one(_OF, contact_id=conversation.contact_id, inbox_id=conversation.inbox_id)
    assert row is not None, "a conversation that is held has both"
    return Parties(contacts.SHAPE.read(row), inboxes.SHAPE.read(row, contacts.SHAPE.width))
