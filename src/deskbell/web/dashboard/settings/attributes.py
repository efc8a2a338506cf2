"""Custom attributes: what conversations and contacts may carry besides what they have anyway."""

from typing import Any, get_args

from fastapi import Request, Response

from deskbell.desk.commands import attribute_definitions as commands
from deskbell.desk.commands import held
from deskbell.desk.commands.attribute_definitions import DefinitionChanges
from deskbell.desk.queries import attribute_definitions as queries
from deskbell.kit.errors import Invalid
from deskbell.model.attribute_definition import AttributeDefinition, DisplayType
from deskbell.web.bodies import PathId
from deskbell.web.dashboard.deps import Desk, Form, TheForm, TheOwnersDesk
from deskbell.web.dashboard.edits import Edit
from deskbell.web.dashboard.rendering import go, render
from deskbell.web.dashboard.route import ACCOUNT, screen

router = screen(f"{ACCOUNT}/settings/attributes")

TYPES: dict[str, str] = {
    "text": "Text",
    "number": "Number",
    "currency": "Amount of money",
    "percent": "Percentage",
    "link": "Link",
    "date": "Date",
    "list": "One of a list",
    "checkbox": "Yes or no",
}
_BLANK: dict[str, str] = {
    "model": "conversation",
    "attribute_key": "",
    "attribute_display_name": "",
    "attribute_display_type": "text",
    "attribute_description": "",
    "attribute_values": "",
    "regex_pattern": "",
    "regex_cue": "",
}


@router.get("")
async def list_attributes(request: Request, desk: TheOwnersDesk) -> Response:
    async with desk.services.database.read() as reader:
        found = await queries.all_definitions(reader, desk.actor, None)
    return render(desk, request, "settings/attributes.html", definitions=found, types=TYPES)


@router.get("/new")
async def show_new(request: Request, desk: TheOwnersDesk) -> Response:
    return _page(request, desk, Edit(_BLANK))


@router.post("/new")
async def create_attribute(request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    problems = _missing(form)
    try:
        async with desk.services.database.unit() as unit:
            await commands.create_definition(unit, desk.actor, _changes(form))
            if problems:
                raise Invalid({})
    except Invalid as wrong:
        return _page(request, desk, Edit(_typed(form)), problems=wrong.fields | problems)
    return go(request, desk.path("/settings/attributes"), "The attribute is there.")


@router.get("/{definition_id}")
async def show_attribute(definition_id: PathId, request: Request, desk: TheOwnersDesk) -> Response:
    async with desk.services.database.read() as reader:
        found = await queries.show(reader, desk.actor, definition_id)
    return _page(request, desk, Edit(_kept(found)), definition_id)


@router.post("/{definition_id}")
async def update_attribute(
    definition_id: PathId, request: Request, form: TheForm, desk: TheOwnersDesk
) -> Response:
    edit = Edit.sent(form, _typed(form))
    problems: dict[str, str] = {}
    try:
        async with desk.services.database.unit() as unit:
            meant = edit.form(_kept(await held.definition(unit, desk.actor, definition_id)))
            problems = _missing(meant)
            await commands.update_definition(unit, desk.actor, definition_id, _changes(meant))
            if problems:
                raise Invalid({})
    except Invalid as wrong:
        return _page(request, desk, edit, definition_id, wrong.fields | problems)
    return go(request, desk.path("/settings/attributes"), "Saved.")


@router.post("/{definition_id}/delete")
async def delete_attribute(
    definition_id: PathId, request: Request, _form: TheForm, desk: TheOwnersDesk
) -> Response:
    async with desk.services.database.unit() as unit:
        await commands.delete_definition(unit, desk.actor, definition_id)
    return go(request, desk.path("/settings/attributes"), "The attribute is deleted.")


def _missing(form: Form) -> dict[str, str]:
    """A list of nothing is of no use to anybody; programs may still make one."""
    is_list = form.text("attribute_display_type") == "list"
    return (
        {"attribute_values": "can't be blank"}
        if is_list and not form.text("attribute_values").strip()
        else {}
    )


def _changes(form: Form) -> DefinitionChanges:
    """What is only of use with another type is let go of."""
    kind: DisplayType = next(
        (one for one in get_args(DisplayType) if one == form.text("attribute_display_type")), "text"
    )
    lines = [line.strip() for line in form.text("attribute_values").splitlines()]
    return DefinitionChanges(
        model="contact" if form.text("model") == "contact" else "conversation",
        key=form.text("attribute_key"),
        name=form.text("attribute_display_name"),
        display_type=kind,
        description=form.text("attribute_description").strip(),
        allowed_values=list(dict.fromkeys(filter(None, lines))) if kind == "list" else [],
        pattern=form.text("regex_pattern").strip() or None if kind == "text" else None,
        cue=form.text("regex_cue").strip() or None if kind == "text" else None,
    )


def _typed(form: Form) -> dict[str, str]:
    return {name: form.text(name) for name in _BLANK}


def _kept(one: AttributeDefinition) -> dict[str, str]:
    return {
        "model": one.model,
        "attribute_key": one.key,
        "attribute_display_name": one.name,
        "attribute_display_type": one.display_type,
        "attribute_description": one.description,
        "attribute_values": "\n".join(str(value) for value in one.allowed_values),
        "regex_pattern": one.pattern or "",
        "regex_cue": one.cue or "",
    }


def _page(
    request: Request,
    desk: Desk,
    edit: Edit,
    definition_id: int | None = None,
    problems: dict[str, str] | None = None,
) -> Response:
    values: dict[str, Any] = {"typed": edit.shown, "edit": edit, "definition_id": definition_id}
    status = edit.status(problems)
    return render(
        desk, request, "settings/attribute.html", status, types=TYPES, problems=problems or {}, **values
    )
