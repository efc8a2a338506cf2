"""The worker: claims lanes, keeps their deliveries in flight, settles what came of them.

Three things go on at once. A claim fills the free places with due lanes; answers come back by callback and start the lane's
next delivery at once; finished lanes gather, and one transaction settles all that gathered while the last was written.
"""

import asyncio
import logging
import random
from collections import Counter, defaultdict, deque
from contextlib import suppress
from functools import partial

from deskbell.config import Settings
from deskbell.delivery import attempt, clocks, lanes
from deskbell.delivery.http import Client
from deskbell.delivery.outcome import Answered, Outcome
from deskbell.delivery.policy import Schedule
from deskbell.delivery.run import Run, Terms
from deskbell.kit.clock import DAY, MINUTE, SECOND, Clock, Watch
from deskbell.kit.errors import Unavailable
from deskbell.model.delivery import Verdict
from deskbell.model.event import event_id
from deskbell.model.webhook import Target
from deskbell.store.database import Database
from deskbell.store.lanes import Waiting

log = logging.getLogger("deskbell.delivery")

SETTLE_BATCH = 128
BRISK = SECOND
"""A target that accepted something within this time gets its next lanes claimed ahead, in microseconds."""
ANSWERING = 5 * SECOND
"""A target that accepted something within this time gets its full room, in microseconds."""
TRYING = 8
"""How many lanes may be in flight to a target that has not accepted anything of late."""
NOTHING: tuple[list[Run], set[int]] = ([], set())
PAUSE = 0.5
"""Seconds to wait when the database does not answer."""


class Worker:
    """Delivers what is due until it is told to stop."""

    def __init__(self, database: Database, client: Client, settings: Settings, clock: Clock) -> None:
        self._database = database
        self._client = client
        self._clock = clock
        self._settings = settings
        self._bounds = lanes.Bounds(
            int(settings.delivery_lease * SECOND),
            settings.delivery_target_concurrency,
            int(settings.delivery_give_up_days * DAY),
        )
        self._terms = Terms(Schedule(settings.delivery_schedule, settings.delivery_jitter), random.Random())  # noqa: S311 - jitter
        self.verdicts: Counter[Verdict] = Counter()
        """How many attempts came to each verdict since the start."""
        self._ready: set[int] = set()
        self._held: dict[int, set[int]] = {}
        self._next: dict[int, deque[Run]] = defaultdict(deque)
        self._flying: Counter[int] = Counter()
        self._accepted: dict[int, int] = {}
        self._finished: list[Run] = []
        self._work = asyncio.Event()
        self._settling = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._failure: BaseException | None = None
        self._stopping = False

    @property
    def in_flight(self) -> int:
        """How many lanes this worker has claimed and not yet given back."""
        return sum(map(len, self._held.values()))

    def ring(self, targets: set[int]) -> None:
        """These targets have something waiting: the bell."""
        self._ready |= targets
        self._work.set()

    async def run(self) -> None:
        """Work until `stop`, then until what is in flight has come back and is settled, or its leases have run out."""
        helpers = [asyncio.create_task(self._settle_forever()), asyncio.create_task(self._look_forever())]
        for helper in helpers:
            helper.add_done_callback(self._helper_ended)
        try:
            while not self._stopping:
                await self._claim_due()
            with suppress(TimeoutError):  # a database that stays away: the next start takes up what is left
                await asyncio.wait_for(self._idle.wait(), 2 * self._settings.delivery_lease)
        finally:
            for helper in helpers:
                helper.cancel()
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Claim nothing more; `run` returns when what is in flight has come back."""
        self._stopping = True
        self._work.set()

    async def _claim_due(self) -> None:
        """One round: claim due lanes of the targets that were rung and start them; with nothing to do, wait or look."""
        self._work.clear()
        asked, self._ready = self._ready, set()
        free = self._settings.delivery_concurrency - self.in_flight
        places = self._places(asked, free) if free > 0 else []
        try:
            claimed = await lanes.claim(self._database, places, free, self._bounds) if places else NOTHING
        except Unavailable as error:
            log.warning("Cannot claim work now", extra={"reason": error.message})
            self._ready |= asked
            await asyncio.sleep(PAUSE)
            return
        runs, more = claimed
        self._ready |= more | (asked - {place.target_id for place in places})
        for run in runs:
            self._hold(run)
        if not runs:
            await self._work.wait()

    async def _look_forever(self) -> None:
        """Find what nobody announced: retries whose time has come, leases that ran out, other processes' events."""
        watch = Watch(self._clock, MINUTE)
        while True:
            try:
                if watch.due():
                    await clocks.see_to(self._database, self._bounds.lease)
                    watch.done()
                self.ring(set(await lanes.ready(self._database, self._clock.now())))
            except Unavailable as error:
                log.warning("Cannot look for work now", extra={"reason": error.message})
            await asyncio.sleep(self._settings.delivery_poll)

    def _places(self, asked: set[int], free: int) -> list[lanes.Place]:
        """Room for more lanes of each of these targets; those with the fewest come first."""
        places = []
        for target in sorted(asked, key=lambda target: len(self._held.get(target, ()))):
            place = self._place(target, spare=free > self._settings.delivery_concurrency // 4)
            if place is not None:
                places.append(place)
        return places

    def _place(self, target: int, *, spare: bool) -> lanes.Place | None:
        """A target that answers gets its full room, and as much again ahead; any other just enough to find out.

        Unless there are places to `spare`, one that does not answer gets no more than it holds: so targets that hang never
        leave the others without a place.
        """
        held = frozenset(self._held.get(target, ()))
        silent_for = self._clock.now() - self._accepted.get(target, 0)
        answers, ahead = silent_for < ANSWERING, silent_for < BRISK
        if held and not answers and not spare:
            return None
        most = self._settings.delivery_target_concurrency
        # What is at hand lasts a while: a few lanes are not worth a claim.
        enough = most // 2 if ahead else 0
        room = (most * (2 if ahead else 1) if answers else min(most, TRYING)) - len(held)
        return lanes.Place(target, room, held, ahead) if room > enough else None

    def _hold(self, run: Run) -> None:
        target = run.to.target.id
        self._held.setdefault(target, set()).add(run.lane.id)
        self._idle.clear()
        self._next[target].append(run)
        self._fly(run.to.target)

    def _fly(self, target: Target) -> None:
        """Start as many of the lanes at hand as may be in flight."""
        waiting, most = self._next[target.id], self._bounds.ceiling_of(target)
        while waiting and self._flying[target.id] < most:
            self._flying[target.id] += 1
            self._send_next(waiting.popleft())

    def _land(self, run: Run) -> None:
        self._flying[run.to.target.id] -= 1
        self._give_back(run)

    def _give_back(self, *runs: Run) -> None:
        self._finished += runs
        self._settling.set()

    def _send_next(self, run: Run) -> None:
        """Send the lane's next delivery, if there is one and the lease outlives the attempt; else the run is finished."""
        now = self._clock.now()
        while run.next is not None and run.next.body is None:
            run.expire(now)
        waiting = run.next
        if (
            waiting is None
            or waiting.body is None
            or self._stopping
            or now < run.leased_at  # the clock was set back: nobody knows when the lease ends
            or now + self._needed(run) > run.lease_until
        ):
            self._land(run)
            return
        request = attempt.request(run.to, waiting, waiting.body, run.attempt, now)
        self._client.post(request, partial(self._concluded, run, now))

    def _needed(self, run: Run) -> int:
        """What an attempt may take, and a while for the clock and the loop; less than the lease at any setting. In microseconds."""
        timeout = run.to.target.timeout or self._settings.delivery_timeout
        return int((timeout + min(1.0, timeout / 2)) * SECOND)

    def _concluded(self, run: Run, started_at: int, outcome: Outcome) -> None:
        now, attempted, number = self._clock.now(), run.next, run.attempt
        target = run.to.target.id
        verdict = run.conclude(outcome, started_at, now, self._terms, self._accepted.get(target))
        self.verdicts[verdict] += 1
        if verdict == "delivered":
            self._accepted[target] = now
        elif attempted is not None:
            _tell(run, attempted, number, verdict, outcome)
            self._give_back(*self._next.pop(target, ()))  # what is at hand is for targets that are well
        flying = self._flying[target]
        self._send_next(run)
        if self._flying[target] < flying:
            self._fly(run.to.target)

    async def _settle_forever(self) -> None:
        while True:
            await self._settling.wait()
            batch = self._finished[:SETTLE_BATCH]
            try:
                await lanes.settle(self._database, batch, self._bounds)
            except Unavailable as error:
                log.warning("Cannot settle deliveries now", extra={"reason": error.message})
                await asyncio.sleep(PAUSE)
                continue
            del self._finished[: len(batch)]
            if not self._finished:
                self._settling.clear()
            self._free(batch)

    def _helper_ended(self, task: asyncio.Task[None]) -> None:
        """Without settling and looking there is no working: fail loudly."""
        if not task.cancelled() and task.exception() is not None:
            self._failure = task.exception()
            self._idle.set()
            self.stop()

    def _free(self, batch: list[Run]) -> None:
        for run in batch:
            held = self._held[run.to.target.id]
            held.discard(run.lane.id)
            if not held:
                del self._held[run.to.target.id], self._flying[run.to.target.id]
                self._next.pop(run.to.target.id, None)
        self.ring({run.to.target.id for run in batch})
        if not self._held:
            self._idle.set()


def _tell(run: Run, attempted: Waiting, number: int, verdict: Verdict, outcome: Outcome) -> None:
    """One line for an attempt that failed; what it was answered stays out of the log, for it is a stranger's."""
    dead = run.next is not attempted and verdict != "gone" and not run.waits
    log.log(
        logging.WARNING if dead else logging.INFO,
        "A delivery is dead" if dead else "An attempt failed",
        extra={
            "target": run.to.target.id,
            "delivery": attempted.number,
            "event": event_id(attempted.account_id, attempted.event_number),
            "attempt": number,
            "verdict": verdict,
            "why": outcome.status if isinstance(outcome, Answered) else f"{outcome.reason}: {outcome.detail}",
        },
    )
