"""`csat_survey_responses`: how content contacts were, for administrators."""

import csv
import io
from typing import Annotated, Literal

from fastapi import Query, Request, Response
from pydantic import Field

from deskbell.desk.actor import Actor
from deskbell.desk.queries import surveys as queries
from deskbell.desk.queries.surveys import Asked
from deskbell.desk.rules.contact_files import harmless
from deskbell.kit.clock import SECOND, iso
from deskbell.web.answers import answer, answers
from deskbell.web.api.report_files import CSV, FILE
from deskbell.web.deps import PageNumber, PageSize, TheActor, TheServices
from deskbell.web.faces import ACCOUNT, resource
from deskbell.web.present import surveys as present
from deskbell.web.present.surveys import SurveyMetricsJSON, SurveyResponseJSON
from deskbell.web.report_queries import Ids, Range, ThingId
from deskbell.web.slices import PER_PAGE, the_slice

router = resource(f"{ACCOUNT}/csat_survey_responses", "Surveys")

COLUMNS = (
    "Agent",
    "Rating",
    "Feedback",
    "Contact",
    "Contact's email",
    "Contact's phone number",
    "Conversation",
    "Answered at",
)
LONGEST_FILE = 100_000


class Wanted(Range):
    """Which answers; what is not given stays open."""

    user_ids: Annotated[Ids | None, Field(description="Agents who had the conversations")] = None
    bracketed: Annotated[Ids | None, Field(alias="user_ids[]", description="As `user_ids`")] = None
    inbox_id: ThingId = None
    team_id: ThingId = None
    rating: Annotated[int | None, Field(ge=1, le=5)] = None

    def asked(self, actor: Actor) -> Asked:
        since, until = (None if one is None else one * SECOND for one in (self.since, self.until))
        return Asked(
            account_id=actor.account_id,
            since=since,
            until=until,
            user_ids=self.user_ids or self.bracketed,
            inbox_id=self.inbox_id,
            team_id=self.team_id,
            rating=self.rating,
        )


TheWanted = Annotated[Wanted, Query()]


class Listed(Wanted):
    page: PageNumber = 1
    per_page: PageSize = PER_PAGE
    sort: Annotated[
        Literal["created_at", "-created_at"], Field(description="By default the newest first")
    ] = "-created_at"


@router.get("", summary="List surveys' answers", responses=answers(list[SurveyResponseJSON]))
async def list_responses(
    wanted: Annotated[Listed, Query()], request: Request, actor: TheActor, services: TheServices
) -> Response:
    part = await the_slice(request, wanted.page, wanted.per_page)
    number, size = part.bounds(PER_PAGE)
    async with services.database.read() as reader:
        found, total = await queries.page(
            reader,
            actor,
            wanted.asked(actor),
            newest_first=wanted.sort == "-created_at",
            limit=size,
            offset=(number - 1) * size,
        )
    return part.counted(answer([present.response(one) for one in found]), total, PER_PAGE)


@router.get("/metrics", summary="Count surveys' answers by rating", responses=answers(SurveyMetricsJSON))
async def show_metrics(wanted: TheWanted, actor: TheActor, services: TheServices) -> Response:
    async with services.database.read() as reader:
        return answer(present.metrics(await queries.metrics(reader, actor, wanted.asked(actor))))


@router.get("/download", summary="Surveys' answers as CSV", responses=FILE)
async def download_responses(wanted: TheWanted, actor: TheActor, services: TheServices) -> Response:
    async with services.database.read() as reader:
        found, _ = await queries.page(
            reader, actor, wanted.asked(actor), newest_first=True, limit=LONGEST_FILE, offset=0
        )
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    for one in found:
        cells = (
            "" if one.agent is None else f"{one.agent.user.name} ({one.agent.user.email})",
            str(one.response.rating),
            one.response.feedback_message or "",
            one.contact.name,
            one.contact.email or "",
            one.contact.phone_number or "",
            str(one.response.conversation_number),
            iso(one.response.created_at),
        )
        writer.writerow([harmless(cell) for cell in cells])
    headers = {"content-disposition": 'attachment; filename="csat_report.csv"'}
    return Response(written.getvalue(), 200, headers, media_type=CSV)
