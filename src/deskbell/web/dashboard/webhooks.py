"""Webhooks: how each of them is, one of them, and what is done to it."""

from typing import Any

from fastapi import Request, Response

from deskbell.delivery import trial
from deskbell.delivery.signing import public_key
from deskbell.desk import access
from deskbell.desk.commands import webhooks as commands
from deskbell.desk.commands.webhooks import WebhookChanges
from deskbell.desk.queries import inboxes, pulse
from deskbell.desk.queries import webhooks as queries
from deskbell.kit.errors import Invalid
from deskbell.model.delivery import Attempt
from deskbell.model.event import EVENT_NAMES, EventName
from deskbell.model.webhook import TargetStatus
from deskbell.web.bodies import PathId
from deskbell.web.dashboard import charts
from deskbell.web.dashboard.deps import Desk, TheForm, TheOwnersDesk
from deskbell.web.dashboard.rendering import go, is_fragment, render
from deskbell.web.dashboard.route import ACCOUNT, screen

router = screen(f"{ACCOUNT}/settings/webhooks")

OVERLAPS = (0, 1, 24, 72, 168)
"""Hours an old secret may sign beside the new one."""


@router.get("")
async def list_webhooks(request: Request, desk: TheOwnersDesk) -> Response:
    async with desk.services.database.read() as reader:
        found = await pulse.all_pulses(reader, desk.actor, desk.services.clock.now())
        names = {view.inbox.id: view.inbox.name for view in await inboxes.visible(reader, desk.actor)}
    name = "hooks.html" if is_fragment(request) else "webhooks.html"
    return render(desk, request, name, pulses=found, inbox_names=names, bars=charts.bars)


@router.get("/{webhook_id}")
async def show_webhook(webhook_id: PathId, request: Request, desk: TheOwnersDesk) -> Response:
    return render(desk, request, "webhook.html", **await shown(desk, webhook_id))


@router.get("/{webhook_id}/pulse")
async def show_pulse(webhook_id: PathId, request: Request, desk: TheOwnersDesk) -> Response:
    return render(desk, request, "pulse.html", **await shown(desk, webhook_id))


@router.post("/{webhook_id}/test")
async def send_test(webhook_id: PathId, request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    async with desk.services.database.read() as reader:
        webhook = await access.the_webhook(reader, desk.actor, webhook_id)
    event = next((name for name in EVENT_NAMES if name == form.text("event")), _first(webhook.subscriptions))
    made: Attempt | None = None
    refused = ""
    try:
        made = await trial.send(desk.services.client, webhook.target, event, desk.services.clock.now())
    except Invalid as error:
        refused = "; ".join(error.fields.values())
    told: dict[str, Any] = {"made": made, "event": event, "refused": refused}
    if is_fragment(request):
        return render(desk, request, "tested.html", **told)
    return render(desk, request, "webhook.html", **await shown(desk, webhook_id) | told)


@router.post("/{webhook_id}/status")
async def set_status(webhook_id: PathId, request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    status: TargetStatus = "paused" if form.text("status") == "paused" else "enabled"
    async with desk.services.database.unit() as unit:
        await commands.update_webhook(unit, desk.actor, webhook_id, WebhookChanges(status=status))
    told = (
        "Paused: what happens meanwhile waits."
        if status == "paused"
        else "Enabled: what waited goes out now."
    )
    return go(request, _path(desk, webhook_id), told)


@router.post("/{webhook_id}/skip_backlog")
async def skip_backlog(webhook_id: PathId, request: Request, _form: TheForm, desk: TheOwnersDesk) -> Response:
    async with desk.services.database.unit() as unit:
        await commands.skip_backlog(unit, desk.actor, webhook_id)
    return go(request, _path(desk, webhook_id), "Skipped what waited. It can be replayed.")


@router.post("/{webhook_id}/rotate_secret")
async def rotate_secret(webhook_id: PathId, request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    hours = next((one for one in OVERLAPS if str(one) == form.text("overlap_hours")), 24)
    async with desk.services.database.unit() as unit:
        await commands.rotate_secret(unit, desk.actor, webhook_id, overlap_hours=hours)
    return go(
        request, f"{_path(desk, webhook_id)}#secret", "Here is the new secret. Give it to your receiver."
    )


@router.post("/{webhook_id}/delete")
async def delete_webhook(
    webhook_id: PathId, request: Request, _form: TheForm, desk: TheOwnersDesk
) -> Response:
    async with desk.services.database.unit() as unit:
        await commands.delete_webhook(unit, desk.actor, webhook_id)
    return go(request, desk.path("/settings/webhooks"), "The webhook is deleted.")


async def shown(desk: Desk, webhook_id: int) -> dict[str, Any]:
    """What the page of one webhook is made of."""
    now = desk.services.clock.now()
    async with desk.services.database.read() as reader:
        found = await pulse.pulse_of(reader, desk.actor, webhook_id, now)
        target = found.webhook.target
        latency = await pulse.latency(reader, found.webhook)
        newest = await queries.delivery_page(
            reader, desk.actor, webhook_id, state=None, event=None, before=None, limit=6
        )
        names = {view.inbox.id: view.inbox.name for view in await inboxes.visible(reader, desk.actor)}
    overlap = target.previous_until if target.previous_until and target.previous_until > now else None
    return {
        "pulse": found,
        "webhook": found.webhook,
        "latency": latency,
        "newest": newest,
        "inbox_names": names,
        "bars": charts.bars,
        "secret": public_key(target.secret) if target.signature == "ed25519" else target.secret,
        "overlap_until": overlap,
        "overlaps": OVERLAPS,
        "events": EVENT_NAMES,
        "made": None,
        "refused": "",
        "event": "",
    }


def _first(subscriptions: list[str]) -> EventName:
    return next((name for name in EVENT_NAMES if name in subscriptions), EVENT_NAMES[0])


def _path(desk: Desk, webhook_id: int) -> str:
    return desk.path(f"/settings/webhooks/{webhook_id}")
