"""Attribute definitions: create, change, delete. The attributes themselves stay as they are."""

from typing import Any

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.commands import audit
from deskbell.desk.rules import attributes, audits, fields
from deskbell.desk.rules.fields import Problems
from deskbell.desk.unique import unique
from deskbell.kit.errors import NotFound
from deskbell.model.attribute_definition import AttributeDefinition, AttributeModel, DisplayType
from deskbell.model.audit import AuditedType
from deskbell.store import attribute_definitions
from deskbell.store.database import Unit

DEFINITION: AuditedType = "CustomAttributeDefinition"


class DefinitionChanges(Struct, frozen=True, kw_only=True):
    """What a request says about a definition; UNSET where it says nothing."""

    model: AttributeModel | UnsetType = UNSET
    key: str | None | UnsetType = UNSET
    name: str | None | UnsetType = UNSET
    display_type: DisplayType | UnsetType = UNSET
    description: str | None | UnsetType = UNSET
    allowed_values: list[Any] | None | UnsetType = UNSET
    default_value: str | None | UnsetType = UNSET
    pattern: str | None | UnsetType = UNSET
    cue: str | None | UnsetType = UNSET


async def create_definition(unit: Unit, actor: Actor, changes: DefinitionChanges) -> AttributeDefinition:
    """Define an attribute. Raises Invalid naming every wrong field."""
    access.require_administrator(actor)
    with unique("attribute_key"):
        definition_id = await attribute_definitions.add(unit, _changed(_new(actor), changes))
    made = await _the_definition(unit, actor, definition_id)
    await audit.created(unit, actor, (DEFINITION, definition_id), audits.definition(made))
    return made


async def update_definition(
    unit: Unit, actor: Actor, definition_id: int, changes: DefinitionChanges
) -> AttributeDefinition:
    access.require_administrator(actor)
    before = access.found(await attribute_definitions.lock(unit, actor.account_id, definition_id))
    with unique("attribute_key"):
        await attribute_definitions.update(unit, _changed(before, changes))
    after = await _the_definition(unit, actor, definition_id)
    told = (audits.definition(before), audits.definition(after))
    await audit.updated(unit, actor, (DEFINITION, definition_id), *told)
    return after


async def delete_definition(unit: Unit, actor: Actor, definition_id: int) -> None:
    access.require_administrator(actor)
    before = await attribute_definitions.lock(unit, actor.account_id, definition_id)
    if before is None or not await attribute_definitions.delete(unit, actor.account_id, definition_id):
        raise NotFound
    await audit.destroyed(unit, actor, (DEFINITION, definition_id), audits.definition(before))


async def _the_definition(unit: Unit, actor: Actor, definition_id: int) -> AttributeDefinition:
    return access.found(await attribute_definitions.get(unit, actor.account_id, definition_id))


def _new(actor: Actor) -> AttributeDefinition:
    return AttributeDefinition(
        id=0,
        account_id=actor.account_id,
        model="conversation",
        key="",
        name="",
        display_type="text",
        description="",
        allowed_values=[],
        default_value=None,
        pattern=None,
        cue=None,
        created_at=0,
        updated_at=0,
    )


def _changed(definition: AttributeDefinition, changes: DefinitionChanges) -> AttributeDefinition:
    """The definition as a request wants it. Raises Invalid naming every wrong field."""
    problems = Problems()
    model = fields.given(changes.model, definition.model)
    key = (fields.given(changes.key, definition.key) or "").strip()
    if not definition.key or (model, key) != (definition.model, definition.key):
        key = attributes.key(key, model, problems)
    name = fields.name(fields.given(changes.name, definition.name), problems, field="attribute_display_name")
    texts = {
        "attribute_description": fields.given(changes.description, definition.description) or "",
        "default_value": fields.given(changes.default_value, definition.default_value),
        "regex_pattern": fields.given(changes.pattern, definition.pattern),
        "regex_cue": fields.given(changes.cue, definition.cue),
    }
    for field, text in texts.items():
        fields.text(text, problems, field=field)
    problems.raise_any()
    return replace(
        definition,
        model=model,
        key=key,
        name=name,
        display_type=fields.given(changes.display_type, definition.display_type),
        description=texts["attribute_description"],
        allowed_values=fields.given(changes.allowed_values, definition.allowed_values) or [],
        default_value=texts["default_value"],
        pattern=texts["regex_pattern"],
        cue=texts["regex_cue"],
    )
