"""An API inbox's webhook_url: what of its conversations is sent where, and on which terms."""

from typing import Any

from fastapi import Request, Response

from deskbell.desk.commands import targets as commands
from deskbell.desk.commands.inboxes import InboxChanges
from deskbell.desk.queries import webhooks as queries
from deskbell.desk.queries.inboxes import InboxView
from deskbell.kit.errors import Invalid
from deskbell.model.webhook import Address
from deskbell.web.bodies import PathId
from deskbell.web.dashboard.deps import Desk, Form, TheForm, TheOwnersDesk
from deskbell.web.dashboard.edits import Edit
from deskbell.web.dashboard.inboxes.page import API, INBOXES, at, show, the_view, update
from deskbell.web.dashboard.rendering import go
from deskbell.web.dashboard.route import ACCOUNT, screen
from deskbell.web.dashboard.targets import secrets, snippets, terms
from deskbell.web.vetting import vet

router = screen(f"{ACCOUNT}{INBOXES}/{{inbox_id}}/webhook")

NO_TERMS = dict.fromkeys(terms.NAMES, "") | {"signature": "hmac"}


@router.get("")
async def show_webhook(inbox_id: PathId, request: Request, desk: TheOwnersDesk) -> Response:
    return await _page(request, desk, await the_view(desk, inbox_id, API))


@router.post("")
async def update_webhook(inbox_id: PathId, request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    """A blank address lets go of what there was; terms are of use with an address only."""
    view = await the_view(desk, inbox_id, API)
    refused: dict[str, str] = {}
    edit = Edit.sent(form, {"url": form.text("url")} | terms.typed(form))
    address = await vet(desk.services, form.text("url"), "webhook_url", refused)

    def said(meant: Form, now: InboxView) -> InboxChanges:
        return _changes(meant, now, address, refused)

    try:
        await update(desk, inbox_id, edit, lambda now: _kept(desk, now), said)
    except Invalid as wrong:
        problems = {"url" if name == "webhook_url" else name: why for name, why in wrong.fields.items()}
        return await _page(request, desk, view, edit, problems)
    told = "Saved." if edit.shown["url"].strip() else "Saved. Nothing is sent from this inbox."
    return go(request, at(desk, inbox_id, "/webhook"), told)


@router.post("/rotate_secret")
async def rotate_secret(inbox_id: PathId, request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    hours = secrets.overlap_in(form)
    async with desk.services.database.unit() as unit:
        await commands.rotate_secret(unit, desk.actor, inbox_id, overlap_hours=hours, kind="api_inbox")
    return go(
        request, at(desk, inbox_id, "/webhook#secret"), "Here is the new secret. Give it to your receiver."
    )


def _kept(desk: Desk, view: InboxView) -> dict[str, str]:
    if view.target is not None:
        return {"url": view.target.url} | terms.kept(view.target)
    return {"url": ""} | NO_TERMS | {"payload_format": desk.account.default_payload_format}


def _changes(form: Form, view: InboxView, address: Address | None, refused: dict[str, str]) -> InboxChanges:
    """`address` is what was typed, vetted; where it is not what is meant, the one that is there stays."""
    meant = form.text("url").strip()
    said = terms.said(form, refused) if meant or refused else {}
    if view.target is not None and meant == view.target.url:
        return InboxChanges(refused=refused, **said)
    return InboxChanges(webhook=address, refused=refused, **said)


async def _page(
    request: Request,
    desk: Desk,
    view: InboxView,
    edit: Edit | None = None,
    problems: dict[str, str] | None = None,
) -> Response:
    target = view.target
    condition = None
    if target is not None:
        async with desk.services.database.read() as reader:
            condition = await queries.condition(reader, desk.actor, view.inbox.id, "api_inbox")
    values: dict[str, Any] = {
        "condition": condition,
        "address": desk.services.public_url,
        **secrets.shown(target, desk.services.clock.now()),
        **terms.usual(desk.services),
    }
    if target is not None:
        values["snippets"] = snippets.of(target)
    return show(request, desk, view, "webhook", problems, edit or Edit(_kept(desk, view)), **values)
