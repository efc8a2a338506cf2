"""A contact: someone who writes in, and the ways they reach us."""

from typing import Any

from msgspec import Struct

from deskbell.model.inbox import Channel


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


class ContactInbox(Struct, frozen=True, kw_only=True):
    """A contact's address in one inbox. `pubsub_token` opens its realtime feed and is a secret."""

    id: int
    contact_id: int
    inbox_id: int
    source_id: str
    hmac_verified: bool
    pubsub_token: str
    created_at: int
    updated_at: int


class ContactPlace(Struct, frozen=True, kw_only=True):
    """Where a contact can be reached, with enough of the inbox to show it."""

    contact_id: int
    source_id: str
    inbox_id: int
    inbox_name: str
    inbox_channel: Channel
    inbox_avatar_url: str
