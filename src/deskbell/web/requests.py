"""Requests as real clients send them: JSON, forms or multipart; no body where nothing is said; never more than the limit."""

from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from typing import Any, ClassVar

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import solve_dependencies
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.datastructures import UploadFile
from typing_extensions import override

from deskbell.config import Settings
from deskbell.kit import json
from deskbell.kit.errors import Invalid, InvalidRequest
from deskbell.web.idempotency import HEADER, REPLAYED, answer_once
from deskbell.web.in_body import asks_in_body, with_fields
from deskbell.web.marks import marked
from deskbell.web.uploads import (
    MULTIPART,
    NO_FILES,
    described,
    is_multipart,
    received,
    refuse_declared,
    too_large,
    undo,
)

FORMS = (MULTIPART, "application/x-www-form-urlencoded")


class LenientRoute(APIRoute):
    """A route whose endpoint gets one JSON object, however the client wrote it down, and answers with a Response.

    `file` names the form's one field that may be a file; its text is then the field's value. An endpoint that `takes` files
    as they are gets them as `Upload`.
    """

    file: ClassVar[str] = ""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        return self._answer

    async def _answer(self, request: Request) -> Response:
        if asks_in_body(request):
            with suppress(InvalidRequest, Invalid):  # a GET needs no body, so what is none does no harm
                fields = await read_object(request)
                request.scope["query_string"] = with_fields(request.scope["query_string"], fields)
        names: frozenset[str] | None = getattr(self.endpoint, "takes", None)
        if names is not None and is_multipart(request):
            return await self._answer_with_files(request, names)
        body = None if self.body_field is None else await read_object(request, self.file)
        return await self._answer_to(request, body)

    async def _answer_with_files(self, request: Request, names: frozenset[str]) -> Response:
        """Who asks is found out before their files are read: strangers' are not worth a place on the disk."""
        await self._solve(request, replace(self.dependant, body_params=[]), None)
        async with received(request, names) as fields:
            response = await self._answer_to(request, nested(fields))
            if REPLAYED in response.headers:
                await undo([value for _, value in fields], request.app.state.services.files)
            return response

    async def _answer_to(self, request: Request, body: dict[str, Any] | None) -> Response:
        values = await self._solve(request, self.dependant, body)
        if request.method == "POST" and HEADER in request.headers:
            return await answer_once(request, await described(body), self.endpoint, values)
        response: Response = await self.endpoint(**values)
        return marked(request, response) if request.method == "GET" else response

    async def _solve(self, request: Request, dependant: Dependant, body: Any) -> dict[str, Any]:
        """What FastAPI's own handler does, without what these routes never need: content types, answers to serialise."""
        solved = await solve_dependencies(
            request=request,
            dependant=dependant,
            body=body,
            async_exit_stack=request.scope["fastapi_inner_astack"],
            embed_body_fields=False,
        )
        if solved.errors:
            raise RequestValidationError(solved.errors)
        return solved.values


async def read_object(request: Request, file: str = "") -> dict[str, Any]:
    """The body as one object. Raises InvalidRequest for what is none, TooLarge for more than the limit, Invalid for files but `file`."""
    settings: Settings = request.app.state.services.settings
    body = await _read(request, settings.max_import_bytes if file else settings.max_body_bytes)
    if request.headers.get("content-type", "").lower().startswith(FORMS):
        return nested(await _form_fields(request, body, file))
    try:
        value = json.loads_foreign(body) if body.strip() else {}
    except ValueError as error:
        raise InvalidRequest(f"The body is not valid JSON: {error}.") from None
    if not isinstance(value, dict):
        raise InvalidRequest("The body should be a JSON object.")
    return value


async def _form_fields(request: Request, body: bytes, file: str) -> list[tuple[str, Any]]:
    async def replay() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    try:
        async with Request(request.scope, replay).form() as form:
            fields = [await _file_as_text(name, value, file) for name, value in form.multi_items()]
    except UnicodeError:
        raise InvalidRequest("The form's text is not in the charset it names.") from None
    files = {
        name.removesuffix("[]"): NO_FILES
        for name, value in fields
        if isinstance(value, UploadFile) and value.filename
    }
    if files:
        raise Invalid(files)
    return [(name, value) for name, value in fields if isinstance(value, str)]


async def _file_as_text(name: str, value: Any, file: str) -> tuple[str, Any]:
    if name != file or not isinstance(value, UploadFile):
        return name, value
    try:
        return name, (await value.read()).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid({file: "should be text in UTF-8"}) from None


async def _read(request: Request, limit: int) -> bytes:
    refuse_declared(request, limit)
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise too_large(limit)
        chunks.append(chunk)
    return b"".join(chunks)


def nested(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    """Form fields as an object: `contact[name]` goes inside, `labels[]` is a list. Raises InvalidRequest."""
    result: dict[str, Any] = {}
    for name, value in fields:
        *outer, last = name.replace("]", "").split("[")
        listed = last == "" and bool(outer)
        if listed:
            last = outer.pop()
        place: Any = result
        for part in outer:
            place = place.setdefault(part, {})
            if not isinstance(place, dict):
                raise InvalidRequest(f"The form field {name} contradicts another one.")
        if not listed:
            place[last] = value
        elif isinstance(place.setdefault(last, []), list):
            place[last].append(value)
        else:
            raise InvalidRequest(f"The form field {name} contradicts another one.")
    try:
        json.check(result)
    except ValueError as error:
        raise InvalidRequest(f"The form cannot be taken: {error}.") from None
    return result
