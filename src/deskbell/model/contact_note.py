"""A note: what the team keeps about a contact, for itself."""

from msgspec import Struct

from deskbell.model.user import Agent


class ContactNote(Struct, frozen=True, kw_only=True):
    id: int
    contact_id: int
    user_id: int | None
    content: str
    created_at: int
    updated_at: int


class NoteView(Struct, frozen=True, kw_only=True):
    """A note and who wrote it; nobody where they left the account."""

    note: ContactNote
    author: Agent | None
