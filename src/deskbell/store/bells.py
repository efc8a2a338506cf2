"""What became of a message's events: found by when it was written, and by the lanes of its conversation; no index is kept for it."""

from collections.abc import Sequence

from msgspec import Struct

from deskbell.kit.clock import SECOND
from deskbell.model.delivery import DeliveryState
from deskbell.model.event import Event
from deskbell.model.webhook import TargetKind
from deskbell.store import events
from deskbell.store.database import Reader
from deskbell.store.shape import Shape
from deskbell.store.statement import Statement

SLACK = 30 * SECOND
"""A unit's instant is its beginning; events are numbered when it commits."""
MOST = 20_000
"""Events that are looked at around the instant a message was written."""
DEEP = 300
"""Deliveries of each lane that are looked at for what changed about a message since."""


class Ring(Struct, frozen=True, kw_only=True):
    """A delivery of an event, whose it is, and where it stands in its lane."""

    event_number: int
    number: int
    target_id: int
    kind: TargetKind
    owner_id: int
    name: str
    replay: bool
    state: DeliveryState
    attempts: int
    settled_at: int | None
    due_at: int | None
    lease: int
    front: int | None


_RING = Shape(
    Ring,
    kind="g.kind",
    owner_id="COALESCE(w.id, b.id, i.id)",
    name="COALESCE(w.name, b.name, i.name, g.url)",
    due_at="l.due_at",
    lease="l.lease",
    front="(SELECT x.number FROM deliveries x WHERE x.lane_id = l.id AND x.position = l.head + 1)",
)
_CREATED_AT = Statement("SELECT created_at FROM events WHERE account_id = :account_id AND number = :number")
_AT_ONCE = Statement(
    f"SELECT {events.SHAPE.columns('e')} FROM events e WHERE e.account_id = :account_id AND e.number BETWEEN :first AND :last "
    "AND e.conversation_id = :conversation_id AND e.created_at = :created_at ORDER BY e.number"
)
_LATER = Statement(
    "SELECT DISTINCT e.number FROM targets g JOIN lanes l ON l.target_id = g.id AND l.subject = :subject "
    "JOIN deliveries d ON d.lane_id = l.id AND d.position > l.tail - :deep "
    "JOIN events e ON e.account_id = d.account_id AND e.number = d.event_number "
    "WHERE g.account_id = :account_id AND e.name = 'message_updated' AND e.created_at > :created_at ORDER BY e.number DESC LIMIT :limit"
)
_BY_NUMBER = Statement(
    f"SELECT {events.SHAPE.columns('e')} FROM events e WHERE e.account_id = :account_id AND e.number = ANY(:numbers) ORDER BY e.number"
)
_RINGS = Statement(
    f"SELECT {_RING.columns('d')} FROM deliveries d JOIN lanes l ON l.id = d.lane_id JOIN targets g ON g.id = d.target_id "
    "LEFT JOIN webhooks w ON w.account_id = d.account_id AND w.target_id = g.id "
    "LEFT JOIN agent_bots b ON b.account_id = d.account_id AND b.target_id = g.id "
    "LEFT JOIN inboxes i ON i.account_id = d.account_id AND i.target_id = g.id "
    "WHERE d.account_id = :account_id AND d.event_number = ANY(:numbers) AND COALESCE(w.id, b.id, i.id) IS NOT NULL "
    "ORDER BY d.event_number, d.target_id, d.number"
)


async def at_once(reader: Reader, account_id: int, conversation_id: int, created_at: int) -> list[Event]:
    """What happened to a conversation in the unit that began at an instant."""
    _, last_number = await events.extent(reader, account_id)
    first = await _first_since(reader, account_id, last_number, created_at - SLACK)
    last = await _first_since(reader, account_id, last_number, created_at + SLACK)
    rows = await reader.all(
        _AT_ONCE,
        account_id=account_id,
        first=first,
        last=min(last, first + MOST),
        conversation_id=conversation_id,
        created_at=created_at,
    )
    return [events.SHAPE.read(row) for row in rows]


async def later(
    reader: Reader, account_id: int, conversation_id: int, created_at: int, limit: int
) -> list[Event]:
    """What was told of changes of a conversation's messages after an instant, in order: the newest of it."""
    rows = await reader.all(
        _LATER,
        account_id=account_id,
        subject=f"conversation:{conversation_id}",
        deep=DEEP,
        created_at=created_at,
        limit=limit,
    )
    numbers = [row["number"] for row in rows]
    rows = await reader.all(_BY_NUMBER, account_id=account_id, numbers=numbers) if numbers else []
    return [events.SHAPE.read(row) for row in rows]


async def rings(reader: Reader, account_id: int, numbers: Sequence[int]) -> list[Ring]:
    """Every delivery of those events to whatever is still there."""
    return [_RING.read(row) for row in await reader.all(_RINGS, account_id=account_id, numbers=numbers)]


async def _first_since(reader: Reader, account_id: int, last_number: int, instant: int) -> int:
    """The first event recorded at an instant or later, found by halving."""
    low, high = 1, last_number + 1
    while low < high:
        middle = (low + high) // 2
        row = await reader.one(_CREATED_AT, account_id=account_id, number=middle)
        if row is None or row[0] < instant:
            low = middle + 1
        else:
            high = middle
    return low
