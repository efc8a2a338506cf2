"""Labels, and the titles contacts carry."""

from deskbell.model.label import Label
from deskbell.store.database import Reader, Unit
from deskbell.store.shape import Shape, insert
from deskbell.store.statement import Statement

SHAPE = Shape(Label)

_INSERT = Statement(
    insert(
        "labels",
        "account_id",
        "title",
        "description",
        "color",
        "show_on_sidebar",
        "created_at",
        "updated_at",
        returning="id",
    )
)
_UPDATE = Statement(
    "UPDATE labels SET title = :title, description = :description, color = :color, "
    "show_on_sidebar = :show_on_sidebar, updated_at = :now WHERE id = :id"
)
_DELETE = Statement("DELETE FROM labels WHERE id = :id")
_ALL = Statement(f"SELECT {SHAPE.columns('l')} FROM labels l WHERE l.account_id = :account_id")
_GET = Statement(f"SELECT {SHAPE.columns('l')} FROM labels l WHERE l.account_id = :account_id AND l.id = :id")
_LOCK = Statement(f"{_GET.text} FOR UPDATE")
_COUNTS = Statement(
    "SELECT l.title, (SELECT COUNT(*) FROM (SELECT 1 AS one FROM conversation_labels n CROSS JOIN conversations c "
    "WHERE n.title = l.title AND c.id = n.conversation_id AND c.account_id = l.account_id LIMIT :most) AS carrying) AS conversations "
    "FROM labels l WHERE l.account_id = :account_id"
)
"""CROSS JOIN has SQLite begin with those that carry the title, and not with all conversations."""
_ON_CONTACTS = "l.title = :title AND EXISTS (SELECT 1 FROM contacts k WHERE k.id = l.contact_id AND k.account_id = :account_id)"
_COPY_ON_CONTACTS = Statement(
    "INSERT INTO contact_labels (contact_id, title) "
    f"SELECT l.contact_id, :new_title FROM contact_labels l WHERE {_ON_CONTACTS} ON CONFLICT DO NOTHING"
)
_REMOVE_FROM_CONTACTS = Statement(f"DELETE FROM contact_labels AS l WHERE {_ON_CONTACTS}")


async def add(
    unit: Unit, account_id: int, *, title: str, description: str | None, color: str, show_on_sidebar: bool
) -> int:
    """Raises UniqueViolation where the account has the title already."""
    row = await unit.one(
        _INSERT,
        account_id=account_id,
        title=title,
        description=description,
        color=color,
        show_on_sidebar=show_on_sidebar,
        created_at=unit.now,
        updated_at=unit.now,
    )
    assert row is not None
    return int(row["id"])


async def update(unit: Unit, label: Label) -> None:
    """Raises UniqueViolation where the account has the title already."""
    await unit.run(
        _UPDATE,
        id=label.id,
        title=label.title,
        description=label.description,
        color=label.color,
        show_on_sidebar=label.show_on_sidebar,
        now=unit.now,
    )


async def delete(unit: Unit, label_id: int) -> None:
    await unit.run(_DELETE, id=label_id)


async def all_of(reader: Reader, account_id: int) -> list[Label]:
    """An account's labels, by their titles, in an order that does not depend on the database's language."""
    found = [SHAPE.read(row) for row in await reader.all(_ALL, account_id=account_id)]
    return sorted(found, key=lambda label: label.title)


async def counts(reader: Reader, account_id: int, most: int) -> dict[str, int]:
    """How many conversations carry each of the account's titles; no more than so many of each are looked at."""
    rows = await reader.all(_COUNTS, account_id=account_id, most=most)
    return {row["title"]: int(row["conversations"]) for row in rows}


async def get(reader: Reader, account_id: int, label_id: int) -> Label | None:
    row = await reader.one(_GET, account_id=account_id, id=label_id)
    return None if row is None else SHAPE.read(row)


async def lock(unit: Unit, account_id: int, label_id: int) -> Label | None:
    """A label to change or delete; others who want to wait."""
    row = await unit.one(_LOCK, account_id=account_id, id=label_id)
    return None if row is None else SHAPE.read(row)


async def rename_on_contacts(unit: Unit, account_id: int, title: str, new_title: str) -> None:
    await unit.run(_COPY_ON_CONTACTS, account_id=account_id, title=title, new_title=new_title)
    await remove_from_contacts(unit, account_id, title)


async def remove_from_contacts(unit: Unit, account_id: int, title: str) -> None:
    await unit.run(_REMOVE_FROM_CONTACTS, account_id=account_id, title=title)
