"""The log of deliveries: what owners look at."""

from collections.abc import Sequence
from typing import Any

from deskbell.model.delivery import Attempt, Delivery, Sibling
from deskbell.store.database import Reader, Row
from deskbell.store.shape import Shape
from deskbell.store.statement import Statement, composed

SHAPE = Shape(Delivery, event_name="e.name", due_at="CASE WHEN d.position = l.head + 1 THEN l.due_at END")
ATTEMPT_SHAPE = Shape(Attempt)

_FROM = "FROM deliveries d JOIN events e ON e.account_id = d.account_id AND e.number = d.event_number JOIN lanes l ON l.id = d.lane_id"
_GET = Statement(f"SELECT {SHAPE.columns('d')} {_FROM} WHERE d.target_id = :target_id AND d.number = :number")
_ATTEMPTS = Statement(
    f"SELECT a.delivery_number, {ATTEMPT_SHAPE.columns('a')} FROM attempts a "
    "WHERE a.target_id = :target_id AND a.delivery_number = ANY(:numbers) ORDER BY a.delivery_number, a.number"
)
_OF_EVENT = Statement(
    "SELECT d.number, d.state, d.attempts, d.settled_at, l.due_at, l.lease, "
    "(SELECT x.number FROM deliveries x WHERE x.lane_id = l.id AND x.position = l.head + 1) AS front "
    "FROM deliveries d JOIN lanes l ON l.id = d.lane_id "
    "WHERE d.account_id = :account_id AND d.event_number = :event_number AND d.target_id = :target_id ORDER BY d.number DESC LIMIT 1"
)
_BODY = Statement(
    "SELECT x.body FROM deliveries d JOIN event_bodies x ON x.account_id = d.account_id AND x.number = d.event_number "
    "JOIN targets g ON g.id = d.target_id AND g.payload_format = x.payload_format WHERE d.target_id = :target_id AND d.number = :number"
)
_SIBLINGS = Statement(
    "SELECT d.number, d.state, d.replay, d.created_at FROM deliveries d "
    "WHERE d.account_id = :account_id AND d.event_number = :event_number AND d.target_id = :target_id ORDER BY d.number LIMIT :most"
)
_CONVERSATION = Statement(
    "SELECT c.number FROM events e JOIN conversations c ON c.id = e.conversation_id "
    "WHERE e.account_id = :account_id AND e.number = :event_number"
)


async def of_event(reader: Reader, target_id: int, account_id: int, event_number: int) -> Row | None:
    """Where a target's newest delivery of an event stands in its lane."""
    return await reader.one(_OF_EVENT, target_id=target_id, account_id=account_id, event_number=event_number)


async def siblings(
    reader: Reader, target_id: int, account_id: int, event_number: int, most: int
) -> list[Sibling]:
    """A target's deliveries of one event: the first, and its replays in their order."""
    rows = await reader.all(
        _SIBLINGS, target_id=target_id, account_id=account_id, event_number=event_number, most=most
    )
    return [Sibling(row[0], row[1], bool(row[2]), row[3]) for row in rows]


async def page(
    reader: Reader,
    target_id: int,
    *,
    state: str | None = None,
    event_name: str | None = None,
    before: int | None = None,
    limit: int,
) -> list[Delivery]:
    """A target's deliveries, newest first."""
    where, values = "d.target_id = :target_id", {"target_id": target_id, "limit": limit}
    wanted: dict[str, Any] = {
        "d.state = :state": state,
        "e.name = :event_name": event_name,
        "d.number < :before": before,
    }
    for text, value in wanted.items():
        if value is not None:
            where += f" AND {text}"
            values[text.rpartition(":")[2]] = value
    rows = await reader.all(
        composed(f"SELECT {SHAPE.columns('d')} {_FROM} WHERE {where} ORDER BY d.number DESC LIMIT :limit"),
        **values,
    )
    return [SHAPE.read(row) for row in rows]


async def get(reader: Reader, target_id: int, number: int) -> Delivery | None:
    row = await reader.one(_GET, target_id=target_id, number=number)
    return None if row is None else SHAPE.read(row)


async def attempts(reader: Reader, target_id: int, numbers: Sequence[int]) -> dict[int, list[Attempt]]:
    """Every attempt at those deliveries, oldest first."""
    found: dict[int, list[Attempt]] = {number: [] for number in numbers}
    for row in await reader.all(_ATTEMPTS, target_id=target_id, numbers=numbers):
        found[row["delivery_number"]].append(ATTEMPT_SHAPE.read(row, 1))
    return found


async def conversation_of(reader: Reader, account_id: int, event_number: int) -> int | None:
    """The number of the conversation an event tells of, if it is still there."""
    row = await reader.one(_CONVERSATION, account_id=account_id, event_number=event_number)
    return None if row is None else int(row["number"])


async def body(reader: Reader, target_id: int, number: int) -> bytes | None:
    """The bytes that are sent; None before they were first needed in the target's format."""
    row = await reader.one(_BODY, target_id=target_id, number=number)
    return None if row is None else bytes(row["body"])
