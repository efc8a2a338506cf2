"""Delivery as a whole, against simulated receivers that fail, hang, lie and recover, with workers that crash at any await.

The database, the recorder, the worker, the replayer, the pruner and the rules are the real ones; time stands still until a step
moves it. After every step all that is promised is checked: tests/delivery/model_receivers.py, model_log.py and
tests/support/truth.py. At the end: nothing lost. How to play more: docs/internals/model.md.
"""

import os
import shutil
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
import uvloop
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from typing_extensions import override

from deskbell.delivery import lanes, worker
from deskbell.kit.clock import SECOND
from tests.delivery.model_log import CEILING, HEARD, TARGETS, Story
from tests.delivery.model_people import CONVERSATIONS, EVENTS, People
from tests.delivery.model_receivers import HOLDING, MOODS, Receivers
from tests.delivery.model_workers import Process
from tests.support import bodies
from tests.support.truth import check_database
from tests.support.world import World, open_world

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
TEMPLATE: list[Path] = []
NARROW, ROOMY = 4, 16
"""Attempts a worker keeps in flight: not enough for three hanging targets, and more than they can take."""
PLACES = st.integers(0, len(TARGETS) - 1)


@pytest.fixture(autouse=True)
def _template(sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    TEMPLATE[:] = [sqlite_template]
    monkeypatch.setattr(worker, "PAUSE", 0.0)
    monkeypatch.setattr(bodies, "check", lambda _snapshot: None)  # schemas are other tests' matter, and slow


class Delivering(People, RuleBasedStateMachine):
    """Any order of talking, working, crashing, failing, pausing, replaying and waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.failed = False
        self.loop = uvloop.new_event_loop()
        self.folder = Path(tempfile.mkdtemp(dir=MEMORY))
        shutil.copy(TEMPLATE[0], self.folder / "model.db")
        self.opening = open_world(f"sqlite:///{self.folder / 'model.db'}")
        self.world: World = self.go(self.opening.__aenter__())
        self.receivers = Receivers(TARGETS, CEILING, self.world.clock)
        self.processes: list[Process] = []
        self.webhook_ids: list[int] = []
        self.story = Story()
        self.world.database.bell = self._ring

    def go(self, work: Coroutine[Any, Any, Any]) -> Any:
        try:
            return self.loop.run_until_complete(work)
        except BaseException:
            self.failed = True
            raise

    @initialize(places=st.sampled_from([NARROW, ROOMY]))
    def people_and_receivers(self, places: int) -> None:
        async def begin() -> None:
            for path in TARGETS:
                webhook = await self.world.webhook(f"https://9.9.9.9{path}", list(HEARD))
                self.webhook_ids.append(webhook.id)
            for _ in CONVERSATIONS:
                await self.world.conversation()

        self.receivers.places = places
        self.go(begin())

    @rule(path=st.sampled_from(TARGETS), mood=st.sampled_from(MOODS))
    def a_receiver_changes_its_mood(self, path: str, mood: str) -> None:
        self.receivers.moods[path] = mood

    @rule(numbers=st.lists(st.sampled_from(CONVERSATIONS), min_size=2, max_size=8))
    def people_talk(self, numbers: list[int]) -> None:
        self.go(self._talk(numbers))

    @rule(what=st.sampled_from(EVENTS), place=PLACES, number=st.sampled_from(CONVERSATIONS))
    def something_happens(self, what: str, place: int, number: int) -> None:
        self.go(self._happen(what, place, number))

    @rule(
        what=st.sampled_from(("nothing", "nothing", *EVENTS)),
        place=PLACES,
        number=st.sampled_from(CONVERSATIONS),
        ticks=st.integers(0, 60),
        count=st.sampled_from([1, 1, 2]),
        faults=st.sampled_from([(), (), (1,), (2,), (-1,), (-2,), (2, 3), (3,), (-3,)]),
    )
    def workers_work_and_stop(
        self, what: str, place: int, number: int, ticks: int, count: int, faults: tuple[int, ...]
    ) -> None:
        async def work() -> None:
            earlier = {path: set(self.receivers.accepted[path]) for path in TARGETS}
            before = await self._begin(count, frozenset(faults))
            await self._turns(ticks)
            if what != "nothing":
                await self._happen(what, place, number)
            await self._rest()
            roomy = self.receivers.places == ROOMY
            if count == 1 and (roomy or what == "nothing"):
                (await self._log()).nothing_is_held_up(self.receivers, self.world.clock.now(), roomy=roomy)
            self.receivers.let_go()
            await self._rest()
            await self._stop()
            if what != "time":
                (await self._log()).what_was_received_is_delivered(self.receivers, earlier)
            if min(faults, default=0) >= 0:  # else a claim was kept that nobody heard of
                left = (await self._log()).leases - before.leases
                assert not left, "a stop gives back every lane"

        self.go(work())

    @rule(place=PLACES, mood=st.sampled_from(HOLDING), number=st.sampled_from(CONVERSATIONS))
    def all_receivers_but_one_make_wait(self, place: int, mood: str, number: int) -> None:
        """The one gets everything that is due, however few places there are."""

        async def work() -> None:
            await self._talk([*CONVERSATIONS, number])
            self.receivers.moods = dict.fromkeys(TARGETS, mood) | {TARGETS[place]: "fine"}
            await self._begin(1)
            await self._rest()
            (await self._log()).nothing_is_held_up(self.receivers, self.world.clock.now(), roomy=False)
            await self._stop()

        self.go(work())

    @rule(
        what=st.sampled_from(("nothing", *EVENTS)),
        place=PLACES,
        number=st.sampled_from(CONVERSATIONS),
        ticks=st.integers(0, 60),
        alone=st.booleans(),
    )
    def a_worker_works_and_crashes(self, what: str, place: int, number: int, ticks: int, alone: bool) -> None:
        async def work() -> None:
            if alone:
                await lanes.release_all(self.world.database)
            await self._begin(1)
            await self._turns(ticks)
            if what != "nothing":
                await self._happen(what, place, number)
                await self._turns(ticks // 2)
            await self._crash()

        self.go(work())

    @rule(ticks=st.integers(0, 60), rung=st.booleans(), mood=st.sampled_from(MOODS), place=PLACES)
    def a_worker_sleeps_longer_than_its_leases(self, ticks: int, rung: bool, mood: str, place: int) -> None:
        """Another takes over; then the first wakes, and all its answers are in."""

        async def work() -> None:
            await self._begin(1)
            first = self.processes[0]
            first.line.frozen = True
            await self._turns(ticks)
            self.receivers.keep_waiting()
            self.receivers.forget_limits()
            first.line.frozen = False
            self.world.clock.advance(31 * SECOND)
            self.receivers.moods[TARGETS[place]] = mood
            await self._begin(1)
            if not rung:
                await self._rest()
                self.receivers.settled = (await self._log()).settled
            else:
                self._ring({1, 2, 3})
                await self._turns(ticks)
            self.receivers.answer_late()
            await self._rest()
            await self._stop()

        self.go(work())

    @invariant()
    def all_is_as_promised(self) -> None:
        async def check() -> None:
            await check_database(self.world.database)
            assert not self.receivers.wrong, self.receivers.wrong
            if len(self.webhook_ids) == len(TARGETS):
                (await self._log()).check(self.receivers, self.story)

        self.go(check())

    @override
    def teardown(self) -> None:
        try:
            if len(self.webhook_ids) == len(TARGETS) and not self.failed:
                self.go(self._all_is_well_in_the_end())
        finally:
            self.go(self._close())
            self.loop.close()
            shutil.rmtree(self.folder)

    async def _all_is_well_in_the_end(self) -> None:
        """Receivers mend, owners enable, time passes: then everything is delivered, or visibly dead or skipped."""
        self.receivers.moods = dict.fromkeys(TARGETS, "fine")
        for place in range(len(TARGETS)):
            await self._set_status(place, "enabled")
        for _ in range(30):
            self.world.clock.advance(400 * SECOND)
            await self._begin(1, looking=True)
            await self._stop()
            await check_database(self.world.database)
            log = await self._log()
            log.check(self.receivers, self.story)
            if all(row["state"] != "pending" for row in log.deliveries):
                return
        pytest.fail("something waits for ever")


TestDelivering = Delivering.TestCase
TestDelivering.settings = settings(
    max_examples=int(os.environ.get("DESKBELL_TEST_EXAMPLES", "40")),
    stateful_step_count=int(os.environ.get("DESKBELL_TEST_STEPS", "25")),
    phases=[Phase.generate] if "DESKBELL_TEST_HASTE" in os.environ else tuple(Phase),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
