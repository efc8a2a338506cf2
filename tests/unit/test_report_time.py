"""The stretches a report is divided into: without gaps, and where the clock on the wall says."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from deskbell.desk.rules.report_time import MOST, GroupBy, beat, start_of, starts
from deskbell.kit.clock import DAY, HOUR, MINUTE, SECOND, parse_iso

GROUPS: list[GroupBy] = ["hour", "day", "week", "month", "year"]
groups = st.sampled_from(GROUPS)
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: minutes * MINUTE)
instants = st.integers(parse_iso("1990-01-01"), parse_iso("2060-01-01"))


def wall(instant: int, offset: int) -> datetime:
    zone = timezone(timedelta(microseconds=offset))
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant)).astimezone(zone)


@given(groups, instants, offsets)
def test_a_stretch_begins_where_the_wall_clock_says(group_by: GroupBy, instant: int, offset: int) -> None:
    start = start_of(group_by, instant, offset)
    at = wall(start, offset)
    assert start <= instant
    assert (at.minute, at.second, at.microsecond) == (0, 0, 0)
    assert group_by == "hour" or at.hour == 0
    assert group_by != "week" or at.isoweekday() == 7
    assert group_by not in ("month", "year") or at.day == 1
    assert group_by != "year" or at.month == 1
    assert start_of(group_by, start, offset) == start, "the beginning belongs to it"
    assert start_of(group_by, start - 1, offset) < start, "what was before does not"


@given(groups, instants, st.integers(0, 400 * DAY), offsets)
def test_stretches_cover_the_range_without_gaps(
    group_by: GroupBy, since: int, span: int, offset: int
) -> None:
    found = starts(group_by, since, since + span, offset)
    if found is None:
        assert span > MOST * (HOUR if group_by == "hour" else DAY) - DAY
        return
    if span == 0:
        assert found == []
        return
    assert found[0] == start_of(group_by, since, offset)
    assert found[-1] == start_of(group_by, since + span - 1, offset)
    for one, following in pairwise(found):
        assert start_of(group_by, following - 1, offset) == one


@given(groups, instants, offsets)
def test_what_the_database_groups_by_never_crosses_a_stretch(
    group_by: GroupBy, instant: int, offset: int
) -> None:
    by = beat(group_by, offset)
    number = (instant + by.shift) // by.width
    first = number * by.width - by.shift
    assert start_of(group_by, first, offset) == start_of(group_by, instant, offset)
    assert start_of(group_by, first + by.width - 1, offset) == start_of(group_by, instant, offset)


def test_too_many_stretches_are_refused_at_once() -> None:
    now = parse_iso("2026-01-01")
    assert len(starts("hour", now, now + MOST * HOUR, 0) or []) == MOST
    assert starts("hour", now, now + MOST * HOUR + 1, 0) is None
    assert starts("hour", 0, 32_503_680_000 * SECOND, 0) is None
