"""The demo's page: a pretend shop with the widget on it, and the bells that its visitors ring. There only with `--demo`."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from deskbell.kit.errors import NotFound
from deskbell.web.answers import answer
from deskbell.web.bodies import LARGEST
from deskbell.web.built import ADVICE
from deskbell.web.deps import TheServices
from deskbell.web.pages import message, page
from deskbell.web.services import Demo, Services

router = APIRouter(include_in_schema=False)

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; "
    "img-src 'self' data: https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@router.get("/demo")
async def show_demo(services: TheServices) -> Response:
    demo, entry = _shown(services), services.built.entry("demo")
    if entry is None:
        return message(503, "The demo is not there yet", ADVICE)
    user = {"name": demo.name, "email": demo.email, "identifier_hash": demo.identifier_hash}
    return page(
        "demo.html",
        policy=POLICY,
        entry=entry,
        address=services.public_url,
        token=demo.website_token,
        told={"identifier": demo.identifier, "user": user, "label": demo.label},
    )


@router.get("/demo/bells")
async def list_bells(services: TheServices, after: Annotated[int, Query(ge=0, le=LARGEST)] = 0) -> Response:
    """`latest` tells a page that was there before the last start to begin anew."""
    bells = _shown(services).bells()
    latest = bells[-1]["place"] if bells else 0
    return answer({"payload": [one for one in bells if one["place"] > after], "latest": latest})


def _shown(services: Services) -> Demo:
    if services.demo is None:
        raise NotFound
    return services.demo
