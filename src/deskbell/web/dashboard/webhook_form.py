"""Adding a webhook and changing it: what was typed stays, and what is wrong stands beside its field."""

import re
from typing import Annotated, Any

from fastapi import Query, Request, Response
from msgspec import UNSET

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
from deskbell.model.webhook import Webhook
from deskbell.web.bodies import LARGEST, PathId
from deskbell.web.dashboard.deps import Desk, Form, TheForm, TheOwnersDesk
from deskbell.web.dashboard.rendering import go, render
from deskbell.web.dashboard.route import ACCOUNT, screen
from deskbell.web.services import Services
from deskbell.web.vetting import vet

new_router = screen(f"{ACCOUNT}/settings/webhooks")
router = screen(f"{ACCOUNT}/settings/webhooks/{{webhook_id}}")

UNITS = {"": 1, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400}
_WAIT = re.compile(r"(\d{1,7})\s*(s|min|m|h|d)?", re.IGNORECASE)
_BLANK: dict[str, Any] = {
    "url": "",
    "name": "",
    "subscriptions": list(EVENT_NAMES),
    "inbox_ids": [],
    "all_inboxes": True,
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
    return await _page(request, desk, typed)


@new_router.get("/address")
async def check_address(
    request: Request, desk: TheOwnersDesk, url: Annotated[str, Query(max_length=4000)] = ""
) -> Response:
    """Whether an address can be sent to, said while it is typed."""
    refused: dict[str, str] = {}
    found = await vet(desk.services, url, "url", refused)
    return render(desk, request, "address.html", problems=refused, fit=found is not None)


@new_router.post("/new")
async def create_webhook(request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    changes = await _changes(desk.services, form)
    try:
        async with desk.services.database.unit() as unit:
            webhook = await commands.create_webhook(unit, desk.actor, changes)
    except Invalid as wrong:
        return await _page(request, desk, _typed(form), problems=wrong.fields)
    told = "The webhook is ready. Give its secret to your receiver, and send a test."
    return go(request, desk.path(f"/settings/webhooks/{webhook.id}"), told)


@router.get("/edit")
async def show_edit(webhook_id: PathId, request: Request, desk: TheOwnersDesk) -> Response:
    async with desk.services.database.read() as reader:
        webhook = await access.the_webhook(reader, desk.actor, webhook_id)
    return await _page(request, desk, _kept(webhook), webhook)


@router.post("/edit")
async def update_webhook(
    webhook_id: PathId, request: Request, form: TheForm, desk: TheOwnersDesk
) -> Response:
    async with desk.services.database.read() as reader:
        webhook = await access.the_webhook(reader, desk.actor, webhook_id)
    changes = await _changes(desk.services, form)
    try:
        async with desk.services.database.unit() as unit:
            await commands.update_webhook(unit, desk.actor, webhook_id, changes)
    except Invalid as wrong:
        return await _page(request, desk, _typed(form), webhook, wrong.fields)
    return go(request, desk.path(f"/settings/webhooks/{webhook_id}"), "Saved.")


async def _page(
    request: Request,
    desk: Desk,
    typed: dict[str, Any],
    webhook: Webhook | None = None,
    problems: dict[str, str] | None = None,
) -> Response:
    async with desk.services.database.read() as reader:
        found = [view.inbox for view in await inboxes.visible(reader, desk.actor)]
    style: PayloadFormat = "chatwoot" if typed["payload_format"] == "chatwoot" else "hoory"
    samples = {name: json.pretty(json.loads(render_event(SAMPLES[name], style))) for name in EVENT_NAMES}
    return render(
        desk,
        request,
        "webhook_form.html",
        422 if problems else 200,
        typed=typed,
        webhook=webhook,
        problems=problems or {},
        inboxes=found,
        events=EVENT_NAMES,
        meaning=MEANING,
        samples=samples,
        schedule=waits(list(desk.services.settings.delivery_schedule)),
        timeout=desk.services.settings.delivery_timeout,
        concurrency=desk.services.settings.delivery_target_concurrency,
    )


async def _changes(services: Services, form: Form) -> WebhookChanges:
    refused: dict[str, str] = {}
    address = await vet(services, form.text("url"), "url", refused)
    if address is None:
        refused.setdefault("url", "can't be blank")
    inbox_ids = [int(one) for one in form.texts("inbox_ids") if one.isascii() and one.isdigit()]
    some = form.text("which_inboxes") == "some"
    if some and not inbox_ids:
        refused["inbox_ids"] = "are not chosen: tick at least one, or take all"
    said: dict[str, Any] = {
        "schedule": _schedule(form.text("schedule"), refused),
        "timeout": _number(form.text("timeout"), "timeout", refused),
        "concurrency": _whole(form.text("concurrency"), refused),
        "headers": _headers(form.text("headers"), refused),
    }
    return WebhookChanges(
        address=address or UNSET,
        name=form.text("name").strip() or None,
        subscriptions=form.texts("subscriptions"),
        inbox_ids=[one for one in inbox_ids if one <= LARGEST] if some else [],
        include_private=form.flag("include_private"),
        payload_format="chatwoot" if form.text("payload_format") == "chatwoot" else "hoory",
        signature="ed25519" if form.text("signature") == "ed25519" else "hmac",
        refused=refused,
        **said,
    )


def _typed(form: Form) -> dict[str, Any]:
    """The form as it was sent, to be mended."""
    return _BLANK | {
        **{name: form.text(name) for name in _BLANK if isinstance(_BLANK[name], str)},
        "subscriptions": form.texts("subscriptions"),
        "inbox_ids": form.texts("inbox_ids"),
        "all_inboxes": form.text("which_inboxes") != "some",
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
        "all_inboxes": not webhook.inbox_ids,
        "include_private": webhook.include_private,
        "payload_format": target.payload_format,
        "signature": target.signature,
        "headers": "\n".join(f"{name}: {value}" for name, value in target.headers.items()),
        "schedule": waits(target.schedule) if target.schedule else "",
        "timeout": f"{target.timeout:g}" if target.timeout else "",
        "concurrency": str(target.concurrency or ""),
    }


def waits(schedule: list[int]) -> str:
    """A schedule as people write it: `0 s, 5 s, 5 min`."""
    return ", ".join(_wait(seconds) for seconds in schedule)


def _wait(seconds: int) -> str:
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds and seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _schedule(text: str, refused: dict[str, str]) -> list[int] | None:
    if not text.strip():
        return None
    found = []
    for part in text.replace(";", ",").split(","):
        match = _WAIT.fullmatch(part.strip())
        if match is None:
            refused["schedule"] = (
                f"cannot be read at {part.strip()[:40]!r}: write waits such as 0 s, 5 min, 2 h"
            )
            return None
        found.append(int(match[1]) * UNITS[(match[2] or "").lower()])
    return found


def _number(text: str, field: str, refused: dict[str, str]) -> float | None:
    try:
        return float(text.replace(",", ".")) if text.strip() else None
    except ValueError:
        refused[field] = "should be a number"
        return None


def _whole(text: str, refused: dict[str, str]) -> int | None:
    number = _number(text, "concurrency", refused)
    if number is None or number == number // 1:
        return None if number is None else int(number)
    refused["concurrency"] = "should be a whole number"
    return None


def _headers(text: str, refused: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        name, colon, value = line.partition(":")
        if not colon:
            refused["headers"] = f"cannot be read at {line[:40]!r}: write one a line, as Name: value"
        found[name.strip()] = value.strip()
    return found
