"""Users, agents, contacts and senders, as answers show them."""

from collections.abc import Collection
from typing import Any

from typing_extensions import TypedDict

from deskbell.desk.queries.contacts import ContactView
from deskbell.desk.queries.identity import Profile
from deskbell.kit.clock import iso, unix
from deskbell.model.agent_bot import AgentBot
from deskbell.model.contact import Contact, ContactPlace
from deskbell.model.message import Sender
from deskbell.model.user import Agent, Availability, Membership, User


class AgentJSON(TypedDict):
    id: int
    account_id: int
    availability_status: str
    auto_offline: bool
    confirmed: bool
    email: str
    provider: str
    available_name: str
    name: str
    role: str
    thumbnail: str
    custom_role_id: int | None


class AccountRoleJSON(TypedDict):
    id: int
    name: str
    status: str
    active_at: str | None
    role: str
    permissions: list[str]
    availability: str
    availability_status: str
    auto_offline: bool


class ProfileJSON(TypedDict):
    access_token: str
    account_id: int | None
    available_name: str
    avatar_url: str
    confirmed: bool
    display_name: str | None
    message_signature: str | None
    email: str
    hmac_identifier: str
    id: int
    inviter_id: int | None
    name: str
    provider: str
    pubsub_token: str
    role: str | None
    ui_settings: dict[str, Any]
    uid: str
    type: str | None
    custom_attributes: dict[str, Any]
    accounts: list[AccountRoleJSON]


class InboxOfContactJSON(TypedDict):
    id: int
    avatar_url: str
    channel_id: int
    name: str
    channel_type: str
    provider: str | None


class ContactInboxJSON(TypedDict):
    source_id: str
    inbox: InboxOfContactJSON


class ContactJSON(TypedDict, total=False):
    additional_attributes: dict[str, Any]
    availability_status: str
    email: str | None
    id: int
    name: str
    phone_number: str | None
    blocked: bool
    identifier: str | None
    thumbnail: str
    custom_attributes: dict[str, Any]
    last_activity_at: int
    created_at: int
    contact_inboxes: list[ContactInboxJSON]


class SenderJSON(TypedDict, total=False):
    id: int
    name: str
    type: str
    available_name: str
    avatar_url: str
    thumbnail: str
    availability_status: str | None
    additional_attributes: dict[str, Any]
    custom_attributes: dict[str, Any]
    email: str | None
    identifier: str | None
    phone_number: str | None
    blocked: bool


def agent(one: Agent) -> AgentJSON:
    return {
        "id": one.user.id,
        "account_id": one.account_id,
        "availability_status": one.status,
        "auto_offline": one.auto_offline,
        "confirmed": True,
        "email": one.user.email,
        "provider": "email",
        "available_name": one.user.available_name,
        "name": one.user.name,
        "role": one.role,
        "thumbnail": one.user.avatar_url,
        "custom_role_id": None,
    }


def profile(one: Profile) -> ProfileJSON:
    user = one.user
    first = max(one.memberships, key=lambda membership: membership.active_at or 0, default=None)
    return {
        "access_token": one.access_token,
        "account_id": first.account_id if first else None,
        "available_name": user.available_name,
        "avatar_url": user.avatar_url,
        "confirmed": True,
        "display_name": user.display_name,
        "message_signature": user.message_signature,
        "email": user.email,
        "hmac_identifier": "",
        "id": user.id,
        "inviter_id": None,
        "name": user.name,
        "provider": "email",
        "pubsub_token": user.pubsub_token,
        "role": first.role if first else None,
        "ui_settings": user.ui_settings,
        "uid": user.email,
        "type": None,
        "custom_attributes": {},
        "accounts": [_membership(membership) for membership in one.memberships],
    }


def _membership(one: Membership) -> AccountRoleJSON:
    return {
        "id": one.account_id,
        "name": one.account_name,
        "status": one.account_status,
        "active_at": iso(one.active_at) if one.active_at else None,
        "role": one.role,
        "permissions": [one.role],
        "availability": one.availability,
        "availability_status": one.status,
        "auto_offline": one.auto_offline,
    }


def contact(one: Contact, online: Collection[int] = ()) -> ContactJSON:
    """`online` are the contacts who are there now."""
    shown: ContactJSON = {
        "additional_attributes": one.additional_attributes,
        "availability_status": "online" if one.id in online else "offline",
        "email": one.email,
        "id": one.id,
        "name": one.name,
        "phone_number": one.phone_number,
        "blocked": one.blocked,
        "identifier": one.identifier,
        "thumbnail": one.avatar_url,
        "custom_attributes": one.custom_attributes,
        "created_at": unix(one.created_at),
    }
    if one.last_activity_at is not None:
        shown["last_activity_at"] = unix(one.last_activity_at)
    return shown


def contact_with_inboxes(view: ContactView, online: Collection[int] = ()) -> ContactJSON:
    return {**contact(view.contact, online), "contact_inboxes": [place(one) for one in view.places]}


def place(one: ContactPlace) -> ContactInboxJSON:
    return {
        "source_id": one.source_id,
        "inbox": {
            "id": one.inbox_id,
            "avatar_url": one.inbox_avatar_url,
            "channel_id": one.inbox_id,
            "name": one.inbox_name,
            "channel_type": one.inbox_channel,
            "provider": None,
        },
    }


def assigned_user(one: User, status: Availability | None) -> SenderJSON:
    return {
        "id": one.id,
        "name": one.name,
        "type": "user",
        "available_name": one.available_name,
        "avatar_url": one.avatar_url,
        "thumbnail": one.avatar_url,
        "availability_status": status,
        "email": one.email,
    }


def bot(one: AgentBot) -> SenderJSON:
    return {"id": one.id, "name": one.name, "type": "agent_bot", "avatar_url": one.avatar_url}


def sender(one: Sender) -> SenderJSON:
    if one.type == "contact":
        return {
            "additional_attributes": one.additional_attributes,
            "custom_attributes": one.custom_attributes,
            "email": one.email,
            "id": one.id,
            "identifier": one.identifier,
            "name": one.name,
            "phone_number": one.phone_number,
            "thumbnail": one.avatar_url,
            "blocked": one.blocked,
            "type": "contact",
        }
    if one.type == "agent_bot":
        return {"id": one.id, "name": one.name, "avatar_url": one.avatar_url, "type": "agent_bot"}
    return {
        "id": one.id,
        "name": one.name,
        "available_name": one.display_name or one.name,
        "avatar_url": one.avatar_url,
        "type": "user",
        "availability_status": one.availability,
        "thumbnail": one.avatar_url,
    }
