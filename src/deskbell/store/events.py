"""Events: numbered, frozen, and handed to their targets' lanes."""

from collections.abc import Collection, Sequence
from typing import Any

from msgspec import Struct

from deskbell.model.event import Event
from deskbell.model.listener import Listener, VisitorListener
from deskbell.store.database import Reader, Unit
from deskbell.store.shape import Shape, insert
from deskbell.store.statement import Statement, composed

SHAPE = Shape(Event)

_NUMBER = Statement(
    "UPDATE event_counters SET last_number = last_number + :count WHERE account_id = :account_id RETURNING last_number"
)
_INSERT = Statement(
    insert(
        "events",
        "account_id",
        "number",
        "name",
        "inbox_id",
        "contact_id",
        "conversation_id",
        "private",
        "snapshot",
        "created_at",
    )
)
_INSERT_BODY = Statement(
    insert("event_bodies", "account_id", "number", "payload_format", "body") + " ON CONFLICT DO NOTHING"
)
_COUNT_TARGET = Statement(
    "UPDATE targets SET last_number = last_number + :count WHERE id = :id RETURNING last_number, status"
)
_EXTEND_LANE = Statement(
    "INSERT INTO lanes (target_id, subject, tail, due_at, set_at) VALUES (:target_id, :subject, :count, :due_at, :set_at) "
    "ON CONFLICT (target_id, subject) DO UPDATE SET tail = lanes.tail + excluded.tail, due_at = COALESCE(lanes.due_at, excluded.due_at), "
    "set_at = CASE WHEN lanes.due_at IS NULL THEN excluded.set_at ELSE lanes.set_at END "
    "RETURNING id, tail"
)
_INSERT_DELIVERY = Statement(
    insert(
        "deliveries",
        "target_id",
        "number",
        "account_id",
        "event_number",
        "lane_id",
        "position",
        "replay",
        "created_at",
    )
)
_GET = Statement(
    f"SELECT {SHAPE.columns('e')} FROM events e WHERE e.account_id = :account_id AND e.number = :number"
)
_LAST = Statement("SELECT account_id, last_number FROM event_counters WHERE account_id = ANY(:account_ids)")
_EXTENT = Statement("SELECT pruned_number, last_number FROM event_counters WHERE account_id = :account_id")
_HEARD = (
    "FROM events e WHERE e.account_id = :account_id AND e.number > :after AND e.conversation_id IS NOT NULL AND {} "
    "ORDER BY e.number LIMIT :limit"
)
_IN_INBOXES = "e.inbox_id = ANY(:inbox_ids)"
_OF_VISITOR = (
    "NOT e.private AND e.conversation_id IN (SELECT c.id FROM conversations c "
    "WHERE c.contact_inbox_id = :contact_inbox_id OR c.contact_id = :contact_id)"
)
_AFTER = Statement(
    f"SELECT {SHAPE.columns('e')} FROM events e WHERE e.account_id = :account_id AND e.number > :after ORDER BY e.number LIMIT :limit"
)


class Numbered(Struct, frozen=True, kw_only=True):
    """What a target got with its new deliveries: the last number, and whether it is being sent to."""

    last_number: int
    enabled: bool


class Extended(Struct, frozen=True, kw_only=True):
    """A lane with new deliveries at its end."""

    lane_id: int
    tail: int


async def take_numbers(unit: Unit, account_id: int, count: int) -> int:
    """Take the account's next numbers; answers the first. Holds the account's counter until the unit ends."""
    row = await unit.one(_NUMBER, account_id=account_id, count=count)
    assert row is not None
    return int(row["last_number"]) - count + 1


async def add(unit: Unit, events: Sequence[Event], bodies: Sequence[tuple[int, int, str, bytes]]) -> None:
    """Insert events, and bodies as (account, number, format, bytes)."""
    await unit.run_many(_INSERT, [{name: getattr(event, name) for name in SHAPE.fields} for event in events])
    if bodies:
        await add_bodies(unit, bodies)


async def add_bodies(unit: Unit, bodies: Sequence[tuple[int, int, str, bytes]]) -> None:
    names = ("account_id", "number", "payload_format", "body")
    await unit.run_many(_INSERT_BODY, [dict(zip(names, body, strict=True)) for body in bodies])


async def count_target(unit: Unit, target_id: int, count: int) -> Numbered:
    """Give a target its next numbers. Holds the target's row until the unit ends."""
    row = await unit.one(_COUNT_TARGET, id=target_id, count=count)
    assert row is not None
    return Numbered(last_number=row["last_number"], enabled=row["status"] == "enabled")


async def extend_lane(unit: Unit, target_id: int, subject: str, count: int, *, enabled: bool) -> Extended:
    """Put deliveries at the end of a lane; an idle lane of an enabled target becomes due."""
    row = await unit.one(
        _EXTEND_LANE,
        target_id=target_id,
        subject=subject,
        count=count,
        due_at=unit.now if enabled else None,
        set_at=unit.now,
    )
    assert row is not None
    return Extended(lane_id=row["id"], tail=row["tail"])


async def add_deliveries(unit: Unit, deliveries: Sequence[dict[str, Any]]) -> None:
    await unit.run_many(_INSERT_DELIVERY, [delivery | {"created_at": unit.now} for delivery in deliveries])


async def get(reader: Reader, account_id: int, number: int) -> Event | None:
    row = await reader.one(_GET, account_id=account_id, number=number)
    return None if row is None else SHAPE.read(row)


async def last_numbers(reader: Reader, account_ids: Collection[int]) -> dict[int, int]:
    """How far each account's journal goes; an account that is no more is not in it."""
    rows = await reader.all(_LAST, account_ids=list(account_ids))
    return {row["account_id"]: row["last_number"] for row in rows}


async def extent(reader: Reader, account_id: int) -> tuple[int, int]:
    """The numbers between which an account's journal can be read: of the last that was let go, and of the last."""
    row = await reader.one(_EXTENT, account_id=account_id)
    return (0, 0) if row is None else (row["pruned_number"], row["last_number"])


async def heard_numbers(reader: Reader, who: Listener, number: int, limit: int) -> list[int]:
    """The numbers of the events after one that a listener may hear of; `heard` reads the events."""
    statement, values = _heard_by(who, "e.number")
    rows = await reader.all(statement, account_id=who.account_id, after=number, limit=limit, **values)
    return [row["number"] for row in rows]


async def heard(reader: Reader, who: Listener, number: int, limit: int) -> list[Event]:
    """The events after a number that a listener may hear of, in order."""
    statement, values = _heard_by(who, SHAPE.columns("e"))
    rows = await reader.all(statement, account_id=who.account_id, after=number, limit=limit, **values)
    return [SHAPE.read(row) for row in rows]


def _heard_by(who: Listener, columns: str) -> tuple[Statement, dict[str, Any]]:
    values: dict[str, Any] = {}
    where = "e.account_id = :account_id"
    if isinstance(who, VisitorListener):
        where, values = _OF_VISITOR, {"contact_inbox_id": who.contact_inbox_id, "contact_id": who.contact_id}
    elif who.inbox_ids is not None:
        where, values = _IN_INBOXES, {"inbox_ids": sorted(who.inbox_ids)}
    return composed(f"SELECT {columns} {_HEARD.format(where)}"), values


async def after(reader: Reader, account_id: int, number: int, limit: int) -> list[Event]:
    """The account's events that follow a number, in order."""
    return [
        SHAPE.read(row) for row in await reader.all(_AFTER, account_id=account_id, after=number, limit=limit)
    ]


async def page(
    reader: Reader, account_id: int, *, after: int | None, before: int | None, name: str | None, limit: int
) -> list[Event]:
    """Events after a number, in order; without one the newest first."""
    where = ["e.account_id = :account_id"]
    values: dict[str, Any] = {"account_id": account_id, "limit": limit}
    bounds = {"e.number > :after": after, "e.number < :before": before, "e.name = :name": name}
    for text, value in bounds.items():
        if value is not None:
            where.append(text)
            values[text.rpartition(":")[2]] = value
    order = "DESC" if after is None else "ASC"
    rows = await reader.all(
        composed(
            f"SELECT {SHAPE.columns('e')} FROM events e WHERE {' AND '.join(where)} ORDER BY e.number {order} LIMIT :limit"
        ),
        **values,
    )
    return [SHAPE.read(row) for row in rows]
