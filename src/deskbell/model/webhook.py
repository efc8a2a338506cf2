"""Where bells are heard: targets (an address with its delivery terms) and webhooks (a target an owner chose events for)."""

from typing import Literal

from msgspec import Struct

from deskbell.model.account import PayloadFormat

TargetKind = Literal["webhook", "agent_bot", "api_inbox"]
TargetStatus = Literal["enabled", "paused", "disabled", "deleted"]


class Address(Struct, frozen=True):
    """A URL found fit to send to: `url` without user and password, which `credentials` carries as a header value."""

    url: str
    credentials: str | None = None


class Target(Struct, frozen=True, kw_only=True):
    """An address events are delivered to. `last_number` counts its deliveries."""

    id: int
    account_id: int
    kind: TargetKind
    url: str
    credentials: str | None
    secret: str
    payload_format: PayloadFormat
    headers: dict[str, str]
    status: TargetStatus
    status_reason: str | None
    last_number: int
    created_at: int
    updated_at: int


class Webhook(Struct, frozen=True, kw_only=True):
    """`inbox_ids` empty means every inbox."""

    id: int
    account_id: int
    name: str | None
    subscriptions: list[str]
    inbox_ids: list[int]
    include_private: bool
    target: Target
    created_at: int
    updated_at: int
