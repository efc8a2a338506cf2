"""Who speaks through the Platform API: an app, by its token."""

from typing import Annotated

from fastapi import Depends, Request

from deskbell.desk.queries import platform
from deskbell.kit.errors import Unauthenticated
from deskbell.model.platform import PlatformApp
from deskbell.web.deps import TOKEN_LIMIT, services_of


async def the_app(request: Request) -> PlatformApp:
    headers = request.headers
    token = headers.get("api_access_token") or headers.get("api-access-token") or ""
    if not token or len(token) > TOKEN_LIMIT:
        raise Unauthenticated("Invalid access_token")
    async with (await services_of(request)).database.glance() as reader:
        return await platform.app_of(reader, token)


TheApp = Annotated[PlatformApp, Depends(the_app)]
