"""Routes of the dashboard: what is refused is told to people, on a page."""

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from typing_extensions import override

from deskbell.kit.errors import DeskbellError, Invalid, NotAllowed, NotFound, TooManyRequests, Unauthenticated
from deskbell.web.dashboard import session
from deskbell.web.dashboard.refusals import refusal, sentence
from deskbell.web.dashboard.rendering import go, is_fragment

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class PageRoute(APIRoute):
    """A route that answers with a page, or a part of one."""

    @override
    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except Unauthenticated:
                return sign_in_first(request)
            except RequestValidationError:
                return refusal(request, NotFound.status)
            except DeskbellError as error:
                return told(request, error)

        return answer


def told(request: Request, error: DeskbellError) -> Response:
    """A page that says why not."""
    if isinstance(error, Invalid):
        return refusal(request, error.status, sentence(error))
    status = 403 if isinstance(error, NotAllowed) else error.status
    response = refusal(request, status, "" if isinstance(error, NotFound) else error.message)
    if isinstance(error, TooManyRequests):
        response.headers["retry-after"] = str(error.wait)
    return response


def sign_in_first(request: Request) -> Response:
    """To the sign-in page, and back to where one was; a change that was under way is not made later by itself."""
    here = request.url.path
    if is_fragment(request):
        here = request.headers.get("hx-current-url", "").partition("/app")[2]
        here = f"/app{here}"
    elif request.method == "GET" and request.url.query:
        here = f"{here}?{request.url.query}"
    elif request.method != "GET":
        here = "/app"
    response = go(request, "/app/login" if here == "/app" else f"/app/login?next={quote(here, safe='')}")
    if session.token_of(request):
        session.finish(response)
    return response


def screen(path: str = "") -> APIRouter:
    """The routes of one screen."""
    return APIRouter(prefix=f"/app{path}", include_in_schema=False, route_class=PageRoute)


ACCOUNT = "/accounts/{account_id}"
