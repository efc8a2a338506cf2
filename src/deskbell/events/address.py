"""Addressing: numbered events become numbered deliveries at the end of their target's lanes."""

from collections import Counter
from collections.abc import Mapping

from deskbell.store import events
from deskbell.store.database import Unit
from deskbell.store.events import Numbered

Heard = list[tuple[str, int]]
"""What a target hears: (subject, event number), in order."""


async def deliver(unit: Unit, account_id: int, target_id: int, heard: Heard, *, replay: bool = False) -> None:
    """Give a target its next deliveries, each at the end of its subject's lane."""
    await deliver_all(unit, account_id, {target_id: heard}, replay=replay)


async def deliver_all(
    unit: Unit, account_id: int, heard: Mapping[int, Heard], *, replay: bool = False
) -> None:
    """Give several targets their next deliveries. Takes row locks in one order: targets, then lanes."""
    counted = {
        target_id: await events.count_target(unit, target_id, len(heard[target_id]))
        for target_id in sorted(heard)
    }
    for target_id, numbered in counted.items():
        rows = await _append(unit, target_id, heard[target_id], numbered)
        shared = {"target_id": target_id, "account_id": account_id, "replay": replay}
        await events.add_deliveries(unit, [shared | row for row in rows])


async def _append(unit: Unit, target_id: int, heard: Heard, counted: Numbered) -> list[dict[str, int]]:
    """Put them at the end of their lanes; answers each one's number and place."""
    next_position = {}
    for subject, count in sorted(Counter(subject for subject, _ in heard).items()):
        lane = await events.extend_lane(unit, target_id, subject, count, enabled=counted.enabled)
        next_position[subject] = (lane.lane_id, lane.tail - count + 1)
    rows = []
    for number, (subject, event_number) in enumerate(heard, counted.last_number - len(heard) + 1):
        lane_id, position = next_position[subject]
        next_position[subject] = (lane_id, position + 1)
        rows.append(
            {"number": number, "event_number": event_number, "lane_id": lane_id, "position": position}
        )
    return rows
