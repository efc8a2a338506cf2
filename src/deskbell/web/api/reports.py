"""Reports of one account, agent, inbox, team or label: over time, summed up, and right now."""

from typing import Annotated, Any, Literal, NotRequired

from fastapi import Query, Response
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from deskbell.desk.queries import reports as queries
from deskbell.desk.queries import summary_reports
from deskbell.desk.queries.reports import Summary
from deskbell.kit.clock import unix
from deskbell.model.measure import MeasureName
from deskbell.model.report import Load, Tally
from deskbell.web.answers import answer, answers
from deskbell.web.bodies import LARGEST
from deskbell.web.deps import TheActor, TheServices
from deskbell.web.faces import ACCOUNT_V2, resource
from deskbell.web.present import people
from deskbell.web.report_queries import Ids, Paged, Range, SeriesRange, ThingId, ThingRange

router = resource(f"{ACCOUNT_V2}/reports", "Reports")
live_router = resource(f"{ACCOUNT_V2}/live_reports", "Reports")


BOT_NAMES: tuple[MeasureName, ...] = ("conversation_bot_resolved", "conversation_bot_handoff")


class PointJSON(TypedDict):
    value: float
    timestamp: int
    count: NotRequired[int]


class TotalsJSON(TypedDict):
    conversations_count: int
    incoming_messages_count: int
    outgoing_messages_count: int
    avg_first_response_time: float | None
    avg_resolution_time: float | None
    resolutions_count: int
    reply_time: float | None


class SummaryJSON(TotalsJSON):
    previous: TotalsJSON


class BotTotalsJSON(TypedDict):
    bot_resolutions_count: int
    bot_handoffs_count: int


class BotSummaryJSON(BotTotalsJSON):
    previous: BotTotalsJSON


class BotMetricsJSON(TypedDict):
    conversation_count: int
    message_count: int
    resolution_rate: int
    handoff_rate: int


class OpenJSON(TypedDict):
    open: int
    unattended: int


class GroupJSON(OpenJSON):
    unassigned: int
    assignee_id: NotRequired[int | None]
    team_id: NotRequired[int | None]


class LoadJSON(OpenJSON):
    unassigned: int
    pending: int


class AgentLoadJSON(TypedDict):
    id: int
    name: str
    email: str
    thumbnail: str
    availability: str
    metric: OpenJSON


class NamedJSON(TypedDict):
    id: int
    name: str


class TitledJSON(TypedDict):
    id: int
    title: str


class MatrixJSON(TypedDict):
    inboxes: list[NamedJSON]
    labels: list[TitledJSON]
    matrix: list[list[int]]


class SentJSON(TypedDict):
    id: int
    name: str | None
    outgoing_messages_count: int


class LoadAsked(Paged):
    type: Literal["account", "agent"]
    user_id: ThingId = None


class GroupAsked(BaseModel):
    group_by: Literal["assignee_id", "team_id"]
    team_id: ThingId = None


class SentAsked(Range):
    group_by: Literal["agent", "team", "inbox", "label"]


class MatrixAsked(Range):
    inbox_ids: Ids = []
    label_ids: Ids = []
    inbox_ids_: Annotated[Ids, Field(alias="inbox_ids[]")] = []
    label_ids_: Annotated[Ids, Field(alias="label_ids[]")] = []


@router.get("", summary="A metric over time", responses=answers(list[PointJSON]))
async def show_series(
    asked: Annotated[SeriesRange, Query()], actor: TheActor, services: TheServices
) -> Response:
    async with services.database.read() as reader:
        scope = await asked.thing(reader, actor, services)
        found = await queries.series(
            reader, scope, asked.metric, asked.group_by, asked.offset, business=asked.business_hours
        )
    return answer(
        [
            {"value": one.value, "timestamp": unix(one.start)}
            | ({} if one.count is None else {"count": one.count})
            for one in found
        ]
    )


@router.get("/summary", summary="Totals, and those of as long a time before", responses=answers(SummaryJSON))
async def show_summary(
    asked: Annotated[ThingRange, Query()], actor: TheActor, services: TheServices
) -> Response:
    async with services.database.read() as reader:
        scope = await asked.thing(reader, actor, services)
        now = await queries.summary(reader, scope)
        before = await queries.summary(reader, queries.previous(scope))
    business = asked.business_hours
    return answer(_totals(now, business) | {"previous": _totals(before, business)})


@router.get("/bot_summary", summary="What bots did, and did before", responses=answers(BotSummaryJSON))
async def show_bot_summary(
    asked: Annotated[ThingRange, Query()], actor: TheActor, services: TheServices
) -> Response:
    async with services.database.read() as reader:
        scope = await asked.thing(reader, actor, services)
        found = await queries.measured(reader, scope, BOT_NAMES)
        before = await queries.measured(reader, queries.previous(scope), BOT_NAMES)
    return answer(_bot_totals(found) | {"previous": _bot_totals(before)})


@router.get("/bot_metrics", summary="How bots fare", responses=answers(BotMetricsJSON))
async def show_bot_metrics(
    asked: Annotated[Range, Query()], actor: TheActor, services: TheServices
) -> Response:
    async with services.database.read() as reader:
        scope = await asked.scope(reader, actor, services)
        found = await summary_reports.bots(reader, scope)
    share = 100 / found.conversations if found.conversations else 0
    return answer(
        {
            "conversation_count": found.conversations,
            "message_count": found.messages,
            "resolution_rate": int(found.resolved * share),
            "handoff_rate": int(found.handed_over * share),
        }
    )


@router.get(
    "/conversations",
    summary="What waits now, for the account or for each agent",
    responses=answers(LoadJSON | list[AgentLoadJSON]),
)
async def show_load(asked: Annotated[LoadAsked, Query()], actor: TheActor, services: TheServices) -> Response:
    async with services.database.read() as reader:
        if asked.type == "account":
            return answer(_load(await queries.load(reader, actor)))
        found = await queries.agents_load(
            reader, actor, asked.user_id, number=asked.page, size=asked.per_page
        )
    return answer([_agent_load(one) for one in found])


@router.get(
    "/first_response_time_distribution",
    summary="How many first responses took how long, by channel",
    responses=answers(dict[str, dict[str, int]]),
)
async def show_response_times(
    asked: Annotated[Range, Query()], actor: TheActor, services: TheServices
) -> Response:
    async with services.database.read() as reader:
        scope = await asked.scope(reader, actor, services)
        found = await summary_reports.response_times(reader, actor, scope)
    classes = summary_reports.CLASSES
    return answer({channel: dict(zip(classes, counts, strict=True)) for channel, counts in found.items()})


@router.get("/inbox_label_matrix", summary="Conversations by inbox and label", responses=answers(MatrixJSON))
async def show_matrix(
    asked: Annotated[MatrixAsked, Query()], actor: TheActor, services: TheServices
) -> Response:
    of_inboxes = [*asked.inbox_ids, *asked.inbox_ids_]
    of_labels = [*asked.label_ids, *asked.label_ids_]
    async with services.database.read() as reader:
        scope = await asked.scope(reader, actor, services)
        found = await summary_reports.inboxes_and_labels(reader, actor, scope, of_inboxes, of_labels)
    return answer(
        {
            "inboxes": [{"id": one.id, "name": one.name} for one in found.inboxes],
            "labels": [{"id": one.id, "title": one.title} for one in found.labels],
            "matrix": found.counts,
        }
    )


@router.get(
    "/outgoing_messages_count",
    summary="Outgoing messages of each agent, team, inbox or label",
    responses=answers(list[SentJSON]),
)
async def show_sent(asked: Annotated[SentAsked, Query()], actor: TheActor, services: TheServices) -> Response:
    async with services.database.read() as reader:
        scope = await asked.scope(reader, actor, services)
        found = await summary_reports.sent(reader, actor, scope, asked.group_by)
    return answer([{"id": one.id, "name": one.name, "outgoing_messages_count": one.count} for one in found])


@live_router.get("/conversation_metrics", summary="What waits now", responses=answers(LoadJSON))
async def show_live_load(
    actor: TheActor,
    services: TheServices,
    team_id: Annotated[int | None, Query(ge=1, le=LARGEST)] = None,
) -> Response:
    async with services.database.read() as reader:
        return answer(_load(await queries.load(reader, actor, team_id)))


@live_router.get(
    "/grouped_conversation_metrics",
    summary="What is open now, by agent or by team",
    responses=answers(list[GroupJSON]),
)
async def show_grouped_load(
    asked: Annotated[GroupAsked, Query()], actor: TheActor, services: TheServices
) -> Response:
    by: Literal["agent", "team"] = "team" if asked.group_by == "team_id" else "agent"
    async with services.database.read() as reader:
        found = await queries.grouped_load(reader, actor, by, asked.team_id)
    return answer(
        [
            {
                "open": one.open,
                "unattended": one.unattended,
                "unassigned": one.unassigned,
                asked.group_by: key,
            }
            for key, one in found.items()
        ]
    )


def _totals(found: Summary, business: bool) -> dict[str, Any]:
    resolved = found.tally("conversation_resolved")
    return {
        "conversations_count": found.conversations,
        "incoming_messages_count": found.incoming,
        "outgoing_messages_count": found.outgoing,
        "avg_first_response_time": found.tally("first_response").average(business=business),
        "avg_resolution_time": resolved.average(business=business),
        "resolutions_count": resolved.count,
        "reply_time": found.tally("reply_time").average(business=business),
    }


def _bot_totals(found: dict[MeasureName, Tally]) -> dict[str, Any]:
    resolved, handed_over = (found.get(name, Tally()).count for name in BOT_NAMES)
    return {"bot_resolutions_count": resolved, "bot_handoffs_count": handed_over}


def _load(one: Load) -> LoadJSON:
    return {
        "open": one.open,
        "unattended": one.unattended,
        "unassigned": one.unassigned,
        "pending": one.pending,
    }


def _agent_load(one: queries.AgentLoad) -> AgentLoadJSON:
    agent = people.agent(one.agent)
    return {
        "id": agent["id"],
        "name": agent["name"],
        "email": agent["email"],
        "thumbnail": agent["thumbnail"],
        "availability": agent["availability_status"],
        "metric": {"open": one.load.open, "unattended": one.load.unattended},
    }
