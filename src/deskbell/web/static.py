"""What browsers load: the bundles of `frontend/`.

Their names carry a hash of what is in them, so that they may be kept for ever; only the loader keeps its name, and is kept for
five minutes.
"""

from fastapi import APIRouter, Request, Response

from deskbell.web.built import Asset
from deskbell.web.deps import TheServices

FOR_EVER = "public, max-age=31536000, immutable"
A_WHILE = "public, max-age=300"

router = APIRouter(include_in_schema=False)


@router.get("/static/{path:path}")
async def static_file(path: str, request: Request, services: TheServices) -> Response:
    return _served(services.built.asset(path), request, FOR_EVER)


@router.get("/packs/js/sdk.js")
async def loader(request: Request, services: TheServices) -> Response:
    return _served(services.built.asset("sdk.js"), request, A_WHILE)


def _served(asset: Asset, request: Request, keep: str) -> Response:
    headers = {
        "Cache-Control": keep,
        "ETag": asset.etag,
        "Vary": "Accept-Encoding",
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    known = (one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(","))
    if asset.etag.removeprefix("W/") in known:
        return Response(None, 304, headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(asset.compressed, 200, headers, asset.media_type)
    return Response(asset.body, 200, headers, asset.media_type)
