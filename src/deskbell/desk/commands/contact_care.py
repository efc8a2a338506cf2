"""What a team keeps about contacts: labels and notes; and two contacts made one."""

from msgspec.structs import replace

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.commands import audit
from deskbell.desk.commands.contacts import absorb
from deskbell.desk.rules import audits, fields
from deskbell.desk.rules.fields import CONTENT_LIMIT, Problems
from deskbell.kit.errors import NotFound
from deskbell.model.contact import Contact
from deskbell.store import contact_labels, contact_notes, contacts, files
from deskbell.store.database import Unit


async def set_labels(unit: Unit, actor: Actor, contact_id: int, titles: list[str]) -> list[str]:
    """Replace a contact's labels. Raises Invalid."""
    access.refuse_bots(actor)
    problems = Problems()
    cleaned = fields.labels(titles, problems)
    problems.raise_any()
    if await contacts.lock(unit, actor.account_id, contact_id) is None:
        raise NotFound
    await contact_labels.replace(unit, contact_id, cleaned)
    return await contact_labels.of_contact(unit, contact_id)


async def add_note(unit: Unit, actor: Actor, contact_id: int, content: str | None) -> int:
    """Write a note about a contact; answers its id. Raises Invalid."""
    access.refuse_bots(actor)
    contact = await access.the_contact(unit, actor, contact_id)
    return await contact_notes.add(unit, contact.id, actor.id, _checked(content))


async def update_note(unit: Unit, actor: Actor, contact_id: int, note_id: int, content: str | None) -> None:
    """Write a note anew. Raises Invalid."""
    await _lock_note(unit, actor, contact_id, note_id)
    await contact_notes.update(unit, note_id, _checked(content))


async def delete_note(unit: Unit, actor: Actor, contact_id: int, note_id: int) -> None:
    await _lock_note(unit, actor, contact_id, note_id)
    await contact_notes.delete(unit, note_id)


async def merge_contacts(unit: Unit, actor: Actor, base_id: int, mergee_id: int) -> Contact:
    """Make two contacts one: the base gets all that was the other's, and keeps its own where both have something."""
    access.refuse_bots(actor)
    for contact_id in (base_id, mergee_id):
        await access.the_contact(unit, actor, contact_id)
    if base_id == mergee_id:
        return await access.the_contact(unit, actor, base_id)
    await contacts.hold(unit, base_id, mergee_id)
    base = await access.the_contact(unit, actor, base_id)  # as they are now that nobody else can change them
    mergee = await access.the_contact(unit, actor, mergee_id)
    if not base.avatar_url:
        await files.hand_over(unit, mergee.id, base.id)
    await absorb(unit, mergee, base)
    await audit.destroyed(unit, actor, ("Contact", mergee.id), audits.contact(mergee))
    await contacts.update(unit, _filled(base, mergee))
    return await access.the_contact(unit, actor, base_id)


def _filled(base: Contact, other: Contact) -> Contact:
    return replace(
        base,
        name=base.name or other.name,
        email=base.email or other.email,
        phone_number=base.phone_number or other.phone_number,
        identifier=base.identifier or other.identifier,
        avatar_url=base.avatar_url or other.avatar_url,
        additional_attributes=fields.merged(other.additional_attributes, base.additional_attributes),
        custom_attributes=fields.merged(other.custom_attributes, base.custom_attributes),
    )


async def _lock_note(unit: Unit, actor: Actor, contact_id: int, note_id: int) -> None:
    access.refuse_bots(actor)
    contact = await access.the_contact(unit, actor, contact_id)
    if await contact_notes.lock(unit, contact.id, note_id) is None:
        raise NotFound


def _checked(content: str | None) -> str:
    problems = Problems()
    text = fields.blank_to_none(content)
    if text is None:
        problems.add("content", "can't be blank")
    elif len(text) > CONTENT_LIMIT:
        problems.add("content", f"is too long (at most {CONTENT_LIMIT} characters)")
    problems.raise_any()
    return text or ""
