"""Inboxes: how each of them is, and saying goodbye to one."""

from fastapi import Request, Response

from deskbell.desk.commands import inboxes as commands
from deskbell.desk.queries import inboxes as queries
from deskbell.web.bodies import PathId
from deskbell.web.dashboard.deps import TheForm, TheOwnersDesk
from deskbell.web.dashboard.inboxes import general
from deskbell.web.dashboard.inboxes.page import INBOXES, KINDS, the_view
from deskbell.web.dashboard.rendering import go, render
from deskbell.web.dashboard.route import ACCOUNT, screen

router = screen(f"{ACCOUNT}{INBOXES}")


@router.get("")
async def list_inboxes(request: Request, desk: TheOwnersDesk) -> Response:
    async with desk.services.database.read() as reader:
        found = await queries.overviews(reader, desk.actor)
    return render(desk, request, "inboxes/list.html", overviews=found, kinds=KINDS)


@router.post("/{inbox_id}/delete")
async def delete_inbox(inbox_id: PathId, request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    """Only for whoever typed its name: conversations go with it."""
    view = await the_view(desk, inbox_id)
    if form.text("confirmed_name").strip() != view.inbox.name.strip():
        problems = {"confirmed_name": "The name is not the same. Nothing was deleted."}
        return general.page(request, desk, view, problems=problems)
    async with desk.services.database.unit() as unit:
        await commands.delete_inbox(unit, desk.actor, inbox_id)
    return go(request, desk.path(INBOXES), f"{view.inbox.name} is deleted.")
