"""Contacts, with where they can be reached."""

from collections.abc import Sequence

from msgspec import Struct

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.kit.errors import Invalid, NotFound
from deskbell.model.contact import Contact, ContactInbox, ContactPlace
from deskbell.model.inbox import Inbox
from deskbell.store import contact_labels, contacts
from deskbell.store.database import Reader
from deskbell.store.filters import EVERYTHING, Clause


class ContactView(Struct, frozen=True, kw_only=True):
    """A contact and their addresses."""

    contact: Contact
    places: list[ContactPlace]


class ContactPage(Struct, frozen=True, kw_only=True):
    count: int
    contacts: list[ContactView]
    has_more: bool


async def page(
    reader: Reader,
    actor: Actor,
    *,
    query: str | None,
    sort: str,
    number: int,
    size: int,
    clause: Clause = EVERYTHING,
    label: str | None = None,
) -> ContactPage:
    """A page of contacts, all or those with a label; without a query those who have an email, phone number or identifier. Raises Invalid."""
    access.refuse_bots(actor)
    if sort.removeprefix("-") not in contacts.SORTS:
        raise Invalid(
            {"sort": f"should be one of {', '.join(contacts.SORTS)}, with - before it to turn it round"}
        )
    clause = clause if label is None else contact_labels.carrying(label)
    offset = (number - 1) * size
    count, found = await contacts.page(
        reader, actor.account_id, query=query, sort=sort, limit=size, offset=offset, clause=clause
    )
    return ContactPage(count=count, contacts=await views(reader, found), has_more=offset + len(found) < count)


async def show(reader: Reader, actor: Actor, contact_id: int) -> ContactView:
    access.refuse_bots(actor)
    return (await views(reader, [await access.the_contact(reader, actor, contact_id)]))[0]


async def views(reader: Reader, found: Sequence[Contact]) -> list[ContactView]:
    """The contacts with their addresses."""
    places = await contacts.places(reader, [contact.id for contact in found]) if found else []
    return [
        ContactView(contact=one, places=[place for place in places if place.contact_id == one.id])
        for one in found
    ]


async def at(reader: Reader, inbox: Inbox, source_id: str) -> tuple[Contact, ContactInbox]:
    """The contact at an address in an inbox. Raises NotFound."""
    place = await contacts.inbox_by_source(reader, inbox.id, source_id)
    contact = await contacts.get(reader, inbox.account_id, place.contact_id) if place else None
    if place is None or contact is None:
        raise NotFound
    return contact, place
