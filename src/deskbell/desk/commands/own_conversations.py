"""What the site a visitor is on says of their conversation: attributes and labels."""

from typing import Any

from msgspec.structs import replace

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.commands import conversations
from deskbell.desk.rules import fields
from deskbell.kit.errors import Invalid
from deskbell.model.contact import ContactInbox
from deskbell.model.conversation import Conversation
from deskbell.store import labels
from deskbell.store.database import Unit


async def set_own_attributes(
    unit: Unit, actor: Actor, place: ContactInbox, number: int, given: dict[str, Any]
) -> Conversation:
    """Put custom attributes over those that are kept."""
    before = await access.lock_own_conversation(unit, actor, place, number)
    after = replace(before, custom_attributes=fields.merged(before.custom_attributes, given))
    return await conversations.change(unit, actor, before, after)


async def remove_own_attributes(
    unit: Unit, actor: Actor, place: ContactInbox, number: int, names: list[str]
) -> Conversation:
    before = await access.lock_own_conversation(unit, actor, place, number)
    kept = {name: value for name, value in before.custom_attributes.items() if name not in names}
    return await conversations.change(unit, actor, before, replace(before, custom_attributes=kept))


async def add_own_label(
    unit: Unit, actor: Actor, place: ContactInbox, number: int, title: str
) -> Conversation:
    """Only labels the account has: a page may choose among them, not make them. Raises Invalid."""
    known = {label.title for label in await labels.all_of(unit, actor.account_id)}
    title = title.strip().lower()
    if title not in known:
        raise Invalid({"label": "is not one of the account's labels"})
    before = await access.lock_own_conversation(unit, actor, place, number)
    if title in before.labels:
        return before
    return await conversations.change(unit, actor, before, replace(before, labels=[*before.labels, title]))


async def remove_own_label(
    unit: Unit, actor: Actor, place: ContactInbox, number: int, title: str
) -> Conversation:
    before = await access.lock_own_conversation(unit, actor, place, number)
    kept = [label for label in before.labels if label != title.strip().lower()]
    return await conversations.change(unit, actor, before, replace(before, labels=kept))
