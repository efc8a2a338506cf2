"""Who hears what happens as it happens: agents of an account, and visitors at their address in an inbox."""

from msgspec import Struct

from deskbell.model.user import UserRole


class Scene(Struct, frozen=True, kw_only=True):
    """Where something happens: the conversation's place, by which it is known who may hear of it."""

    account_id: int
    inbox_id: int
    contact_id: int
    contact_inbox_id: int
    verified: bool


class AgentListener(Struct, frozen=True, kw_only=True):
    """A user in one of their accounts. `inbox_ids` are those they work in; None for those who see all of the account."""

    account_id: int
    user_id: int
    role: UserRole
    inbox_ids: frozenset[int] | None

    def may_hear(self, scene: Scene) -> bool:
        return scene.account_id == self.account_id and (
            self.inbox_ids is None or scene.inbox_id in self.inbox_ids
        )


class VisitorListener(Struct, frozen=True, kw_only=True):
    """A contact at an address in an inbox. A proven identity hears of the contact's other proven addresses there too."""

    account_id: int
    inbox_id: int
    contact_id: int
    contact_inbox_id: int
    verified: bool

    def may_hear(self, scene: Scene) -> bool:
        if scene.account_id != self.account_id or scene.inbox_id != self.inbox_id:
            return False
        if scene.contact_inbox_id == self.contact_inbox_id:
            return True
        return self.verified and scene.verified and scene.contact_id == self.contact_id


Listener = AgentListener | VisitorListener
