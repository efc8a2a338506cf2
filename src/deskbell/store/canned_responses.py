"""Canned responses."""

from deskbell.model.canned_response import CannedResponse
from deskbell.store.database import Reader, Unit
from deskbell.store.shape import Shape, insert
from deskbell.store.statement import Statement

SHAPE = Shape(CannedResponse)

_INSERT = Statement(
    insert(
        "canned_responses", "account_id", "short_code", "content", "created_at", "updated_at", returning="id"
    )
)
_UPDATE = Statement(
    "UPDATE canned_responses SET short_code = :short_code, content = :content, updated_at = :now WHERE id = :id"
)
_DELETE = Statement("DELETE FROM canned_responses WHERE account_id = :account_id AND id = :id RETURNING id")
_ALL = Statement(
    f"SELECT {SHAPE.columns('r')} FROM canned_responses r WHERE r.account_id = :account_id ORDER BY r.id"
)
_GET = Statement(
    f"SELECT {SHAPE.columns('r')} FROM canned_responses r WHERE r.account_id = :account_id AND r.id = :id"
)
_LOCK = Statement(f"{_GET.text} FOR NO KEY UPDATE")


async def add(unit: Unit, account_id: int, *, short_code: str, content: str) -> int:
    """Raises UniqueViolation where the account has the short code already."""
    row = await unit.one(
        _INSERT,
        account_id=account_id,
        short_code=short_code,
        content=content,
        created_at=unit.now,
        updated_at=unit.now,
    )
    assert row is not None
    return int(row["id"])


async def update(unit: Unit, response_id: int, *, short_code: str, content: str) -> None:
    """Raises UniqueViolation where the account has the short code already."""
    await unit.run(_UPDATE, id=response_id, short_code=short_code, content=content, now=unit.now)


async def delete(unit: Unit, account_id: int, response_id: int) -> bool:
    """Whether there was such a one."""
    return await unit.one(_DELETE, account_id=account_id, id=response_id) is not None


async def all_of(reader: Reader, account_id: int) -> list[CannedResponse]:
    return [SHAPE.read(row) for row in await reader.all(_ALL, account_id=account_id)]


async def get(reader: Reader, account_id: int, response_id: int) -> CannedResponse | None:
    row = await reader.one(_GET, account_id=account_id, id=response_id)
    return None if row is None else SHAPE.read(row)


async def lock(unit: Unit, account_id: int, response_id: int) -> CannedResponse | None:
    """A canned response to change; others who want to wait."""
    row = await unit.one(_LOCK, account_id=account_id, id=response_id)
    return None if row is None else SHAPE.read(row)
