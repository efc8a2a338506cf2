"""A forgotten password: a link by mail, where mail is set up. What is answered tells nobody who is known here."""

import logging
from typing import Annotated

from fastapi import Query, Request, Response
from starlette.background import BackgroundTask

from deskbell.desk.commands import profiles
from deskbell.desk.queries import identity
from deskbell.kit.clock import HOUR
from deskbell.kit.errors import DeskbellError
from deskbell.web.dashboard.deps import AnyonesForm
from deskbell.web.dashboard.entrance import letters
from deskbell.web.dashboard.entrance.signin import limit, reset_link
from deskbell.web.dashboard.rendering import render
from deskbell.web.dashboard.route import screen
from deskbell.web.deps import TheServices
from deskbell.web.limits import Limits
from deskbell.web.mail import post
from deskbell.web.services import Services

router = screen("/forgot")
log = logging.getLogger("deskbell.web")

LIFE = HOUR


@router.get("")
async def show_forgot(
    request: Request, services: TheServices, email: Annotated[str, Query(max_length=1000)] = ""
) -> Response:
    return _page(request, services, email)


@router.post("")
async def ask_for_link(request: Request, form: AnyonesForm, services: TheServices) -> Response:
    """Who is known is looked up when the answer is sent already: it takes as long for everybody."""
    email = form.text("email").strip()
    limit(request, email)
    limits: Limits = request.app.state.limits
    limits.require(limits.visitor_mail, f"forgot:{email.lower()}", "Too many letters.")
    response = _page(request, services, email, asked=True)
    if post(services).is_set_up:
        response.background = BackgroundTask(_mail_link, services, email)
    return response


async def _mail_link(services: Services, email: str) -> None:
    async with services.database.unit() as unit:
        known = await identity.by_email(unit, email)
        if known is None:
            return
        token = await profiles.make_login_link(unit, known.user_id, LIFE)
    link = reset_link(services.public_url, email.lower(), token)
    try:
        await letters.reset(services, email.lower(), link, "within an hour")
    except DeskbellError as error:
        log.warning(
            "A letter with a link was not sent", extra={"user_id": known.user_id, "why": error.message}
        )


def _page(request: Request, services: Services, email: str, *, asked: bool = False) -> Response:
    mailed = post(services).is_set_up
    return render(None, request, "entrance/forgot.html", email=email, mailed=mailed, asked=asked and mailed)
