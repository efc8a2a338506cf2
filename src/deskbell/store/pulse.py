"""What became of targets' newest deliveries, hour by hour, and how long their receivers took: the dashboard's figures.

Reckoned from the newest deliveries only, found by their numbers: a busy target's day costs as much as a quiet one's.
"""

from collections.abc import Sequence

from msgspec import Struct

from deskbell.model.delivery import DeliveryState
from deskbell.store.database import Reader
from deskbell.store.health import Backlog
from deskbell.store.statement import Statement

MOST = 20_000
"""Deliveries of a target that are looked at."""
TIMED = 500
"""Deliveries whose attempts are timed."""


class Count(Struct, frozen=True):
    """So many deliveries of one target, recorded in one slot of time, are in a state; `attempts` at all of them."""

    target_id: int
    slot: int
    state: DeliveryState
    deliveries: int
    at_once: int
    attempts: int


_COUNTS = Statement(
    "SELECT d.target_id, (d.created_at - :since) / :width, d.state, COUNT(*), "
    "SUM(CASE WHEN d.state = 'delivered' AND d.attempts <= 1 THEN 1 ELSE 0 END), SUM(d.attempts) "
    "FROM targets g JOIN deliveries d ON d.target_id = g.id AND d.number > g.last_number - :most "
    "WHERE g.id = ANY(:target_ids) AND d.created_at >= :since GROUP BY 1, 2, 3"
)
_DUE = (
    "SELECT l.target_id, SUM(l.tail - l.head), MIN(d.created_at) FROM targets g JOIN lanes l ON l.target_id = g.id "
    "JOIN deliveries d ON d.lane_id = l.id AND d.position = l.head + 1 WHERE g.id = ANY(:target_ids) AND l.tail > l.head"
)
# Where a target is enabled, what waits is due some time, which an index knows; elsewhere every lane is looked at.
_BACKLOGS = Statement(f"{_DUE} AND l.due_at > 0 GROUP BY l.target_id")
_HALTED = Statement(f"{_DUE} GROUP BY l.target_id")
_DURATIONS = Statement(
    "SELECT a.duration FROM targets g JOIN attempts a ON a.target_id = g.id AND a.delivery_number > g.last_number - :most "
    "WHERE g.id = :target_id AND a.status IS NOT NULL ORDER BY a.duration"
)


async def counts(reader: Reader, target_ids: Sequence[int], since: int, width: int) -> list[Count]:
    """By target, slot of `width` and state."""
    rows = await reader.all(_COUNTS, target_ids=target_ids, since=since, width=width, most=MOST)
    return [Count(row[0], int(row[1]), row[2], int(row[3]), int(row[4]), int(row[5])) for row in rows]


async def backlogs(reader: Reader, enabled: Sequence[int], halted: Sequence[int]) -> dict[int, Backlog]:
    """What waits for each target that something waits for; those that are not enabled apart."""
    rows = [
        *(await reader.all(_BACKLOGS, target_ids=enabled) if enabled else ()),
        *(await reader.all(_HALTED, target_ids=halted) if halted else ()),
    ]
    return {row[0]: Backlog(waiting=int(row[1]), oldest_at=row[2]) for row in rows}


async def durations(reader: Reader, target_id: int) -> list[int]:
    """How long the newest answered attempts took, the quickest first."""
    return [row[0] for row in await reader.all(_DURATIONS, target_id=target_id, most=TIMED)]
