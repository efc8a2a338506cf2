"""Labels: create, change, delete; what carries them follows."""

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.commands import audit
from deskbell.desk.rules import audits, fields
from deskbell.desk.rules import labels as rules
from deskbell.desk.rules.fields import Problems
from deskbell.desk.unique import unique
from deskbell.events.record import Recorder
from deskbell.model.label import COLOR, Label
from deskbell.store import conversations, labels
from deskbell.store.database import Unit


class LabelChanges(Struct, frozen=True, kw_only=True):
    """What a request says about a label; UNSET where it says nothing."""

    title: str | None | UnsetType = UNSET
    description: str | None | UnsetType = UNSET
    color: str | None | UnsetType = UNSET
    show_on_sidebar: bool | None | UnsetType = UNSET


async def create_label(unit: Unit, actor: Actor, changes: LabelChanges) -> Label:
    """Create a label. Raises Invalid naming every wrong field."""
    access.require_administrator(actor)
    wanted = _changed(_new(actor), changes)
    with unique("title"):
        label_id = await labels.add(
            unit,
            actor.account_id,
            title=wanted.title,
            description=wanted.description,
            color=wanted.color,
            show_on_sidebar=wanted.show_on_sidebar,
        )
    made = await _the_label(unit, actor, label_id)
    await audit.created(unit, actor, ("Label", label_id), audits.label(made))
    return made


async def update_label(unit: Unit, actor: Actor, label_id: int, changes: LabelChanges) -> Label:
    """Change a label. A new title is the title on every conversation and contact that carries the old one."""
    access.require_administrator(actor)
    before = await _lock(unit, actor, label_id)
    after = _changed(before, changes)
    with unique("title"):
        await labels.update(unit, after)
    if after.title != before.title:
        await _relabel(unit, actor, before.title, after.title)
        await labels.rename_on_contacts(unit, actor.account_id, before.title, after.title)
    await audit.updated(unit, actor, ("Label", label_id), audits.label(before), audits.label(after))
    return await _the_label(unit, actor, label_id)


async def delete_label(unit: Unit, actor: Actor, label_id: int) -> None:
    """Delete a label, and take it off every conversation and contact; what was written of it in threads stays."""
    access.require_administrator(actor)
    label = await _lock(unit, actor, label_id)
    await labels.delete(unit, label.id)
    await _relabel(unit, actor, label.title, None)
    await labels.remove_from_contacts(unit, actor.account_id, label.title)
    await audit.destroyed(unit, actor, ("Label", label.id), audits.label(label))


async def _relabel(unit: Unit, actor: Actor, old: str, new: str | None) -> None:
    """Events tell of it, and no lines in the threads: nobody did anything to the conversations themselves."""
    for before in await conversations.lock_labelled(unit, actor.account_id, old):
        unit.companion(Recorder).conversation_touched(before)
        await conversations.update(unit, before, rules.relabelled(before, old, new))


async def _the_label(unit: Unit, actor: Actor, label_id: int) -> Label:
    return access.found(await labels.get(unit, actor.account_id, label_id))


async def _lock(unit: Unit, actor: Actor, label_id: int) -> Label:
    return access.found(await labels.lock(unit, actor.account_id, label_id))


def _new(actor: Actor) -> Label:
    return Label(
        id=0,
        account_id=actor.account_id,
        title="",
        description=None,
        color=COLOR,
        show_on_sidebar=True,
        created_at=0,
        updated_at=0,
    )


def _changed(label: Label, changes: LabelChanges) -> Label:
    """The label as a request wants it. Raises Invalid naming every wrong field."""
    problems = Problems()
    title = label.title
    if changes.title is not UNSET or not title:
        title = rules.title(fields.given(changes.title, ""), problems)
    color = fields.name(fields.given(changes.color, None), problems, field="color", required=False)
    description = fields.given(changes.description, label.description)
    fields.text(description, problems, field="description")
    problems.raise_any()
    shown = fields.given(changes.show_on_sidebar, None)
    return replace(
        label,
        title=title,
        description=description,
        color=color or label.color,
        show_on_sidebar=label.show_on_sidebar if shown is None else shown,
    )
