"""Notices: what the account's administrators are told, such as that a webhook was disabled."""

from typing import Annotated, Any

from fastapi import Query, Response
from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from deskbell.desk.commands import notices as commands
from deskbell.desk.queries import notices as queries
from deskbell.kit.clock import iso
from deskbell.model.notice import Notice, NoticeKind
from deskbell.web.answers import answer, answers, empty
from deskbell.web.bodies import LARGEST, Body, OptionalId, PathId
from deskbell.web.deps import PageNumber, PageSize, TheActor, TheServices
from deskbell.web.faces import ACCOUNT, resource

router = resource(f"{ACCOUNT}/notices", "Notices")


class NoticeJSON(TypedDict):
    id: int
    kind: NoticeKind
    message: str
    details: dict[str, Any]
    created_at: str
    read_at: str | None


class NoticesMetaJSON(TypedDict):
    count: int
    unread: int
    current_page: int


class NoticesJSON(TypedDict):
    meta: NoticesMetaJSON
    payload: list[NoticeJSON]


class OneNoticeJSON(TypedDict):
    payload: NoticeJSON


def _shown(one: Notice) -> NoticeJSON:
    return {
        "id": one.id,
        "kind": one.kind,
        "message": one.message,
        "details": one.details,
        "created_at": iso(one.created_at),
        "read_at": iso(one.read_at) if one.read_at is not None else None,
    }


@router.get("", summary="What administrators are told, newest first", responses=answers(NoticesJSON))
async def list_notices(
    actor: TheActor,
    services: TheServices,
    after: Annotated[
        int | None,
        Query(ge=0, le=LARGEST, description="Only notices that followed this id, the next ones"),
    ] = None,
    page: PageNumber = 1,
    per_page: PageSize = 25,
) -> Response:
    async with services.database.read() as reader:
        found = await queries.page(reader, actor, after=after, number=page, size=per_page)
    meta = {"count": found.count, "unread": found.unread, "current_page": page}
    return answer({"meta": meta, "payload": [_shown(one) for one in found.notices]})


class ReadAll(Body):
    """`up_to` leaves alone what came after the reader looked."""

    model_config = ConfigDict(extra="forbid")
    up_to: Annotated[
        OptionalId, Field(description="The newest notice that was read; all if there is none")
    ] = None


@router.post("/read_all", summary="Mark every notice as read")
async def read_all_notices(body: ReadAll, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        await commands.mark_all_read(unit, actor, body.up_to)
    return empty()


@router.post("/{notice_id}/read", summary="Mark a notice as read", responses=answers(OneNoticeJSON))
async def read_notice(notice_id: PathId, actor: TheActor, services: TheServices) -> Response:
    async with services.database.unit() as unit:
        return answer({"payload": _shown(await commands.mark_read(unit, actor, notice_id))})
