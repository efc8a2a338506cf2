"""What became of targets' newest deliveries, hour by hour, and how long their receivers took: the dashboard's figures.

Reckoned from the newest deliveries only, found by their numbers: a busy target's day costs as much as a quiet one's.
"""

from msgspec import Struct

from deskbell.model.delivery import DeliveryState, Reason
from deskbell.model.webhook import Target
from deskbell.store.database import Reader
from deskbell.store.health import Backlog
from deskbell.store.statement import Statement

MOST = 10_000
"""Deliveries of a target that are looked at."""
MOST_LANES = 10_000
"""Conversations with something waiting that are looked at."""
AGED = 500
"""Of those, the ones whose oldest delivery is looked for."""
MOST_TRIED = 5_000
"""Deliveries whose attempts are looked at."""
TIMED = 500
"""Deliveries whose attempts are timed."""
KINDS = 10
"""Ways to fail that are told apart, the most frequent ones."""


class Failure(Struct, frozen=True):
    """So many attempts failed in one way; `status` is what was answered, 0 where nothing was."""

    reason: Reason
    status: int
    attempts: int


class Count(Struct, frozen=True):
    """So many deliveries of a target, recorded in one slot of time, are in a state; `attempts` at all of them."""

    slot: int
    state: DeliveryState
    deliveries: int
    at_once: int
    attempts: int


# The first number looked at is given as a value, so that PostgreSQL knows how few they are.
_COUNTS = Statement(
    "SELECT (d.created_at - :since) / :width, d.state, COUNT(*), "
    "SUM(CASE WHEN d.state = 'delivered' AND d.attempts <= 1 THEN 1 ELSE 0 END), SUM(d.attempts) "
    "FROM deliveries d WHERE d.target_id = :target_id AND d.number > :above AND d.created_at >= :since GROUP BY 1, 2"
)
_WAITING = (
    "WITH w AS (SELECT l.id, l.head, l.tail FROM lanes l WHERE l.target_id = :target_id AND l.tail > l.head{} LIMIT :most) "
    "SELECT COUNT(*), COALESCE(SUM(w.tail - w.head), 0), (SELECT MIN(d.created_at) FROM (SELECT * FROM w LIMIT :few) f "
    "JOIN deliveries d ON d.lane_id = f.id AND d.position = f.head + 1) FROM w"
)
# Where a target is enabled, what waits is due some time, which an index knows; elsewhere every lane is looked at.
_BACKLOG = Statement(_WAITING.format(" AND l.due_at > 0 ORDER BY l.due_at"))
_HALTED = Statement(_WAITING.format(""))
_NEWEST = "FROM attempts a WHERE a.target_id = :target_id AND a.delivery_number > :above"
_DURATIONS = Statement(f"SELECT a.duration {_NEWEST} AND a.status IS NOT NULL ORDER BY a.duration")
_REASONS = Statement(
    f"SELECT a.reason, COALESCE(a.status, 0), COUNT(*) {_NEWEST} AND a.started_at >= :since AND a.reason IS NOT NULL "
    "GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT :kinds"
)
_LATENCIES = Statement(
    "WITH timed AS (SELECT (a.started_at - :since) / :width AS slot, a.duration "
    f"{_NEWEST} AND a.started_at >= :since AND a.status IS NOT NULL), "
    "placed AS (SELECT slot, duration, ROW_NUMBER() OVER (PARTITION BY slot ORDER BY duration) AS place, "
    "COUNT(*) OVER (PARTITION BY slot) AS total FROM timed) "
    "SELECT slot, MIN(CASE WHEN place * 2 >= total THEN duration END), MIN(CASE WHEN place * 100 >= total * 99 THEN duration END) "
    "FROM placed GROUP BY slot ORDER BY slot"
)


async def counts(reader: Reader, target: Target, since: int, width: int) -> list[Count]:
    """By slot of `width` and state."""
    rows = await reader.all(_COUNTS, **_newest(target, MOST), since=since, width=width)
    return [Count(int(row[0]), row[1], int(row[2]), int(row[3]), int(row[4])) for row in rows]


async def backlog(reader: Reader, target: Target) -> Backlog:
    """What waits for a target. Where more conversations wait than are looked at, it is the least there can be."""
    statement = _BACKLOG if target.status == "enabled" else _HALTED
    row = await reader.one(statement, target_id=target.id, most=MOST_LANES, few=AGED)
    assert row is not None, "a count always has a row"
    return Backlog(waiting=int(row[1]), oldest_at=row[2], is_least=row[0] >= MOST_LANES)


async def durations(reader: Reader, target: Target) -> list[int]:
    """How long the newest answered attempts took, the quickest first."""
    return [row[0] for row in await reader.all(_DURATIONS, **_newest(target, TIMED))]


async def failures(reader: Reader, target: Target, since: int) -> list[Failure]:
    """How many attempts failed in each way, the most frequent first."""
    rows = await reader.all(_REASONS, **_newest(target, MOST_TRIED), since=since, kinds=KINDS)
    return [Failure(row[0], int(row[1]), int(row[2])) for row in rows]


async def latencies(reader: Reader, target: Target, since: int, width: int) -> list[tuple[int, int, int]]:
    """By slot of `width`: how long half of the answers took at most, and 99 of 100."""
    rows = await reader.all(_LATENCIES, **_newest(target, MOST_TRIED), since=since, width=width)
    return [(int(row[0]), int(row[1]), int(row[2])) for row in rows]


def _newest(target: Target, most: int) -> dict[str, int]:
    return {"target_id": target.id, "above": target.last_number - most}
