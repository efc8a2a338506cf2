"""Who may listen, by the token they come with, and whether they still may."""

from collections.abc import Collection

from deskbell.model.listener import AgentListener, VisitorListener
from deskbell.store.database import Reader, Row
from deskbell.store.statement import Statement

_AGENT_COLUMNS = "m.account_id, m.user_id, m.role"
_AGENT = Statement(
    f"SELECT {_AGENT_COLUMNS} FROM users u JOIN account_users m ON m.user_id = u.id JOIN accounts a ON a.id = m.account_id "
    "WHERE u.pubsub_token = :token AND u.id = :user_id AND a.id = :account_id AND a.status = 'active'"
)
_AGENTS = Statement(
    f"SELECT {_AGENT_COLUMNS} FROM account_users m JOIN accounts a ON a.id = m.account_id "
    "WHERE m.account_id = ANY(:account_ids) AND m.user_id = ANY(:user_ids) AND a.status = 'active'"
)
_INBOXES = Statement(
    "SELECT i.account_id, m.user_id, m.inbox_id FROM inbox_members m JOIN inboxes i ON i.id = m.inbox_id "
    "WHERE m.user_id = ANY(:user_ids)"
)
_VISITOR_COLUMNS = "i.account_id, i.id, ci.contact_id, ci.id, ci.hmac_verified"
_VISITOR_FROM = (
    "FROM contact_inboxes ci JOIN inboxes i ON i.id = ci.inbox_id JOIN accounts a ON a.id = i.account_id"
)
_VISITOR = Statement(
    f"SELECT {_VISITOR_COLUMNS} {_VISITOR_FROM} WHERE ci.pubsub_token = :token AND a.status = 'active'"
)
_VISITORS = Statement(
    f"SELECT {_VISITOR_COLUMNS} {_VISITOR_FROM} WHERE ci.id = ANY(:ids) AND a.status = 'active'"
)


async def agent(reader: Reader, token: str, account_id: int, user_id: int) -> AgentListener | None:
    """The user of a token in one of their accounts; None where any of the three does not fit the others."""
    row = await reader.one(_AGENT, token=token, account_id=account_id, user_id=user_id)
    return None if row is None else (await _agents(reader, [row]))[account_id, user_id]


async def visitor(reader: Reader, token: str) -> VisitorListener | None:
    row = await reader.one(_VISITOR, token=token)
    return None if row is None else _visitor(row)


async def agents(
    reader: Reader, account_ids: Collection[int], user_ids: Collection[int]
) -> dict[tuple[int, int], AgentListener]:
    """What users are in accounts now, by (account, user); who is not in it any more is not in the answer."""
    rows = await reader.all(_AGENTS, account_ids=list(account_ids), user_ids=list(user_ids))
    return await _agents(reader, rows)


async def visitors(reader: Reader, contact_inbox_ids: Collection[int]) -> dict[int, VisitorListener]:
    """Who is at these addresses now."""
    rows = await reader.all(_VISITORS, ids=list(contact_inbox_ids))
    return {one.contact_inbox_id: one for one in map(_visitor, rows)}


async def _agents(reader: Reader, rows: Collection[Row]) -> dict[tuple[int, int], AgentListener]:
    limited = {row["user_id"] for row in rows if row["role"] == "agent"}
    works: dict[tuple[int, int], set[int]] = {}
    if limited:
        for row in await reader.all(_INBOXES, user_ids=list(limited)):
            works.setdefault((row["account_id"], row["user_id"]), set()).add(row["inbox_id"])
    return {
        (row["account_id"], row["user_id"]): AgentListener(
            account_id=row["account_id"],
            user_id=row["user_id"],
            role=row["role"],
            inbox_ids=frozenset(works.get((row["account_id"], row["user_id"]), ()))
            if row["role"] == "agent"
            else None,
        )
        for row in rows
    }


def _visitor(row: Row) -> VisitorListener:
    return VisitorListener(
        account_id=row[0], inbox_id=row[1], contact_id=row[2], contact_inbox_id=row[3], verified=bool(row[4])
    )
