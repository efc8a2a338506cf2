"""Attribute definitions of an account."""

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.model.attribute_definition import AttributeDefinition, AttributeModel
from deskbell.store import attribute_definitions
from deskbell.store.database import Reader


async def all_definitions(
    reader: Reader, actor: Actor, model: AttributeModel | None
) -> list[AttributeDefinition]:
    """All of an account, or those of one model."""
    access.refuse_bots(actor)
    return await attribute_definitions.all_of(reader, actor.account_id, model)


async def show(reader: Reader, actor: Actor, definition_id: int) -> AttributeDefinition:
    """One definition. Raises NotFound."""
    access.refuse_bots(actor)
    return access.found(await attribute_definitions.get(reader, actor.account_id, definition_id))
