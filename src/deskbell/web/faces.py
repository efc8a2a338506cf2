"""Where each face of the API lies, and how a resource's routes begin.

Routes carry their whole path and stand on the application side by side: nested routers are matched level by level at every
request, which costs more than the command itself.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import APIRouter

from deskbell.web.requests import LenientRoute

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

APPLICATION = "/api/v1"
ACCOUNT = f"{APPLICATION}/accounts/{{account_id}}"
ACCOUNT_V2 = "/api/v2/accounts/{account_id}"
"""Where reports are."""
CLIENT = "/public/api/v1"
PLATFORM = "/platform/api/v1"
WIDGET = f"{APPLICATION}/widget"


def resource(path: str, tag: str) -> APIRouter:
    """The routes of one resource."""
    return APIRouter(prefix=path, tags=[tag], route_class=LenientRoute)


def updates(router: APIRouter, path: str, **described: Any) -> Callable[[Endpoint], Endpoint]:
    """A route that PATCH and PUT take alike, each described by itself."""

    def register(endpoint: Endpoint) -> Endpoint:
        for method in ("PATCH", "PUT"):
            router.add_api_route(path, endpoint, methods=[method], **described)
        return endpoint

    return register
