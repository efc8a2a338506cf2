"""People who answer: users, and what they are in an account."""

from typing import Any, Literal

from msgspec import Struct

from deskbell.kit.clock import SECOND

UserRole = Literal["agent", "administrator"]
Availability = Literal["online", "offline", "busy"]


PRESENT = 90 * SECOND
"""How long somebody counts as there after they were last seen."""


class Presence(Struct, frozen=True, kw_only=True):
    """What a user says of their availability in an account, and when they were last seen there."""

    availability: Availability
    auto_offline: bool
    seen_at: int | None

    def is_there(self, now: int) -> bool:
        """Seen of late, or to be taken as there when away."""
        return not self.auto_offline or (self.seen_at is not None and self.seen_at > now - PRESENT)

    def status(self, now: int) -> Availability:
        """What others are shown."""
        return self.availability if self.is_there(now) else "offline"


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
    status: Availability
    """What others are shown: the availability, or `offline` while they are away."""


class Membership(Struct, frozen=True, kw_only=True):
    """One of a user's accounts, seen from the user."""

    account_id: int
    account_name: str
    account_status: str
    role: UserRole
    availability: Availability
    auto_offline: bool
    active_at: int | None
    status: Availability
    """What others are shown: the availability, or `offline` while they are away."""
