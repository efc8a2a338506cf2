"""A notice: something an account's owners should know of and act on."""

from typing import Any, Literal

from msgspec import Struct

NoticeKind = Literal[
    "webhook_disabled",
    "agent_bot_disabled",
    "api_inbox_disabled",
    "agent_bot_handed_over",
    "agent_bot_loop",
]


class Notice(Struct, frozen=True, kw_only=True):
    """`message` says in plain words what happened and what to do; `details` hold the same for programs, as it was then."""

    id: int
    account_id: int
    kind: NoticeKind
    target_id: int | None
    details: dict[str, Any]
    message: str
    created_at: int
    read_at: int | None
