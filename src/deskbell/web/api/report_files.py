"""Reports as CSV files."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from fastapi import Query, Response
from pydantic import Field

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.queries import reports, summary_reports
from deskbell.desk.queries.summary_reports import Kind
from deskbell.desk.rules.contact_files import harmless
from deskbell.kit.clock import DAY, HOUR, SECOND, iso
from deskbell.model.report import Scope, Tally
from deskbell.web.deps import TheActor, TheServices
from deskbell.web.faces import ACCOUNT_V2, resource
from deskbell.web.report_queries import BusinessRange, Zoned
from deskbell.web.services import Services

router = resource(f"{ACCOUNT_V2}/reports", "Reports")

CSV = "text/csv; charset=utf-8"
FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "The file."}
}
COLUMNS = (
    "Conversations",
    "Average first response time (seconds)",
    "Average resolution time (seconds)",
    "Average reply time (seconds)",
    "Resolutions",
)
NAMES: dict[Kind, tuple[str, ...]] = {
    "agent": ("Agent",),
    "inbox": ("Inbox", "Channel"),
    "label": ("Label",),
    "team": ("Team",),
}

Asked = Annotated[BusinessRange, Query()]


class Traffic(Zoned):
    days_before: Annotated[int, Field(ge=1, le=31, description="How many days before today")] = 6


@router.get("/agents", summary="A line for each agent, as CSV", responses=FILE)
async def agents_file(asked: Asked, actor: TheActor, services: TheServices) -> Response:
    return await _lines(asked, actor, services, "agent")


@router.get("/inboxes", summary="A line for each inbox, as CSV", responses=FILE)
async def inboxes_file(asked: Asked, actor: TheActor, services: TheServices) -> Response:
    return await _lines(asked, actor, services, "inbox")


@router.get("/labels", summary="A line for each label, as CSV", responses=FILE)
async def labels_file(asked: Asked, actor: TheActor, services: TheServices) -> Response:
    return await _lines(asked, actor, services, "label")


@router.get("/teams", summary="A line for each team, as CSV", responses=FILE)
async def teams_file(asked: Asked, actor: TheActor, services: TheServices) -> Response:
    return await _lines(asked, actor, services, "team")


@router.get(
    "/conversation_traffic",
    summary="Conversations that began in each hour of the days before today, as CSV",
    responses=FILE,
)
async def traffic_file(
    asked: Annotated[Traffic, Query()], actor: TheActor, services: TheServices
) -> Response:
    access.require_administrator(actor)
    today = (services.clock.now() + asked.offset) // DAY * DAY - asked.offset
    scope = Scope(account_id=actor.account_id, since=today - asked.days_before * DAY, until=today)
    async with services.database.read() as reader:
        points = await reports.series(reader, scope, "conversations_count", "hour", asked.offset)
    days = [points[start : start + 24] for start in range(0, len(points), 24)]
    sign = "-" if asked.offset < 0 else "+"
    hours, minutes = divmod(abs(asked.offset) // SECOND // 60, 60)
    rows: list[Sequence[object]] = [
        ("Timezone", f"GMT{sign}{hours:02}:{minutes:02}"),
        (),
        ("Start of the hour", *(iso(day[0].start + asked.offset)[:10] for day in days)),
    ]
    rows += [(f"{hour:02}:00", *(int(day[hour].value) for day in days)) for hour in range(DAY // HOUR)]
    return _file("conversation_traffic", rows)


async def _lines(asked: BusinessRange, actor: Actor, services: Services, kind: Kind) -> Response:
    async with services.database.read() as reader:
        scope = await asked.scope(reader, actor, services)
        found = await summary_reports.lines(reader, actor, scope, kind)
    rows: list[Sequence[object]] = [
        ("From", iso(scope.since), "until", iso(scope.until)),
        (),
        (*NAMES[kind], *COLUMNS),
    ]
    for one in found:
        resolved = one.tally("conversation_resolved")
        rows.append(
            (
                *(harmless(text) for text in (one.name, one.kind)[: len(NAMES[kind])]),
                one.conversations,
                _seconds(one.tally("first_response"), business=asked.business_hours),
                _seconds(resolved, business=asked.business_hours),
                _seconds(one.tally("reply_time"), business=asked.business_hours),
                resolved.count,
            )
        )
    return _file({"agent": "agents", "inbox": "inboxes", "label": "labels", "team": "teams"}[kind], rows)


def _seconds(tally: Tally, *, business: bool) -> str:
    average = tally.average(business=business)
    return "" if average is None else str(round(average))


def _file(name: str, rows: Iterable[Sequence[object]]) -> Response:
    written = io.StringIO(newline="")
    csv.writer(written).writerows(rows)
    named = {"content-disposition": f"attachment; filename={name}_report.csv"}
    return Response(written.getvalue(), media_type=CSV, headers=named)
