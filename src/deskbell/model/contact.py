"""A contact: someone who writes in, and the ways they reach us."""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from deskbell.model.inbox import Channel
from deskbell.model.message import Sender

_NOTHING: dict[str, Any] = {"name": "", "email": None, "phone_number": None, "identifier": None}
_NOTHING |= {"avatar_url": "", "additional_attributes": {}, "custom_attributes": {}}


class Contact(Struct, frozen=True, kw_only=True):
    id: int
    account_id: int
    name: str
    email: str | None
    phone_number: str | None
    identifier: str | None
    avatar_url: str
    blocked: bool
    additional_attributes: dict[str, Any]
    custom_attributes: dict[str, Any]
    last_activity_at: int | None
    created_at: int
    updated_at: int


class ContactInbox(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A contact's address in one inbox. `pubsub_token` opens its realtime feed and is a secret."""

    id: int
    contact_id: int
    inbox_id: int
    source_id: str
    hmac_verified: bool
    pubsub_token: str
    created_at: int
    updated_at: int
    said: dict[str, Any] | None = None
    """What was said of the contact from here; None where the team gave the address to a contact it knows."""

    def shown(self, contact: Contact) -> Contact:
        """The contact as it may show here: whole to whom it is proven or given, else no more than was said from here.

        An email or an identifier that is only claimed leads to a contact whose other data are none of the claimant's business.
        """
        if self.hmac_verified or self.said is None:
            return contact
        instants = {"last_activity_at": None, "created_at": self.created_at, "updated_at": self.updated_at}
        return replace(contact, blocked=False, **instants, **(_NOTHING | self.said))

    def shown_sender(self, sender: Sender) -> Sender:
        """Who wrote a message, as it may show here; see `shown`."""
        if sender.type != "contact" or self.hmac_verified or self.said is None:
            return sender
        return replace(sender, blocked=False, **(_NOTHING | self.said))


class ContactPlace(Struct, frozen=True, kw_only=True):
    """Where a contact can be reached, with enough of the inbox to show it."""

    contact_id: int
    source_id: str
    inbox_id: int
    inbox_name: str
    inbox_channel: Channel
    inbox_avatar_url: str
