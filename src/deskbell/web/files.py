"""Where files are found: at an address nobody guesses, for whoever has it."""

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse

from deskbell.kit.errors import NotFound
from deskbell.store import files
from deskbell.web.deps import TheServices
from deskbell.web.requests import LenientRoute

router = APIRouter(prefix="/files", tags=["Files"], route_class=LenientRoute)

POLICY = "default-src 'none'; sandbox"
"""Nothing in a file runs, loads or sends, whatever it turns out to be."""
PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'"
"""Browsers show no PDF in a sandbox; their viewer is one."""


@router.head("/{key}/{name}", summary="Whether a file is there, and how large")
@router.get(
    "/{key}/{name}",
    summary="A file that was attached, or an avatar",
    responses={
        200: {
            "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
            "description": "The file.",
        }
    },
)
async def show_file(key: str, name: str, services: TheServices) -> Response:
    """`name` is for people, and for whoever goes by its end; the key alone says which file it is."""
    async with services.database.glance() as reader:
        file = await files.get(reader, key, services.clock.now())
    path = await services.files.locate(file.key) if file is not None else None
    if file is None or path is None:
        raise NotFound
    return FileResponse(
        path,
        media_type=file.content_type,
        filename=file.name,
        content_disposition_type="inline" if file.harmless else "attachment",
        headers={
            "cache-control": "private, max-age=31536000, immutable",
            "content-security-policy": PDF_POLICY if file.content_type == "application/pdf" else POLICY,
            "cross-origin-resource-policy": "cross-origin",
        },
    )
