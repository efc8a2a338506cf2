"""A survey for whoever has its unguessable address: as JSON, and as a page that needs no script."""

import base64
import hashlib
from importlib.resources import files
from typing import Annotated, Any

from fastapi import Path, Response

from deskbell.desk.commands import surveys as commands
from deskbell.desk.queries import surveys as queries
from deskbell.desk.rules import surveys as rules
from deskbell.kit.errors import Invalid, NotFound
from deskbell.web import pages
from deskbell.web.answers import answer, answers
from deskbell.web.bodies import Body, OptionalText
from deskbell.web.deps import TheServices
from deskbell.web.faces import CLIENT, resource, updates
from deskbell.web.present import surveys as present
from deskbell.web.present.surveys import SurveyJSON
from deskbell.web.services import Services

router = resource(f"{CLIENT}/csat_survey", "Surveys")
page_router = resource("/survey/responses", "Surveys")

STYLE = (files("deskbell.web") / "templates" / "survey.css").read_text()
POLICY = (
    "default-src 'none'; img-src https: data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'"
)
CHOICES = (
    (1, "😞", "Very bad"),
    (2, "😑", "Bad"),
    (3, "😐", "Neither good nor bad"),
    (4, "😀", "Good"),
    (5, "😍", "Very good"),
)
STARS = tuple((rating, "★" * rating, words) for rating, _, words in CHOICES)
PAGE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/html": {"schema": {"type": "string"}}}, "description": "The page."}
}

Uuid = Annotated[str, Path(max_length=100)]


class SurveyAnswer(Body):
    submitted_values: Any = None


class SurveyBody(Body):
    message: SurveyAnswer | None = None


class SurveyForm(Body):
    rating: OptionalText = None
    feedback_message: OptionalText = None


@router.get("/{conversation_uuid}", summary="Show a survey", responses=answers(SurveyJSON))
async def show_survey(conversation_uuid: Uuid, services: TheServices) -> Response:
    async with services.database.read() as reader:
        return answer(present.survey(await queries.survey(reader, conversation_uuid, services.clock.now())))


@updates(router, "/{conversation_uuid}", summary="Answer a survey", responses=answers(SurveyJSON))
async def answer_survey(conversation_uuid: Uuid, body: SurveyBody, services: TheServices) -> Response:
    submitted = body.message.submitted_values if body.message else None
    async with services.database.unit() as unit:
        await commands.answer_page(unit, conversation_uuid, submitted)
        return answer(present.survey(await queries.survey(unit, conversation_uuid, unit.now)))


@page_router.get("/{conversation_uuid}", summary="A survey's page", responses=PAGE)
async def survey_page(conversation_uuid: Uuid, services: TheServices) -> Response:
    return await _page(conversation_uuid, services)


@page_router.post("/{conversation_uuid}", summary="Answer a survey on its page", responses=PAGE)
async def submit_page(conversation_uuid: Uuid, body: SurveyForm, services: TheServices) -> Response:
    submitted = {rules.FIELD: {"rating": body.rating, "feedback_message": body.feedback_message}}
    try:
        async with services.database.unit() as unit:
            await commands.answer_page(unit, conversation_uuid, submitted)
    except Invalid as refused:
        return await _page(conversation_uuid, services, problems=refused.fields)
    except NotFound:
        return await _page(conversation_uuid, services)
    # Shown by a GET, so that loading the page again sends nothing twice.
    return Response(status_code=303, headers={"location": f"/survey/responses/{conversation_uuid}"})


async def _page(uuid: str, services: Services, problems: dict[str, str] | None = None) -> Response:
    try:
        async with services.database.read() as reader:
            view = await queries.survey(reader, uuid, services.clock.now())
    except NotFound:
        return pages.page("survey.html", 404, policy=POLICY, style=STYLE, survey=None)
    shown = present.survey(view)
    return pages.page(
        "survey.html",
        422 if problems else 200,
        policy=POLICY,
        style=STYLE,
        survey=shown,
        given=shown["csat_survey_response"],
        choices=STARS if shown["display_type"] == "star" else CHOICES,
        closed=view.closed,
        problems=problems or {},
    )
