"""What an API inbox's own address never got, until the messages are marked as failed; and what of it can be sent again."""

from collections.abc import Sequence

from msgspec import Struct

from deskbell.model.delivery import DeliveryState, Reason
from deskbell.store.database import Reader, Unit
from deskbell.store.shape import Shape
from deskbell.store.statement import Statement


class InboxFailure(Struct, frozen=True, kw_only=True):
    """A delivery to an API inbox's own address that died."""

    target_id: int
    number: int
    account_id: int
    event_number: int


class LastAttempt(Struct, frozen=True, kw_only=True):
    """How the last attempt at a delivery ended."""

    number: int
    reason: Reason | None
    status: int | None


class DeadDelivery(Struct, frozen=True, kw_only=True):
    """A delivery that died and was not made good, and the event it carried."""

    number: int
    snapshot: bytes


SHAPE = Shape(InboxFailure)
_ATTEMPT = Shape(LastAttempt)
_DEAD = Shape(DeadDelivery, snapshot="e.snapshot")

_ADD = Statement(
    "INSERT INTO inbox_failures (target_id, number, account_id, event_number) "
    "SELECT d.target_id, d.number, d.account_id, d.event_number FROM deliveries d JOIN events e "
    "ON e.account_id = d.account_id AND e.number = d.event_number WHERE d.target_id = :target_id AND d.number = ANY(:numbers) "
    "AND e.name = 'message_created' ON CONFLICT DO NOTHING"
)
_SOME = Statement(
    f"SELECT {SHAPE.columns('f')} FROM inbox_failures f ORDER BY f.target_id, f.number LIMIT :limit"
)
_TAKE = Statement(
    "DELETE FROM inbox_failures WHERE target_id = :target_id AND number = :number RETURNING number"
)
_NEWEST = Statement(
    "SELECT d.state FROM deliveries d WHERE d.account_id = :account_id AND d.event_number = :event_number "
    "AND d.target_id = :target_id ORDER BY d.number DESC LIMIT 1"
)
_LAST_ATTEMPT = Statement(
    f"SELECT {_ATTEMPT.columns('a')} FROM attempts a WHERE a.target_id = :target_id AND a.delivery_number = :number "
    "ORDER BY a.number DESC LIMIT 1"
)
_DEAD_OF = Statement(
    f"SELECT {_DEAD.columns('d')} FROM lanes l JOIN deliveries d ON d.lane_id = l.id JOIN events e "
    "ON e.account_id = d.account_id AND e.number = d.event_number WHERE l.target_id = :target_id AND l.subject = :subject "
    "AND d.state = 'dead' AND d.replayed_at IS NULL AND e.name = 'message_created' AND e.created_at = :created_at ORDER BY d.number"
)


async def add(unit: Unit, target_id: int, numbers: Sequence[int]) -> None:
    """Remember which deliveries died, in the unit that settles them: those that told of a new message."""
    await unit.run(_ADD, target_id=target_id, numbers=numbers)


async def some(reader: Reader, limit: int) -> list[InboxFailure]:
    """Deaths nobody has been told of yet."""
    return [SHAPE.read(row) for row in await reader.all(_SOME, limit=limit)]


async def take(unit: Unit, failure: InboxFailure) -> bool:
    """Forget a death, for it is told now; False where somebody else does."""
    row = await unit.one(_TAKE, target_id=failure.target_id, number=failure.number)
    return row is not None


async def newest_state(reader: Reader, failure: InboxFailure) -> DeliveryState | None:
    """What became of the event's newest delivery to the address: a replay may be on its way."""
    row = await reader.one(
        _NEWEST,
        account_id=failure.account_id,
        event_number=failure.event_number,
        target_id=failure.target_id,
    )
    return None if row is None else row["state"]


async def last_attempt(reader: Reader, failure: InboxFailure) -> LastAttempt | None:
    row = await reader.one(_LAST_ATTEMPT, target_id=failure.target_id, number=failure.number)
    return None if row is None else _ATTEMPT.read(row)


async def dead(reader: Reader, target_id: int, subject: str, created_at: int) -> list[DeadDelivery]:
    """Deliveries of the messages written into a lane's subject at an instant that died and were not sent again."""
    rows = await reader.all(_DEAD_OF, target_id=target_id, subject=subject, created_at=created_at)
    return [_DEAD.read(row) for row in rows]
