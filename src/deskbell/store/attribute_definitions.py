"""Attribute definitions."""

from typing import Any

from deskbell.kit import json
from deskbell.model.attribute_definition import AttributeDefinition, AttributeModel
from deskbell.store.database import Reader, Unit
from deskbell.store.shape import Shape, insert
from deskbell.store.statement import Statement, composed

SHAPE = Shape(AttributeDefinition)

_WRITTEN = (
    "model",
    "key",
    "name",
    "display_type",
    "description",
    "allowed_values",
    "default_value",
    "pattern",
    "cue",
)
_INSERT = Statement(
    insert("attribute_definitions", "account_id", *_WRITTEN, "created_at", "updated_at", returning="id")
)
_UPDATE = Statement(
    f"UPDATE attribute_definitions SET {', '.join(f'{name} = :{name}' for name in _WRITTEN)}, updated_at = :now "
    "WHERE id = :id"
)
_DELETE = Statement(
    "DELETE FROM attribute_definitions WHERE account_id = :account_id AND id = :id RETURNING id"
)
_GET = Statement(
    f"SELECT {SHAPE.columns('d')} FROM attribute_definitions d WHERE d.account_id = :account_id AND d.id = :id"
)
_LOCK = Statement(f"{_GET.text} FOR NO KEY UPDATE")


async def add(unit: Unit, definition: AttributeDefinition) -> int:
    """Insert; answers the id. Raises UniqueViolation where the account's model has the key already."""
    row = await unit.one(
        _INSERT,
        account_id=definition.account_id,
        **_written(definition),
        created_at=unit.now,
        updated_at=unit.now,
    )
    assert row is not None
    return int(row["id"])


async def update(unit: Unit, definition: AttributeDefinition) -> None:
    """Raises UniqueViolation where the account's model has the key already."""
    await unit.run(_UPDATE, id=definition.id, **_written(definition), now=unit.now)


async def delete(unit: Unit, account_id: int, definition_id: int) -> bool:
    """Whether there was such a one."""
    return await unit.one(_DELETE, account_id=account_id, id=definition_id) is not None


async def all_of(
    reader: Reader, account_id: int, model: AttributeModel | None = None
) -> list[AttributeDefinition]:
    """An account's definitions, or those of one model."""
    only = "" if model is None else " AND d.model = :model"
    values = {} if model is None else {"model": model}
    rows = await reader.all(
        composed(
            f"SELECT {SHAPE.columns('d')} FROM attribute_definitions d "
            f"WHERE d.account_id = :account_id{only} ORDER BY d.id"
        ),
        account_id=account_id,
        **values,
    )
    return [SHAPE.read(row) for row in rows]


async def get(reader: Reader, account_id: int, definition_id: int) -> AttributeDefinition | None:
    row = await reader.one(_GET, account_id=account_id, id=definition_id)
    return None if row is None else SHAPE.read(row)


async def lock(unit: Unit, account_id: int, definition_id: int) -> AttributeDefinition | None:
    """A definition to change; others who want to wait."""
    row = await unit.one(_LOCK, account_id=account_id, id=definition_id)
    return None if row is None else SHAPE.read(row)


def _written(definition: AttributeDefinition) -> dict[str, Any]:
    values = {name: getattr(definition, name) for name in _WRITTEN}
    return values | {"allowed_values": json.dump_text(definition.allowed_values)}
