"""When an inbox is open, as reports reckon and visitors are told."""

from datetime import UTC, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from deskbell.desk.rules import business_time
from deskbell.desk.rules.business_time import MINUTES, Hours
from deskbell.model.inbox import InboxSettings


def between(settings: InboxSettings, start: int, end: int) -> int:
    """The microseconds of a span in which the inbox was open; an inbox that keeps no hours always is."""
    if not settings.working_hours_enabled or end <= start:
        return max(0, end - start)
    return business_time.between(start, end, week(settings), zone(settings.timezone))


def opens_at(settings: InboxSettings, now: int) -> int | None:
    """The instant from which the inbox is open again; None while it is, and where it keeps no hours."""
    if not settings.working_hours_enabled:
        return None
    return business_time.opens(now, week(settings), zone(settings.timezone))


def week(settings: InboxSettings) -> tuple[Hours | None, ...]:
    """The hours of each day, from Sunday on; a day that is not spoken of, or not to the end, is closed."""
    found: list[Hours | None] = [None] * 7
    for day in settings.working_hours:
        if day.open_all_day:
            found[day.day_of_week] = (0, MINUTES)
        elif not day.closed_all_day and day.open_hour is not None and day.close_hour is not None:
            found[day.day_of_week] = (
                day.open_hour * 60 + (day.open_minutes or 0),
                day.close_hour * 60 + (day.close_minutes or 0),
            )
    return tuple(found)


@lru_cache(maxsize=512)
def zone(name: str) -> tzinfo:
    """A timezone by its name; UTC where there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return UTC
