"""A claimed lane being worked off: whatever receivers answer, deliveries leave in order, and none leaves unsettled."""

import random

from hypothesis import given
from hypothesis import strategies as st

from deskbell.delivery.attempt import destination
from deskbell.delivery.outcome import Answered, Failed, Outcome
from deskbell.delivery.policy import Schedule
from deskbell.delivery.run import Run, Terms
from deskbell.model.webhook import Target
from deskbell.store.lanes import Lane, Settled, Waiting

NOW = 1_760_000_000_000_000
WAITS = (0, 5, 5, 5)

TARGET = Target(
    id=1,
    account_id=1,
    kind="webhook",
    url="https://example.com/",
    credentials=None,
    secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    payload_format="hoory",
    headers={},
    status="enabled",
    status_reason=None,
    last_number=9,
    created_at=NOW,
    updated_at=NOW,
)

answers = st.sampled_from([200, 204, 301, 400, 404, 408, 410, 425, 429, 500, 502, 503, 504]).map(
    lambda status: Answered(status, None, b"", 1)
)
failures = st.sampled_from([Failed("timeout", "", 1), Failed("connection", "", 1), Failed("tls", "", 1)])
outcomes: st.SearchStrategy[Outcome] = st.one_of(answers, failures)


def claimed(count: int, attempts: int = 0, refusals: int = 0) -> Run:
    lane = Lane(
        id=1,
        target_id=1,
        subject="conversation:1",
        head=4,
        tail=4 + count,
        lease=1,
        attempts=attempts,
        refusals=refusals,
        refused_since=NOW - 1 if refusals else None,
    )
    waiting = [
        Waiting(
            lane_id=1,
            position=5 + place,
            number=11 + place,
            replay=False,
            account_id=1,
            event_number=21 + place,
            event_name="message_created",
            body=b"{}",
        )
        for place in range(count)
    ]
    return Run(lane, destination(TARGET), waiting, NOW + 30_000_000, None)


def play(run: Run, told: list[Outcome], accepted_elsewhere: int | None = None) -> Settled:
    terms = Terms(Schedule(WAITS, 0.0), random.Random(1))
    for outcome in told:
        if run.next is None:
            break
        run.conclude(outcome, NOW, NOW + 1, terms, accepted_elsewhere)
    return run.settled(NOW + 1)


@given(st.integers(1, 6), st.integers(0, 3), st.lists(outcomes, max_size=12))
def test_deliveries_leave_in_order_and_the_head_counts_them(
    count: int, attempts: int, told: list[Outcome]
) -> None:
    settled = play(claimed(count, attempts), told)
    gone = [number for number, _, state in settled.deliveries if state != "pending"]
    assert gone == list(range(11, 11 + len(gone)))
    assert settled.head == 4 + len(gone)
    assert [number for number, _, state in settled.deliveries if state == "pending"] in ([], [11 + len(gone)])


@given(st.integers(1, 6), st.integers(0, 3), st.lists(outcomes, max_size=12))
def test_every_attempt_is_logged_once_and_counted(count: int, attempts: int, told: list[Outcome]) -> None:
    settled = play(claimed(count, attempts), told)
    for number, made, _ in settled.deliveries:
        logged = [attempt.number for delivery, attempt in settled.log if delivery == number]
        assert logged == [made]
        assert made == (attempts + 1 if number == 11 else 1)


@given(st.integers(1, 6), st.lists(outcomes, min_size=1, max_size=12))
def test_nothing_is_sent_behind_a_delivery_that_failed_and_still_lives(
    count: int, told: list[Outcome]
) -> None:
    settled = play(claimed(count), told)
    states = [state for _, _, state in settled.deliveries]
    assert "pending" not in states[:-1]


@given(st.integers(1, 6), st.lists(outcomes, min_size=1, max_size=12))
def test_a_delivery_dies_only_at_the_schedules_end_or_refused_for_good(
    count: int, told: list[Outcome]
) -> None:
    settled = play(claimed(count, attempts=0), told)
    assert "dead" not in [state for _, _, state in settled.deliveries]
    last = play(claimed(count, attempts=len(WAITS) - 1), told)
    if last.deliveries[0][2] == "pending":
        assert last.log[0][1].verdict == "gone"


def test_a_third_refusal_is_the_last_where_the_target_takes_others() -> None:
    refused: list[Outcome] = [Answered(422, None, b"no", 1)]
    assert play(claimed(2, attempts=2, refusals=2), refused, accepted_elsewhere=NOW).deliveries == [
        (11, 3, "dead")
    ]
    assert play(claimed(2, attempts=2, refusals=2), refused, accepted_elsewhere=None).deliveries == [
        (11, 3, "pending")
    ]
    assert play(claimed(2, attempts=1, refusals=1), refused, accepted_elsewhere=NOW).deliveries == [
        (11, 2, "pending")
    ]


def test_a_retry_waits_no_longer_when_the_clock_is_set_back_before_it_is_settled() -> None:
    run = claimed(1, attempts=1)
    run.conclude(Failed("timeout", "", 1), NOW, NOW + 1, Terms(Schedule(WAITS, 0.0), random.Random(1)), None)
    wait = WAITS[2] * 1_000_000
    assert run.settled(NOW + 2).due_at == NOW + 1 + wait
    assert run.settled(NOW - 3_600_000_000).due_at == NOW - 3_600_000_000 + wait
