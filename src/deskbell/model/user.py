"""People who answer: users, and what they are in an account."""

from typing import Any, Literal

from msgspec import Struct

UserRole = Literal["agent", "administrator"]
Availability = Literal["online", "offline", "busy"]


class User(Struct, frozen=True, kw_only=True):
    id: int
    name: str
    display_name: str | None
    email: str
    avatar_url: str
    message_signature: str | None
    ui_settings: dict[str, Any]
    pubsub_token: str
    created_at: int
    updated_at: int

    @property
    def available_name(self) -> str:
        return self.display_name or self.name


class Agent(Struct, frozen=True, kw_only=True):
    """A user as a member of one account."""

    user: User
    account_id: int
    role: UserRole
    availability: Availability
    auto_offline: bool
    active_at: int | None


class Membership(Struct, frozen=True, kw_only=True):
    """One of a user's accounts, seen from the user."""

    account_id: int
    account_name: str
    account_status: str
    role: UserRole
    availability: Availability
    auto_offline: bool
    active_at: int | None
