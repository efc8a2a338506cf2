"""Canned responses: answers kept ready under a short code. Every agent may change them."""

from typing import Annotated, Any

from fastapi import Query, Request, Response

from deskbell.desk.commands import canned_responses as commands
from deskbell.desk.commands import held
from deskbell.desk.commands.canned_responses import CannedResponseChanges
from deskbell.desk.queries import canned_responses as queries
from deskbell.kit.errors import Invalid
from deskbell.model.canned_response import CannedResponse
from deskbell.web.bodies import PathId
from deskbell.web.dashboard.deps import Desk, Form, TheDesk, TheForm
from deskbell.web.dashboard.edits import Edit
from deskbell.web.dashboard.rendering import go, is_fragment, render
from deskbell.web.dashboard.route import ACCOUNT, screen
from deskbell.web.present import markdown

router = screen(f"{ACCOUNT}/settings/canned_responses")

PREVIEWED = 20_000
"""How much of an answer is shown while it is typed."""


@router.get("")
async def list_canned_responses(
    request: Request, desk: TheDesk, q: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    async with desk.services.database.read() as reader:
        found = await queries.all_canned_responses(reader, desk.actor, q.strip() or None)
    name = "settings/canned_list.html" if is_fragment(request) else "settings/canned_responses.html"
    return render(desk, request, name, responses=found, q=q.strip())


@router.get("/new")
async def show_new(request: Request, desk: TheDesk) -> Response:
    return _page(request, desk, Edit({"short_code": "", "content": ""}))


@router.post("/new")
async def create_canned_response(request: Request, form: TheForm, desk: TheDesk) -> Response:
    try:
        async with desk.services.database.unit() as unit:
            made = await commands.create_canned_response(unit, desk.actor, _changes(form))
    except Invalid as wrong:
        return _page(request, desk, Edit(_typed(form)), problems=wrong.fields)
    return go(
        request, desk.path("/settings/canned_responses"), f"Type /{made.short_code} in a reply to use it."
    )


@router.post("/preview")
async def preview(request: Request, form: TheForm, desk: TheDesk) -> Response:
    """How an answer will look, said while it is typed."""
    return render(desk, request, "settings/canned_preview.html", html=_html(form.text("content")))


@router.get("/{response_id}")
async def show_canned_response(response_id: PathId, request: Request, desk: TheDesk) -> Response:
    async with desk.services.database.read() as reader:
        found = await queries.show(reader, desk.actor, response_id)
    return _page(request, desk, Edit(_kept(found)), response_id)


@router.post("/{response_id}")
async def update_canned_response(
    response_id: PathId, request: Request, form: TheForm, desk: TheDesk
) -> Response:
    edit = Edit.sent(form, _typed(form))
    try:
        async with desk.services.database.unit() as unit:
            meant = edit.form(_kept(await held.canned_response(unit, desk.actor, response_id)))
            await commands.update_canned_response(unit, desk.actor, response_id, _changes(meant))
    except Invalid as wrong:
        return _page(request, desk, edit, response_id, wrong.fields)
    return go(request, desk.path("/settings/canned_responses"), "Saved.")


@router.post("/{response_id}/delete")
async def delete_canned_response(
    response_id: PathId, request: Request, _form: TheForm, desk: TheDesk
) -> Response:
    async with desk.services.database.unit() as unit:
        await commands.delete_canned_response(unit, desk.actor, response_id)
    return go(request, desk.path("/settings/canned_responses"), "The canned response is deleted.")


def _changes(form: Form) -> CannedResponseChanges:
    return CannedResponseChanges(**_typed(form))


def _typed(form: Form) -> dict[str, str]:
    """Browsers write lines' ends as CR LF."""
    content = form.text("content").replace("\r\n", "\n")
    return {"short_code": form.text("short_code").strip().removeprefix("/"), "content": content}


def _kept(one: CannedResponse) -> dict[str, str]:
    return {"short_code": one.short_code, "content": one.content}


def _html(content: str) -> str:
    return markdown.render(content[:PREVIEWED]) or ""


def _page(
    request: Request,
    desk: Desk,
    edit: Edit,
    response_id: int | None = None,
    problems: dict[str, str] | None = None,
) -> Response:
    values: dict[str, Any] = {"typed": edit.shown, "edit": edit, "response_id": response_id}
    return render(
        desk,
        request,
        "settings/canned_response.html",
        edit.status(problems),
        **values,
        problems=problems or {},
        html=_html(edit.shown["content"]),
    )
