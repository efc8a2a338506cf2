"""Changes that rest on what somebody saw: where it is not so any more, they are refused, so that nobody overwrites another unseen.

Of what is many (labels, attributes) one is changed at a time, whatever becomes of the others meanwhile.
"""

from collections.abc import Mapping
from typing import Any

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.commands import contact_care, contacts, conversations, labels
from deskbell.desk.commands.contacts import ContactChanges
from deskbell.desk.commands.labels import LabelChanges
from deskbell.desk.rules import attribute_values, meanwhile
from deskbell.desk.rules import labels as label_rules
from deskbell.desk.rules.fields import Problems
from deskbell.desk.rules.meanwhile import Field
from deskbell.kit.errors import Conflict, Invalid
from deskbell.model.attribute_definition import AttributeDefinition, AttributeModel
from deskbell.model.contact import Contact
from deskbell.model.conversation import Conversation
from deskbell.store import attribute_definitions, contact_labels
from deskbell.store import contacts as store
from deskbell.store import labels as label_store
from deskbell.store.database import Unit

EDITED = ("name", "email", "phone_number")


class Outdated(Conflict):
    """Somebody else was first. `fields` are what changed meanwhile."""

    def __init__(self, *fields: str) -> None:
        super().__init__("Somebody else changed this meanwhile. Look at it again, then choose.")
        self.fields = fields


async def require_as_seen(
    unit: Unit, actor: Actor, number: int, field: Field, seen: str, *, team_id: int | None = None
) -> None:
    """Hold a conversation whose field is still as somebody saw it. Raises Outdated. `team_id` is a team to be held before it."""
    if team_id is not None:
        await access.lock_team(unit, actor, team_id)
    if meanwhile.now(await access.lock_conversation(unit, actor, number), field) != seen:
        raise Outdated(field)


async def add_label(unit: Unit, actor: Actor, number: int, title: str) -> Conversation:
    """Put a label on a conversation, beside those it has. Raises Invalid."""
    title = await _the_title(unit, actor, title)
    now = await access.lock_conversation(unit, actor, number)
    return await conversations.set_labels(unit, actor, number, [*now.labels, title])


async def remove_label(unit: Unit, actor: Actor, number: int, title: str) -> Conversation:
    now = await access.lock_conversation(unit, actor, number)
    return await conversations.set_labels(unit, actor, number, [one for one in now.labels if one != title])


async def add_contact_label(unit: Unit, actor: Actor, contact_id: int, title: str) -> None:
    """Put a label on a contact, beside those they have. Raises Invalid."""
    title = await _the_title(unit, actor, title)
    access.found(await store.lock(unit, actor.account_id, contact_id))
    now = await contact_labels.of_contact(unit, contact_id)
    await contact_care.set_labels(unit, actor, contact_id, [*now, title])


async def remove_contact_label(unit: Unit, actor: Actor, contact_id: int, title: str) -> None:
    access.found(await store.lock(unit, actor.account_id, contact_id))
    now = await contact_labels.of_contact(unit, contact_id)
    await contact_care.set_labels(unit, actor, contact_id, [one for one in now if one != title])


async def set_attribute(
    unit: Unit, actor: Actor, number: int, key: str, typed: str, *, seen: str
) -> Conversation:
    """Give a conversation's custom attribute a value, or take it away for a blank one. Raises Invalid, Outdated."""
    now = await access.lock_conversation(unit, actor, number)
    value = await _value(unit, actor, "conversation", now.custom_attributes, (key, typed, seen))
    kept = {name: one for name, one in now.custom_attributes.items() if name != key}
    wanted = kept if value is None else now.custom_attributes | {key: value}
    return await conversations.set_custom_attributes(unit, actor, number, wanted)


async def set_contact_attribute(
    unit: Unit, actor: Actor, contact_id: int, key: str, typed: str, *, seen: str
) -> Contact:
    """As `set_attribute`, of a contact."""
    access.refuse_bots(actor)
    now = access.found(await store.lock(unit, actor.account_id, contact_id))
    value = await _value(unit, actor, "contact", now.custom_attributes, (key, typed, seen))
    if value is None:
        return await contacts.remove_attributes(unit, actor, contact_id, [key])
    return await contacts.update_contact(
        unit, actor, contact_id, ContactChanges(custom_attributes={key: value})
    )


async def edit_contact(
    unit: Unit, actor: Actor, contact_id: int, typed: Mapping[str, str], seen: Mapping[str, str]
) -> Contact:
    """Change what somebody changed of a contact's `EDITED` fields, and leave the others as they are by now. Raises Invalid, Outdated."""
    now = access.found(await store.lock(unit, actor.account_id, contact_id))
    changed = [name for name in EDITED if typed[name].strip() != seen[name]]
    kept = {name: getattr(now, name) or "" for name in EDITED}
    outdated = [name for name in changed if kept[name] not in (seen[name], typed[name].strip())]
    if outdated:
        raise Outdated(*outdated)
    changes: dict[str, Any] = {name: typed[name].strip() or None for name in changed}
    return await contacts.update_contact(unit, actor, contact_id, ContactChanges(**changes))


async def _value(
    unit: Unit,
    actor: Actor,
    model: AttributeModel,
    now: dict[str, Any],
    said: tuple[str, str, str],
) -> Any:
    """What an attribute is to be. Raises Invalid, Outdated."""
    key, typed, seen = said
    known = {one.key: one for one in await attribute_definitions.all_of(unit, actor.account_id, model)}
    definition: AttributeDefinition | None = known.get(key)
    if definition is None and key not in now:
        raise Invalid({attribute_values.FIELD: "is of an attribute there is none of any more"})
    problems = Problems()
    value = attribute_values.parsed(typed, definition, problems)
    problems.raise_any()
    if meanwhile.value(now, key) != seen:
        raise Outdated(key)
    return value


async def _the_title(unit: Unit, actor: Actor, title: str) -> str:
    """A label's title. One there is none of yet is made, where an administrator asks for it. Raises Invalid."""
    title = title.strip().lower()
    known = {label.title for label in await label_store.all_of(unit, actor.account_id)}
    if title in known:
        return title
    if not actor.is_administrator:
        raise Invalid({"label": "is none of this account's: an administrator can make it one"})
    problems = Problems()
    made = label_rules.title(title, problems)
    if problems.fields:
        raise Invalid({"label": problems.fields["title"]})
    await labels.create_label(unit, actor, LabelChanges(title=made))
    return made
