"""Custom filters: each user's own."""

from typing import Annotated, Any, ClassVar

from fastapi import Query, Response
from typing_extensions import TypedDict

from deskbell.desk.commands import custom_filters as commands
from deskbell.desk.commands.custom_filters import FilterChanges
from deskbell.desk.queries import custom_filters as queries
from deskbell.kit.clock import iso
from deskbell.model.custom_filter import CustomFilter, FilterKind
from deskbell.web.answers import answer, answers, empty
from deskbell.web.bodies import Attributes, Blankable, Body, OptionalText, PathId
from deskbell.web.deps import TheActor, TheServices
from deskbell.web.faces import ACCOUNT, resource, updates
from deskbell.web.slices import TheSlice

router = resource(f"{ACCOUNT}/custom_filters", "Custom filters")

GivenKind = Annotated[FilterKind | None, Blankable]


class FilterJSON(TypedDict):
    id: int
    name: str
    type: FilterKind
    filter_type: FilterKind
    query: dict[str, Any]
    created_at: str
    updated_at: str


class FilterFields(Body):
    """The reference describes `type`, and takes and answers `filter_type`: both mean the kind."""

    wrapper: ClassVar[str] = "custom_filter"
    name: OptionalText = None
    filter_type: GivenKind = None
    type: GivenKind = None
    query: Attributes = None

    def filter_changes(self) -> FilterChanges:
        kind = self.filter_type or self.type
        return self.changes(FilterChanges, **({"kind": kind} if kind else {}))


def _shown(one: CustomFilter) -> FilterJSON:
    return {
        "id": one.id,
        "name": one.name,
        "type": one.kind,
        "filter_type": one.kind,
        "query": one.query,
        "created_at": iso(one.created_at),
        "updated_at": iso(one.updated_at),
    }


@router.get("", summary="List one's own filters of a kind", responses=answers(list[FilterJSON]))
async def list_filters(
    actor: TheActor,
    services: TheServices,
    wanted: TheSlice,
    filter_type: Annotated[GivenKind, Query()] = None,
) -> Response:
    async with services.database.read() as reader:
        found = await queries.own_filters(reader, actor, filter_type or "conversation")
    return wanted.answer(found, _shown)


@router.post("", summary="Keep a filter", responses=answers(FilterJSON))
async def create_filter(body: FilterFields, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        return answer(_shown(await commands.create_filter(unit, actor, body.filter_changes())))


@router.get("/{filter_id}", summary="Show one of one's own filters", responses=answers(FilterJSON))
async def show_filter(filter_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.read() as reader:
        return answer(_shown(await queries.show(reader, actor, filter_id)))


@updates(router, "/{filter_id}", summary="Change one of one's own filters", responses=answers(FilterJSON))
async def update_filter(
    filter_id: PathId, body: FilterFields, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        changed = await commands.update_filter(unit, actor, filter_id, body.filter_changes())
    return answer(_shown(changed))


@router.delete("/{filter_id}", summary="Delete one of one's own filters")
async def delete_filter(filter_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        await commands.delete_filter(unit, actor, filter_id)
    return empty()
