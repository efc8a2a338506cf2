"""Replays: how many deliveries it would be, send them again, watch, stop."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from msgspec import Struct

from deskbell.desk.commands import replays as commands
from deskbell.desk.commands.replays import FASTEST, MOST_COUNTED, Wanted
from deskbell.desk.queries import webhooks as queries
from deskbell.kit.clock import DAY, MINUTE
from deskbell.kit.errors import Invalid
from deskbell.model.replay import Replay
from deskbell.web.bodies import PathId
from deskbell.web.dashboard.deps import Desk, Form, TheForm, TheOwnersDesk
from deskbell.web.dashboard.rendering import go, is_fragment, number, render
from deskbell.web.dashboard.route import ACCOUNT, screen
from deskbell.web.dashboard.targets.log_filters import SPANS, instant_of, number_of
from deskbell.web.dashboard.targets.owners import BOTS, INBOXES, WEBHOOKS, Place, the_owner

RATES = (0, 1, 10, 100)
"""Deliveries a second; 0 is as fast as they fit."""
SHOWN = MINUTE
"""How long a replay that is done stays in sight of the log."""
_NAMES = {"first_number": "first", "last_number": "last"}
_ORDERS = {
    "last": "should not be smaller than the number to start from",
    "until": "should be later than the beginning",
}
FIELDS = ("what", "number", "span", "first", "last", "since", "until", "rate")


class Asked(Struct, frozen=True, kw_only=True):
    """What somebody wants to replay, as they said it."""

    typed: dict[str, str]
    numbers: list[int]
    wanted: Wanted | None
    problems: dict[str, str]


class Replays:
    """The screens for one kind of owner."""

    def __init__(self, place: Place) -> None:
        self._place = place

    async def show_new(self, request: Request, desk: TheOwnersDesk) -> Response:
        """The ways to choose; and of what is chosen already, how many it is."""
        query = request.query_params
        asked = _asked(
            Form({name: query.get(name, "") for name in FIELDS} | {"numbers": query.getlist("numbers")}), desk
        )
        return await self._page(request, desk, asked)

    async def list_replays(self, request: Request, desk: TheOwnersDesk) -> Response:
        """How far they have come."""
        async with desk.services.database.read() as reader:
            owner = await the_owner(reader, desk, self._place)
            found = await queries.all_replays(reader, desk.actor, owner.id, owner.kind)
        if not is_fragment(request):
            return go(request, f"{owner.path}/replays/new")
        shown = current(found, desk.services.clock.now())
        return render(desk, request, "targets/replays.html", owner=owner, replays=shown)

    async def create_replay(self, request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
        async with desk.services.database.read() as reader:
            owner = await the_owner(reader, desk, self._place)
        asked = _asked(form, desk)
        if asked.wanted is None:
            return await self._page(request, desk, asked)
        log = f"{owner.path}/deliveries"
        try:
            async with desk.services.database.unit() as unit:
                replay = await commands.create_replay(unit, desk.actor, owner.id, asked.wanted, owner.kind)
        except Invalid as wrong:
            if asked.wanted.number is None:
                return await self._page(request, desk, _refused(asked, wrong))
            told = "That delivery cannot be replayed: it waits, or its body is not kept any more."
            return go(request, f"{log}/{asked.wanted.number}", told)
        if asked.wanted.number is not None:
            told = "It goes out again, at the end of its conversation's lane."
            return go(request, f"{log}/{asked.wanted.number}", told)
        return go(request, log, f"Sending {counted(replay.total)} again.")

    async def cancel_replay(
        self, replay_id: PathId, request: Request, _form: TheForm, desk: TheOwnersDesk
    ) -> Response:
        async with desk.services.database.unit() as unit:
            owner = await the_owner(unit, desk, self._place)
            await commands.cancel_replay(unit, desk.actor, owner.id, replay_id, owner.kind)
        told = "The replay is cancelled. What was in line already still goes out."
        return go(request, f"{owner.path}/deliveries", told)

    async def _page(self, request: Request, desk: Desk, asked: Asked) -> Response:
        now = desk.services.clock.now()
        async with desk.services.database.read() as reader:
            owner = await the_owner(reader, desk, self._place)
            if asked.wanted is not None:
                asked, planned = await _planned(reader, desk, self._place, owner.id, asked)
            else:
                planned = None
            found = await queries.all_replays(reader, desk.actor, owner.id, owner.kind)
        shown_now = current(found, now)
        shown: dict[str, Any] = {
            "owner": owner,
            "typed": asked.typed,
            "numbers": asked.numbers,
            "planned": planned,
            "words": previewed(planned.total) if planned else "",
            "problems": asked.problems,
            "replays": shown_now,
            "past": [one for one in found if one.state != "running" and one not in shown_now][:20],
            "rates": RATES,
        }
        name = "targets/replay_count.html" if is_fragment(request) else "targets/replay.html"
        return render(desk, request, name, 422 if asked.problems else 200, **shown)


def replayed(place: Place) -> APIRouter:
    """The routes below each owner of a kind."""
    router, of = screen(f"{ACCOUNT}{place.path}/replays"), Replays(place)
    router.get("")(of.list_replays)
    router.post("")(of.create_replay)
    router.get("/new")(of.show_new)
    router.post("/{replay_id}/cancel")(of.cancel_replay)
    return router


webhooks_router, bots_router, inboxes_router = replayed(WEBHOOKS), replayed(BOTS), replayed(INBOXES)


def current(found: Sequence[Replay], now: int) -> list[Replay]:
    """Those that run, and those that were done just now."""
    return [one for one in found if one.state == "running" or (one.finished_at or 0) > now - SHOWN][:5]


def counted(total: int) -> str:
    return f"{number(total)} {'delivery' if total == 1 else 'deliveries'}"


def previewed(total: int) -> str:
    return f"more than {counted(MOST_COUNTED)}" if total > MOST_COUNTED else counted(total)


async def _planned(
    reader: Any, desk: Desk, place: Place, owner_id: int, asked: Asked
) -> tuple[Asked, Replay | None]:
    """What it would be, without doing it."""
    assert asked.wanted is not None
    now = desk.services.clock.now()
    try:
        return asked, await commands.preview(reader, desk.actor, owner_id, asked.wanted, now, place.kind)
    except Invalid as wrong:
        return _refused(asked, wrong), None


def _refused(asked: Asked, wrong: Invalid) -> Asked:
    problems = {_NAMES.get(name, name): problem for name, problem in wrong.fields.items()}
    for name, problem in _ORDERS.items():
        if name in problems:
            problems[name] = problem
    return Asked(typed=asked.typed, numbers=asked.numbers, wanted=None, problems=problems)


def _asked(form: Form, desk: Desk) -> Asked:
    typed = {name: form.text(name) for name in FIELDS}
    listed = form.texts("numbers") or form.texts("numbers[]")
    numbers = [one for one in map(number_of, listed[:1000]) if one]
    now = desk.services.clock.now()
    rate = number_of(typed["rate"])
    terms: dict[str, Any] = {
        "oldest": now - int(desk.services.settings.retention_days * DAY),
        "rate": min(rate, FASTEST) if rate else None,
    }
    problems: dict[str, str] = {}
    wanted = _wanted(typed, numbers, terms, now, problems)
    return Asked(typed=typed, numbers=numbers, wanted=None if problems else wanted, problems=problems)


def _wanted(
    typed: dict[str, str], numbers: list[int], terms: dict[str, Any], now: int, problems: dict[str, str]
) -> Wanted | None:
    """Which deliveries that is; None while nothing is chosen."""
    what = typed["what"]
    if one := number_of(typed["number"]):
        return Wanted(number=one, **terms)
    if what == "selected" and not numbers:
        problems["numbers"] = "None is selected: tick some deliveries in the log."
    elif what == "selected":
        return Wanted(numbers=numbers, **terms)
    elif what == "dead":
        span = SPANS.get(typed["span"])
        return Wanted(dead_since=now - span if span else 0, **terms)
    elif what == "range":
        first, last = (
            _read(number_of, typed, name, "should be a delivery's number", problems)
            for name in ("first", "last")
        )
        return Wanted(first_number=first, last_number=last, **terms)
    elif what == "time":
        since, until = (
            _read(instant_of, typed, name, "should be a date and a time", problems)
            for name in ("since", "until")
        )
        return Wanted(since=since, until=until, **terms)
    return None


def _read(read: Any, typed: dict[str, str], name: str, problem: str, problems: dict[str, str]) -> int | None:
    found: int | None = read(typed[name])
    if found is None:
        problems[name] = problem
    return found
