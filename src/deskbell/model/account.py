"""An account: one team's desk, apart from every other's."""

from typing import Any, Literal

from msgspec import Struct

PayloadFormat = Literal["hoory", "chatwoot"]
AccountStatus = Literal["active", "suspended"]

ATTRIBUTES = "custom_attributes"
"""Where among an account's settings its own attributes are kept."""


class Account(Struct, frozen=True, kw_only=True):
    id: int
    name: str
    locale: str
    domain: str | None
    support_email: str | None
    status: AccountStatus
    settings: dict[str, Any]
    default_payload_format: PayloadFormat
    created_at: int
    updated_at: int
