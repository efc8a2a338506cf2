"""Retention: letting go of what old events carried. Their rows, numbers and deliveries stay."""

from deskbell.store.database import Reader, Unit
from deskbell.store.statement import Statement

_ACCOUNTS = Statement(
    "SELECT account_id FROM event_counters WHERE pruned_number < last_number ORDER BY account_id"
)
_OLDEST = Statement(
    "SELECT e.number, e.created_at, EXISTS (SELECT 1 FROM deliveries d WHERE d.account_id = e.account_id "
    "AND d.event_number = e.number AND (EXISTS (SELECT 1 FROM targets g WHERE d.state = 'pending' AND g.id = d.target_id "
    "AND g.status <> 'deleted') OR EXISTS (SELECT 1 FROM replays r WHERE r.state = 'running' AND r.target_id = d.target_id "
    "AND d.number BETWEEN r.next_number AND r.last_number))) AS waits "
    "FROM events e JOIN event_counters c ON c.account_id = e.account_id AND e.number > c.pruned_number "
    "WHERE e.account_id = :account_id ORDER BY e.number LIMIT :limit"
)
_BODIES = Statement(
    "DELETE FROM event_bodies WHERE account_id = :account_id AND number BETWEEN :first AND :last"
)
_SNAPSHOTS = Statement(
    "UPDATE events SET snapshot = :empty WHERE account_id = :account_id AND number BETWEEN :first AND :last"
)
_ATTEMPTS = Statement(
    "DELETE FROM attempts WHERE (target_id, delivery_number) IN (SELECT d.target_id, d.number FROM deliveries d "
    "WHERE d.account_id = :account_id AND d.event_number BETWEEN :first AND :last)"
)
_REMEMBER = Statement("UPDATE event_counters SET pruned_number = :last WHERE account_id = :account_id")


async def accounts(reader: Reader) -> list[int]:
    """Accounts with events that still carry something."""
    return [row["account_id"] for row in await reader.all(_ACCOUNTS)]


async def prune(unit: Unit, account_id: int, before: int, limit: int) -> int:
    """Let go of the bodies, snapshots and attempts of up to so many of an account's oldest events; answers of how many.

    Stops at the first that is young, or that some target still waits for: nothing that may be sent is let go.
    """
    numbers = []
    for row in await unit.all(_OLDEST, account_id=account_id, limit=limit):
        if row["waits"] or row["created_at"] >= before:
            break
        numbers.append(row["number"])
    if numbers:
        span = {"account_id": account_id, "first": numbers[0], "last": numbers[-1]}
        await unit.run(_BODIES, **span)
        await unit.run(_SNAPSHOTS, **span, empty=b"")
        await unit.run(_ATTEMPTS, **span)
        await unit.run(_REMEMBER, account_id=account_id, last=numbers[-1])
    return len(numbers)
