"""Contacts: create, change, delete, give an address in an inbox, prove an identity."""

from typing import Any

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.commands import audit, avatars
from deskbell.desk.rules import audits, fields
from deskbell.desk.rules.fields import Problems
from deskbell.events.record import Recorder
from deskbell.kit import ids
from deskbell.kit.errors import Invalid, NotFound
from deskbell.model.contact import Contact, ContactInbox
from deskbell.model.file import StoredFile
from deskbell.model.inbox import Inbox
from deskbell.store import contacts, conversations
from deskbell.store.database import UniqueViolation, Unit


class ContactChanges(Struct, frozen=True, kw_only=True):
    """What a request says about a contact; UNSET where it says nothing."""

    name: str | None | UnsetType = UNSET
    email: str | None | UnsetType = UNSET
    phone_number: str | None | UnsetType = UNSET
    identifier: str | None | UnsetType = UNSET
    avatar_url: str | None | UnsetType = UNSET
    avatar: StoredFile | UnsetType = UNSET
    """The file that `avatar_url` leads to, where that is one just kept."""
    blocked: bool | UnsetType = UNSET
    additional_attributes: dict[str, Any] | None | UnsetType = UNSET
    custom_attributes: dict[str, Any] | None | UnsetType = UNSET


def checked(changes: ContactChanges) -> dict[str, Any]:
    """The fields a request speaks of, as they are kept. Raises Invalid."""
    problems = Problems()
    values: dict[str, Any] = {}
    if changes.name is not UNSET:
        values["name"] = fields.name(changes.name, problems, required=False)
    if changes.email is not UNSET:
        values["email"] = fields.email(changes.email, problems)
    if changes.phone_number is not UNSET:
        values["phone_number"] = fields.phone_number(changes.phone_number, problems)
    if changes.identifier is not UNSET:
        values["identifier"] = fields.key(changes.identifier, problems, field="identifier")
    if changes.avatar_url is not UNSET:
        values["avatar_url"] = changes.avatar_url or ""
    if changes.blocked is not UNSET:
        values["blocked"] = changes.blocked
    problems.raise_any()
    return values


def _attributes(changes: ContactChanges, contact: Contact | None) -> dict[str, Any]:
    """Both hashes are merged into what is kept, as the reference does."""
    values = {}
    for name in ("additional_attributes", "custom_attributes"):
        given = getattr(changes, name)
        if given is not UNSET:
            values[name] = fields.merged(getattr(contact, name) if contact else {}, given)
    return values


async def create_contact(unit: Unit, actor: Actor, changes: ContactChanges) -> Contact:
    """Raises Invalid where a field is wrong or another contact has the email, phone number or identifier."""
    access.refuse_bots(actor)
    try:
        contact_id = await contacts.add(
            unit, actor.account_id, **checked(changes), **_attributes(changes, None)
        )
    except UniqueViolation as error:
        raise _taken(error) from None
    await avatars.follow(unit, "contact", contact_id, changes.avatar_url, changes.avatar)
    return await access.the_contact(unit, actor, contact_id)


async def update_contact(unit: Unit, actor: Actor, contact_id: int, changes: ContactChanges) -> Contact:
    """Raises Invalid as `create_contact` does."""
    access.refuse_bots(actor)
    contact = access.found(await contacts.lock(unit, actor.account_id, contact_id))
    try:
        await contacts.update(unit, replace(contact, **checked(changes), **_attributes(changes, contact)))
    except UniqueViolation as error:
        raise _taken(error) from None
    await avatars.follow(unit, "contact", contact_id, changes.avatar_url, changes.avatar)
    return await access.the_contact(unit, actor, contact_id)


async def remove_attributes(unit: Unit, actor: Actor, contact_id: int, names: list[str]) -> Contact:
    """Take custom attributes off a contact."""
    contact = access.found(await contacts.lock(unit, actor.account_id, contact_id))
    left = _without(contact.custom_attributes, names)
    await contacts.update(unit, replace(contact, custom_attributes=left))
    return await access.the_contact(unit, actor, contact_id)


async def remove_own_attributes(unit: Unit, actor: Actor, place: ContactInbox, names: list[str]) -> Contact:
    """As `remove_attributes`, by the contact at an address."""
    if place.said is not None:
        said = _without(place.said.get("custom_attributes", {}), names)
        await contacts.say(unit, place.id, place.said | {"custom_attributes": said})
    return await remove_attributes(unit, actor, place.contact_id, names)


def _without(attributes: dict[str, Any], names: list[str]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if name not in names}


async def delete_contact(unit: Unit, actor: Actor, contact_id: int) -> None:
    """Delete a contact with all their conversations; events already recorded stay and are delivered."""
    access.require_administrator(actor)
    contact = await access.the_contact(unit, actor, contact_id)
    await contacts.hold(unit, contact.id)
    await contacts.delete(unit, contact.id)
    await audit.destroyed(unit, actor, ("Contact", contact.id), audits.contact(contact))


async def register(
    unit: Unit, inbox: Inbox, changes: ContactChanges, source_id: str | None, *, verified: bool
) -> tuple[Contact, ContactInbox]:
    """A customer's own interface presents someone: who they are if we know them, a new contact if not, at an address of theirs."""
    source_id = fields.blank_to_none(source_id)
    place = await contacts.inbox_by_source(unit, inbox.id, source_id) if source_id else None
    if place is not None:
        return await identify(unit, inbox, place, changes, verified=verified)
    actor = Actor(kind="contact", account_id=inbox.account_id)
    known, changes = await _recognise(unit, inbox.account_id, None, changes)
    contact = (
        await update_contact(unit, actor, known.id, changes)
        if known
        else await create_contact(unit, actor, changes)
    )
    said = _said({}, changes)
    return contact, await add_contact_inbox(unit, inbox, contact, source_id, verified=verified, said=said)


async def add_contact_inbox(
    unit: Unit,
    inbox: Inbox,
    contact: Contact,
    source_id: str | None = None,
    *,
    verified: bool = False,
    said: dict[str, Any] | None = None,
) -> ContactInbox:
    """Give a contact an address in an inbox. Raises Invalid where another contact has that source_id there."""
    problems = Problems()
    source_id = fields.key(source_id, problems, field="source_id") or ids.uuid4()
    problems.raise_any()
    place = await contacts.add_inbox(
        unit,
        contact_id=contact.id,
        inbox_id=inbox.id,
        source_id=source_id,
        pubsub_token=ids.token(),
        hmac_verified=verified,
        said=said,
    )
    if place.contact_id != contact.id:
        raise Invalid({"source_id": "has already been taken"})
    return place


async def identify(
    unit: Unit, inbox: Inbox, contact_inbox: ContactInbox, changes: ContactChanges, *, verified: bool
) -> tuple[Contact, ContactInbox]:
    """Say who the contact at an address is (`setUser`), or more about them.

    A visitor nobody knew becomes the identified contact. One who was somebody else gets a new address, so that one person's
    conversations never show to another. Nobody is made a stranger again: a blank identifier says nothing. What is kept with the
    address as said is all that it shows of the contact, unless it is proven (`ContactInbox.shown`).
    """
    actor = Actor(kind="contact", account_id=inbox.account_id, id=contact_inbox.contact_id)
    contact = await access.the_contact(unit, actor, contact_inbox.contact_id)
    identifier = checked(changes).get("identifier")
    if identifier is None:
        changes = replace(changes, identifier=UNSET)
    settled = contact.identifier is not None or contact_inbox.hmac_verified
    if settled and identifier not in (None, contact.identifier):
        known, changes = await _recognise(unit, inbox.account_id, None, changes)
        contact = known or await create_contact(unit, actor, ContactChanges(identifier=identifier))
        contact_inbox = await _address(unit, inbox, contact, verified=verified)
    else:
        known, changes = await _recognise(unit, inbox.account_id, contact, changes, settled=settled)
        if known is not None:
            await absorb(unit, contact, known)
            contact = known
    if verified and not contact_inbox.hmac_verified:
        await contacts.verify_inbox(unit, contact_inbox.id)
    contact = await update_contact(unit, actor, contact.id, changes)
    fresh = await contacts.get_inbox(unit, contact_inbox.id)
    if fresh is None:  # its inbox was deleted meanwhile
        raise NotFound
    if fresh.said is None:
        return contact, fresh
    said = _said(fresh.said, changes)
    await contacts.say(unit, fresh.id, said)
    return contact, replace(fresh, said=said)


def _said(before: dict[str, Any], changes: ContactChanges) -> dict[str, Any]:
    """What was said of a contact from an address, after what is said now."""
    said = before | checked(replace(changes, blocked=UNSET))
    for name in ("additional_attributes", "custom_attributes"):
        given = getattr(changes, name)
        if given is not UNSET:
            said[name] = fields.merged(before.get(name, {}), given)
    return said


async def _recognise(
    unit: Unit, account_id: int, contact: Contact | None, changes: ContactChanges, *, settled: bool = False
) -> tuple[Contact | None, ContactChanges]:
    """The contact somebody turns out to be, and what is left to write.

    An identifier decides. An email or phone number finds someone too, but never a contact with another identifier, and nothing
    does for one who is settled, by an identifier or a proof: what is somebody else's is then left out.
    """
    wanted = checked(changes)
    identifier = wanted.get("identifier")
    known = None
    if identifier is not None and not settled:
        known = await contacts.find(unit, account_id, identifier=identifier)
    for name in ("email", "phone_number"):
        if wanted.get(name) is None:
            continue
        other = await contacts.find(unit, account_id, **{name: wanted[name]})
        if other is None or other.id in {one.id for one in (contact, known) if one}:
            continue
        if known is None and not settled and (identifier is None or other.identifier is None):
            known = other
        else:
            changes = replace(changes, **{name: UNSET})
    return known, changes


async def _address(unit: Unit, inbox: Inbox, contact: Contact, *, verified: bool) -> ContactInbox:
    """Where a contact goes on. Only a proven identity comes back to an address; whoever just claims one begins anew."""
    known = await contacts.inbox_of_contact(unit, contact.id, inbox.id) if verified else None
    if known is not None and known.hmac_verified:
        return known
    return await add_contact_inbox(unit, inbox, contact, verified=verified, said={})


async def absorb(unit: Unit, visitor: Contact, known: Contact) -> None:
    """A visitor turns out to be a known contact: what was the visitor's becomes theirs."""
    recorder = unit.companion(Recorder)
    await contacts.hold(unit, visitor.id)
    touched = await conversations.lock_of_contact(unit, visitor.id)
    await contacts.hand_over(unit, visitor, known.id)
    for before in touched:
        recorder.conversation_touched(before)
        await conversations.update(unit, before, replace(before, contact_id=known.id))
    await contacts.delete(unit, visitor.id)


def _taken(error: UniqueViolation) -> Invalid:
    return Invalid({error.columns[-1]: "has already been taken"})
