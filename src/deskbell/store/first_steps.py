"""How far an account has come: whether the first of each thing is there."""

from msgspec import Struct

from deskbell.store.database import Reader
from deskbell.store.statement import Statement


class FirstSteps(Struct, frozen=True, kw_only=True):
    conversation: bool
    webhook: bool
    delivered: bool


_READ = Statement(
    "SELECT EXISTS (SELECT 1 FROM conversations WHERE account_id = :account_id) AS conversation, "
    "EXISTS (SELECT 1 FROM webhooks WHERE account_id = :account_id) AS webhook, "
    "EXISTS (SELECT 1 FROM webhooks w JOIN target_health h ON h.target_id = w.target_id "
    "WHERE w.account_id = :account_id AND h.last_accepted_at IS NOT NULL) AS delivered"
)
_BEGUN = Statement("SELECT EXISTS (SELECT 1 FROM conversations WHERE account_id = :account_id) AS begun")


async def begun(reader: Reader, account_id: int) -> bool:
    """Whether there is a conversation."""
    row = await reader.one(_BEGUN, account_id=account_id)
    return bool(row and row["begun"])


async def read(reader: Reader, account_id: int) -> FirstSteps:
    row = await reader.one(_READ, account_id=account_id)
    assert row is not None, "a look always has a row"
    return FirstSteps(**{name: bool(row[name]) for name in FirstSteps.__struct_fields__})
