"""Business time: what lies within opening hours, and nothing else."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from deskbell.desk.rules import opening
from deskbell.desk.rules.business_time import MINUTES, Hours, between, opens
from deskbell.kit.clock import HOUR, MINUTE, SECOND, parse_iso
from deskbell.model.inbox import InboxSettings, WorkingDay

ZONES: list[tzinfo] = [
    UTC,
    *(
        ZoneInfo(name)
        for name in ("Europe/Berlin", "America/Sao_Paulo", "Asia/Kolkata", "Australia/Lord_Howe")
    ),
]
NINE_TO_FIVE: list[Hours | None] = [None, *[(540, 1020)] * 5, None]

minutes = st.integers(0, MINUTES)
hours = st.none() | st.tuples(minutes, minutes)
weeks = st.lists(hours, min_size=7, max_size=7)
instants = st.integers(parse_iso("2018-01-01"), parse_iso("2019-01-01"))
short = st.integers(0, 4 * 24 * 60).map(lambda count: count * MINUTE)
zones = st.sampled_from(ZONES)


def test_a_weekend_takes_no_business_time() -> None:
    friday, monday = parse_iso("2026-11-20T16:00:00Z"), parse_iso("2026-11-23T09:30:00Z")
    assert between(friday, monday, NINE_TO_FIVE, UTC) == HOUR + 30 * MINUTE


def test_hours_are_those_of_the_clock_on_the_wall() -> None:
    monday, tuesday = parse_iso("2026-11-23T00:00:00Z"), parse_iso("2026-11-23T15:00:00Z")
    assert between(monday, tuesday, NINE_TO_FIVE, ZoneInfo("America/New_York")) == HOUR


def test_a_day_on_which_clocks_are_changed_is_shorter_or_longer() -> None:
    always: list[Hours | None] = [(0, MINUTES)] * 7
    sundays: list[Hours | None] = [(0, MINUTES), *[None] * 6]
    berlin = ZoneInfo("Europe/Berlin")
    for day, length in (("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-01", 24)):
        noon = parse_iso(f"{day}T12:00:00Z")
        assert between(noon - 30 * HOUR, noon + 30 * HOUR, sundays, berlin) == length * HOUR
        assert between(noon - 30 * HOUR, noon + 30 * HOUR, always, berlin) == 60 * HOUR


@given(instants, st.integers(0, 10**13), weeks, zones)
def test_business_time_is_part_of_the_time(
    start: int, span: int, week: list[Hours | None], zone: tzinfo
) -> None:
    assert 0 <= between(start, start + span, week, zone) <= span
    assert between(start, start + span, [(0, MINUTES)] * 7, zone) == span
    assert between(start, start + span, [None] * 7, zone) == 0
    assert between(start + span, start, week, zone) == 0


@given(instants, st.integers(0, 10**13), st.integers(0, 10**13), weeks, zones)
def test_parts_add_up(start: int, one: int, other: int, week: list[Hours | None], zone: tzinfo) -> None:
    middle, end = start + one, start + one + other
    parts = between(start, middle, week, zone) + between(middle, end, week, zone)
    assert parts == between(start, end, week, zone)


@settings(max_examples=40)
@given(instants, short, weeks, zones)
def test_it_is_what_counting_the_minutes_gives(
    start: int, span: int, week: list[Hours | None], zone: tzinfo
) -> None:
    start -= start % MINUTE
    counted = sum(_is_open(start + at, week, zone) for at in range(0, span, MINUTE))
    found = between(start, start + span, week, zone)
    # An hour that the wall's clock skips or shows twice begins and ends where it is told of first.
    assert abs(found - counted * MINUTE) <= (0 if zone in (UTC, ZONES[3]) else 2 * HOUR)


def _is_open(instant: int, week: list[Hours | None], zone: tzinfo) -> bool:
    wall = datetime.fromtimestamp(0, UTC) + timedelta(seconds=instant // SECOND)
    wall = wall.astimezone(zone)
    span = week[wall.isoweekday() % 7]
    return span is not None and span[0] <= wall.hour * 60 + wall.minute < span[1]


@settings(max_examples=60)
@given(instants, weeks, st.sampled_from([UTC, ZoneInfo("Asia/Kolkata")]))
def test_it_opens_where_the_minutes_before_are_closed(
    now: int, week: list[Hours | None], zone: tzinfo
) -> None:
    now -= now % MINUTE
    opened = opens(now, week, zone)
    if opened is None:
        never = not any(one and one[0] < one[1] for one in week)
        assert never or _is_open(now, week, zone)
    else:
        assert _is_open(opened, week, zone)
        assert between(now, opened, week, zone) == 0


def test_it_opens_again_by_the_clock_on_the_wall() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    saturday = parse_iso("2026-10-24T12:00:00Z")  # on the next day clocks are put back
    assert opens(saturday, NINE_TO_FIVE, berlin) == parse_iso("2026-10-26T08:00:00Z")
    assert opens(parse_iso("2026-10-26T08:00:00Z"), NINE_TO_FIVE, berlin) is None
    assert opens(parse_iso("2026-10-26T16:00:00Z"), NINE_TO_FIVE, berlin) == parse_iso("2026-10-27T08:00:00Z")
    once: list[Hours | None] = [None, (540, 1020), *[None] * 5]
    assert opens(parse_iso("2026-10-26T16:00:00Z"), once, berlin) == parse_iso("2026-11-02T08:00:00Z")
    assert opens(saturday, [None] * 7, berlin) is None
    assert opening.opens_at(InboxSettings(), saturday) is None


def test_an_inbox_that_keeps_no_hours_is_always_open() -> None:
    assert opening.between(InboxSettings(), 0, 90 * HOUR) == 90 * HOUR
    assert opening.between(InboxSettings(), 5, 0) == 0


def test_an_inboxes_own_hours_and_timezone_count() -> None:
    days = (
        WorkingDay(day_of_week=1, open_hour=22, open_minutes=30, close_hour=23, close_minutes=45),
        WorkingDay(day_of_week=2, open_all_day=True),
        WorkingDay(day_of_week=3, closed_all_day=True, open_hour=1, close_hour=2),
        WorkingDay(day_of_week=4, open_hour=9),
    )
    kept = InboxSettings(working_hours_enabled=True, working_hours=days, timezone="Asia/Kolkata")
    sunday = parse_iso("2026-11-22T00:00:00+05:30")
    for after, length in ((24, 0), (47, 30), (48, 75), (72, 75 + 24 * 60), (168, 75 + 24 * 60)):
        assert opening.between(kept, sunday, sunday + after * HOUR) == length * MINUTE
    strange = InboxSettings(working_hours_enabled=True, working_hours=days, timezone="Nowhere/At All")
    utc = parse_iso("2026-11-23T22:00:00Z")
    assert opening.between(strange, utc, utc + HOUR) == 30 * MINUTE
