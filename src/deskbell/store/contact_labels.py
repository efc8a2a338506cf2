"""Labels of contacts."""

from collections.abc import Sequence

from deskbell.store.database import Reader, Unit
from deskbell.store.filters import Clause
from deskbell.store.shape import insert
from deskbell.store.statement import Statement

_OF_CONTACT = Statement("SELECT title FROM contact_labels WHERE contact_id = :contact_id")
_FORGET = Statement("DELETE FROM contact_labels WHERE contact_id = :contact_id")
_KEEP = Statement(insert("contact_labels", "contact_id", "title"))


async def of_contact(reader: Reader, contact_id: int) -> list[str]:
    """A contact's labels by name."""
    return sorted(row["title"] for row in await reader.all(_OF_CONTACT, contact_id=contact_id))


async def replace(unit: Unit, contact_id: int, titles: Sequence[str]) -> None:
    """Give a contact these labels and no others. The contact must be held."""
    await unit.run(_FORGET, contact_id=contact_id)
    await unit.run_many(_KEEP, [{"contact_id": contact_id, "title": title} for title in titles])


def carrying(title: str) -> Clause:
    """Contacts with a label. As a set of ids, so that it is looked up by the label and not contact by contact."""
    return Clause(
        "c.id IN (SELECT l.contact_id FROM contact_labels l WHERE l.title = :label)", {"label": title}
    )
