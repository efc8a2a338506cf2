"""Claiming lanes and settling them: the worker's two transactions."""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from deskbell.delivery.attempt import Destination, destination
from deskbell.delivery.health import after, allowed, given_up, probing
from deskbell.delivery.run import Run
from deskbell.events.formats import render
from deskbell.events.snapshot import thaw
from deskbell.kit import ids
from deskbell.kit.clock import SECOND
from deskbell.model.webhook import Health, Target
from deskbell.store import events, inbox_failures, lanes, notices, targets
from deskbell.store import health as store_health
from deskbell.store.database import Database, Unit
from deskbell.store.lanes import Settled, Waiting

log = logging.getLogger("deskbell.delivery")

GONE = "The receiver answered 410 Gone."
GIVEN_UP = "Every attempt has failed for days. Mend the receiver, then enable it again."
DEPTH = 16
"""How many of a lane's deliveries one claim takes along."""


class Place(Struct, frozen=True):
    """A target that may have work: how many more of its lanes this process can take, and which it holds.

    `ahead`: it may take as many again as can be in flight, to have the next ones at hand.
    """

    target_id: int
    free: int
    held: frozenset[int]
    ahead: bool = False


class Bounds(Struct, frozen=True):
    """How long a lease is (microseconds), how many lanes a healthy target gets, and after how long a failing one is given up."""

    lease: int
    ceiling: int
    patience: int

    def ceiling_of(self, target: Target) -> int:
        """How many lanes of a target may be in flight when it is well."""
        return min(target.concurrency or self.ceiling, self.ceiling)


class Claimed(Struct, frozen=True):
    """A leased lane, and what its deliveries need to go out."""

    lane: lanes.Lane
    to: Destination
    health: Health
    until: int


async def claim(
    database: Database, places: Sequence[Place], free: int, bounds: Bounds
) -> tuple[list[Run], set[int]]:
    """Lease due lanes: of each target as many as its health allows, of all together at most `free`.

    No target takes more than half of what is left, so that slow ones never leave the others without a place. Answers the
    leased lanes and the targets that may have more of them due.
    """
    claimed: list[Claimed] = []
    more: set[int] = set()
    async with database.unit(urgent=True) as unit:
        target_ids = [place.target_id for place in places]
        healths = await _healths(unit, target_ids)
        known = await targets.by_id(unit, target_ids)
        for place in places:
            left = free - len(claimed)
            limit = min(place.free, max(1, left // 2), left)
            target, health = known.get(place.target_id), healths.get(place.target_id)
            if target is None or health is None:
                continue  # gone with its account
            found = await _claim_of(unit, target, health, replace(place, free=limit), bounds)
            claimed += found
            if len(found) >= limit:
                more.add(place.target_id)
        return await _runs(unit, claimed), more


async def _claim_of(
    unit: Unit, target: Target, health: Health, place: Place, bounds: Bounds
) -> list[Claimed]:
    ceiling = bounds.ceiling_of(target)
    room = allowed(health, ceiling, unit.now)
    if place.ahead and health.is_well:
        room *= 2
    limit = min(place.free, room - (0 if health.is_open else len(place.held)))
    if limit <= 0:
        return []
    try:
        to = destination(target)
    except ValueError as error:  # an address kept under older, laxer rules
        await _disable(unit, target, f"The address cannot be sent to: {error}")
        return []
    until = unit.now + max(bounds.lease, int(2 * SECOND * (target.timeout or 0)))
    claimed = await lanes.claim(unit, target.id, lease=ids.lease(), until=until, limit=limit, held=place.held)
    if claimed and health.is_open:
        await store_health.write(unit, [probing(health, unit.now, until)])
    return [Claimed(lane, to, health, until) for lane in claimed]


async def settle(database: Database, runs: Sequence[Run], bounds: Bounds) -> None:
    """Write what became of claimed lanes and give them back; disable targets that are gone or given up.

    Disabling has units of its own, so that row locks are always taken in one order: health, target, its lanes.
    """
    known = {run.to.target.id: run.to.target for run in runs}
    await _disable_all(database, {run.to.target.id: GONE for run in runs if run.gone}, known)
    async with database.unit(urgent=True) as unit:
        healths = await store_health.lock(unit, sorted(known))
        settled = await lanes.settle(unit, [run.settled(unit.now) for run in runs])
        await _remember_deaths(
            unit, [one for one in settled if known[one.lane.target_id].kind == "api_inbox"]
        )
        mine = {one.lane.id for one in settled}
        for run in runs:
            if run.lane.id in mine:  # whoever has the lease now tells of these deliveries
                healths[run.to.target.id] = _told_by(run, healths[run.to.target.id], unit.now, bounds)
        await store_health.write(unit, healths.values())
        hopeless = [one for one in healths.values() if given_up(one, unit.now, bounds.patience)]
    await _disable_all(database, {one.target_id: GIVEN_UP for one in hopeless}, known)


async def _remember_deaths(unit: Unit, settled: Sequence[Settled]) -> None:
    """What an API inbox's own address never gets fails its messages: not here, where locks of healths are held (failures.py)."""
    for one in settled:
        dead = [number for number, _, state in one.deliveries if state == "dead"]
        if dead:
            await inbox_failures.add(unit, one.lane.target_id, dead)


def _told_by(run: Run, health: Health, now: int, bounds: Bounds) -> Health:
    """A target's health after all that came of a run."""
    ceiling = bounds.ceiling_of(run.to.target)
    for verdict in run.verdicts:
        health = after(health, verdict, now, ceiling, probe=run.probe)
    return health


async def _disable_all(database: Database, reasons: Mapping[int, str], known: Mapping[int, Target]) -> None:
    if reasons:
        async with database.unit(urgent=True) as unit:
            for target_id in sorted(reasons):
                await _disable(unit, known[target_id], reasons[target_id])


async def _healths(unit: Unit, target_ids: Sequence[int]) -> dict[int, Health]:
    """The health of each target; that of a tripped one is held, so that only one worker sends its probe."""
    healths = await store_health.read(unit, target_ids)
    tripped = sorted(target_id for target_id, health in healths.items() if health.is_open)
    return healths | (await store_health.lock(unit, tripped) if tripped else {})


async def release_all(database: Database) -> None:
    """End every lease: for a process that knows it is the only one."""
    async with database.unit() as unit:
        await lanes.release_all(unit)


async def ready(database: Database, now: int) -> list[int]:
    """Targets with something due."""
    async with database.read() as reader:
        return await lanes.ready(reader, now)


async def _runs(unit: Unit, claimed: Sequence[Claimed]) -> list[Run]:
    if not claimed:
        return []
    destinations = {one.lane.id: one.to for one in claimed}
    waiting: dict[int, list[Waiting]] = defaultdict(list)
    for one in await lanes.work(unit, list(destinations), DEPTH):
        whole = one if one.body is not None else await _rendered(unit, one, destinations[one.lane_id])
        waiting[one.lane_id].append(whole)
    return [
        Run(
            one.lane,
            one.to,
            waiting[one.lane.id],
            one.until,
            one.health.last_accepted_at,
            leased_at=unit.now,
            probe=one.health.is_open,
        )
        for one in claimed
    ]


async def _disable(unit: Unit, target: Target, reason: str) -> None:
    if await targets.disable(unit, target, reason):
        await notices.target_disabled(unit, target, reason)
        log.warning("A target was disabled", extra={"target": target.id, "why": reason})


async def _rendered(unit: Unit, waiting: Waiting, to: Destination) -> Waiting:
    """The target's format changed after the event was recorded: render it now, once, and keep the bytes.

    An event that is not kept any more stays without a body.
    """
    event = await events.get(unit, waiting.account_id, waiting.event_number)
    if event is None or not event.snapshot:
        return waiting
    body = render(thaw(event.snapshot), to.target.payload_format)
    await events.add_bodies(unit, [(event.account_id, event.number, to.target.payload_format, body)])
    return replace(waiting, body=body)
