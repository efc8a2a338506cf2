"""Who does something: an agent, a bot, a contact, or the system itself."""

from typing import Literal

from msgspec import Struct

from deskbell.model.user import UserRole

ActorKind = Literal["user", "agent_bot", "contact", "system"]


class Actor(Struct, frozen=True, kw_only=True):
    """Someone acting within one account."""

    kind: ActorKind
    account_id: int
    id: int = 0
    name: str = ""
    role: UserRole | None = None

    @property
    def is_administrator(self) -> bool:
        return self.role == "administrator" or self.kind == "system"

    @property
    def is_agent(self) -> bool:
        """A user who sees only the inboxes they work in."""
        return self.role == "agent"
