"""An audit: what somebody changed of an account's own things, and when."""

from typing import Any, Literal

from msgspec import Struct

AuditAction = Literal["create", "update", "destroy"]
AuditedType = Literal[
    "Account",
    "AccountUser",
    "AgentBot",
    "AccessToken",
    "CannedResponse",
    "Contact",
    "Conversation",
    "CustomAttributeDefinition",
    "Inbox",
    "Label",
    "Team",
    "Webhook",
]
"""The reference's names of things."""


class Audit(Struct, frozen=True, kw_only=True):
    """`version` counts the changes of one thing. `request_uuid` is the same for all that was changed at once."""

    id: int
    account_id: int
    user_id: int | None
    user_type: str | None
    username: str | None
    auditable_type: AuditedType
    auditable_id: int
    action: AuditAction
    audited_changes: dict[str, Any]
    version: int
    request_uuid: str
    created_at: int
