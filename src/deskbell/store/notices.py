"""Notices: what an account's owners are told, and whether they have read it."""

from typing import Any
from urllib.parse import urlsplit

from deskbell.kit import json
from deskbell.model.notice import Notice, NoticeKind
from deskbell.model.webhook import Target, TargetKind
from deskbell.store.database import Reader, Row, Unit
from deskbell.store.shape import Shape, insert
from deskbell.store.statement import Statement, composed

SHAPE = Shape(Notice)

_DISABLED: dict[TargetKind, tuple[NoticeKind, str, str, str]] = {
    "webhook": (
        "webhook_disabled",
        "webhook_id",
        "The webhook",
        "mend the receiver and enable the webhook to send it, or skip the backlog first.",
    ),
    "agent_bot": (
        "agent_bot_disabled",
        "agent_bot_id",
        "The agent bot",
        "mend the bot and enable it to send it.",
    ),
    "api_inbox": (
        "api_inbox_disabled",
        "inbox_id",
        "The webhook_url of the API inbox",
        "mend the receiver and enable the inbox's webhook_url (by status, or by saving it again) to send it, or skip the backlog first.",
    ),
}
"""By a target's kind: the notice's kind, what `details` call the owner's id, what it is in words, and what to do."""

_INSERT = Statement(
    insert("notices", "account_id", "kind", "target_id", "details", "message", "created_at", returning="id")
)
_OWNER = Statement(
    "SELECT COALESCE(w.id, i.id, b.id) AS id, COALESCE(w.name, i.name, b.name) AS name FROM targets g "
    "LEFT JOIN webhooks w ON w.target_id = g.id LEFT JOIN inboxes i ON i.target_id = g.id "
    "LEFT JOIN agent_bots b ON b.target_id = g.id WHERE g.id = :target_id"
)
_TOLD_SINCE = Statement(
    "SELECT 1 AS found FROM notices WHERE account_id = :account_id AND target_id = :target_id AND kind = :kind AND created_at >= :since"
)
_COUNT = Statement(
    "SELECT COUNT(*) AS every, COUNT(*) - COUNT(read_at) AS unread FROM notices WHERE account_id = :account_id"
)
_READ = Statement(
    "UPDATE notices SET read_at = COALESCE(read_at, :now) WHERE account_id = :account_id AND id = :id "
    f"RETURNING {', '.join(SHAPE.fields)}"
)
_READ_ALL = Statement(
    "UPDATE notices SET read_at = :now WHERE account_id = :account_id AND id <= :up_to AND read_at IS NULL"
)


async def add(
    unit: Unit,
    account_id: int,
    kind: NoticeKind,
    *,
    message: str,
    target_id: int | None = None,
    details: dict[str, Any] | None = None,
) -> int:
    """Tell the owners of an account something; answers the notice's id."""
    row = await unit.one(
        _INSERT,
        account_id=account_id,
        kind=kind,
        target_id=target_id,
        details=json.dump_text(details or {}),
        message=message,
        created_at=unit.now,
    )
    assert row is not None
    return int(row["id"])


async def target_disabled(unit: Unit, target: Target, reason: str) -> int:
    """Tell the owners that Deskbell disabled a target, and why. Call in the unit that disables it.

    Of the address only the host is told: paths of receivers often hold secrets.
    """
    kind, id_name, what, remedy = _DISABLED[target.kind]
    owner: Row | None = await unit.one(_OWNER, target_id=target.id)
    name = owner["name"] if owner is not None else None
    host = urlsplit(target.url).hostname or ""
    details = {
        id_name: owner["id"] if owner is not None else None,
        "name": name,
        "host": host,
        "reason": reason,
    }
    called = f"{what} {name!r} ({host})" if name else f"{what} at {host}"
    message = f"{called} was disabled. {reason} What waits for it is kept: {remedy}"
    return await add(unit, target.account_id, kind, message=message, target_id=target.id, details=details)


async def told_since(reader: Reader, account_id: int, target_id: int, kind: NoticeKind, since: int) -> bool:
    """Whether the owners were told such a thing of a target, from an instant on."""
    row = await reader.one(_TOLD_SINCE, account_id=account_id, target_id=target_id, kind=kind, since=since)
    return row is not None


async def page(
    reader: Reader, account_id: int, *, after: int | None, limit: int, offset: int
) -> list[Notice]:
    """Notices, newest first. With `after` those that followed that id, the next ones first in turn, so that none is passed over."""
    newer = " AND n.id > :after" if after is not None else ""
    values = {} if after is None else {"after": after}
    order = "DESC" if after is None else "ASC"
    statement = composed(
        f"SELECT {SHAPE.columns('n')} FROM notices n WHERE n.account_id = :account_id{newer} "
        f"ORDER BY n.id {order} LIMIT :limit OFFSET :offset"
    )
    rows = await reader.all(statement, account_id=account_id, limit=limit, offset=offset, **values)
    return sorted((SHAPE.read(row) for row in rows), key=lambda notice: -notice.id)


async def counts(reader: Reader, account_id: int) -> tuple[int, int]:
    """How many notices an account has, and how many of them nobody has read."""
    row = await reader.one(_COUNT, account_id=account_id)
    return (row["every"], row["unread"]) if row else (0, 0)


async def mark_read(unit: Unit, account_id: int, notice_id: int) -> Notice | None:
    """Somebody has read it; the first reading counts. None where the account has no such notice."""
    row = await unit.one(_READ, account_id=account_id, id=notice_id, now=unit.now)
    return None if row is None else SHAPE.read(row)


async def mark_all_read(unit: Unit, account_id: int, up_to: int) -> None:
    """Somebody has read every notice up to an id."""
    await unit.run(_READ_ALL, account_id=account_id, up_to=up_to, now=unit.now)
