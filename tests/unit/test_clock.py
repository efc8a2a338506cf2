"""When to see to what depends on a clock."""

from hypothesis import given
from hypothesis import strategies as st

from deskbell.kit.clock import AGAIN, HOUR, MINUTE, SECOND, ManualClock, Watch


def test_it_is_time_at_first_and_then_every_so_often() -> None:
    clock = ManualClock()
    watch = Watch(clock, MINUTE)
    assert watch.due()
    assert watch.due(), "it was not done yet"
    watch.done()
    assert not watch.due()
    clock.advance(MINUTE - 1)
    assert not watch.due()
    clock.advance(1)
    assert watch.due()


def test_it_is_time_at_once_when_the_clock_was_set_back_even_within_the_while() -> None:
    clock = ManualClock()
    watch = Watch(clock, MINUTE)
    for step in (HOUR, SECOND):
        watch.due()
        watch.done()
        clock.advance(30 * SECOND)
        assert not watch.due()
        clock.advance(-step)
        assert watch.due()
        clock.advance(SECOND // 2)
        assert watch.due(), "it was not done yet"
        watch.done()
        assert not watch.due()
        clock.advance(AGAIN)
        assert watch.due(), "what was under way at the step has ended now"


@given(st.lists(st.integers(-2 * HOUR, 2 * HOUR), max_size=30))
def test_however_the_clock_moves_it_is_never_more_than_a_while_until_it_is_time(steps: list[int]) -> None:
    clock = ManualClock()
    watch = Watch(clock, MINUTE)
    for step in steps:
        if watch.due():
            watch.done()
        clock.advance(step)
        assert watch.due() or 0 <= step < MINUTE
    clock.advance(MINUTE)
    assert watch.due()
