"""Targets: where deliveries go, and who among them hears an event."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from deskbell.kit import json
from deskbell.model.account import PayloadFormat
from deskbell.model.webhook import Address, Target, TargetKind, TargetStatus
from deskbell.store.database import Reader, Unit
from deskbell.store.shape import Shape, insert
from deskbell.store.statement import Statement

SHAPE = Shape(Target)


class Candidate(Struct, frozen=True, kw_only=True):
    """A target that may want an event. The selection is a webhook's; bots and API inboxes have none."""

    target_id: int
    kind: TargetKind
    payload_format: PayloadFormat
    subscriptions: list[str] | None
    inbox_ids: list[int] | None
    include_private: bool | None


_CANDIDATE = Shape(
    Candidate,
    target_id="g.id",
    subscriptions="w.subscriptions",
    inbox_ids="w.inbox_ids",
    include_private="w.include_private",
)

_TERMS = ("headers", "previous_secret", "previous_until", "schedule", "timeout", "concurrency")
_WRITTEN = ("url", "credentials", "secret", "payload_format", *_TERMS)

_INSERT = Statement(
    insert("targets", "account_id", "kind", *_WRITTEN, "created_at", "updated_at", returning="id")
)
_INSERT_HEALTH = Statement("INSERT INTO target_health (target_id) VALUES (:target_id)")
_LOCK = Statement(f"SELECT {SHAPE.columns('g')} FROM targets g WHERE g.id = :id FOR NO KEY UPDATE")
_DISABLE = Statement(
    "UPDATE targets SET status = 'disabled', status_reason = :reason, updated_at = :now "
    "WHERE id = :id AND status = 'enabled' AND url = :url RETURNING id"
)
_GET = Statement(f"SELECT {SHAPE.columns('g')} FROM targets g WHERE g.id = :id")
_BY_ID = Statement(f"SELECT {SHAPE.columns('g')} FROM targets g WHERE g.id = ANY(:ids)")
_UPDATE = Statement(
    f"UPDATE targets SET {', '.join(f'{name} = :{name}' for name in _WRITTEN)}, updated_at = :updated_at WHERE id = :id"
)
_SET_STATUS = Statement(
    "UPDATE targets SET status = :status, status_reason = :reason, updated_at = :now WHERE id = :id"
)
_PARK = Statement(
    "UPDATE lanes SET due_at = NULL, lease = 0 WHERE id IN (SELECT id FROM lanes WHERE target_id = :target_id "
    "AND due_at IS NOT NULL AND (lease = 0 OR due_at <= :now) ORDER BY subject FOR NO KEY UPDATE)"
)
# Leased lanes are written too, though nothing about them changes, so that a settlement going on at the same time, which may
# still take the target for paused and park its lane, is waited for and mended here.
_UNPARK = Statement(
    "UPDATE lanes SET due_at = COALESCE(due_at, CAST(:now AS BIGINT)), "
    "set_at = CASE WHEN due_at IS NULL THEN :now ELSE set_at END WHERE id IN "
    "(SELECT id FROM lanes WHERE target_id = :target_id AND tail > head ORDER BY subject FOR NO KEY UPDATE)"
)
_SAME_URL = Statement(
    "SELECT 1 AS found FROM targets WHERE account_id = :account_id AND kind = 'webhook' AND url = :url AND status <> 'deleted' AND id <> :but"
)
_CANDIDATES = Statement(
    f"SELECT {_CANDIDATE.columns('g')} FROM targets g LEFT JOIN webhooks w ON w.target_id = g.id "
    "WHERE g.account_id = :account_id AND g.status <> 'deleted' AND (g.kind = 'webhook' "
    "OR (g.kind = 'api_inbox' AND g.id = (SELECT i.target_id FROM inboxes i WHERE i.id = :inbox_id)) "
    "OR (g.kind = 'agent_bot' AND g.id IN (SELECT b.target_id FROM agent_bots b WHERE b.id = :agent_bot_id "
    "OR b.id = (SELECT x.agent_bot_id FROM agent_bot_inboxes x WHERE x.inbox_id = :inbox_id)))) ORDER BY g.id"
)


async def add(
    unit: Unit,
    account_id: int,
    kind: TargetKind,
    *,
    address: Address,
    secret: str,
    payload_format: str,
    **terms: Any,
) -> int:
    """`terms` are the target's own: headers, schedule, timeout, concurrency."""
    values = {
        "url": address.url,
        "credentials": address.credentials,
        "secret": secret,
        "payload_format": payload_format,
    }
    values |= {name: terms.get(name) for name in _TERMS} | {"headers": terms.get("headers") or {}}
    row = await unit.one(
        _INSERT, account_id=account_id, kind=kind, **_stored(values), created_at=unit.now, updated_at=unit.now
    )
    assert row is not None
    await unit.run(_INSERT_HEALTH, target_id=row["id"])
    return int(row["id"])


async def get(reader: Reader, target_id: int) -> Target | None:
    row = await reader.one(_GET, id=target_id)
    return None if row is None else SHAPE.read(row)


async def by_id(reader: Reader, target_ids: Sequence[int]) -> dict[int, Target]:
    """Those targets, by their ids."""
    return {row[0]: SHAPE.read(row) for row in await reader.all(_BY_ID, ids=target_ids)}


async def lock(unit: Unit, target_id: int) -> Target:
    """A target to change: whoever else wants to change it waits, so that nothing is written over."""
    row = await unit.one(_LOCK, id=target_id)
    assert row is not None, "targets are never deleted, only marked so"
    return SHAPE.read(row)


async def disable(unit: Unit, target: Target, reason: str) -> bool:
    """Disable a target as the worker knew it; one that is not enabled any more, or lies elsewhere now, is left alone."""
    if await unit.one(_DISABLE, id=target.id, url=target.url, reason=reason, now=unit.now) is None:
        return False
    await unit.run(_PARK, target_id=target.id, now=unit.now)
    return True


async def update(unit: Unit, before: Target, after: Target) -> None:
    """Write a target; a changed status parks its lanes or lets them run."""
    await unit.run(
        _UPDATE,
        id=after.id,
        **_stored({name: getattr(after, name) for name in _WRITTEN}),
        updated_at=unit.now,
    )
    if after.status != before.status:
        await set_status(unit, after.id, after.status, after.status_reason)


async def set_status(unit: Unit, target_id: int, status: TargetStatus, reason: str | None) -> None:
    """Change whether a target is sent to. Only an enabled one's lanes are due; leased ones park when they are settled."""
    await unit.run(_SET_STATUS, id=target_id, status=status, reason=reason, now=unit.now)
    if status == "enabled":
        await unit.run(_UNPARK, target_id=target_id, now=unit.now)
        unit.ring([target_id])
    else:
        await unit.run(_PARK, target_id=target_id, now=unit.now)


async def url_taken(reader: Reader, account_id: int, url: str, *, but: int = 0) -> bool:
    """Whether another webhook of the account has this address."""
    return await reader.one(_SAME_URL, account_id=account_id, url=url, but=but) is not None


async def candidates(
    reader: Reader, account_id: int, inbox_id: int, agent_bot_id: int | None
) -> list[Candidate]:
    """Every target that may hear what happens in an inbox: the account's webhooks, the inbox's own address and its bots."""
    values: dict[str, Any] = {
        "account_id": account_id,
        "inbox_id": inbox_id,
        "agent_bot_id": agent_bot_id or 0,
    }
    return [_CANDIDATE.read(row) for row in await reader.all(_CANDIDATES, **values)]


def _stored(values: dict[str, Any]) -> dict[str, Any]:
    schedule = values["schedule"]
    return {
        **values,
        "headers": json.dump_text(values["headers"]),
        "schedule": None if schedule is None else json.dump_text(schedule),
    }
