"""The rules of what happens by itself, without a database."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from deskbell.desk.rules import assignment, idle, inbox_settings, surveys, templates
from deskbell.desk.rules.assignment import Candidate
from deskbell.desk.rules.fields import Problems
from deskbell.kit.clock import DAY, HOUR, MINUTE, SECOND
from deskbell.model.inbox import USUAL_WEEK, InboxSettings, WorkingDay

INSTANTS = st.integers(0, 4_000_000_000).map(lambda seconds: seconds * SECOND)
ZONES = st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati"])
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=14), inner, max_size=4),
    max_leaves=8,
)
CLOSED = tuple(WorkingDay(day_of_week=day, closed_all_day=True) for day in range(7))
ALWAYS = tuple(
    WorkingDay(
        day_of_week=day, open_all_day=True, open_hour=0, open_minutes=0, close_hour=23, close_minutes=59
    )
    for day in range(7)
)


@given(st.integers(1, 6), st.lists(st.booleans(), min_size=1, max_size=40))
def test_everybody_gets_as_many_as_the_others_give_or_take_one(people: int, hands: list[bool]) -> None:
    turns = dict.fromkeys(range(1, people + 1), 0)
    got = dict.fromkeys(turns, 0)
    for _ in hands:
        chosen = assignment.pick([Candidate(user, turn) for user, turn in turns.items()])
        assert chosen is not None
        got[chosen.user_id] += 1
        turns[chosen.user_id] = max(turns.values()) + 1
    assert max(got.values()) - min(got.values()) <= 1


@given(
    st.dictionaries(st.integers(1, 9), st.integers(0, 9), max_size=9),
    st.none() | st.sets(st.integers(1, 9)),
    st.none() | st.integers(1, 4),
    st.dictionaries(st.integers(1, 9), st.integers(0, 5)),
)
def test_nobody_is_picked_from_another_team_or_over_the_limit_and_nobody_waits_longer(
    turns: dict[int, int], among: set[int] | None, most: int | None, busy: dict[int, int]
) -> None:
    candidates = [Candidate(user, turn) for user, turn in turns.items()]
    chosen = assignment.pick(candidates, among=among, most=most, busy=busy)
    free = {
        user
        for user in turns
        if (among is None or user in among) and (most is None or busy.get(user, 0) < most)
    }
    assert (chosen is None) == (not free)
    if chosen is not None:
        assert chosen.user_id in free
        assert chosen.turn == min(turns[user] for user in free)


@given(INSTANTS, ZONES)
def test_an_inbox_is_open_as_its_own_clock_on_the_wall_says(now: int, zone: str) -> None:
    settings = InboxSettings(working_hours_enabled=True, timezone=zone)
    assert templates.is_open(InboxSettings(), now), "one that keeps no hours always is"
    assert not templates.is_open(replace(settings, working_hours=CLOSED), now)
    assert templates.is_open(replace(settings, working_hours=ALWAYS), now)
    # Somewhere on earth it is another time, and by the usual week never open two days on end.
    week = [templates.is_open(settings, now + hour * HOUR) for hour in range(7 * 24)]
    assert 39 <= sum(week) <= 41


def test_the_hour_of_closing_is_closed_and_that_of_opening_open() -> None:
    settings = InboxSettings(working_hours_enabled=True)
    monday = int(datetime(2026, 3, 2, tzinfo=UTC).timestamp()) * SECOND
    found = [
        templates.is_open(settings, monday + at) for at in (9 * HOUR - 1, 9 * HOUR, 17 * HOUR - 1, 17 * HOUR)
    ]
    assert found == [False, True, True, False]
    assert not templates.is_open(settings, monday - DAY + 12 * HOUR), "on Sunday"


@given(INSTANTS, ZONES, st.none() | st.integers(0, 3 * DAY), st.none() | st.integers(0, DAY))
def test_the_closed_office_is_told_at_most_once_a_day_and_not_in_the_middle_of_a_talk(
    now: int, zone: str, template_ago: int | None, answer_ago: int | None
) -> None:
    settings = InboxSettings(timezone=zone)
    template_at = None if template_ago is None else max(0, now - template_ago)
    answer_at = None if answer_ago is None else max(0, now - answer_ago)
    tells = templates.tells_away(settings, now, template_at, answer_at)
    if answer_at is not None and now - answer_at < 5 * MINUTE:
        assert not tells
    elif template_at is None or now - template_at > DAY + 2 * HOUR:
        assert tells
    elif template_at == now:
        assert not tells


@given(JUNK)
def test_whatever_a_survey_is_answered_with_is_a_rating_or_a_named_problem(said: Any) -> None:
    for submitted in (
        said,
        {surveys.FIELD: said},
        {surveys.FIELD: {"rating": said, "feedback_message": said}},
    ):
        problems = Problems()
        rating = surveys.read(submitted, problems)
        if rating is not None and not problems.fields:
            assert rating.rating in surveys.RATINGS
        else:
            assert (
                problems.fields
                or surveys.FIELD not in (submitted if isinstance(submitted, dict) else {})
                or (submitted[surveys.FIELD] is None)
            )


@given(st.integers(1, 5), st.booleans(), st.none() | st.text(max_size=20))
def test_a_rating_is_read_as_number_or_text(rating: int, as_text: bool, feedback: str | None) -> None:
    problems = Problems()
    given_rating: Any = str(rating) if as_text else rating
    found = surveys.read({surveys.FIELD: {"rating": given_rating, "feedback_message": feedback}}, problems)
    assert not problems.fields
    assert found is not None
    assert (found.rating, found.feedback) == (rating, (feedback or "").strip() or None)
    assert surveys.read(surveys.submitted(found), Problems()) == found


@given(st.sets(st.sampled_from("abc")), st.sets(st.sampled_from("abc")))
def test_a_survey_s_labels_let_through_or_hold_back(labels: set[str], values: set[str]) -> None:
    def asks(operator: str) -> bool:
        rules = {"operator": operator, "values": sorted(values)}
        settings = InboxSettings(csat_survey_enabled=True, csat_config={"survey_rules": rules})
        return surveys.asks(settings, labels)

    if not values:
        assert asks("contains")
        assert asks("does_not_contain")
    else:
        assert asks("contains") is bool(labels & values)
        assert asks("does_not_contain") is not asks("contains")


@given(st.dictionaries(st.sampled_from(sorted(InboxSettings.__struct_fields__)), JUNK, max_size=3))
def test_settings_of_any_shape_are_taken_or_named(said: dict[str, Any]) -> None:
    shaped = {name: value for name, value in said.items() if isinstance(value, _SHAPES.get(name, type(None)))}
    problems = Problems()
    kept = inbox_settings.changed(InboxSettings(), shaped, problems)
    assert len(kept.working_hours) == 7
    assert [day.day_of_week for day in kept.working_hours] == list(range(7))
    again = Problems()
    assert inbox_settings.changed(kept, {}, again) == kept
    assert not again.fields


_SHAPES: dict[str, type] = {
    "working_hours": list,
    "csat_config": dict,
    "auto_assignment_config": dict,
    "additional_attributes": dict,
    "timezone": str,
    "allowed_domains": str,
    "greeting_message": str,
    "out_of_office_message": str,
    "widget_color": str,
}


@given(st.integers(0, 6), st.integers(0, 23), st.integers(0, 59), st.integers(0, 23), st.integers(0, 59))
def test_a_day_closes_after_it_opens(day: int, opens: int, past: int, closes: int, beyond: int) -> None:
    said = {
        "day_of_week": day,
        "closed_all_day": False,
        "open_hour": opens,
        "open_minutes": past,
        "close_hour": closes,
        "close_minutes": beyond,
    }
    problems = Problems()
    kept = inbox_settings.changed(InboxSettings(), {"working_hours": [said]}, problems)
    if (opens, past) < (closes, beyond):
        assert not problems.fields
        found = kept.working_hours[day]
        assert (found.open_hour, found.open_minutes, found.close_hour, found.close_minutes) == (
            opens,
            past,
            closes,
            beyond,
        )
        others = [one for one in kept.working_hours if one.day_of_week != day]
        assert others == [one for one in USUAL_WEEK if one.day_of_week != day]
    else:
        assert list(problems.fields) == ["working_hours.0.close_hour"]


@given(st.integers(-5, 2_000_000), st.booleans())
def test_an_account_resolves_only_within_what_the_reference_allows(minutes: int, waiting: bool) -> None:
    found = idle.auto_resolve({"auto_resolve_after": minutes, "auto_resolve_ignore_waiting": waiting})
    assert (found is not None) == (10 <= minutes <= 1_439_856)
    if found is not None:
        assert found.leaves_waiting is waiting
        count, name = idle.spoken(minutes).split()
        size = {"minute": 1, "hour": 60, "day": 1440}[name.removesuffix("s")]
        assert int(count) * size == minutes
