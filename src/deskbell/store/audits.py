"""Audits: who changed what of an account's own things."""

from typing import Any

from deskbell.kit import json
from deskbell.model.audit import Audit, AuditAction, AuditedType
from deskbell.store.database import Reader, Unit
from deskbell.store.shape import Shape
from deskbell.store.statement import Statement

SHAPE = Shape(Audit)

_INSERT = Statement(
    "INSERT INTO audits (account_id, user_id, user_type, username, auditable_type, auditable_id, action, audited_changes, "
    "version, request_uuid, created_at) VALUES (:account_id, :user_id, :user_type, :username, :auditable_type, :auditable_id, "
    ":action, :audited_changes, (SELECT COALESCE(MAX(version), 0) + 1 FROM audits WHERE account_id = :account_id "
    "AND auditable_type = :auditable_type AND auditable_id = :auditable_id), :request_uuid, :created_at)"
)
_PAGE = Statement(
    f"SELECT {SHAPE.columns('x')} FROM audits x WHERE x.account_id = :account_id ORDER BY x.id DESC LIMIT :limit OFFSET :offset"
)
_COUNT = Statement("SELECT COUNT(*) AS count FROM audits WHERE account_id = :account_id")
_PRUNE = Statement(
    "DELETE FROM audits WHERE id IN (SELECT id FROM audits WHERE created_at < :before ORDER BY created_at LIMIT :limit) RETURNING id"
)


async def add(
    unit: Unit,
    account_id: int,
    action: AuditAction,
    thing: tuple[AuditedType, int],
    changes: dict[str, Any],
    *,
    request_uuid: str,
    by: tuple[int, str, str] | None,
) -> None:
    """Keep what was changed; `by` is whose deed it was: id, type and name."""
    user_id, user_type, username = by or (None, None, None)
    await unit.run(
        _INSERT,
        account_id=account_id,
        user_id=user_id,
        user_type=user_type,
        username=username,
        auditable_type=thing[0],
        auditable_id=thing[1],
        action=action,
        audited_changes=json.dump_text(changes),
        request_uuid=request_uuid,
        created_at=unit.now,
    )


async def page(reader: Reader, account_id: int, *, limit: int, offset: int) -> list[Audit]:
    """An account's audits, newest first."""
    rows = await reader.all(_PAGE, account_id=account_id, limit=limit, offset=offset)
    return [SHAPE.read(row) for row in rows]


async def count(reader: Reader, account_id: int) -> int:
    row = await reader.one(_COUNT, account_id=account_id)
    return int(row["count"]) if row else 0


async def prune(unit: Unit, before: int, limit: int) -> int:
    """Let go of up to so many audits from before an instant; answers of how many."""
    return len(await unit.all(_PRUNE, before=before, limit=limit))
