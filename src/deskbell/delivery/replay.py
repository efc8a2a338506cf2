"""Replays at work: a step at a time, each a short transaction that puts deliveries at the end of their lanes.

So a replay is never out of order with a conversation's live traffic, and holds up nobody: it is a few more deliveries in line.
"""

from deskbell.events import address
from deskbell.kit.clock import SECOND
from deskbell.kit.rounds import Rounds
from deskbell.store import replays
from deskbell.store.database import Database, Unit

STEP = 100
"""Deliveries put into their lanes by one step without a rate."""

LOOK = 0.5
"""Seconds between looks for replays that somebody asked for."""


class Replayer(Rounds):
    """Carries out replays until it is told to stop."""

    def __init__(self, database: Database) -> None:
        super().__init__(lambda: step(database), LOOK, "replay")


async def step(database: Database) -> bool:
    """Put the next deliveries of a replay that is due into their lanes. Answers whether there was one."""
    async with database.unit() as unit:
        replay = await replays.take_due(unit)
        if replay is None:
            return False
        size = STEP if replay.rate is None else max(1, min(STEP, replay.rate // 2))
        again = await replays.page(unit, replay, size)
        await _send(unit, replay.target_id, again)
        over = len(again) < size
        pause = 0 if replay.rate is None else len(again) * SECOND // replay.rate
        await replays.progress(
            unit,
            replay,
            done=len(again),
            next_number=again[-1].number + 1 if again else replay.next_number,
            next_at=unit.now + pause,
            state="done" if over else "running",
        )
    return True


async def _send(unit: Unit, target_id: int, again: list[replays.Again]) -> None:
    if again:
        await address.deliver(
            unit,
            again[0].account_id,
            target_id,
            [(one.subject, one.event_number) for one in again],
            replay=True,
        )
        await replays.mark(unit, target_id, [one.number for one in again])
        unit.ring([target_id])
