"""Invitations: agents who have chosen no password and were never here, and the link they were given."""

from msgspec import Struct

from deskbell.model.user import Agent
from deskbell.store import users
from deskbell.store.database import Reader
from deskbell.store.statement import Statement


class Invitation(Struct, frozen=True, kw_only=True):
    """`expires_at` of the link that lets them in; None where there is none any more."""

    agent: Agent
    expires_at: int | None


_PENDING = Statement(
    "SELECT u.id, (SELECT MAX(l.expires_at) FROM login_links l WHERE l.user_id = u.id AND l.expires_at > :now) AS expires_at "
    "FROM account_users m JOIN users u ON u.id = m.user_id WHERE m.account_id = :account_id AND u.password_hash IS NULL "
    "AND m.active_at IS NULL AND m.seen_at IS NULL AND NOT EXISTS (SELECT 1 FROM browser_sessions s WHERE s.user_id = u.id) "
    "AND NOT EXISTS (SELECT 1 FROM account_users o WHERE o.user_id = u.id AND o.account_id <> m.account_id) ORDER BY u.id"
)


async def pending(reader: Reader, account_id: int) -> list[Invitation]:
    rows = await reader.all(_PENDING, account_id=account_id, now=reader.now)
    if not rows:
        return []
    agents = {one.user.id: one for one in await users.agents(reader, account_id)}
    return [Invitation(agent=agents[row["id"]], expires_at=row["expires_at"]) for row in rows]
