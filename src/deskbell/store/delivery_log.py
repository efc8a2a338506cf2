"""Looking through a target's log: a stretch at a time, newest first, so that what is rare costs no more than what is common.

A stretch is found by the numbers of a target's deliveries, or by the positions of a lane's, both without gaps. No filter
but the dead has an index of its own: each delivery would pay for it.
"""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from deskbell.kit.clock import MINUTE
from deskbell.model.delivery import Delivery
from deskbell.store.database import Reader
from deskbell.store.deliveries import SHAPE
from deskbell.store.statement import Statement, composed

DEAD = "dead"
SLACK = MINUTE
"""Numbers are given when a unit commits, instants when it begins: of two close together the later number may be the earlier one."""


class Criteria(Struct, frozen=True, kw_only=True):
    """What deliveries are looked for; None leaves a thing open. `statuses` are the least and the greatest of the last answer's."""

    state: str | None = None
    event_name: str | None = None
    statuses: tuple[int, int] | None = None
    unanswered: bool = False
    """Only those whose last attempt got no answer."""
    since: int | None = None
    until: int | None = None

    @property
    def is_indexed(self) -> bool:
        """Whether an index knows what is looked for, so that all of it can be looked through."""
        return self.state == DEAD and not self.is_dear

    @property
    def is_dear(self) -> bool:
        """Whether more than the delivery itself has to be read to know."""
        return bool(self.event_name or self.statuses or self.unanswered)


class Line(Struct, frozen=True, kw_only=True):
    """Deliveries in a row: all of a target's, by number, or those of one lane, by position. `last` is the newest one's place."""

    target_id: int
    lane_id: int | None = None
    last: int

    @property
    def place(self) -> str:
        return "number" if self.lane_id is None else "position"


_FROM = "FROM deliveries d JOIN events e ON e.account_id = d.account_id AND e.number = d.event_number JOIN lanes l ON l.id = d.lane_id"
_ANSWERED = (
    "JOIN attempts a ON a.target_id = d.target_id AND a.delivery_number = d.number AND a.number = d.attempts"
)
_TESTS = {
    "state": "d.state = :state",
    "event_name": "e.name = :event_name",
    "since": "d.created_at >= :since",
    "until": "d.created_at < :until",
}
_LANE = Statement(
    "SELECT l.id, l.tail FROM conversations c JOIN lanes l ON l.target_id = :target_id "
    "AND l.subject = 'conversation:' || CAST(c.id AS TEXT) WHERE c.account_id = :account_id AND c.number = :number"
)
_BODIES = Statement(
    "SELECT d.number, x.body FROM deliveries d JOIN targets g ON g.id = d.target_id "
    "JOIN event_bodies x ON x.account_id = d.account_id AND x.number = d.event_number AND x.payload_format = g.payload_format "
    "WHERE d.target_id = :target_id AND d.number = ANY(:numbers)"
)


async def lane(reader: Reader, account_id: int, target_id: int, conversation_number: int) -> Line | None:
    """A conversation's deliveries to a target; None where there never was one."""
    row = await reader.one(_LANE, account_id=account_id, target_id=target_id, number=conversation_number)
    return None if row is None else Line(target_id=target_id, lane_id=row["id"], last=row["tail"])


async def first_since(reader: Reader, line: Line, instant: int) -> int:
    """The first place of a line whose delivery was recorded at an instant or later, found by halving."""
    return await _first(reader, line, "created_at", instant)


async def place_of(reader: Reader, line: Line, number: int) -> int:
    """The first place of a line whose delivery has this number or a later one."""
    return number if line.lane_id is None else await _first(reader, line, "number", number)


async def at(reader: Reader, line: Line, place: int) -> tuple[int, int] | None:
    """The number and the instant of the delivery at a place."""
    where, values = _where(line)
    text = f"SELECT d.number, d.created_at FROM deliveries d WHERE {where} AND d.{line.place} = :place"
    row = await reader.one(composed(text), **values, place=place)
    return None if row is None else (row["number"], row["created_at"])


async def stretch(
    reader: Reader, line: Line, criteria: Criteria, *, above: int, upto: int, limit: int
) -> list[Delivery]:
    """What there is of a line above one place and up to another, newest first."""
    where, values = _where(line)
    tests = [where, f"d.{line.place} > :above", f"d.{line.place} <= :upto"]
    tables = _FROM
    if criteria.state == DEAD:
        tests.append("d.died_at IS NOT NULL")  # which an index knows
    for name, test in _TESTS.items():
        if (value := getattr(criteria, name)) is not None:
            tests.append(test)
            values[name] = value
    if criteria.statuses or criteria.unanswered:
        tables = f"{_FROM} {_ANSWERED}"
        tests.append("a.status BETWEEN :lowest AND :highest" if criteria.statuses else "a.status IS NULL")
    if criteria.statuses:
        values |= {"lowest": criteria.statuses[0], "highest": criteria.statuses[1]}
    text = f"SELECT {SHAPE.columns('d')} {tables} WHERE {' AND '.join(tests)} ORDER BY d.{line.place} DESC LIMIT :limit"
    rows = await reader.all(composed(text), **values, above=above, upto=upto, limit=limit)
    return [SHAPE.read(row) for row in rows]


async def bodies(reader: Reader, target_id: int, numbers: Sequence[int]) -> dict[int, bytes]:
    """What is sent, by number; those that are not kept, or were not rendered yet, are not in it."""
    rows = await reader.all(_BODIES, target_id=target_id, numbers=numbers)
    return {row["number"]: bytes(row["body"]) for row in rows}


def _where(line: Line) -> tuple[str, dict[str, Any]]:
    if line.lane_id is None:
        return "d.target_id = :target_id", {"target_id": line.target_id}
    return "d.lane_id = :lane_id", {"lane_id": line.lane_id}


async def _first(reader: Reader, line: Line, column: str, least: int) -> int:
    where, values = _where(line)
    text = composed(f"SELECT d.{column} FROM deliveries d WHERE {where} AND d.{line.place} = :place")
    low, high = 1, line.last + 1
    while low < high:
        middle = (low + high) // 2
        row = await reader.one(text, **values, place=middle)
        if row is None or row[0] < least:
            low = middle + 1
        else:
            high = middle
    return low
