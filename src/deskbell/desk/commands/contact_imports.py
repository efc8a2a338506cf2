"""Importing contacts: each line makes a contact, or changes the one known by its identifier, email or phone number."""

from collections.abc import Sequence
from itertools import islice
from typing import Literal

from msgspec import Struct, field

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.commands.contacts import ContactChanges, checked, create_contact, update_contact
from deskbell.desk.rules.contact_files import KEYS, Line, lines
from deskbell.kit.errors import Invalid, NotFound
from deskbell.model.contact import Contact
from deskbell.store import contacts
from deskbell.store.database import Database, UniqueViolation, Unit

BATCH = 100
"""Lines written in one unit: few commits for many lines, and nobody waits long."""


class Refused(Struct, frozen=True):
    """A line that was not taken, and what is wrong with each of its fields."""

    line: int
    errors: dict[str, str]


class Report(Struct, kw_only=True):
    """What became of a file's lines."""

    made: int = 0
    updated: int = 0
    refused: list[Refused] = field(default_factory=list)


async def import_contacts(database: Database, actor: Actor, text: str) -> Report:
    """Import a file's lines, each for itself: what is wrong with one keeps no other out. Raises Invalid where the file is none."""
    access.require_administrator(actor)
    report = Report()
    found = lines(text)
    while batch := list(islice(found, BATCH)):
        try:
            done = await _import_batch(database, actor, batch)
        except (UniqueViolation, NotFound):  # somebody else wrote, or deleted, one of them meanwhile
            done = [await _import_alone(database, actor, line) for line in batch]
        for one in done:
            if isinstance(one, Refused):
                report.refused.append(one)
            else:
                report.made += one == "made"
                report.updated += one == "updated"
    return report


Outcome = Literal["made", "updated"] | Refused


async def _import_batch(database: Database, actor: Actor, batch: Sequence[Line]) -> list[Outcome]:
    async with database.unit() as unit:
        known = [one.id for line in batch for one in await _known(unit, actor, line)]
        await contacts.lock_all(unit, known)
        return [await _import_line(unit, actor, line) for line in batch]


async def _import_alone(database: Database, actor: Actor, line: Line) -> Outcome:
    try:
        return (await _import_batch(database, actor, [line]))[0]
    except UniqueViolation as error:
        return Refused(line.number, {error.columns[-1]: "has already been taken"})
    except NotFound:
        return Refused(line.number, {"line": "is about a contact that was deleted meanwhile"})


async def _import_line(unit: Unit, actor: Actor, line: Line) -> Outcome:
    if line.problem is not None:
        return Refused(line.number, {"line": line.problem})
    changes = ContactChanges(**line.fields)
    try:
        if not set(KEYS) & set(line.fields):
            raise Invalid({"line": f"has none of {', '.join(KEYS)}"})
        checked(changes)
        known = await _known(unit, actor, line)
        if len(known) > 1:
            raise Invalid({"line": f"names {len(known)} different contacts"})
        if known:
            await update_contact(unit, actor, known[0].id, changes)
            return "updated"
        await create_contact(unit, actor, changes)
    except Invalid as error:
        return Refused(line.number, error.fields)
    return "made"


async def _known(unit: Unit, actor: Actor, line: Line) -> list[Contact]:
    """The contacts a line's keys lead to: more than one where they contradict each other."""
    try:
        wanted = checked(ContactChanges(**line.fields))
    except Invalid:
        return []
    found = {}
    for name in KEYS:
        one = await contacts.find(unit, actor.account_id, **{name: wanted.get(name)})
        if one is not None:
            found[one.id] = one
    return list(found.values())
