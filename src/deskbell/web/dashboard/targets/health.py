"""How deliveries to a webhook, an agent bot or an API inbox go, and what is done about it: figures, charts, a test, skipping."""

from typing import Any

from fastapi import APIRouter, Request, Response

from deskbell.delivery import trial
from deskbell.desk.commands import replays
from deskbell.desk.commands import targets as commands
from deskbell.desk.queries import delivery_log, inboxes, pulse
from deskbell.desk.queries.delivery_log import Sought
from deskbell.desk.queries.pulse import Pulse
from deskbell.kit.clock import DAY
from deskbell.kit.errors import Invalid
from deskbell.model.delivery import Attempt
from deskbell.model.event import EVENT_NAMES, EventName
from deskbell.store.database import Reader
from deskbell.store.pulse import MOST_TRIED
from deskbell.web.dashboard.deps import Desk, TheForm, TheOwnersDesk
from deskbell.web.dashboard.rendering import go, is_fragment, render
from deskbell.web.dashboard.route import ACCOUNT, screen
from deskbell.web.dashboard.targets import charts, secrets, snippets
from deskbell.web.dashboard.targets.owners import BOTS, INBOXES, WEBHOOKS, Owner, Place, the_owner

NEWEST = 6
"""Deliveries shown beside the figures."""


class Health:
    """The screens for one kind of owner."""

    def __init__(self, place: Place) -> None:
        self._place = place

    async def show_pulse(self, request: Request, desk: TheOwnersDesk) -> Response:
        """The figures, again and again; as a page of its own where there is none of the owner that shows them."""
        async with desk.services.database.read() as reader:
            owner = await the_owner(reader, desk, self._place)
            if is_fragment(request):
                return render(desk, request, "targets/pulse.html", **await figures(reader, desk, owner))
            if owner.kind == "webhook":
                return go(request, owner.path)
        return await page(request, desk, owner)

    async def show_charts(self, request: Request, desk: TheOwnersDesk) -> Response:
        async with desk.services.database.read() as reader:
            owner = await the_owner(reader, desk, self._place)
            if not is_fragment(request):
                return go(request, owner.overview)
            return render(desk, request, "targets/charts.html", **await _charts(reader, desk, owner))

    async def send_test(self, request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
        async with desk.services.database.read() as reader:
            owner = await the_owner(reader, desk, self._place)
        event = next((name for name in EVENT_NAMES if name == form.text("event")), first_event(owner))
        made: Attempt | None = None
        refused = ""
        try:
            made = await trial.send(desk.services.client, owner.target, event, desk.services.clock.now())
        except Invalid as error:
            refused = "; ".join(error.fields.values())
        told: dict[str, Any] = {"made": made, "event": event, "refused": refused}
        if is_fragment(request):
            return render(desk, request, "targets/tested.html", **told)
        return await page(request, desk, owner, **told)

    async def skip_backlog(self, request: Request, _form: TheForm, desk: TheOwnersDesk) -> Response:
        async with desk.services.database.unit() as unit:
            owner = await the_owner(unit, desk, self._place)
            await commands.skip_backlog(unit, desk.actor, owner.id, owner.kind)
        return go(request, owner.overview, "Skipped what waited. It can be replayed.")


def health_of(place: Place) -> APIRouter:
    """The routes below each owner of a kind."""
    router, health = screen(f"{ACCOUNT}{place.path}"), Health(place)
    router.get("/pulse")(health.show_pulse)
    router.get("/charts")(health.show_charts)
    router.post("/test")(health.send_test)
    router.post("/skip_backlog")(health.skip_backlog)
    return router


webhooks_router, bots_router, inboxes_router = health_of(WEBHOOKS), health_of(BOTS), health_of(INBOXES)


async def page(request: Request, desk: Desk, owner: Owner, **told: Any) -> Response:
    """Everything there is to see of how deliveries go; of a webhook also what it hears, and its secret."""
    async with desk.services.database.read() as reader:
        shown = await figures(reader, desk, owner)
        shown |= await _charts(reader, desk, owner, shown["pulse"])
        found = await inboxes.visible(reader, desk.actor) if owner.webhook else []
    shown |= {"events": EVENT_NAMES, "made": None, "refused": "", "event": first_event(owner)}
    if owner.webhook:
        shown["inbox_names"] = {view.inbox.id: view.inbox.name for view in found}
        shown |= secrets.shown(owner.target, desk.services.clock.now())
        shown["snippets"] = snippets.of(owner.target)
    return render(
        desk, request, "targets/webhook.html" if owner.webhook else "targets/health.html", **shown | told
    )


async def figures(reader: Reader, desk: Desk, owner: Owner) -> dict[str, Any]:
    """What changes by the second."""
    now = desk.services.clock.now()
    found = await pulse.pulse_of(reader, desk.actor, owner.id, now, owner.kind)
    kept = int(desk.services.settings.retention_days * DAY)
    newest = await delivery_log.search(reader, desk.actor, owner.id, Sought(), NEWEST, owner.kind)
    return {
        "owner": owner,
        "pulse": found,
        "latency": await pulse.latency(reader, owner.target),
        "newest": newest.views,
        "lost": await replays.lost(reader, desk.actor, owner.id, now - kept, owner.kind),
        "lost_of": replays.NEWEST,
        "bars": charts.bars,
    }


async def _charts(
    reader: Reader, desk: Desk, owner: Owner, found_already: Pulse | None = None
) -> dict[str, Any]:
    now = desk.services.clock.now()
    found = await pulse.record(reader, desk.actor, owner.id, now, owner.kind)
    known = found_already or await pulse.pulse_of(reader, desk.actor, owner.id, now, owner.kind)
    return {
        "owner": owner,
        "record": found,
        "reasons": charts.shares(found),
        "partial": known.is_tried_partly,
        "looked_at": MOST_TRIED,
        "lines": charts.lines,
        "hourly": charts.table(known.hours, found.tempi, now),
    }


def first_event(owner: Owner) -> EventName:
    """What a test sends where nothing else is said."""
    wanted = owner.webhook.subscriptions if owner.webhook else ["message_created"]
    return next((name for name in EVENT_NAMES if name in wanted), EVENT_NAMES[0])
