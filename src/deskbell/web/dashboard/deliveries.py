"""The log of a webhook's deliveries, and the story of each of them."""

import shlex
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query, Request, Response

from deskbell.delivery import attempt
from deskbell.desk import access
from deskbell.desk.commands import replays as commands
from deskbell.desk.commands.replays import Wanted
from deskbell.desk.queries import webhooks as queries
from deskbell.desk.queries.webhooks import DeliveryStory
from deskbell.kit import json
from deskbell.kit.clock import DAY
from deskbell.kit.errors import DeskbellError, Invalid
from deskbell.model.event import EVENT_NAMES, EventName, event_id
from deskbell.model.webhook import Webhook
from deskbell.store.lanes import Waiting
from deskbell.web.bodies import LARGEST, PathId
from deskbell.web.dashboard.deps import TheForm, TheOwnersDesk
from deskbell.web.dashboard.rendering import go, is_fragment, render
from deskbell.web.dashboard.route import ACCOUNT, screen

router = screen(f"{ACCOUNT}/settings/webhooks/{{webhook_id}}")

STATES = ("pending", "delivered", "dead", "skipped")
PAGE = 50
SPANS = {"hour": DAY // 24, "day": DAY, "week": 7 * DAY, "all": None}
"""How far back all dead deliveries may be replayed at once."""

Choice = Annotated[str, Query(max_length=100)]


@router.get("/deliveries")
async def list_deliveries(
    webhook_id: PathId,
    request: Request,
    desk: TheOwnersDesk,
    state: Choice = "",
    event: Choice = "",
    before: Annotated[int | None, Query(ge=1, le=LARGEST)] = None,
) -> Response:
    state = state if state in STATES else ""
    event = event if event in EVENT_NAMES else ""
    async with desk.services.database.read() as reader:
        webhook = await access.the_webhook(reader, desk.actor, webhook_id)
        found = await queries.delivery_page(
            reader,
            desk.actor,
            webhook_id,
            state=state or None,
            event=event or None,
            before=before,
            limit=PAGE + 1,
        )
        replays = (await queries.all_replays(reader, desk.actor, webhook_id))[:5]
    chosen = {name: value for name, value in (("state", state), ("event", event)) if value}
    older = urlencode(chosen | {"before": found[PAGE - 1].delivery.number}) if len(found) > PAGE else ""
    return render(
        desk,
        request,
        "deliveries.html" if is_fragment(request) else "log.html",
        webhook=webhook,
        deliveries=found[:PAGE],
        replays=replays,
        state=state,
        event=event,
        before=before,
        older=older,
        chosen=urlencode(chosen),
        states=STATES,
        events=EVENT_NAMES,
    )


@router.get("/deliveries/{number}")
async def show_delivery(
    webhook_id: PathId, number: PathId, request: Request, desk: TheOwnersDesk
) -> Response:
    now = desk.services.clock.now()
    async with desk.services.database.read() as reader:
        webhook = await access.the_webhook(reader, desk.actor, webhook_id)
        story = await queries.delivery(reader, desk.actor, webhook_id, number)
        one = story.view.delivery
        why = await queries.why(reader, desk.actor, webhook_id, one.event_number, now)
    told = _told(webhook, story, now) if story.body is not None else {"headers": [], "curl": ""}
    return render(
        desk,
        request,
        "story.html" if is_fragment(request) else "delivery.html",
        webhook=webhook,
        delivery=one,
        attempts=story.view.attempts,
        identity=event_id(one.account_id, one.event_number),
        why=why if why.delivery == number else None,
        body=json.pretty(json.loads(story.body)) if story.body is not None else None,
        oldest=now - int(desk.services.settings.retention_days * DAY),
        **told,
    )


@router.post("/replays")
async def create_replay(webhook_id: PathId, request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    log = desk.path(f"/settings/webhooks/{webhook_id}/deliveries")
    number = form.text("number")
    now = desk.services.clock.now()
    oldest = now - int(desk.services.settings.retention_days * DAY)
    if number.isascii() and number.isdigit() and len(number) <= 18:
        wanted = Wanted(number=int(number), oldest=oldest)
        log = f"{log}/{int(number)}"
    else:
        span = SPANS.get(form.text("dead_since"))
        wanted = Wanted(dead_since=now - span if span else 0, oldest=oldest)
    try:
        async with desk.services.database.unit() as unit:
            replay = await commands.create_replay(unit, desk.actor, webhook_id, wanted)
    except Invalid:
        return go(
            request, log, "That delivery cannot be replayed: it waits, or its body is not kept any more."
        )
    if wanted.number is not None:
        return go(request, log, "It goes out again, at the end of its conversation's lane.")
    return go(request, log, _counted(replay.total))


@router.post("/replays/{replay_id}/cancel")
async def cancel_replay(
    webhook_id: PathId, replay_id: PathId, request: Request, _form: TheForm, desk: TheOwnersDesk
) -> Response:
    async with desk.services.database.unit() as unit:
        await commands.cancel_replay(unit, desk.actor, webhook_id, replay_id)
    return go(request, desk.path(f"/settings/webhooks/{webhook_id}/deliveries"), "The replay is cancelled.")


def _counted(total: int) -> str:
    if not total:
        return "There is no dead delivery in that time."
    return f"Replaying {total} dead {'delivery' if total == 1 else 'deliveries'}."


def _told(webhook: Webhook, story: DeliveryStory, now: int) -> dict[str, Any]:
    """The request as it would go out now: its headers, and the same for a terminal."""
    one, body = story.view.delivery, story.body or b""
    waiting = Waiting(
        lane_id=one.lane_id,
        position=one.position,
        number=one.number,
        replay=one.replay,
        account_id=one.account_id,
        event_number=one.event_number,
        event_name=_event(one.event_name),
        body=body,
    )
    try:
        made = attempt.request(
            attempt.destination(webhook.target), waiting, body, len(story.view.attempts) or 1, now
        )
    except (DeskbellError, ValueError):  # an address that was fit once, but is none any more
        return {"headers": [], "curl": ""}
    headers = [line.partition(": ")[::2] for line in made.headers.decode("latin-1").split("\r\n") if line]
    lines = [f"curl -i {shlex.quote(webhook.target.url)}"]
    lines += [f"  -H {shlex.quote(f'{name}: {value}')}" for name, value in headers]
    lines.append(f"  --data-binary {shlex.quote(body.decode())}")
    return {"headers": headers, "curl": " \\\n".join(lines)}


def _event(name: str) -> EventName:
    return next(known for known in EVENT_NAMES if known == name)
