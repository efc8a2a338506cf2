"""Adding a webhook and changing it: what was typed stays, and what is wrong stands beside its field."""

from typing import Annotated, Any

from fastapi import Query, Request, Response
from msgspec import UNSET

from deskbell.delivery.address import parse_url
from deskbell.desk import access
from deskbell.desk.commands import webhooks as commands
from deskbell.desk.commands.webhooks import WebhookChanges
from deskbell.desk.queries import inboxes
from deskbell.events.catalogue import MEANING
from deskbell.events.formats import render as render_event
from deskbell.events.samples import SAMPLES
from deskbell.kit import json
from deskbell.kit.errors import Invalid
from deskbell.model.account import PayloadFormat
from deskbell.model.event import EVENT_NAMES
from deskbell.model.webhook import Address, Webhook
from deskbell.web.bodies import PathId
from deskbell.web.dashboard.deps import Desk, Form, TheForm, TheOwnersDesk
from deskbell.web.dashboard.edits import Edit
from deskbell.web.dashboard.rendering import go, render
from deskbell.web.dashboard.route import ACCOUNT, screen
from deskbell.web.dashboard.targets import terms
from deskbell.web.dashboard.targets.owners import WEBHOOKS, the_owner
from deskbell.web.services import Services
from deskbell.web.vetting import vet

new_router = screen(f"{ACCOUNT}/settings/webhooks")
router = screen(f"{ACCOUNT}/settings/webhooks/{{webhook_id}}")

PATIENCE = 3.0
"""Seconds for somebody to answer there."""
_BLANK: dict[str, Any] = {
    "url": "",
    "name": "",
    "subscriptions": list(EVENT_NAMES),
    "inbox_ids": [],
    "which_inboxes": "all",
    "include_private": True,
    "payload_format": "hoory",
    "signature": "hmac",
    "headers": "",
    "schedule": "",
    "timeout": "",
    "concurrency": "",
}


@new_router.get("/new")
async def show_new(request: Request, desk: TheOwnersDesk) -> Response:
    typed = _BLANK | {"payload_format": desk.account.default_payload_format}
    return await _page(request, desk, Edit(typed))


@new_router.get("/address")
async def check_address(
    request: Request, desk: TheOwnersDesk, url: Annotated[str, Query(max_length=4000)] = ""
) -> Response:
    """Whether an address may be sent to, and whether somebody answers there now: said while it is typed."""
    refused: dict[str, str] = {}
    found = await vet(desk.services, url, "url", refused)
    away = await desk.services.client.reach(parse_url(found.url), PATIENCE) if found else ""
    return render(desk, request, "targets/address.html", problems=refused, fit=found is not None, away=away)


@new_router.post("/new")
async def create_webhook(request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    address, refused = await _vetted(desk.services, form)
    try:
        async with desk.services.database.unit() as unit:
            webhook = await commands.create_webhook(unit, desk.actor, _changes(form, address, refused))
    except Invalid as wrong:
        return await _page(request, desk, Edit(_typed(form)), problems=wrong.fields)
    told = "The webhook is ready. Give its secret to your receiver, and send a test."
    return go(request, desk.path(f"/settings/webhooks/{webhook.id}"), told)


@router.get("/edit")
async def show_edit(webhook_id: PathId, request: Request, desk: TheOwnersDesk) -> Response:
    async with desk.services.database.read() as reader:
        webhook = await access.the_webhook(reader, desk.actor, webhook_id)
    return await _page(request, desk, Edit(_kept(webhook)), webhook)


@router.post("/edit")
async def update_webhook(
    webhook_id: PathId, request: Request, form: TheForm, desk: TheOwnersDesk
) -> Response:
    async with desk.services.database.read() as reader:
        webhook = await access.the_webhook(reader, desk.actor, webhook_id)
    address, refused = await _vetted(desk.services, form)
    edit = Edit.sent(form, _typed(form))
    try:
        async with desk.services.database.unit() as unit:
            now = await access.lock_webhook(unit, desk.actor, webhook_id)
            meant = edit.form(_kept(now))
            if meant.text("url").strip() == now.target.url:
                address, refused = None, {}
            await commands.update_webhook(unit, desk.actor, webhook_id, _changes(meant, address, refused))
    except Invalid as wrong:
        return await _page(request, desk, edit, webhook, wrong.fields)
    return go(request, desk.path(f"/settings/webhooks/{webhook_id}"), "Saved.")


async def _page(
    request: Request,
    desk: Desk,
    edit: Edit,
    webhook: Webhook | None = None,
    problems: dict[str, str] | None = None,
) -> Response:
    typed = edit.shown
    async with desk.services.database.read() as reader:
        found = [view.inbox for view in await inboxes.visible(reader, desk.actor)]
        owner = await the_owner(reader, desk, WEBHOOKS) if webhook else None
    style: PayloadFormat = "chatwoot" if typed["payload_format"] == "chatwoot" else "hoory"
    samples = {name: json.pretty(json.loads(render_event(SAMPLES[name], style))) for name in EVENT_NAMES}
    return render(
        desk,
        request,
        "targets/webhook_form.html",
        edit.status(problems),
        typed=typed,
        edit=edit,
        webhook=webhook,
        owner=owner,
        problems=problems or {},
        inboxes=found,
        events=EVENT_NAMES,
        meaning=MEANING,
        samples=samples,
        **terms.usual(desk.services),
    )


async def _vetted(services: Services, form: Form) -> tuple[Address | None, dict[str, str]]:
    """The address that was typed, and what is wrong with it."""
    refused: dict[str, str] = {}
    address = await vet(services, form.text("url"), "url", refused)
    if address is None:
        refused.setdefault("url", "can't be blank")
    return address, refused


def _changes(form: Form, address: Address | None, refused: dict[str, str]) -> WebhookChanges:
    inbox_ids = form.ids("inbox_ids")
    some = form.text("which_inboxes") == "some"
    if some and not inbox_ids:
        refused["inbox_ids"] = "are not chosen: tick at least one, or take all"
    return WebhookChanges(
        address=address or UNSET,
        name=form.text("name").strip() or None,
        subscriptions=form.texts("subscriptions"),
        inbox_ids=inbox_ids if some else [],
        include_private=form.flag("include_private"),
        refused=refused,
        **terms.said(form, refused),
    )


def _typed(form: Form) -> dict[str, Any]:
    """The form as it was sent, to be mended."""
    return _BLANK | {
        **{name: form.text(name) for name in _BLANK if isinstance(_BLANK[name], str)},
        "subscriptions": form.texts("subscriptions"),
        "inbox_ids": form.texts("inbox_ids"),
        "which_inboxes": "some" if form.text("which_inboxes") == "some" else "all",
        "include_private": form.flag("include_private"),
    }


def _kept(webhook: Webhook) -> dict[str, Any]:
    """The form of a webhook as it is."""
    target = webhook.target
    return {
        "url": target.url,
        "name": webhook.name or "",
        "subscriptions": webhook.subscriptions,
        "inbox_ids": [str(one) for one in webhook.inbox_ids],
        "which_inboxes": "some" if webhook.inbox_ids else "all",
        "include_private": webhook.include_private,
    } | terms.kept(target)
