"""Addressing: numbered events become numbered deliveries at the end of their target's lanes."""

from collections import Counter

from deskbell.store import events
from deskbell.store.database import Unit


async def deliver(
    unit: Unit, account_id: int, target_id: int, heard: list[tuple[str, int]], *, replay: bool = False
) -> None:
    """Give a target its next deliveries: (subject, event number) in order, each at the end of its subject's lane."""
    counted = await events.count_target(unit, target_id, len(heard))
    next_number = counted.last_number - len(heard) + 1
    next_position = {}
    for subject, count in sorted(Counter(subject for subject, _ in heard).items()):
        lane = await events.extend_lane(unit, target_id, subject, count, enabled=counted.enabled)
        next_position[subject] = (lane.lane_id, lane.tail - count + 1)
    rows = []
    for number, (subject, event_number) in enumerate(heard, next_number):
        lane_id, position = next_position[subject]
        next_position[subject] = (lane_id, position + 1)
        rows.append(
            {
                "target_id": target_id,
                "number": number,
                "account_id": account_id,
                "event_number": event_number,
                "lane_id": lane_id,
                "position": position,
                "replay": replay,
            }
        )
    await events.add_deliveries(unit, rows)
