"""A claimed lane being worked off: one delivery at a time, each outcome deciding what comes next. No I/O."""

import random
from collections import deque
from collections.abc import Iterable

from msgspec import Struct

from deskbell.delivery import policy
from deskbell.delivery.attempt import Destination
from deskbell.delivery.outcome import Answered, Outcome
from deskbell.delivery.policy import Schedule
from deskbell.model.delivery import Attempt, DeliveryState, Verdict
from deskbell.model.webhook import Target
from deskbell.store.lanes import Lane, Settled, Waiting

EXPIRED = "The event's body is not kept any more."


class Terms(Struct, frozen=True):
    """The rules every run follows."""

    schedule: Schedule
    random: random.Random

    def schedule_of(self, target: Target) -> Schedule:
        """The target's own schedule where it has one."""
        return Schedule(tuple(target.schedule), self.schedule.jitter) if target.schedule else self.schedule


class Run:
    """The state of a claimed lane between its claim and its settlement."""

    def __init__(
        self,
        lane: Lane,
        to: Destination,
        waiting: Iterable[Waiting],
        lease_until: int,
        last_accepted: int | None,
        *,
        leased_at: int = 0,
        probe: bool = False,
    ) -> None:
        self.lane = lane
        self.to = to
        self.leased_at = leased_at
        self.lease_until = lease_until
        self.probe = probe
        self.gone = False
        self._over = False
        self.verdicts: list[Verdict] = []
        self._waiting = deque(waiting)
        self._last_accepted = last_accepted
        self._head = lane.head
        self._attempts = lane.attempts
        self._refusals = lane.refusals
        self._refused_since = lane.refused_since
        self._due_at = self._wait = 0
        self._deliveries: list[tuple[int, int, DeliveryState]] = []
        self._log: list[tuple[int, Attempt]] = []

    @property
    def next(self) -> Waiting | None:
        """The delivery whose turn it is; None once this run has done what it can."""
        return self._waiting[0] if self._waiting and not self._due_at and not self._over else None

    @property
    def waits(self) -> bool:
        """The delivery at the head waits for its retry."""
        return bool(self._due_at)

    @property
    def attempt(self) -> int:
        """The number of the attempt that comes next."""
        return self._attempts + 1

    def conclude(
        self, outcome: Outcome, started_at: int, now: int, terms: Terms, accepted_elsewhere: int | None
    ) -> Verdict:
        """Take in what became of the delivery in flight. `accepted_elsewhere`: when the target last took any delivery."""
        delivery, number = self._waiting[0], self.attempt
        verdict = policy.judge(outcome)
        self.verdicts.append(verdict)
        self._log.append((delivery.number, attempt_of(number, outcome, started_at)))
        self._over = verdict == "gone" or (self.probe and verdict != "delivered")  # one probe is enough
        if verdict == "delivered":
            self._leave("delivered", number)
            return verdict
        if verdict == "refused":
            self._refusals += 1
            self._refused_since = self._refused_since or started_at
        last_accepted = max(self._last_accepted or 0, accepted_elsewhere or 0) or None
        wait = terms.schedule_of(self.to.target).wait_before(number + 1, terms.random)
        if verdict == "gone":
            self.gone = True
            self._keep(number)
        elif wait is None or policy.refused_for_good(self._refusals, self._refused_since, last_accepted):
            self._leave("dead", number)
        else:
            asked = (
                policy.parse_retry_after(outcome.retry_after, now)
                if isinstance(outcome, Answered) and verdict == "throttle"
                else None
            )
            self._wait = max(wait, asked or 0)
            self._due_at = now + self._wait
            self._keep(number)
        return verdict

    def expire(self, now: int) -> None:
        """The delivery at the head has nothing left to send: dead, and visibly so."""
        gone = Attempt(
            number=self.attempt,
            started_at=now,
            duration=0,
            verdict="refused",
            reason="expired",
            status=None,
            detail=EXPIRED,
            excerpt=b"",
        )
        self._log.append((self._waiting[0].number, gone))
        self._leave("dead", self.attempt)

    def settled(self, now: int) -> Settled:
        """What is to be written. A lane with more in it is due at once, or when its retry is, were the clock set back meanwhile or not."""
        return Settled(
            lane=self.lane,
            head=self._head,
            attempts=self._attempts,
            refusals=self._refusals,
            refused_since=self._refused_since,
            due_at=min(self._due_at, now + self._wait) if self._due_at else now,
            deliveries=self._deliveries,
            log=self._log,
        )

    def _leave(self, state: DeliveryState, attempts: int) -> None:
        self._deliveries.append((self._waiting.popleft().number, attempts, state))
        self._head += 1
        self._attempts = self._refusals = 0
        self._refused_since = None

    def _keep(self, attempts: int) -> None:
        self._attempts = attempts
        self._deliveries.append((self._waiting[0].number, attempts, "pending"))


def attempt_of(number: int, outcome: Outcome, started_at: int) -> Attempt:
    """An outcome as the log tells it."""
    answered = outcome if isinstance(outcome, Answered) else None
    return Attempt(
        number=number,
        started_at=started_at,
        duration=outcome.duration,
        verdict=policy.judge(outcome),
        reason=policy.reason_of(outcome),
        status=answered.status if answered else None,
        detail="" if isinstance(outcome, Answered) else outcome.detail,
        excerpt=answered.excerpt if answered else b"",
    )
