"""Notes about contacts."""

from deskbell.model.contact_note import ContactNote
from deskbell.store.database import Reader, Unit
from deskbell.store.shape import Shape, insert
from deskbell.store.statement import Statement

SHAPE = Shape(ContactNote)

_INSERT = Statement(
    insert("contact_notes", "contact_id", "user_id", "content", "created_at", "updated_at", returning="id")
)
_UPDATE = Statement("UPDATE contact_notes SET content = :content, updated_at = :now WHERE id = :id")
_DELETE = Statement("DELETE FROM contact_notes WHERE id = :id")
_GET = Statement(
    f"SELECT {SHAPE.columns('n')} FROM contact_notes n WHERE n.contact_id = :contact_id AND n.id = :id"
)
_LOCKED = Statement(f"{_GET.text} FOR NO KEY UPDATE")
_OF_CONTACT = Statement(
    f"SELECT {SHAPE.columns('n')} FROM contact_notes n WHERE n.contact_id = :contact_id ORDER BY n.id DESC"
)


async def add(unit: Unit, contact_id: int, user_id: int | None, content: str) -> int:
    row = await unit.one(
        _INSERT,
        contact_id=contact_id,
        user_id=user_id,
        content=content,
        created_at=unit.now,
        updated_at=unit.now,
    )
    assert row is not None
    return int(row["id"])


async def update(unit: Unit, note_id: int, content: str) -> None:
    await unit.run(_UPDATE, id=note_id, content=content, now=unit.now)


async def delete(unit: Unit, note_id: int) -> None:
    await unit.run(_DELETE, id=note_id)


async def get(reader: Reader, contact_id: int, note_id: int) -> ContactNote | None:
    row = await reader.one(_GET, contact_id=contact_id, id=note_id)
    return None if row is None else SHAPE.read(row)


async def lock(unit: Unit, contact_id: int, note_id: int) -> ContactNote | None:
    """A note to change; others who want to change it wait."""
    row = await unit.one(_LOCKED, contact_id=contact_id, id=note_id)
    return None if row is None else SHAPE.read(row)


async def of_contact(reader: Reader, contact_id: int) -> list[ContactNote]:
    """A contact's notes, newest first."""
    return [SHAPE.read(row) for row in await reader.all(_OF_CONTACT, contact_id=contact_id)]
