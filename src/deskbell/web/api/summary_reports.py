"""Reports in which each agent, inbox, team, label or channel has a line."""

from typing import Annotated

from fastapi import Query, Response
from typing_extensions import TypedDict

from deskbell.desk.actor import Actor
from deskbell.desk.queries import summary_reports as queries
from deskbell.desk.queries.summary_reports import Kind
from deskbell.kit.clock import DAY
from deskbell.kit.errors import InvalidRequest
from deskbell.web.answers import answer, answers
from deskbell.web.deps import TheActor, TheServices
from deskbell.web.faces import ACCOUNT_V2, resource
from deskbell.web.report_queries import BusinessRange, Range
from deskbell.web.services import Services

router = resource(f"{ACCOUNT_V2}/summary_reports", "Reports")

HALF_A_YEAR = 184 * DAY
STATUSES = ("open", "resolved", "pending", "snoozed")

Asked = Annotated[BusinessRange, Query()]


class LineJSON(TypedDict):
    id: int
    conversations_count: int
    resolved_conversations_count: int
    avg_resolution_time: float | None
    avg_first_response_time: float | None
    avg_reply_time: float | None


class LabelLineJSON(LineJSON):
    name: str


class ChannelJSON(TypedDict):
    open: int
    resolved: int
    pending: int
    snoozed: int
    total: int


@router.get("/agent", summary="A line for each agent", responses=answers(list[LineJSON]))
async def show_agents(asked: Asked, actor: TheActor, services: TheServices) -> Response:
    return answer(await _lines(asked, actor, services, "agent"))


@router.get("/team", summary="A line for each team", responses=answers(list[LineJSON]))
async def show_teams(asked: Asked, actor: TheActor, services: TheServices) -> Response:
    return answer(await _lines(asked, actor, services, "team"))


@router.get("/inbox", summary="A line for each inbox", responses=answers(list[LineJSON]))
async def show_inboxes(asked: Asked, actor: TheActor, services: TheServices) -> Response:
    return answer(await _lines(asked, actor, services, "inbox"))


@router.get("/label", summary="A line for each label", responses=answers(list[LabelLineJSON]))
async def show_labels(asked: Asked, actor: TheActor, services: TheServices) -> Response:
    return answer(await _lines(asked, actor, services, "label"))


@router.get(
    "/channel",
    summary="Conversations by channel and by the status they have now, of half a year at most",
    responses=answers(dict[str, ChannelJSON]),
)
async def show_channels(asked: Annotated[Range, Query()], actor: TheActor, services: TheServices) -> Response:
    async with services.database.read() as reader:
        scope = await asked.scope(reader, actor, services)
        if scope.until - scope.since > HALF_A_YEAR:
            raise InvalidRequest(
                "The range is longer than six months: give a later since, or an earlier until."
            )
        found = await queries.channels(reader, actor, scope)
    return answer(
        {
            channel: {status: counts.get(status, 0) for status in STATUSES} | {"total": sum(counts.values())}
            for channel, counts in found.items()
        }
    )


async def _lines(
    asked: BusinessRange, actor: Actor, services: Services, kind: Kind
) -> list[LineJSON | LabelLineJSON]:
    async with services.database.read() as reader:
        scope = await asked.scope(reader, actor, services)
        found = await queries.lines(reader, actor, scope, kind)
    return [_line(one, kind, business=asked.business_hours) for one in found]


def _line(one: queries.Line, kind: Kind, *, business: bool) -> LineJSON | LabelLineJSON:
    nothing = 0 if kind == "label" else None  # as the reference has it
    resolved, first, replies = (
        one.tally(name) for name in ("conversation_resolved", "first_response", "reply_time")
    )
    line: LineJSON = {
        "id": one.id,
        "conversations_count": one.conversations,
        "resolved_conversations_count": resolved.count,
        "avg_resolution_time": resolved.average(business=business) or nothing,
        "avg_first_response_time": first.average(business=business) or nothing,
        "avg_reply_time": replies.average(business=business) or nothing,
    }
    return {**line, "name": one.name} if kind == "label" else line
