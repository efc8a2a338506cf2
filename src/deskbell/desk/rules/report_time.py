"""The stretches of time a report is divided into."""

from datetime import UTC, datetime
from typing import Literal

from deskbell.kit.clock import DAY, HOUR, SECOND
from deskbell.model.report import Beat

GroupBy = Literal["hour", "day", "week", "month", "year"]

MOST = 800
"""Stretches one answer may have: a month of hours, two years of days."""
SUNDAY = 4 * DAY
"""From a Sunday to the beginning of the epoch, a Thursday."""


def beat(group_by: GroupBy, offset: int) -> Beat:
    """What a database groups by, `offset` being how far the clocks are ahead of UTC. Months and years are made of days."""
    if group_by == "hour":
        return Beat(offset, HOUR)
    if group_by == "week":
        return Beat(offset + SUNDAY, 7 * DAY)
    return Beat(offset, DAY)


def start_of(group_by: GroupBy, instant: int, offset: int) -> int:
    """When the stretch an instant lies in began."""
    if group_by in ("month", "year"):
        wall = datetime.fromtimestamp((instant + offset) // SECOND, UTC)
        first = datetime(wall.year, wall.month if group_by == "month" else 1, 1, tzinfo=UTC)
        return int(first.timestamp()) * SECOND - offset
    by = beat(group_by, offset)
    return (instant + by.shift) // by.width * by.width - by.shift


def starts(group_by: GroupBy, since: int, until: int, offset: int) -> list[int] | None:
    """When each stretch from `since` to before `until` begins; None where they are too many."""
    found: list[int] = []
    start = start_of(group_by, since, offset)
    while start < until:
        if len(found) == MOST:
            return None
        found.append(start)
        start = start_of(group_by, start + _LONGEST[group_by], offset)
    return found if since < until else []


_LONGEST: dict[GroupBy, int] = {
    "hour": HOUR,
    "day": DAY,
    "week": 7 * DAY,
    "month": 31 * DAY,
    "year": 366 * DAY,
}
"""From its beginning, this far is always in the next stretch and never beyond it."""
