"""Claiming lanes and settling them: the worker's two transactions."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from deskbell.delivery.attempt import Destination, destination
from deskbell.delivery.run import Run
from deskbell.events.formats import render
from deskbell.events.snapshot import thaw
from deskbell.kit import ids
from deskbell.store import events, lanes, targets
from deskbell.store.database import Database, Unit
from deskbell.store.lanes import Waiting

DEPTH = 16
"""How many of a lane's deliveries one claim takes along."""


async def claim(database: Database, wanted: Iterable[tuple[int, int]], lease: int) -> list[Run]:
    """Lease due lanes of targets, given with how many lanes of each may be taken. `lease` in microseconds."""
    runs: list[Run] = []
    async with database.unit() as unit:
        until = unit.now + lease
        for target_id, limit in wanted:
            claimed = await lanes.claim(unit, target_id, lease=ids.lease(), until=until, limit=limit)
            if claimed:
                runs += await _runs(unit, target_id, claimed, until)
    return runs


async def settle(database: Database, runs: Sequence[Run]) -> None:
    """Write what became of claimed lanes and give them back. Disables targets that answered 410."""
    async with database.unit() as unit:
        for target_id in sorted({run.to.target.id for run in runs if run.gone}):
            await targets.set_status(unit, target_id, "disabled", "The receiver answered 410 Gone.")
        await lanes.settle(unit, [run.settled(unit.now) for run in runs])
        accepted = {run.to.target.id for run in runs if run.accepted}
        await lanes.note_health(unit, accepted, {run.to.target.id for run in runs if run.failed})


async def release_all(database: Database) -> None:
    """End every lease: for a process that knows it is the only one."""
    async with database.unit() as unit:
        await lanes.release_all(unit)


async def ready(database: Database, now: int) -> list[int]:
    """Targets with something due."""
    async with database.read() as reader:
        return await lanes.ready(reader, now)


async def _runs(unit: Unit, target_id: int, claimed: list[lanes.Lane], until: int) -> list[Run]:
    target = await targets.get(unit, target_id)
    assert target is not None, "targets outlive their lanes"
    try:
        to = destination(target)
    except ValueError as error:  # an address kept under older, laxer rules
        await targets.set_status(unit, target_id, "disabled", f"The address cannot be sent to: {error}")
        return []
    waiting: dict[int, list[Waiting]] = defaultdict(list)
    for one in await lanes.work(unit, [lane.id for lane in claimed], target.payload_format, DEPTH):
        waiting[one.lane_id].append(one if one.body is not None else await _rendered(unit, one, to))
    accepted = (
        (await lanes.last_accepted(unit, [target_id])).get(target_id)
        if any(lane.refusals for lane in claimed)
        else None
    )
    return [Run(lane, to, waiting[lane.id], until, accepted) for lane in claimed]


async def _rendered(unit: Unit, waiting: Waiting, to: Destination) -> Waiting:
    """The target's format changed after the event was recorded: render it now, once, and keep the bytes."""
    event = await events.get(unit, waiting.account_id, waiting.event_number)
    assert event is not None, "an event outlives its deliveries"
    body = render(thaw(event.snapshot), to.target.payload_format)
    await events.add_bodies(unit, [(event.account_id, event.number, to.target.payload_format, body)])
    return Waiting(**{**{name: getattr(waiting, name) for name in Waiting.__struct_fields__}, "body": body})
