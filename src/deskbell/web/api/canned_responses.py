"""Canned responses."""

from typing import Annotated, ClassVar

from fastapi import Query, Response
from typing_extensions import TypedDict

from deskbell.desk.commands import canned_responses as commands
from deskbell.desk.commands.canned_responses import CannedResponseChanges
from deskbell.desk.queries import canned_responses as queries
from deskbell.kit.clock import iso
from deskbell.model.canned_response import CannedResponse
from deskbell.web.answers import answer, answers, empty
from deskbell.web.bodies import Body, OptionalText, PathId
from deskbell.web.deps import TheActor, TheServices
from deskbell.web.faces import ACCOUNT, resource, updates
from deskbell.web.slices import TheSlice

router = resource(f"{ACCOUNT}/canned_responses", "Canned responses")


class CannedResponseJSON(TypedDict):
    id: int
    account_id: int
    short_code: str
    content: str
    created_at: str
    updated_at: str


class CannedResponseFields(Body):
    wrapper: ClassVar[str] = "canned_response"
    short_code: OptionalText = None
    content: OptionalText = None


def _shown(one: CannedResponse) -> CannedResponseJSON:
    return {
        "id": one.id,
        "account_id": one.account_id,
        "short_code": one.short_code,
        "content": one.content,
        "created_at": iso(one.created_at),
        "updated_at": iso(one.updated_at),
    }


@router.get("", summary="List canned responses", responses=answers(list[CannedResponseJSON]))
async def list_canned_responses(
    actor: TheActor,
    services: TheServices,
    wanted: TheSlice,
    search: Annotated[
        str | None,
        Query(max_length=200, description="Only those whose short code or content has this text"),
    ] = None,
) -> Response:
    async with services.database.read() as reader:
        return wanted.answer(await queries.all_canned_responses(reader, actor, search), _shown)


@router.post("", summary="Create a canned response", responses=answers(CannedResponseJSON))
async def create_canned_response(
    body: CannedResponseFields, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        made = await commands.create_canned_response(unit, actor, body.changes(CannedResponseChanges))
    return answer(_shown(made))


@updates(router, "/{response_id}", summary="Change a canned response", responses=answers(CannedResponseJSON))
async def update_canned_response(
    response_id: PathId, body: CannedResponseFields, actor: TheActor, services: TheServices
) -> Response:
    async with services.database.unit() as unit:
        changed = await commands.update_canned_response(
            unit, actor, response_id, body.changes(CannedResponseChanges)
        )
    return answer(_shown(changed))


@router.delete("/{response_id}", summary="Delete a canned response")
async def delete_canned_response(response_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        await commands.delete_canned_response(unit, actor, response_id)
    return empty()
