"""The log of deliveries to a webhook, an agent bot or an API inbox, and the story of each of them."""

import shlex
from typing import Any

from fastapi import APIRouter, Request, Response

from deskbell.delivery import attempt
from deskbell.desk.queries import delivery_log
from deskbell.desk.queries import webhooks as queries
from deskbell.desk.queries.delivery_log import Found
from deskbell.desk.queries.webhooks import DeliveryStory
from deskbell.kit import json
from deskbell.kit.clock import DAY
from deskbell.kit.errors import DeskbellError
from deskbell.model.event import EVENT_NAMES, EventName, event_id
from deskbell.model.webhook import Target
from deskbell.store.lanes import Waiting
from deskbell.web.bodies import PathId
from deskbell.web.dashboard.deps import TheOwnersDesk
from deskbell.web.dashboard.rendering import is_fragment, render
from deskbell.web.dashboard.route import ACCOUNT, screen
from deskbell.web.dashboard.targets import log_filters
from deskbell.web.dashboard.targets.owners import BOTS, INBOXES, WEBHOOKS, Place, the_owner
from deskbell.web.dashboard.targets.replays import current

PAGE = 50
_PATTERN = frozenset("[]{}")
"""What curl takes for a pattern of several addresses unless it is told not to."""


class Log:
    """The screens for one kind of owner."""

    def __init__(self, place: Place) -> None:
        self._place = place

    async def list_deliveries(self, request: Request, desk: TheOwnersDesk) -> Response:
        now = desk.services.clock.now()
        choice = log_filters.choice_of(request)
        sought, problems = log_filters.sought(choice, now)
        async with desk.services.database.read() as reader:
            owner = await the_owner(reader, desk, self._place)
            found = Found(views=[])
            if not problems:
                found = await delivery_log.search(reader, desk.actor, owner.id, sought, PAGE, owner.kind)
            replays = await queries.all_replays(reader, desk.actor, owner.id, owner.kind)
        return render(
            desk,
            request,
            "targets/deliveries.html" if is_fragment(request) else "targets/log.html",
            owner=owner,
            choice=choice,
            dear=sought.criteria.is_dear or bool(sought.text),
            found=found,
            deliveries=found.views,
            replays=current(replays, now),
            states=log_filters.STATES,
            events=EVENT_NAMES,
            problems=problems,
        )

    async def show_delivery(self, number: PathId, request: Request, desk: TheOwnersDesk) -> Response:
        now = desk.services.clock.now()
        async with desk.services.database.read() as reader:
            owner = await the_owner(reader, desk, self._place)
            story = await queries.delivery(reader, desk.actor, owner.id, number, owner.kind)
            one = story.view.delivery
            why = await queries.why(reader, desk.actor, owner.id, one.event_number, now, owner.kind)
        told = _told(owner.target, story, now) if story.body is not None else {"headers": [], "curl": ""}
        return render(
            desk,
            request,
            "targets/story.html" if is_fragment(request) else "targets/delivery.html",
            owner=owner,
            delivery=one,
            attempts=story.view.attempts,
            conversation=story.conversation,
            identity=event_id(one.account_id, one.event_number),
            why=why if why.delivery == number else None,
            newest=why.delivery if why.delivery != number else None,
            others=[other for other in story.siblings if other.number != number],
            again=_again(story, now - int(desk.services.settings.retention_days * DAY)),
            body=json.pretty(json.loads(story.body)) if story.body is not None else None,
            **told,
        )


def logged(place: Place) -> APIRouter:
    """The routes below each owner of a kind."""
    router, log = screen(f"{ACCOUNT}{place.path}/deliveries"), Log(place)
    router.get("")(log.list_deliveries)
    router.get("/{number}")(log.show_delivery)
    return router


webhooks_router, bots_router, inboxes_router = logged(WEBHOOKS), logged(BOTS), logged(INBOXES)


def _again(story: DeliveryStory, oldest: int) -> int | None:
    """The number a replay of it is asked for by, which is the event's first delivery; None where it cannot be sent again."""
    first = next((one for one in story.siblings if not one.replay), None)
    if first is None or first.created_at < oldest or "pending" in (first.state, story.view.delivery.state):
        return None
    return first.number


def _told(target: Target, story: DeliveryStory, now: int) -> dict[str, Any]:
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
    made_before = len(story.view.attempts)
    place = made_before + 1 if one.state == "pending" else made_before or 1
    try:
        made = attempt.request(attempt.destination(target), waiting, body, place, now)
    except (DeskbellError, ValueError):  # an address that was fit once, but is none any more
        return {"headers": [], "curl": ""}
    headers = [line.partition(": ")[::2] for line in made.headers.decode("latin-1").split("\r\n") if line]
    plain = "" if _PATTERN.isdisjoint(target.url) else "--globoff "
    lines = [f"curl -i {plain}{shlex.quote(target.url)}"]
    lines += [f"  -H {shlex.quote(f'{name}: {value}')}" for name, value in headers]
    lines.append(f"  --data-binary {shlex.quote(body.decode())}")
    return {"headers": headers, "curl": " \\\n".join(lines)}


def _event(name: str) -> EventName:
    return next(known for known in EVENT_NAMES if known == name)
