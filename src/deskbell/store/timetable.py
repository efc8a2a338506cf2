"""What is due by the clock: conversations to wake, and those in which nothing happens any more."""

from typing import Any

from deskbell.kit import json
from deskbell.store.database import Reader
from deskbell.store.statement import Statement

_TO_WAKE = Statement(
    "SELECT account_id, number FROM conversations WHERE status = 'snoozed' AND snoozed_until IS NOT NULL "
    "AND snoozed_until <= :now ORDER BY snoozed_until, id LIMIT :limit"
)
_RESOLVING = Statement(
    "SELECT id, settings FROM accounts WHERE settings ->> 'auto_resolve_after' IS NOT NULL AND status = 'active' ORDER BY id"
)
_IDLE = Statement(
    "SELECT number FROM conversations WHERE account_id = :account_id AND status = 'open' AND last_activity_at < :before "
    "AND (:waiting OR waiting_since IS NULL) ORDER BY last_activity_at, id LIMIT :limit"
)


async def to_wake(reader: Reader, now: int, limit: int) -> list[tuple[int, int]]:
    """Account and number of snoozed conversations whose time has come, the longest due first."""
    return [(row[0], row[1]) for row in await reader.all(_TO_WAKE, now=now, limit=limit)]


async def resolving(reader: Reader) -> list[tuple[int, dict[str, Any]]]:
    """The accounts that let conversations be resolved by themselves, and their settings."""
    return [(row["id"], json.loads(row["settings"])) for row in await reader.all(_RESOLVING)]


async def idle(reader: Reader, account_id: int, before: int, *, waiting: bool, limit: int) -> list[int]:
    """Numbers of open conversations in which nothing happened since; `waiting` includes those in which somebody waits for an answer."""
    rows = await reader.all(_IDLE, account_id=account_id, before=before, waiting=waiting, limit=limit)
    return [row["number"] for row in rows]
