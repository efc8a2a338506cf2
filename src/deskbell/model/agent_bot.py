"""A bot that answers through the API and hears events at its `outgoing_url`."""

from typing import Any

from msgspec import Struct


class AgentBot(Struct, frozen=True, kw_only=True):
    id: int
    account_id: int
    name: str
    description: str
    avatar_url: str
    target_id: int | None
    bot_config: dict[str, Any]
    created_at: int
    updated_at: int
