"""Errors as answers: the reference's bodies, with every wrong field named."""

import logging
import re
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match, Route

from deskbell.kit.errors import DeskbellError, Invalid, InvalidRequest, TooManyRequests
from deskbell.web.answers import answer
from deskbell.web.dashboard.refusals import is_page, refusal
from deskbell.web.deps import SIGN_IN

log = logging.getLogger("deskbell.web")

_WORDS = {"missing": "is missing", "extra_forbidden": "is not known here"}
_SUBJECT = re.compile(r"^(Input|String|List|Dictionary|Data|Value|Tuple) (?=should )")


def install(app: FastAPI) -> None:
    """Answer every error the way clients of the reference expect."""
    app.add_exception_handler(DeskbellError, _told)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(Exception, _unforeseen)


async def _told(_request: Request, error: Exception) -> Response:
    assert isinstance(error, DeskbellError), "registered for these only"
    if isinstance(error, Invalid):
        return answer(_invalid(error), error.status)
    if isinstance(error, TooManyRequests):
        refused = answer(error.told, error.status)
        refused.headers["retry-after"] = str(error.wait)
        return refused
    if error.message == SIGN_IN:
        return answer({"errors": [SIGN_IN], "error": SIGN_IN, "code": error.code}, error.status)
    return answer({"error": error.message, "code": error.code}, error.status)


async def _unreadable(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError), "registered for these only"
    problems = error.errors()
    if any(problem["loc"][0] == "path" for problem in problems):
        return answer({"error": "Resource could not be found", "code": "not_found"}, 404)
    fields: dict[str, str] = {}
    for problem in problems:
        fields.setdefault(_name(problem["loc"]), _words(problem))
    return answer(_invalid(Invalid(fields)), 422)


def _words(problem: dict[str, Any]) -> str:
    """What is wrong with a field, to be read behind its name."""
    if problem["type"] in _WORDS:
        return _WORDS[problem["type"]]
    said: str = problem["msg"].removeprefix("Value error, ")
    return _SUBJECT.sub("", said).lower()


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException), "registered for these only"
    if error.status_code == 404 and is_page(request):
        return refusal(request, 404)
    if error.status_code == 404:
        return answer({"error": "Resource could not be found", "code": "not_found"}, 404)
    if error.status_code == 405 and request.method == "GET" and is_page(request):
        return Response(b"", 303, {"Location": _above(request)})
    if error.status_code == 405:
        refused = answer(
            {"error": f"{request.method} is not for this path", "code": "method_not_allowed"}, 405
        )
        refused.headers["allow"] = ", ".join(sorted(_methods(request)))
        return refused
    return answer({"error": str(error.detail), "code": "http"}, error.status_code)


async def _gone(_request: Request, _error: Exception) -> Response:
    """Who hangs up before all of the body came hears nothing of it; nothing went wrong here."""
    return answer({"error": "The body ends too early.", "code": InvalidRequest.code}, InvalidRequest.status)


def _methods(request: Request) -> set[str]:
    """What the path may be asked for by: several routes have it, each with methods of its own."""
    return {
        method
        for route in request.app.routes
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE
        for method in route.methods or ()
    }


def _above(request: Request) -> str:
    """The nearest page above an address that takes forms only: people come there who load again what a form was answered with."""
    path = request.url.path
    while path.count("/") > 1:
        path = path.rpartition("/")[0]
        scope = {**request.scope, "path": path}
        if any(isinstance(one, Route) and one.matches(scope)[0] is Match.FULL for one in request.app.routes):
            return path
    return "/app"


async def _unforeseen(request: Request, error: Exception) -> Response:
    log.error(
        "A request failed unforeseen",
        extra={"method": request.method, "path": request.url.path},
        exc_info=error,
    )
    if is_page(request):
        return refusal(request, 500)
    return answer(
        {"error": "Something went wrong on our side; nothing was changed.", "code": "internal"}, 500
    )


def _invalid(error: Invalid) -> dict[str, Any]:
    message = ", ".join(error.sentences)
    return {
        "message": message,
        "error": message,
        "attributes": list(error.fields),
        "errors": [
            {"field": name, "message": problem, "code": Invalid.code}
            for name, problem in error.fields.items()
        ],
        "code": Invalid.code,
    }


def _name(loc: tuple[Any, ...]) -> str:
    """The field's name as the client wrote it; `body` alone where the whole body is meant."""
    named = [str(part) for part in loc[1:] if isinstance(part, str | int)]
    return ".".join(named) or str(loc[0])
