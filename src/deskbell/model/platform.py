"""Platform apps: whoever runs the installation from outside."""

from typing import Literal

from msgspec import Struct

GrantKind = Literal["account", "user", "agent_bot"]


class PlatformApp(Struct, frozen=True, kw_only=True):
    """An app touches only what it made."""

    id: int
    name: str
    created_at: int
