"""The health of targets: read when claiming, written when settling."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from deskbell.model.webhook import Health
from deskbell.store.database import Reader, Unit
from deskbell.store.shape import Shape
from deskbell.store.statement import Statement

SHAPE = Shape(Health)


class Backlog(Struct, frozen=True, kw_only=True):
    """What waits for a target: how many deliveries, and since when the oldest."""

    waiting: int
    oldest_at: int | None
    is_least: bool = False
    """Not all of it was counted."""


_READ = Statement(
    f"SELECT {SHAPE.columns('h')} FROM target_health h WHERE h.target_id = ANY(:target_ids) ORDER BY h.target_id"
)
_LOCK = Statement(
    f"SELECT {SHAPE.columns('h')} FROM target_health h WHERE h.target_id = ANY(:target_ids) ORDER BY h.target_id FOR NO KEY UPDATE"
)
_WRITE = Statement(
    f"UPDATE target_health SET {', '.join(f'{name} = :{name}' for name in SHAPE.fields if name != 'target_id')} WHERE target_id = :target_id"
)
_BACKLOG = Statement(
    "SELECT COUNT(*) AS waiting, MIN(d.created_at) AS oldest_at FROM lanes l "
    "JOIN deliveries d ON d.lane_id = l.id AND d.position > l.head WHERE l.target_id = :target_id AND l.tail > l.head"
)


async def read(reader: Reader, target_ids: Sequence[int]) -> dict[int, Health]:
    """The health of each target."""
    return {row[0]: SHAPE.read(row) for row in await reader.all(_READ, target_ids=target_ids)}


async def lock(unit: Unit, target_ids: Sequence[int]) -> dict[int, Health]:
    """The health of each target, held until the unit ends; taken in the order of their ids."""
    return {row[0]: SHAPE.read(row) for row in await unit.all(_LOCK, target_ids=target_ids)}


async def write(unit: Unit, healths: Iterable[Health]) -> None:
    await unit.run_many(
        _WRITE, [{name: getattr(health, name) for name in SHAPE.fields} for health in healths]
    )


async def forgive(unit: Unit, target_id: int) -> None:
    """Begin anew with a target: an owner says it is mended."""
    await write(unit, [Health(target_id=target_id)])


async def backlog(reader: Reader, target_id: int) -> Backlog:
    """What waits for a target."""
    row = await reader.one(_BACKLOG, target_id=target_id)
    assert row is not None, "a count always has a row"
    return Backlog(waiting=row["waiting"], oldest_at=row["oldest_at"])
