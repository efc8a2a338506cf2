"""Counting requests: exact within a span, and of bounded memory."""

from hypothesis import given
from hypothesis import strategies as st

from deskbell.config import Settings
from deskbell.kit.clock import MINUTE, ManualClock
from deskbell.web import limits
from deskbell.web.limits import Limits


def counting(clock: ManualClock, quota: int = 3) -> Limits:
    return Limits(Settings(rate_limit_address=quota), clock)


@given(st.lists(st.integers(min_value=0, max_value=MINUTE), max_size=60), st.integers(1, 5))
def test_no_span_that_begins_with_a_request_lets_more_through_than_the_quota(
    waits: list[int], quota: int
) -> None:
    clock = ManualClock()
    asked = counting(clock, quota)
    since, passed = clock.now(), 0
    for wait in waits:
        clock.advance(wait)
        if clock.now() >= since + MINUTE or not passed:
            since, passed = clock.now(), 0
        taken = asked.take(asked.address, "me")
        assert taken is not None
        passed += 1
        assert taken.left == quota - passed
        assert clock.now() < clock.now() + taken.wait * 1_000_000 <= since + MINUTE + 1_000_000


def test_the_idle_are_forgotten_and_the_busy_are_not() -> None:
    clock = ManualClock()
    asked = counting(clock)
    for number in range(100):
        asked.take(asked.address, f"idle-{number}")
    clock.advance(limits.SWEEP)
    asked.take(asked.address, "busy")
    clock.advance(MINUTE)
    asked.take(asked.address, "new")
    assert [asked.knows(asked.address, who) for who in ("idle-0", "idle-99", "busy", "new")] == [
        False,
        False,
        True,
        True,
    ]


def test_there_is_a_most_to_whom_a_process_remembers() -> None:
    asked = counting(ManualClock())
    for number in range(limits.MOST + 10):
        asked.take(asked.address, str(number))
    assert not asked.knows(asked.address, "9")
    assert asked.knows(asked.address, "10")
