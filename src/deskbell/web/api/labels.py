"""Labels."""

from typing import ClassVar

from fastapi import Response
from typing_extensions import TypedDict

from deskbell.desk.commands import labels as commands
from deskbell.desk.commands.labels import LabelChanges
from deskbell.desk.queries import labels as queries
from deskbell.model.label import Label
from deskbell.web.answers import answer, answers, empty
from deskbell.web.bodies import Body, Flag, OptionalText, PathId
from deskbell.web.deps import TheActor, TheServices
from deskbell.web.faces import ACCOUNT, resource, updates
from deskbell.web.slices import TheSlice

router = resource(f"{ACCOUNT}/labels", "Labels")


class LabelJSON(TypedDict):
    id: int
    title: str
    description: str | None
    color: str
    show_on_sidebar: bool


class LabelsJSON(TypedDict):
    payload: list[LabelJSON]


class LabelFields(Body):
    wrapper: ClassVar[str] = "label"
    title: OptionalText = None
    description: OptionalText = None
    color: OptionalText = None
    show_on_sidebar: Flag = None


def _shown(one: Label) -> LabelJSON:
    return {
        "id": one.id,
        "title": one.title,
        "description": one.description,
        "color": one.color,
        "show_on_sidebar": one.show_on_sidebar,
    }


@router.get("", summary="List labels", responses=answers(LabelsJSON))
async def list_labels(actor: TheActor, services: TheServices, wanted: TheSlice) -> Response:
    async with services.database.read() as reader:
        found = await queries.all_labels(reader, actor)
    return wanted.answer(found, _shown, lambda shown: {"payload": shown})


@router.post("", summary="Create a label", responses=answers(LabelJSON))
async def create_label(body: LabelFields, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        label = await commands.create_label(unit, actor, body.changes(LabelChanges))
    return answer(_shown(label))


@router.get("/{label_id}", summary="Show a label", responses=answers(LabelJSON))
async def show_label(label_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.read() as reader:
        return answer(_shown(await queries.show(reader, actor, label_id)))


@updates(
    router,
    "/{label_id}",
    summary="Change a label, and with a new title all that carries it",
    responses=answers(LabelJSON),
)
async def update_label(
    label_id: PathId, body: LabelFields, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        label = await commands.update_label(unit, actor, label_id, body.changes(LabelChanges))
    return answer(_shown(label))


@router.delete("/{label_id}", summary="Delete a label, and take it off all that carries it")
async def delete_label(label_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        await commands.delete_label(unit, actor, label_id)
    return empty()
