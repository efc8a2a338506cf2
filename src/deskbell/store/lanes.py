"""Lanes: claim those that are due, read what waits in them, settle what became of it.

A lane's deliveries carry positions 1, 2, 3 …; those up to `head` are settled, those up to `tail` are recorded. A lease is a
`due_at` in the future: a worker that dies lets it pass, and the lane is due again. Whoever writes `due_at` writes into `set_at` by
which instant it was reckoned (store/clocks.py).
"""

from collections.abc import Collection, Sequence
from operator import itemgetter
from typing import Any

from msgspec import Struct
from msgspec.structs import astuple

from deskbell.model.delivery import Attempt, DeliveryState
from deskbell.model.event import EventName
from deskbell.store.database import Reader, Unit
from deskbell.store.shape import Shape, insert
from deskbell.store.statement import Statement


class Lane(Struct, frozen=True, kw_only=True):
    """A claimed lane. `attempts`, `refusals` and `refused_since` belong to the delivery after `head`."""

    id: int
    target_id: int
    subject: str
    head: int
    tail: int
    lease: int
    attempts: int
    refusals: int
    refused_since: int | None


class Waiting(Struct, frozen=True, kw_only=True):
    """A delivery that waits in a lane. `body` is None where its format was never rendered."""

    lane_id: int
    position: int
    number: int
    replay: bool
    account_id: int
    event_number: int
    event_name: EventName
    body: bytes | None


class Settled(Struct, frozen=True, kw_only=True):
    """What became of a lane. Deliveries are (number, attempts, state); attempts are (delivery number, attempt)."""

    lane: Lane
    head: int
    attempts: int
    refusals: int
    refused_since: int | None
    due_at: int
    deliveries: list[tuple[int, int, DeliveryState]]
    log: list[tuple[int, Attempt]]


LANE = Shape(Lane)
_IN_ORDER = itemgetter(0, 1)
"""A lane's id and a position: the first two fields of Waiting."""
_WAITING = Shape(Waiting, event_name="e.name", body="x.body")

_READY = Statement(
    "SELECT g.id FROM targets g JOIN target_health h ON h.target_id = g.id "
    "WHERE g.status = 'enabled' AND (h.open_until IS NULL OR h.open_until <= :now) "
    "AND EXISTS (SELECT 1 FROM lanes l WHERE l.target_id = g.id AND l.due_at <= :now) ORDER BY g.id"
)
_CLAIM = Statement(
    # WITH, so that no plan looks for due lanes more than once and takes more than the limit.
    "WITH due AS (SELECT id FROM lanes WHERE target_id = :target_id AND due_at <= :now AND NOT (id = ANY(:held)) "
    "AND EXISTS (SELECT 1 FROM targets g WHERE g.id = :target_id AND g.status = 'enabled') "
    "ORDER BY due_at LIMIT :limit FOR UPDATE SKIP LOCKED) "
    "UPDATE lanes SET due_at = :until, set_at = :now, lease = :lease WHERE id IN (SELECT id FROM due) "
    f"RETURNING {LANE.columns('lanes')}"
)
_WORK = Statement(
    f"SELECT {_WAITING.columns('d')} FROM lanes l JOIN targets g ON g.id = l.target_id "
    "JOIN deliveries d ON d.lane_id = l.id AND d.position > l.head AND d.position <= l.head + :depth "
    "JOIN events e ON e.account_id = d.account_id AND e.number = d.event_number "
    "LEFT JOIN event_bodies x ON x.account_id = d.account_id AND x.number = d.event_number AND x.payload_format = g.payload_format "
    "WHERE l.id = ANY(:lane_ids)"
)
_HELD = Statement(
    "SELECT id, lease FROM lanes WHERE id = ANY(:ids) ORDER BY target_id, subject FOR NO KEY UPDATE"
)
_SETTLE = Statement(
    "UPDATE lanes SET head = :head, attempts = :attempts, refusals = :refusals, refused_since = :refused_since, lease = 0, "
    "due_at = CASE WHEN tail > :head AND EXISTS (SELECT 1 FROM targets g WHERE g.id = lanes.target_id AND g.status = 'enabled') "
    "THEN CAST(:due_at AS BIGINT) END, set_at = :set_at WHERE id = :id"
)
_SETTLE_DELIVERY = Statement(
    "UPDATE deliveries SET state = :state, attempts = :attempts, settled_at = :settled_at WHERE target_id = :target_id AND number = :number"
)
_DIED = Statement(
    "UPDATE deliveries SET died_at = :died_at WHERE target_id = :target_id AND number = :number"
)
_LOG = Statement(
    insert("attempts", "target_id", "delivery_number", *Attempt.__struct_fields__) + " ON CONFLICT DO NOTHING"
)
_HURRY = Statement(
    "UPDATE lanes SET due_at = :now, set_at = :now WHERE id IN (SELECT id FROM lanes WHERE target_id = :target_id AND lease = 0 "
    "AND due_at > :now ORDER BY subject FOR NO KEY UPDATE)"
)
_IDLE = Statement(
    "SELECT id FROM lanes WHERE target_id = :target_id AND (lease = 0 OR due_at <= :now) AND tail > head "
    "ORDER BY subject FOR NO KEY UPDATE"
)
_SKIP_DELIVERIES = Statement(
    "UPDATE deliveries SET state = 'skipped', settled_at = :now WHERE target_id = :target_id AND state = 'pending' AND lane_id = ANY(:ids)"
)
_SKIP_LANES = Statement(
    "UPDATE lanes SET head = tail, due_at = NULL, lease = 0, attempts = 0, refusals = 0, refused_since = NULL WHERE id = ANY(:ids)"
)
_RELEASE_ALL = Statement(
    "UPDATE lanes SET due_at = :now, set_at = :now, lease = 0 WHERE lease <> 0 AND due_at IS NOT NULL"
)


async def ready(reader: Reader, now: int) -> list[int]:
    """Enabled targets with a lane that is due and a breaker that lets something out."""
    return [row["id"] for row in await reader.all(_READY, now=now)]


async def claim(
    unit: Unit, target_id: int, *, lease: int, until: int, limit: int, held: Collection[int] = ()
) -> list[Lane]:
    """Lease up to `limit` due lanes of a target until an instant; other workers pass them by. Not those the worker holds."""
    rows = await unit.all(
        _CLAIM, target_id=target_id, lease=lease, until=until, now=unit.now, limit=limit, held=list(held)
    )
    return [LANE.read(row) for row in rows]


async def work(reader: Reader, lane_ids: Sequence[int], depth: int) -> list[Waiting]:
    """The first deliveries that wait in each lane, lane by lane, in order; with the bodies their target takes."""
    rows = await reader.all(_WORK, lane_ids=lane_ids, depth=depth)
    rows = sorted(rows, key=_IN_ORDER)  # here, for SQLite would carry every body through its sorter
    return [_WAITING.read(row) for row in rows]


async def settle(unit: Unit, settled: Sequence[Settled]) -> list[Settled]:
    """Write what became of lanes and give back their leases. Lanes whose lease has passed to another are left alone.

    Answers what was written.
    """
    rows = await unit.all(_HELD, ids=[one.lane.id for one in settled])
    held = {row["id"]: row["lease"] for row in rows}
    mine = [one for one in settled if held.get(one.lane.id) == one.lane.lease]
    mine.sort(key=lambda one: (one.lane.target_id, one.lane.subject))
    await unit.run_many(_SETTLE, [_lane_values(one, unit.now) for one in mine])
    deliveries = [
        (state, attempts, None if state == "pending" else unit.now, one.lane.target_id, number)
        for one in mine
        for number, attempts, state in one.deliveries
    ]
    if deliveries:
        await unit.run_many(_SETTLE_DELIVERY, deliveries)
    died = [(unit.now, target_id, number) for state, _, _, target_id, number in deliveries if state == "dead"]
    if died:
        await unit.run_many(_DIED, died)
    log = [(one.lane.target_id, number, *astuple(attempt)) for one in mine for number, attempt in one.log]
    if log:
        await unit.run_many(_LOG, log)
    return mine


async def hurry(unit: Unit, target_id: int) -> None:
    """Do not wait for retries of a target any longer: look into its lanes now."""
    await unit.run(_HURRY, target_id=target_id, now=unit.now)
    unit.ring([target_id])


async def skip(unit: Unit, target_id: int) -> None:
    """Let go of everything that waits in lanes nobody works on; the deliveries are marked skipped."""
    idle = [row["id"] for row in await unit.all(_IDLE, target_id=target_id, now=unit.now)]
    await unit.run(_SKIP_DELIVERIES, target_id=target_id, ids=idle, now=unit.now)
    await unit.run(_SKIP_LANES, ids=idle)


async def release_all(unit: Unit) -> None:
    """End every lease at once: for a process that knows it is the only worker."""
    await unit.run(_RELEASE_ALL, now=unit.now)


def _lane_values(one: Settled, now: int) -> dict[str, Any]:
    return {
        "id": one.lane.id,
        "head": one.head,
        "attempts": one.attempts,
        "refusals": one.refusals,
        "refused_since": one.refused_since,
        "due_at": one.due_at,
        "set_at": now,
    }
