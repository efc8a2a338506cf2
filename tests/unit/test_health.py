"""Throttle, breaker and giving up (contract/delivery.md), as pure rules."""

from hypothesis import given
from hypothesis import strategies as st

from deskbell.delivery.health import (
    FIRST_REST,
    GIVE_UP_AFTER,
    GIVE_UP_FAILURES,
    LONGEST_REST,
    TRIP_AFTER,
    after,
    allowed,
    given_up,
    probing,
)
from deskbell.kit.clock import SECOND
from deskbell.model.delivery import Verdict
from deskbell.model.webhook import Health

NOW = 1_760_000_000 * SECOND
CEILING = 64

failing: st.SearchStrategy[Verdict] = st.sampled_from(["throttle", "retry", "refused", "gone"])
verdicts: st.SearchStrategy[Verdict] = st.one_of(st.just("delivered"), failing)


def fold(health: Health, told: list[Verdict], now: int = NOW, *, probe: bool = False) -> Health:
    for verdict in told:
        health = after(health, verdict, now, CEILING, probe=probe)
    return health


def tripped() -> Health:
    return fold(Health(target_id=1), ["retry"] * TRIP_AFTER)


@given(st.lists(verdicts, max_size=60))
def test_what_is_allowed_stays_between_nothing_and_the_ceiling(told: list[Verdict]) -> None:
    health = fold(Health(target_id=1), told)
    assert 0 <= allowed(health, CEILING, NOW) <= CEILING
    assert health.is_open == (allowed(health, CEILING, NOW) == 0)


@given(st.lists(failing, max_size=TRIP_AFTER - 1))
def test_a_few_failures_do_not_open_the_breaker(told: list[Verdict]) -> None:
    assert not fold(Health(target_id=1), told).is_open


@given(st.lists(verdicts, max_size=40))
def test_one_success_closes_the_breaker_and_forgets_the_failures(told: list[Verdict]) -> None:
    health = fold(Health(target_id=1), [*told, "delivered"])
    assert (health.failures, health.trips, health.open_until, health.failing_since) == (0, 0, None, None)
    assert allowed(health, CEILING, NOW) >= 1


def test_an_open_breaker_lets_one_probe_out_at_a_time() -> None:
    health = tripped()
    assert allowed(health, CEILING, NOW) == 0
    later = NOW + FIRST_REST
    assert allowed(health, CEILING, later) == 1
    sent = probing(health, later, later + 30 * SECOND)
    assert allowed(sent, CEILING, later + SECOND) == 0
    assert allowed(sent, CEILING, later + 30 * SECOND) == 1


def test_each_failing_probe_makes_the_rest_longer_up_to_a_bound() -> None:
    health, rests = tripped(), []
    for _ in range(12):
        health = after(health, "retry", NOW, CEILING, probe=True)
        rests.append((health.open_until or 0) - NOW)
    assert rests[0] == 2 * FIRST_REST
    assert rests == sorted(rests)
    assert rests[-1] == LONGEST_REST


def test_what_was_in_flight_when_the_breaker_opened_does_not_make_the_rest_longer() -> None:
    health = tripped()
    assert fold(health, ["retry"] * 50).open_until == health.open_until


def test_after_a_probe_comes_through_the_lanes_run_again_few_at_first() -> None:
    health = after(tripped(), "delivered", NOW, CEILING, probe=True)
    seen = [allowed(health, CEILING, NOW)]
    while seen[-1] < CEILING:
        health = after(health, "delivered", NOW, CEILING, probe=False)
        seen.append(allowed(health, CEILING, NOW))
    assert seen[0] == 2
    assert seen == sorted(seen)
    assert health.lane_limit is None


def test_a_throttle_halves_what_is_allowed_and_successes_creep_back() -> None:
    health = after(Health(target_id=1), "throttle", NOW, CEILING, probe=False)
    assert allowed(health, CEILING, NOW) == CEILING // 2
    again = after(health, "throttle", NOW, CEILING, probe=False)
    assert allowed(again, CEILING, NOW) == CEILING // 4
    round_of_successes = fold(again, ["delivered"] * (CEILING // 4 + 1))
    assert allowed(round_of_successes, CEILING, NOW) == CEILING // 4 + 1


@given(st.lists(st.just("throttle"), min_size=1, max_size=30))
def test_even_the_most_throttled_target_gets_one_lane(told: list[Verdict]) -> None:
    health = fold(Health(target_id=1), told[: TRIP_AFTER - 1])
    assert allowed(health, CEILING, NOW) >= 1


def test_a_target_is_given_up_only_when_every_attempt_failed_for_so_long() -> None:
    seldom = fold(Health(target_id=1), ["retry"] * (GIVE_UP_FAILURES - 1))
    assert not given_up(seldom, NOW + 2 * GIVE_UP_AFTER), "it deserves more tries than that"
    health = after(seldom, "retry", NOW, CEILING, probe=False)
    assert not given_up(health, NOW + GIVE_UP_AFTER - 1)
    assert given_up(health, NOW + GIVE_UP_AFTER)
    healed = after(health, "delivered", NOW + GIVE_UP_AFTER - 1, CEILING, probe=False)
    assert not given_up(healed, NOW + 2 * GIVE_UP_AFTER)
