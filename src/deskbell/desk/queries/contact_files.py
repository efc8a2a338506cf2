"""Contacts as a file shows them."""

from collections.abc import Sequence
from typing import Any

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.queries import filters as filter_queries
from deskbell.desk.rules.contact_files import FACTS, FIELDS
from deskbell.kit.clock import iso
from deskbell.kit.errors import Invalid
from deskbell.model.contact import Contact
from deskbell.model.filter import Condition
from deskbell.store import contacts, filters
from deskbell.store.database import Reader
from deskbell.store.filters import Clause

STANDARD = ("id", "name", "email", "phone_number", "identifier")
BATCH = 500


async def columns(reader: Reader, actor: Actor, asked: Sequence[str]) -> list[str]:
    """The columns of a file: those asked for, or the standard ones. Raises Invalid."""
    access.require_administrator(actor)
    custom = await filters.definitions(reader, actor.account_id)
    own = [key for model, key in custom if model == "contact"]
    allowed = ("id", *FIELDS, *FACTS, "created_at", "last_activity_at", *own)
    wrong = [name for name in asked if name not in allowed]
    if wrong:
        raise Invalid({"column_names": f"should be among {', '.join(dict.fromkeys(allowed))}"})
    return list(dict.fromkeys(asked)) or list(STANDARD)


async def clause(
    reader: Reader, actor: Actor, conditions: Sequence[Condition], label: str | None, now: int
) -> Clause:
    """Whom a file shows: those the conditions describe, or else those with a label. Raises Invalid."""
    if not conditions and label:
        conditions = [Condition(attribute_key="labels", filter_operator="equal_to", values=[label])]
    return await filter_queries.clause(reader, actor, "contact", conditions, now)


async def rows(
    reader: Reader, actor: Actor, chosen: Sequence[str], wanted: Clause, after: int
) -> tuple[int | None, list[list[str]]]:
    """The next lines of a file, and after which contact to go on; None at the end."""
    found = await contacts.after(reader, actor.account_id, after, limit=BATCH, clause=wanted)
    last = found[-1].id if len(found) == BATCH else None
    return last, [[_cell(contact, name) for name in chosen] for contact in found]


def _cell(contact: Contact, name: str) -> str:
    if name in ("id", *FIELDS):
        return _text(getattr(contact, name))
    if name in ("created_at", "last_activity_at"):
        instant = getattr(contact, name)
        return "" if instant is None else iso(instant)
    kept = contact.additional_attributes if name in FACTS else contact.custom_attributes
    return _text(kept.get(name))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
