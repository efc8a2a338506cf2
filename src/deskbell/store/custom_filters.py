"""Custom filters, each of one user in one account."""

from typing import Any

from deskbell.kit import json
from deskbell.model.custom_filter import CustomFilter, FilterKind
from deskbell.store.database import Reader, Unit
from deskbell.store.shape import Shape, insert
from deskbell.store.statement import Statement

SHAPE = Shape(CustomFilter)
_OWN = "f.account_id = :account_id AND f.user_id = :user_id"

_INSERT = Statement(
    insert(
        "custom_filters",
        "account_id",
        "user_id",
        "name",
        "kind",
        "query",
        "created_at",
        "updated_at",
        returning="id",
    )
)
_UPDATE = Statement(
    "UPDATE custom_filters SET name = :name, kind = :kind, query = :query, updated_at = :now WHERE id = :id"
)
_DELETE = Statement(f"DELETE FROM custom_filters AS f WHERE {_OWN} AND f.id = :id RETURNING id")
_COUNT = Statement(f"SELECT COUNT(*) AS count FROM custom_filters f WHERE {_OWN}")
_ALL = Statement(
    f"SELECT {SHAPE.columns('f')} FROM custom_filters f WHERE {_OWN} AND f.kind = :kind ORDER BY f.id"
)
_GET = Statement(f"SELECT {SHAPE.columns('f')} FROM custom_filters f WHERE {_OWN} AND f.id = :id")
_LOCK = Statement(f"{_GET.text} FOR NO KEY UPDATE")


async def add(
    unit: Unit, account_id: int, user_id: int, *, name: str, kind: FilterKind, query: dict[str, Any]
) -> int:
    row = await unit.one(
        _INSERT,
        account_id=account_id,
        user_id=user_id,
        name=name,
        kind=kind,
        query=json.dump_text(query),
        created_at=unit.now,
        updated_at=unit.now,
    )
    assert row is not None
    return int(row["id"])


async def update(unit: Unit, one: CustomFilter) -> None:
    await unit.run(
        _UPDATE, id=one.id, name=one.name, kind=one.kind, query=json.dump_text(one.query), now=unit.now
    )


async def delete(unit: Unit, account_id: int, user_id: int, filter_id: int) -> bool:
    """Whether the user had such a one."""
    row = await unit.one(_DELETE, account_id=account_id, user_id=user_id, id=filter_id)
    return row is not None


async def count(reader: Reader, account_id: int, user_id: int) -> int:
    """How many a user has in an account, of every kind."""
    row = await reader.one(_COUNT, account_id=account_id, user_id=user_id)
    return int(row["count"]) if row else 0


async def all_of(reader: Reader, account_id: int, user_id: int, kind: FilterKind) -> list[CustomFilter]:
    rows = await reader.all(_ALL, account_id=account_id, user_id=user_id, kind=kind)
    return [SHAPE.read(row) for row in rows]


async def get(reader: Reader, account_id: int, user_id: int, filter_id: int) -> CustomFilter | None:
    row = await reader.one(_GET, account_id=account_id, user_id=user_id, id=filter_id)
    return None if row is None else SHAPE.read(row)


async def lock(unit: Unit, account_id: int, user_id: int, filter_id: int) -> CustomFilter | None:
    """A filter to change; whoever else wants to waits."""
    row = await unit.one(_LOCK, account_id=account_id, user_id=user_id, id=filter_id)
    return None if row is None else SHAPE.read(row)
