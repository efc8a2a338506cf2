"""Custom attribute definitions."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, ClassVar, get_args

from fastapi import Query, Response
from pydantic import BeforeValidator
from typing_extensions import TypedDict

from deskbell.desk.commands import attribute_definitions as commands
from deskbell.desk.commands.attribute_definitions import DefinitionChanges
from deskbell.desk.queries import attribute_definitions as queries
from deskbell.kit.clock import iso
from deskbell.model.attribute_definition import AttributeDefinition, AttributeModel, DisplayType
from deskbell.web.answers import answer, answers, empty
from deskbell.web.bodies import Blankable, Body, OptionalText, PathId
from deskbell.web.deps import TheActor, TheServices
from deskbell.web.faces import ACCOUNT, resource, updates
from deskbell.web.slices import TheSlice

router = resource(f"{ACCOUNT}/custom_attribute_definitions", "Custom attributes")

_SUFFIX = "_attribute"


class DefinitionJSON(TypedDict):
    id: int
    attribute_display_name: str
    attribute_display_type: DisplayType
    attribute_description: str
    attribute_key: str
    regex_pattern: str | None
    regex_cue: str | None
    attribute_values: list[Any]
    attribute_model: str
    default_value: str | None
    created_at: str
    updated_at: str


def _numbered(words: Sequence[str]) -> Callable[[Any], Any]:
    """The reference's numbers for words; a word says itself."""
    by_number = {str(number): word for number, word in enumerate(words)}

    def word(value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | str):
            return value
        text = str(value).strip()
        return by_number.get(text, text.removesuffix(_SUFFIX))

    return word


GivenModel = Annotated[AttributeModel | None, Blankable, BeforeValidator(_numbered(get_args(AttributeModel)))]
GivenType = Annotated[DisplayType | None, Blankable, BeforeValidator(_numbered(get_args(DisplayType)))]


class DefinitionFields(Body):
    wrapper: ClassVar[str] = "custom_attribute_definition"
    attribute_display_name: OptionalText = None
    attribute_display_type: GivenType = None
    attribute_description: OptionalText = None
    attribute_key: OptionalText = None
    attribute_values: list[OptionalText] | None = None
    attribute_model: GivenModel = None
    regex_pattern: OptionalText = None
    regex_cue: OptionalText = None
    default_value: OptionalText = None

    def definition_changes(self) -> DefinitionChanges:
        said = self.said()
        never_null = ("attribute_display_type", "attribute_model")
        return DefinitionChanges(
            **{
                _FIELDS[name]: value
                for name, value in said.items()
                if value is not None or name not in never_null
            }
        )


_FIELDS = {
    "attribute_display_name": "name",
    "attribute_display_type": "display_type",
    "attribute_description": "description",
    "attribute_key": "key",
    "attribute_values": "allowed_values",
    "attribute_model": "model",
    "regex_pattern": "pattern",
    "regex_cue": "cue",
    "default_value": "default_value",
}
"""The reference's names as the model's."""


def _shown(one: AttributeDefinition) -> DefinitionJSON:
    return {
        "id": one.id,
        "attribute_display_name": one.name,
        "attribute_display_type": one.display_type,
        "attribute_description": one.description,
        "attribute_key": one.key,
        "regex_pattern": one.pattern,
        "regex_cue": one.cue,
        "attribute_values": one.allowed_values,
        "attribute_model": f"{one.model}{_SUFFIX}",
        "default_value": one.default_value,
        "created_at": iso(one.created_at),
        "updated_at": iso(one.updated_at),
    }


@router.get("", summary="List custom attribute definitions", responses=answers(list[DefinitionJSON]))
async def list_definitions(
    actor: TheActor,
    services: TheServices,
    wanted: TheSlice,
    attribute_model: Annotated[
        GivenModel, Query(description="Only a conversation's (0) or a contact's (1)")
    ] = None,
) -> Response:
    async with services.database.read() as reader:
        found = await queries.all_definitions(reader, actor, attribute_model)
    return wanted.answer(found, _shown)


@router.post("", summary="Define a custom attribute", responses=answers(DefinitionJSON))
async def create_definition(body: DefinitionFields, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        made = await commands.create_definition(unit, actor, body.definition_changes())
    return answer(_shown(made))


@router.get(
    "/{definition_id}", summary="Show a custom attribute definition", responses=answers(DefinitionJSON)
)
async def show_definition(definition_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.read() as reader:
        return answer(_shown(await queries.show(reader, actor, definition_id)))


@updates(
    router,
    "/{definition_id}",
    summary="Change a custom attribute definition",
    responses=answers(DefinitionJSON),
)
async def update_definition(
    definition_id: PathId, body: DefinitionFields, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        changed = await commands.update_definition(unit, actor, definition_id, body.definition_changes())
    return answer(_shown(changed))


@router.delete("/{definition_id}", summary="Delete a custom attribute definition; the attributes stay")
async def delete_definition(definition_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        await commands.delete_definition(unit, actor, definition_id)
    return empty()
