"""Where an account begins: the first steps, each of which turns to done by itself."""

from typing import Any

from fastapi import Request, Response

from deskbell.desk.commands import inboxes as commands
from deskbell.desk.commands.inboxes import InboxChanges
from deskbell.desk.queries import first_steps, inboxes
from deskbell.web.dashboard.deps import Desk, TheDesk, TheForm, TheOwnersDesk
from deskbell.web.dashboard.rendering import go, render
from deskbell.web.dashboard.route import ACCOUNT, screen

router = screen(ACCOUNT)


@router.get("")
async def show_home(request: Request, desk: TheDesk) -> Response:
    return render(desk, request, "home.html", **await _shown(desk))


@router.get("/first_steps")
async def show_steps(request: Request, desk: TheDesk) -> Response:
    return render(desk, request, "steps.html", **await _shown(desk))


@router.post("/first_website")
async def create_website(request: Request, _form: TheForm, desk: TheOwnersDesk) -> Response:
    changes = InboxChanges(name=desk.account.name, settings={"welcome_title": "Hello!"})
    async with desk.services.database.unit() as unit:
        await commands.create_inbox(unit, desk.actor, "Channel::WebWidget", changes)
    return go(request, desk.path())


async def _shown(desk: Desk) -> dict[str, Any]:
    async with desk.services.database.read() as reader:
        steps = await first_steps.first(reader, desk.actor)
        found = [view.inbox for view in await inboxes.visible(reader, desk.actor)]
    websites = [inbox for inbox in found if inbox.channel == "Channel::WebWidget"]
    return {
        "steps": steps,
        "website": websites[0] if websites else None,
        "address": desk.services.public_url,
        "demo": desk.services.demo is not None,
    }
