"""Replays: sending again what was settled before, a step at a time."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from deskbell.kit import json
from deskbell.model.replay import Replay, ReplayState
from deskbell.store.database import Reader, Unit
from deskbell.store.shape import Shape, insert
from deskbell.store.statement import Statement, composed

SHAPE = Shape(Replay)


class Again(Struct, frozen=True, kw_only=True):
    """A settled delivery to send again: in the lane it was in, at that lane's end."""

    number: int
    event_number: int
    account_id: int
    subject: str


_AGAIN = Shape(Again, subject="l.subject")

_BORN = (
    "account_id",
    "target_id",
    "state",
    "first_number",
    "last_number",
    "numbers",
    "since",
    "until",
    "oldest",
    "only_dead",
    "total",
    "rate",
    "next_number",
    "next_at",
    "created_at",
)
_INSERT = Statement(insert("replays", *_BORN, returning="id"))
_GET = Statement(f"SELECT {SHAPE.columns('r')} FROM replays r WHERE r.target_id = :target_id AND r.id = :id")
_ALL = Statement(
    f"SELECT {SHAPE.columns('r')} FROM replays r WHERE r.target_id = :target_id ORDER BY r.id DESC LIMIT 50"
)
_DUE = Statement(
    f"SELECT {SHAPE.columns('r')} FROM replays r WHERE r.state = 'running' AND r.next_at <= :now ORDER BY r.next_at LIMIT 1 FOR UPDATE SKIP LOCKED"
)
_PROGRESS = Statement(
    "UPDATE replays SET done = done + :done, next_number = :next_number, next_at = :next_at, state = :state, finished_at = :finished_at WHERE id = :id"
)
_CANCEL = Statement(
    "UPDATE replays SET state = 'cancelled', finished_at = :now WHERE target_id = :target_id AND id = :id AND state = 'running'"
)
_CANCEL_ALL = Statement(
    "UPDATE replays SET state = 'cancelled', finished_at = :now WHERE target_id = :target_id AND state = 'running'"
)
_MARK = Statement(
    "UPDATE deliveries SET replayed_at = :now WHERE target_id = :target_id AND number = :number"
)

_WANTED = (
    "d.target_id = :target_id AND d.replay = FALSE AND d.number BETWEEN :first_number AND :last_number "
    "AND d.created_at >= :oldest AND d.created_at >= :since AND d.created_at < :until"
)
_SETTLED = f"{_WANTED} AND d.state <> 'pending'"
_CHOSEN = f"{_SETTLED} AND d.number = ANY(:numbers)"
_DEAD = (
    "d.target_id = :target_id AND d.died_at IS NOT NULL AND d.replayed_at IS NULL AND d.number BETWEEN :first_number AND :last_number "
    "AND d.created_at >= :oldest AND d.died_at >= :since AND d.died_at < :until"
)


def _where(replay: Replay) -> str:
    if replay.numbers:
        return _CHOSEN
    return _DEAD if replay.only_dead else _SETTLED


async def count(reader: Reader, replay: Replay) -> int:
    """How many deliveries the replay would send again. Without a limit, so that PostgreSQL counts with several processes."""
    row = await reader.one(
        composed(f"SELECT COUNT(*) AS count FROM deliveries d WHERE {_where(replay)}"), **_range(replay)
    )
    return int(row["count"]) if row else 0


async def bounded_count(reader: Reader, replay: Replay, most: int) -> int:
    """As `count`, not counted further than `most`."""
    some = f"SELECT 1 FROM deliveries d WHERE {_where(replay)} LIMIT :most"
    row = await reader.one(composed(f"SELECT COUNT(*) AS count FROM ({some}) s"), **_range(replay), most=most)
    return int(row["count"]) if row else 0


async def page(unit: Unit, replay: Replay, limit: int) -> list[Again]:
    """The next deliveries to send again, in the order of their numbers."""
    statement = composed(
        f"SELECT {_AGAIN.columns('d')} FROM deliveries d JOIN lanes l ON l.id = d.lane_id "
        f"WHERE {_where(replay)} ORDER BY d.number LIMIT :limit"
    )
    rows = await unit.all(statement, **(_range(replay) | {"first_number": replay.next_number}), limit=limit)
    return [_AGAIN.read(row) for row in rows]


async def add(unit: Unit, replay: Replay) -> int:
    values = {name: getattr(replay, name) for name in _BORN} | {"numbers": json.dump_text(replay.numbers)}
    row = await unit.one(_INSERT, **values)
    assert row is not None
    return int(row["id"])


async def get(reader: Reader, target_id: int, replay_id: int) -> Replay | None:
    row = await reader.one(_GET, target_id=target_id, id=replay_id)
    return None if row is None else SHAPE.read(row)


async def all_of(reader: Reader, target_id: int) -> list[Replay]:
    """A target's newest replays."""
    return [SHAPE.read(row) for row in await reader.all(_ALL, target_id=target_id)]


async def take_due(unit: Unit) -> Replay | None:
    """A running replay whose next step is due, held until the unit ends."""
    row = await unit.one(_DUE, now=unit.now)
    return None if row is None else SHAPE.read(row)


async def progress(
    unit: Unit, replay: Replay, *, done: int, next_number: int, next_at: int, state: ReplayState
) -> None:
    finished_at = None if state == "running" else unit.now
    await unit.run(
        _PROGRESS,
        id=replay.id,
        done=done,
        next_number=next_number,
        next_at=next_at,
        state=state,
        finished_at=finished_at,
    )


async def cancel(unit: Unit, target_id: int, replay_id: int) -> None:
    """Send nothing more of it; what was put into lanes already is sent."""
    await unit.run(_CANCEL, target_id=target_id, id=replay_id, now=unit.now)


async def cancel_all(unit: Unit, target_id: int) -> None:
    await unit.run(_CANCEL_ALL, target_id=target_id, now=unit.now)


async def mark(unit: Unit, target_id: int, numbers: Sequence[int]) -> None:
    """These were sent again now: a dead one is no longer to be made good."""
    await unit.run_many(
        _MARK, [{"target_id": target_id, "number": number, "now": unit.now} for number in numbers]
    )


def _range(replay: Replay) -> dict[str, Any]:
    return {
        "target_id": replay.target_id,
        "first_number": replay.first_number,
        "last_number": replay.last_number,
        "since": replay.since,
        "until": replay.until,
        "oldest": replay.oldest,
    } | ({"numbers": replay.numbers} if replay.numbers else {})
