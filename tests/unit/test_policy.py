import random
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskbell.config import STANDARD_SCHEDULE
from deskbell.delivery.outcome import Answered, Failed
from deskbell.delivery.policy import Schedule, judge, parse_retry_after, reason_of, refused_for_good
from deskbell.kit.clock import HOUR, SECOND
from deskbell.model.delivery import Reason, Verdict

NOW = 1_760_000_000 * SECOND


def answered(status: int) -> Answered:
    return Answered(status, None, b"", 1)


@pytest.mark.parametrize(
    ("status", "verdict", "reason"),
    [
        (200, "delivered", None),
        (204, "delivered", None),
        (299, "delivered", None),
        (301, "refused", "redirect"),
        (307, "refused", "redirect"),
        (304, "refused", "redirect"),
        (400, "refused", "http_status"),
        (401, "refused", "http_status"),
        (404, "refused", "http_status"),
        (408, "retry", "http_status"),
        (410, "gone", "http_status"),
        (425, "retry", "http_status"),
        (429, "throttle", "http_status"),
        (500, "retry", "http_status"),
        (501, "retry", "http_status"),
        (502, "throttle", "http_status"),
        (503, "throttle", "http_status"),
        (504, "throttle", "http_status"),
        (599, "retry", "http_status"),
        (999, "retry", "http_status"),
    ],
)
def test_each_status_has_its_verdict(status: int, verdict: Verdict, reason: Reason | None) -> None:
    assert judge(answered(status)) == verdict
    assert reason_of(answered(status)) == reason


@given(st.integers(200, 999))
def test_only_2xx_is_a_delivery(status: int) -> None:
    delivered = 200 <= status < 300
    assert (judge(answered(status)) == "delivered") is delivered
    assert (reason_of(answered(status)) is None) is delivered


@pytest.mark.parametrize(
    "reason", ["timeout", "dns", "refused_address", "connection", "tls", "too_large", "bad_response"]
)
def test_every_failure_without_an_answer_is_retried(reason: Reason) -> None:
    outcome = Failed(reason, "", 1)
    assert judge(outcome) == "retry"
    assert reason_of(outcome) == reason


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("0", 0),
        ("120", 120 * SECOND),
        (" 5 ", 5 * SECOND),
        ("0000000000007", 7 * SECOND),
        ("86401", 24 * HOUR),
        ("9" * 5000, 24 * HOUR),
        (None, None),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("٣", None),
        ("Fri, 99 Foo 2026 99:99:99 GMT", None),
        ("Mon, 01 Jan 0001 00:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 24 * HOUR),
    ],
)
def test_retry_after_is_read_or_ignored(value: str | None, wait: int | None) -> None:
    assert parse_retry_after(value, NOW) == wait


@given(st.integers(-100_000, 100_000))
def test_retry_after_takes_a_date(seconds: int) -> None:
    moment = datetime.fromtimestamp(NOW // SECOND + seconds, UTC)
    wait = max(0, min(seconds * SECOND, 24 * HOUR))
    assert parse_retry_after(format_datetime(moment, usegmt=True), NOW) == wait
    assert parse_retry_after(f"{moment:%A, %d-%b-%y %H:%M:%S} GMT", NOW) == wait
    assert parse_retry_after(f"{moment:%a %b %e %H:%M:%S %Y}", NOW) == wait


@given(st.text())
def test_no_retry_after_breaks_the_bounds(value: str) -> None:
    wait = parse_retry_after(value, NOW)
    assert wait is None or 0 <= wait <= 24 * HOUR


@given(
    waits=st.lists(st.integers(0, 100_000), min_size=1, max_size=12),
    jitter=st.floats(0, 0.9),
    seed=st.integers(),
)
def test_every_wait_is_within_its_jitter_and_then_there_is_none(
    waits: list[int], jitter: float, seed: int
) -> None:
    schedule = Schedule(tuple(waits), jitter)
    dice = random.Random(seed)
    for number, seconds in enumerate(waits, start=1):
        wait = schedule.wait_before(number, dice)
        assert wait is not None
        assert seconds * SECOND * (1 - jitter) - 1 <= wait <= seconds * SECOND * (1 + jitter) + 1
    assert schedule.wait_before(len(waits) + 1, dice) is None


def test_the_first_attempt_of_the_standard_schedule_is_at_once() -> None:
    assert Schedule(STANDARD_SCHEDULE, 0.2).wait_before(1, random.Random(0)) == 0


def test_jitter_spreads_waits() -> None:
    dice = random.Random(1)
    schedule = Schedule((300,), 0.2)
    waits = {schedule.wait_before(1, dice) for _ in range(100)}
    assert len(waits) > 90


@pytest.mark.parametrize(
    ("refusals", "refused_since", "last_accepted_at", "dead"),
    [
        (3, 100, 101, True),
        (9, 100, 5_000, True),
        (2, 100, 101, False),
        (3, 100, 100, False),
        (3, 100, 99, False),
        (3, 100, None, False),
        (3, None, 101, False),
        (0, None, None, False),
    ],
)
def test_only_an_event_refused_alone_is_refused_for_good(
    refusals: int, refused_since: int | None, last_accepted_at: int | None, dead: bool
) -> None:
    assert refused_for_good(refusals, refused_since, last_accepted_at) is dead
