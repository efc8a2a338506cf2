"""Webhooks: how each of them is, one of them, and what is done to it."""

from fastapi import Request, Response

from deskbell.desk.commands import webhooks as commands
from deskbell.desk.commands.webhooks import WebhookChanges
from deskbell.desk.queries import inboxes, pulse
from deskbell.model.webhook import TargetStatus
from deskbell.web.bodies import PathId
from deskbell.web.dashboard.deps import Desk, TheForm, TheOwnersDesk
from deskbell.web.dashboard.rendering import go, is_fragment, render
from deskbell.web.dashboard.route import ACCOUNT, screen
from deskbell.web.dashboard.targets import charts, health, secrets
from deskbell.web.dashboard.targets.owners import WEBHOOKS, the_owner

router = screen(f"{ACCOUNT}/settings/webhooks")


@router.get("")
async def list_webhooks(request: Request, desk: TheOwnersDesk) -> Response:
    async with desk.services.database.read() as reader:
        found = await pulse.all_pulses(reader, desk.actor, desk.services.clock.now())
        latencies = {webhook.id: await pulse.latency(reader, webhook.target) for webhook, _ in found}
        names = {view.inbox.id: view.inbox.name for view in await inboxes.visible(reader, desk.actor)}
    name = "targets/hooks.html" if is_fragment(request) else "targets/webhooks.html"
    return render(desk, request, name, pulses=found, latencies=latencies, inbox_names=names, bars=charts.bars)


@router.get("/{webhook_id}")
async def show_webhook(request: Request, desk: TheOwnersDesk) -> Response:
    async with desk.services.database.read() as reader:
        owner = await the_owner(reader, desk, WEBHOOKS)
    return await health.page(request, desk, owner)


@router.post("/{webhook_id}/status")
async def set_status(webhook_id: PathId, request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    status: TargetStatus = "paused" if form.text("status") == "paused" else "enabled"
    async with desk.services.database.unit() as unit:
        if form.flag("skip"):
            await commands.skip_backlog(unit, desk.actor, webhook_id)
        await commands.update_webhook(unit, desk.actor, webhook_id, WebhookChanges(status=status))
    told = "Paused: what happens meanwhile waits."
    if status == "enabled":
        told = (
            "Enabled: what waited is skipped." if form.flag("skip") else "Enabled: what waited goes out now."
        )
    return go(request, _path(desk, webhook_id), told)


@router.post("/{webhook_id}/rotate_secret")
async def rotate_secret(webhook_id: PathId, request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    async with desk.services.database.unit() as unit:
        await commands.rotate_secret(unit, desk.actor, webhook_id, overlap_hours=secrets.overlap_in(form))
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


def _path(desk: Desk, webhook_id: int) -> str:
    return desk.path(f"/settings/webhooks/{webhook_id}")
