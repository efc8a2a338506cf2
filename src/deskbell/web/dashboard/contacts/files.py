"""Contacts from a file and into one."""

from fastapi import Request, Response

from deskbell.desk import access
from deskbell.desk.commands import contact_imports as commands
from deskbell.desk.commands.contact_imports import Report
from deskbell.desk.rules.contact_files import FILE
from deskbell.kit.errors import Invalid
from deskbell.web import contact_csv
from deskbell.web.dashboard.deps import Desk, TheContactsForm, TheForm, TheOwnersDesk
from deskbell.web.dashboard.rendering import render
from deskbell.web.dashboard.route import ACCOUNT, screen

router = screen(f"{ACCOUNT}/contacts")

SHOWN = 200
"""Refused lines that are shown; all are counted."""


@router.get("/import")
async def show_import(request: Request, desk: TheOwnersDesk) -> Response:
    return _page(request, desk)


@router.post("/import")
async def import_contacts(request: Request, form: TheContactsForm, desk: TheOwnersDesk) -> Response:
    text = form.text(FILE)
    try:
        if not text.strip():
            raise Invalid({FILE: "can't be blank: choose one with something in it"})
        report = await commands.import_contacts(desk.services.database, desk.actor, text)
    except Invalid as wrong:
        return _page(request, desk, 422, problems=wrong.fields)
    return _page(request, desk, report=report)


@router.post("/export")
async def export_contacts(request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    access.require_administrator(desk.actor)
    return await contact_csv.written(desk.services, desk.actor, label=form.text("label") or None)


def _page(
    request: Request,
    desk: Desk,
    status: int = 200,
    *,
    report: Report | None = None,
    problems: dict[str, str] | None = None,
) -> Response:
    refused = report.refused[:SHOWN] if report else []
    return render(
        desk,
        request,
        "contacts/contact_import.html",
        status,
        report=report,
        refused=refused,
        problems=problems or {},
        largest=desk.services.settings.max_import_bytes,
    )
