"""Labels: how many conversations carry each, and the words themselves."""

from typing import Any

from fastapi import Request, Response

from deskbell.desk.commands import held
from deskbell.desk.commands import labels as commands
from deskbell.desk.commands.labels import LabelChanges
from deskbell.desk.queries import labels as queries
from deskbell.kit.errors import Invalid
from deskbell.model.label import Label
from deskbell.web.bodies import PathId
from deskbell.web.dashboard.deps import Desk, Form, TheForm, TheOwnersDesk
from deskbell.web.dashboard.edits import Edit
from deskbell.web.dashboard.rendering import go, render
from deskbell.web.dashboard.route import ACCOUNT, screen

router = screen(f"{ACCOUNT}/settings/labels")

COLORS = ("#1f93ff", "#2f9e62", "#b7791f", "#c2410c", "#c0265a", "#7c3aed", "#0e8a8a", "#64748b")
"""What new labels begin with, one after another."""


@router.get("")
async def list_labels(request: Request, desk: TheOwnersDesk) -> Response:
    async with desk.services.database.read() as reader:
        found = await queries.all_labels(reader, desk.actor)
        counts = await queries.conversation_counts(reader, desk.actor)
    return render(desk, request, "settings/labels.html", labels=found, counts=counts, many=queries.MANY)


@router.get("/new")
async def show_new(request: Request, desk: TheOwnersDesk) -> Response:
    async with desk.services.database.read() as reader:
        there = len(await queries.all_labels(reader, desk.actor))
    typed = {"title": "", "description": "", "color": COLORS[there % len(COLORS)], "show_on_sidebar": True}
    return _page(request, desk, Edit(typed))


@router.post("/new")
async def create_label(request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    try:
        async with desk.services.database.unit() as unit:
            made = await commands.create_label(unit, desk.actor, _changes(form))
    except Invalid as wrong:
        return _page(request, desk, Edit(_typed(form)), problems=wrong.fields)
    return go(request, desk.path("/settings/labels"), f"The label {made.title} is there.")


@router.get("/{label_id}")
async def show_label(label_id: PathId, request: Request, desk: TheOwnersDesk) -> Response:
    async with desk.services.database.read() as reader:
        found = await queries.show(reader, desk.actor, label_id)
    return _page(request, desk, Edit(_kept(found)), label_id)


@router.post("/{label_id}")
async def update_label(label_id: PathId, request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    edit = Edit.sent(form, _typed(form))
    try:
        async with desk.services.database.unit() as unit:
            meant = edit.form(_kept(await held.label(unit, desk.actor, label_id)))
            await commands.update_label(unit, desk.actor, label_id, _changes(meant))
    except Invalid as wrong:
        return _page(request, desk, edit, label_id, wrong.fields)
    return go(request, desk.path("/settings/labels"), "Saved.")


@router.post("/{label_id}/delete")
async def delete_label(label_id: PathId, request: Request, _form: TheForm, desk: TheOwnersDesk) -> Response:
    async with desk.services.database.unit() as unit:
        await commands.delete_label(unit, desk.actor, label_id)
    return go(request, desk.path("/settings/labels"), "The label is deleted.")


def _changes(form: Form) -> LabelChanges:
    return LabelChanges(
        title=form.text("title"),
        description=form.text("description").strip() or None,
        color=form.text("color"),
        show_on_sidebar=form.flag("show_on_sidebar"),
    )


def _typed(form: Form) -> dict[str, Any]:
    texts = {name: form.text(name) for name in ("title", "description", "color")}
    return texts | {"show_on_sidebar": form.flag("show_on_sidebar")}


def _kept(label: Label) -> dict[str, Any]:
    return {
        "title": label.title,
        "description": label.description or "",
        "color": label.color,
        "show_on_sidebar": label.show_on_sidebar,
    }


def _page(
    request: Request,
    desk: Desk,
    edit: Edit,
    label_id: int | None = None,
    problems: dict[str, str] | None = None,
) -> Response:
    values: dict[str, Any] = {"typed": edit.shown, "edit": edit, "label_id": label_id}
    return render(
        desk, request, "settings/label.html", edit.status(problems), problems=problems or {}, **values
    )
