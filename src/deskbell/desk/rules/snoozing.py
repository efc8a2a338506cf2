"""Until when a conversation is snoozed: what people mean by tomorrow and next week, where they are."""

from datetime import UTC, datetime, timedelta, tzinfo

from deskbell.desk.rules.fields import LAST_INSTANT, Problems
from deskbell.kit.clock import HOUR, SECOND

MORNING = 9
CHOICES = ("reply", "hour", "tomorrow", "week", "custom")
"""`reply` is until the contact writes again."""


def until(choice: str, now: int, zone: tzinfo, typed: str, problems: Problems) -> int | None:
    """The instant a choice means; None until the next reply. `typed` is a day and time without a zone, for `custom`."""
    here = datetime.fromtimestamp(now / SECOND, UTC).astimezone(zone)
    if choice == "hour":
        return now + HOUR
    if choice == "tomorrow":
        return _morning(here, 1)
    if choice == "week":
        return _morning(here, 7 - here.weekday())
    if choice != "custom":
        return None
    return _typed(typed, now, zone, problems)


def _morning(here: datetime, days: int) -> int:
    """In the morning of a day to come, by the clock on the wall."""
    day = (here + timedelta(days=days)).date()
    return _instant(datetime(day.year, day.month, day.day, MORNING, tzinfo=here.tzinfo))


def _typed(typed: str, now: int, zone: tzinfo, problems: Problems) -> int | None:
    try:
        found = _instant(datetime.fromisoformat(typed.strip()).replace(tzinfo=zone))
    except (ValueError, OverflowError):
        problems.add("until", "should be a day and a time")
        return None
    if found <= now or found > LAST_INSTANT:
        problems.add("until", "should be a time to come")
    return found


def _instant(when: datetime) -> int:
    return int(when.astimezone(UTC).timestamp()) * SECOND
