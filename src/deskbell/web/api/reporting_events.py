"""What was measured, one by one: what reports are reckoned from."""

from typing import Annotated, Any

from fastapi import Query, Response
from typing_extensions import TypedDict

from deskbell.desk.queries import reporting_events as queries
from deskbell.kit.clock import SECOND, iso
from deskbell.model.measure import MeasureName, ReportingEvent
from deskbell.web.answers import answer, answers
from deskbell.web.bodies import PathId
from deskbell.web.deps import PageNumber, TheActor, TheServices
from deskbell.web.faces import ACCOUNT, resource
from deskbell.web.report_queries import Paged, Range, ThingId

router = resource(f"{ACCOUNT}/reporting_events", "Reports")
conversation_router = resource(f"{ACCOUNT}/conversations", "Reports")


class ReportingEventJSON(TypedDict):
    id: int
    name: MeasureName
    value: int
    value_in_business_hours: int
    event_start_time: str
    event_end_time: str
    account_id: int
    conversation_id: int
    inbox_id: int
    user_id: int | None
    created_at: str
    updated_at: str


class ReportingMetaJSON(TypedDict):
    count: int
    current_page: int
    total_pages: int


class ReportingEventsJSON(TypedDict):
    payload: list[ReportingEventJSON]
    meta: ReportingMetaJSON


class Asked(Range, Paged):
    inbox_id: ThingId = None
    user_id: ThingId = None
    name: MeasureName | None = None

    def wanted(self) -> dict[str, Any]:
        said = self.model_dump(exclude_none=True, exclude={"page", "per_page"})
        return said | {name: said[name] * SECOND for name in ("since", "until") if name in said}


@router.get("", summary="What was measured, the newest first", responses=answers(ReportingEventsJSON))
async def list_reporting_events(
    asked: Annotated[Asked, Query()],
    actor: TheActor,
    services: TheServices,
) -> Response:
    async with services.database.read() as reader:
        found = await queries.page(reader, actor, asked.wanted(), number=asked.page, size=asked.per_page)
    meta = {
        "count": found.count,
        "current_page": asked.page,
        "total_pages": -(-found.count // asked.per_page),
    }
    return answer({"payload": [_shown(one) for one in found.events], "meta": meta})


@conversation_router.get(
    "/{conversation_id}/reporting_events",
    summary="What was measured in a conversation, the oldest first",
    responses=answers(list[ReportingEventJSON]),
)
async def list_of_conversation(
    conversation_id: PathId,
    actor: TheActor,
    services: TheServices,
    page: PageNumber = 1,
    per_page: Annotated[int, Query(ge=1, le=1000)] = 1000,
) -> Response:
    async with services.database.read() as reader:
        found = await queries.of_conversation(reader, actor, conversation_id, page=page, size=per_page)
    return answer([_shown(one) for one in found])


def _shown(one: ReportingEvent) -> ReportingEventJSON:
    return {
        "id": one.id,
        "name": one.name,
        "value": one.value,
        "value_in_business_hours": one.value_in_business_hours,
        "event_start_time": iso(one.started_at),
        "event_end_time": iso(one.created_at),
        "account_id": one.account_id,
        "conversation_id": one.conversation_number,
        "inbox_id": one.inbox_id,
        "user_id": one.user_id,
        "created_at": iso(one.created_at),
        "updated_at": iso(one.created_at),
    }
