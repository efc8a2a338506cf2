"""How much of a span of time lies within opening hours."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo

from deskbell.kit.clock import DAY, SECOND

MINUTES = 24 * 60

Hours = tuple[int, int]
"""From and until which minute of the day; until 1440 is until midnight."""


def between(start: int, end: int, week: Sequence[Hours | None], zone: tzinfo) -> int:
    """The microseconds from `start` to `end` in which it was open. `week` begins on Sunday; None is closed all day.

    Hours are those of the clock on the wall: a day on which clocks are changed is an hour shorter or longer.
    """
    total = 0
    for day in _days(start, end, zone):
        hours = week[(day.weekday() + 1) % 7]
        if hours is not None:
            opened, closed = (_instant(day, minute, zone) for minute in hours)
            total += max(0, min(end, closed) - max(start, opened))
    return total


def opens(now: int, week: Sequence[Hours | None], zone: tzinfo) -> int | None:
    """The instant from which it is open again; None while it is open, and where it never is."""
    for day in _days(now, now + 7 * DAY, zone):
        hours = week[(day.weekday() + 1) % 7]
        if hours is None or hours[0] >= hours[1]:
            continue
        opened, closed = (_instant(day, minute, zone) for minute in hours)
        if now < closed:
            return opened if now < opened else None
    return None


def _days(start: int, end: int, zone: tzinfo) -> Iterator[date]:
    if end <= start:
        return
    day = datetime.fromtimestamp(start // SECOND, zone).date() - timedelta(days=1)
    last = datetime.fromtimestamp(end // SECOND, zone).date() + timedelta(days=1)
    while day <= last:
        yield day
        day += timedelta(days=1)


def _instant(day: date, minute: int, zone: tzinfo) -> int:
    days, minute = divmod(minute, MINUTES)
    wall = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone) + timedelta(
        days=days
    )
    return int(wall.astimezone(UTC).timestamp()) * SECOND
