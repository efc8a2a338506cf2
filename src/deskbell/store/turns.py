"""Whose turn it is to be given a conversation."""

from collections.abc import Sequence

from msgspec import Struct

from deskbell.model.inbox import Inbox
from deskbell.model.user import PRESENT
from deskbell.store import inboxes
from deskbell.store.database import Reader, Unit
from deskbell.store.statement import Statement

# Settings are kept without what is as usual: auto-assignment is on where they say nothing of it.
_ON = "i.settings ->> 'enable_auto_assignment' IS NULL"
_THERE = (
    f"SELECT m.user_id, m.turn, {inboxes.SHAPE.columns('i')} FROM inbox_members m JOIN inboxes i ON i.id = m.inbox_id "
    "LEFT JOIN targets g ON g.id = i.target_id "
    "JOIN account_users a ON a.account_id = i.account_id AND a.user_id = m.user_id "
    "WHERE m.inbox_id = :inbox_id AND a.availability = 'online' AND (NOT a.auto_offline OR a.seen_at > :since)"
)
# Memberships of the account before those of the inbox, as those take them who take somebody out of it.
_ANYBODY = Statement(f"{_THERE} ORDER BY m.user_id FOR KEY SHARE OF a FOR NO KEY UPDATE OF m")
_ANYBODY_WHERE_ON = Statement(
    f"{_THERE} AND {_ON} ORDER BY m.user_id FOR KEY SHARE OF a FOR NO KEY UPDATE OF m"
)
_BUSY = Statement(
    "SELECT assignee_id, COUNT(*) AS count FROM conversations WHERE inbox_id = :inbox_id AND status = 'open' "
    "AND assignee_id = ANY(:user_ids) GROUP BY assignee_id"
)
_TAKE = Statement(
    "UPDATE inbox_members SET turn = (SELECT MAX(x.turn) + 1 FROM inbox_members x WHERE x.inbox_id = :inbox_id) "
    "WHERE inbox_id = :inbox_id AND user_id = :user_id"
)


class Turn(Struct, frozen=True):
    """Somebody who works in an inbox and is there."""

    user_id: int
    turn: int
    inbox: Inbox


async def there(unit: Unit, inbox_id: int, *, always: bool) -> list[Turn]:
    """Those who work in the inbox and are there, held: who else wants to give them something waits, and reads their turns anew.

    Nobody where the inbox gives nothing away by itself, unless `always`.
    """
    statement = _ANYBODY if always else _ANYBODY_WHERE_ON
    rows = await unit.all(statement, inbox_id=inbox_id, since=unit.now - PRESENT)
    return [Turn(row[0], row[1], inboxes.SHAPE.read(row, 2)) for row in rows]


async def busy(reader: Reader, inbox_id: int, user_ids: Sequence[int]) -> dict[int, int]:
    """How many open conversations of the inbox each of them has."""
    rows = await reader.all(_BUSY, inbox_id=inbox_id, user_ids=user_ids)
    return {row["assignee_id"]: int(row["count"]) for row in rows}


async def take(unit: Unit, inbox_id: int, user_id: int) -> None:
    """Somebody was given a conversation: all others are before them now."""
    await unit.run(_TAKE, inbox_id=inbox_id, user_id=user_id)
