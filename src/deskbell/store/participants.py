"""Participants: agents who follow a conversation; and mentions: agents who were named in its private notes."""

from collections.abc import Sequence

from deskbell.model.user import Agent
from deskbell.store import users
from deskbell.store.database import Reader, Unit
from deskbell.store.statement import Statement

_OF = Statement("SELECT user_id FROM conversation_participants WHERE conversation_id = :conversation_id")
_ADD = Statement(
    "INSERT INTO conversation_participants (conversation_id, user_id) VALUES (:conversation_id, :user_id) ON CONFLICT DO NOTHING"
)
_REMOVE = Statement(
    "DELETE FROM conversation_participants WHERE conversation_id = :conversation_id AND user_id = ANY(:user_ids)"
)
_MENTION = Statement(
    "INSERT INTO mentions (conversation_id, user_id, mentioned_at) VALUES (:conversation_id, :user_id, :now) "
    "ON CONFLICT (conversation_id, user_id) DO UPDATE SET mentioned_at = excluded.mentioned_at"
)
_MENTIONABLE = Statement(
    "SELECT a.user_id FROM account_users a WHERE a.account_id = :account_id AND (a.role = 'administrator' "
    "OR a.user_id IN (SELECT i.user_id FROM inbox_members i WHERE i.inbox_id = :inbox_id)) AND (a.user_id = ANY(:user_ids) "
    "OR a.user_id IN (SELECT m.user_id FROM team_members m JOIN teams t ON t.id = m.team_id "
    "WHERE t.account_id = :account_id AND t.id = ANY(:team_ids))) ORDER BY a.user_id"
)


async def of_conversation(reader: Reader, account_id: int, conversation_id: int) -> list[Agent]:
    """Who follows a conversation, of those who still work in the account."""
    ids = {row["user_id"] for row in await reader.all(_OF, conversation_id=conversation_id)}
    if not ids:
        return []
    return [agent for agent in await users.agents(reader, account_id) if agent.user.id in ids]


async def add(unit: Unit, conversation_id: int, user_ids: Sequence[int]) -> None:
    rows = [{"conversation_id": conversation_id, "user_id": user_id} for user_id in sorted(set(user_ids))]
    await unit.run_many(_ADD, rows)


async def remove(unit: Unit, conversation_id: int, user_ids: Sequence[int]) -> None:
    await unit.run(_REMOVE, conversation_id=conversation_id, user_ids=user_ids)


async def mention(unit: Unit, conversation_id: int, user_ids: Sequence[int]) -> None:
    """These were named now."""
    shared = {"conversation_id": conversation_id, "now": unit.now}
    await unit.run_many(_MENTION, [shared | {"user_id": user_id} for user_id in sorted(set(user_ids))])


async def mentionable(
    reader: Reader, account_id: int, inbox_id: int, *, user_ids: Sequence[int], team_ids: Sequence[int]
) -> list[int]:
    """Those of the users, and of the teams' members, who may see an inbox's conversations."""
    rows = await reader.all(
        _MENTIONABLE, account_id=account_id, inbox_id=inbox_id, user_ids=user_ids, team_ids=team_ids
    )
    return [row["user_id"] for row in rows]
