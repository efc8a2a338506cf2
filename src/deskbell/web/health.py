"""Is the process up, and can it work?"""

from fastapi import APIRouter, Request, Response
from typing_extensions import TypedDict

import deskbell
from deskbell.kit.errors import Unavailable
from deskbell.store import installation
from deskbell.web.answers import answer, answers
from deskbell.web.deps import TheServices

router = APIRouter(tags=["Health"])


class AboutJSON(TypedDict):
    name: str
    version: str
    description: str
    health: str


class UpJSON(TypedDict):
    status: str


@router.get("/", summary="What this is", responses=answers(AboutJSON))
async def root(request: Request) -> Response:
    if "text/html" in request.headers.get("accept", ""):  # a browser: people want the dashboard
        return Response(b"", 302, {"Location": "/app", "Vary": "Accept"})
    return answer(
        {
            "name": "Deskbell",
            "version": deskbell.__version__,
            "description": "/openapi.json",
            "health": "/health",
        }
    )


@router.get("/health", summary="The process is up", responses=answers(UpJSON))
async def health() -> Response:
    return answer({"status": "ok"})


@router.get("/ready", summary="The process can reach its database", responses=answers(UpJSON))
async def ready(services: TheServices) -> Response:
    try:
        async with services.database.read() as reader:
            await installation.read(reader, "secret_key")
    except Unavailable as error:
        told = {"status": "unavailable", "reason": error.message}
        return answer(told | {"error": error.message, "code": error.code}, 503)
    return answer({"status": "ok"})
