"""Is the process up, and can it work?"""

from fastapi import APIRouter, Response

import deskbell
from deskbell.kit.errors import Unavailable
from deskbell.store import installation
from deskbell.web.answers import answer
from deskbell.web.deps import TheServices

router = APIRouter(tags=["Health"])


@router.get("/", summary="What this is")
async def root() -> Response:
    return answer(
        {
            "name": "Deskbell",
            "version": deskbell.__version__,
            "description": "/openapi.json",
            "health": "/health",
        }
    )


@router.get("/health", summary="The process is up")
async def health() -> Response:
    return answer({"status": "ok"})


@router.get("/ready", summary="The process can reach its database")
async def ready(services: TheServices) -> Response:
    try:
        async with services.database.read() as reader:
            await installation.read(reader, "secret_key")
    except Unavailable as error:
        return answer({"status": "unavailable", "reason": error.message}, 503)
    return answer({"status": "ok"})
