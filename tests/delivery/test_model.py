"""Delivery as a whole, against simulated receivers that fail, hang, lie and recover, with workers that crash at any await.

The database, the recorder, the worker, the replayer and the rules are the real ones; time stands still until a step moves it.
After every step: numbers without gaps, order per target and conversation, one attempt in flight per lane, no lane forgotten,
every body as it was recorded (tests/support/truth.py). At the end: nothing lost.
"""

import asyncio
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
import uvloop
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from typing_extensions import override

from deskbell.config import load
from deskbell.delivery import replay as replaying
from deskbell.delivery.http import Request
from deskbell.delivery.outcome import Answered, Failed, Outcome
from deskbell.delivery.worker import Worker
from deskbell.desk.commands import conversations, messages, replays, webhooks
from deskbell.desk.commands.messages import Draft
from deskbell.desk.commands.replays import Wanted
from deskbell.desk.commands.webhooks import WebhookChanges
from deskbell.kit import json
from deskbell.kit.clock import SECOND
from deskbell.model.webhook import TargetStatus, Webhook
from deskbell.store.statement import Statement
from tests.support.truth import check_database
from tests.support.world import World, open_world

QUIET = 12
"""Looks at a worker that has nothing to do but wait, after which it will find nothing more."""

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
TEMPLATE: list[Path] = []
CONVERSATIONS = (1, 2, 3)
TARGETS = ("/a", "/b")
MOODS = ("fine", "broken", "slow", "hanging", "lying", "refusing", "refusing-some", "gone")
SCHEDULE = (0, 5, 5)
SETTINGS: dict[str, Any] = {
    "delivery_schedule": SCHEDULE,
    "delivery_jitter": 0.0,
    "delivery_poll": 0.001,
}

_WAITING = Statement("SELECT COUNT(*) AS count FROM deliveries WHERE state = 'pending'")
_LOG = Statement(
    "SELECT d.target_id, d.number, d.state, a.number AS attempt, a.started_at, a.verdict FROM deliveries d "
    "LEFT JOIN attempts a ON a.target_id = d.target_id AND a.delivery_number = d.number ORDER BY d.target_id, d.number, a.number"
)
_STATES = Statement("SELECT target_id, number, event_number, state FROM deliveries WHERE replay = FALSE")

Done = Callable[[Outcome], None]


@pytest.fixture(autouse=True)
def _template(sqlite_template: Path) -> None:
    TEMPLATE[:] = [sqlite_template]


class Receivers:
    """All receivers, as the worker's client: what each was sent, and what each says to it."""

    def __init__(self) -> None:
        self.moods = dict.fromkeys(TARGETS, "fine")
        self.took: dict[tuple[str, int], list[tuple[int, bytes]]] = defaultdict(list)
        self.in_flight: dict[tuple[str, int], Done] = {}

    def post(self, request: Request, done: Done) -> None:
        path, body = request.endpoint.path, json.loads(request.body)
        conversation = (body.get("conversation") or body)["id"]
        lane = (path, conversation)
        assert lane not in self.in_flight, "one attempt at a time in a lane"
        self.in_flight[lane] = done
        number = int(request.headers.split(b"webhook-id: evt_")[1].split(b"\r\n")[0].split(b"_")[1])
        answer = self._answer(path, number)
        if (isinstance(answer, Answered) and answer.status == 200) or self.moods[path] == "lying":
            self.took[lane].append((number, request.body))
        if answer is not None:
            asyncio.get_running_loop().call_soon(self._come_back, lane, done, answer)

    def crash(self) -> None:
        """The worker that waited for these answers is gone."""
        self.in_flight.clear()

    def let_go(self) -> None:
        """What hangs times out."""
        for lane, done in list(self.in_flight.items()):
            self._come_back(lane, done, Failed("timeout", "", 1))

    def _come_back(self, lane: tuple[str, int], done: Done, outcome: Outcome) -> None:
        if self.in_flight.get(lane) is done:
            del self.in_flight[lane]
            done(outcome)

    def _answer(self, path: str, number: int) -> Outcome | None:
        statuses = {"fine": 200, "broken": 500, "slow": 429, "refusing": 404, "gone": 410}
        mood = self.moods[path]
        if mood == "refusing-some":
            mood = "refusing" if number % 3 == 0 else "fine"
        if mood == "hanging":
            return None
        return Failed("timeout", "", 1) if mood == "lying" else Answered(statuses[mood], None, b"", 1)


class Delivering(RuleBasedStateMachine):
    """Any order of talking, working, crashing, failing, pausing, replaying and waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = uvloop.new_event_loop()
        self.folder = Path(tempfile.mkdtemp(dir=MEMORY))
        shutil.copy(TEMPLATE[0], self.folder / "model.db")
        self.receivers = Receivers()
        self.replayed = False
        self.opening = open_world(f"sqlite:///{self.folder / 'model.db'}")
        self.world: World = self.go(self.opening.__aenter__())
        self.settings = load({"database": "sqlite:///unused.db", **SETTINGS})

    def go(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    @initialize()
    def people_and_receivers(self) -> None:
        async def begin() -> list[Webhook]:
            made = [
                await self.world.webhook(
                    f"https://9.9.9.9{path}", ["message_created", "conversation_updated"]
                )
                for path in TARGETS
            ]
            for _ in CONVERSATIONS:
                await self.world.conversation()
            return made

        self.webhooks: list[Webhook] = self.go(begin())

    @rule(number=st.sampled_from(CONVERSATIONS), words=st.integers(1, 4))
    def someone_talks(self, number: int, words: int) -> None:
        async def talk() -> None:
            for word in range(words):
                async with self.world.database.unit() as unit:
                    await messages.create_message(
                        unit, self.world.alice, number, Draft(content=f"word {word}")
                    )

        self.go(talk())

    @rule(number=st.sampled_from(CONVERSATIONS))
    def an_agent_resolves_or_opens(self, number: int) -> None:
        async def toggle() -> None:
            async with self.world.database.unit() as unit:
                await conversations.set_status(unit, self.world.alice, number, None)

        self.go(toggle())

    @rule(path=st.sampled_from(TARGETS), mood=st.sampled_from(MOODS))
    def a_receiver_changes_its_mood(self, path: str, mood: str) -> None:
        self.receivers.moods[path] = mood

    @rule(seconds=st.sampled_from([1, 6, 31, 70, 400]))
    def time_passes(self, seconds: int) -> None:
        self.world.clock.advance(seconds * SECOND)

    @rule(ticks=st.integers(1, 60))
    def a_worker_works_and_crashes(self, ticks: int) -> None:
        async def work() -> None:
            worker = self._worker()
            running = asyncio.create_task(worker.run())
            for _ in range(ticks):
                await asyncio.sleep(0)
            self.receivers.crash()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await asyncio.sleep(0.002)  # a commit on its way is not stopped by a crash of the worker

        self.go(work())

    @rule()
    def a_worker_works_and_stops(self) -> None:
        self.go(self._work())

    @rule(place=st.integers(0, 1), status=st.sampled_from(["paused", "enabled", "disabled"]))
    def an_owner_pauses_or_enables(self, place: int, status: TargetStatus) -> None:
        self.go(self._set_status(place, status))

    @rule(place=st.integers(0, 1))
    def an_owner_skips_the_backlog(self, place: int) -> None:
        async def skip() -> None:
            async with self.world.database.unit() as unit:
                await webhooks.skip_backlog(unit, self.world.alice, self.webhooks[place].id)

        self.go(skip())

    @rule(place=st.integers(0, 1))
    def an_owner_replays_the_dead(self, place: int) -> None:
        async def again() -> None:
            async with self.world.database.unit() as unit:
                await replays.create_replay(
                    unit, self.world.alice, self.webhooks[place].id, Wanted(dead_since=0)
                )
            while await replaying.step(self.world.database):
                pass

        self.replayed = True
        self.go(again())

    @invariant()
    def the_database_is_true(self) -> None:
        self.go(check_database(self.world.database))

    @invariant()
    def the_log_keeps_to_the_schedule(self) -> None:
        """No attempt before its time, none beyond the schedule, and death only at its end or refused for good."""

        async def read() -> list[Any]:
            async with self.world.database.read() as reader:
                return await reader.all(_LOG)

        log: dict[tuple[int, int], list[Any]] = defaultdict(list)
        for row in self.go(read()):
            log[row["target_id"], row["number"]].append(row)
        for rows in log.values():
            tries = [row for row in rows if row["attempt"] is not None]
            assert [row["attempt"] for row in tries] == list(range(1, len(tries) + 1))
            assert len(tries) <= len(SCHEDULE) or any(row["verdict"] == "gone" for row in tries)
            for last, this, wait in zip(tries, tries[1:], SCHEDULE[1:], strict=False):
                assert last["verdict"] == "gone" or this["started_at"] >= last["started_at"] + wait * SECOND
            if rows[0]["state"] == "dead":
                refused = sum(row["verdict"] == "refused" for row in tries)
                assert len(tries) >= len(SCHEDULE) or refused >= 3

    @invariant()
    def each_conversation_came_in_order(self) -> None:
        """By first receipt; a replay brings old numbers late, on purpose, and only to those who asked."""
        for got in self.receivers.took.values():
            numbers = [number for number, _ in got]
            first = list(dict.fromkeys(numbers))
            assert self.replayed or first == sorted(first), "no inversion"
            told: dict[int, bytes] = {}
            for number, body in got:
                assert told.setdefault(number, body) == body, "the same event, the same bytes"

    @override
    def teardown(self) -> None:
        try:
            if hasattr(self, "webhooks"):
                self.go(self._all_is_well_in_the_end())
        finally:
            self.go(self.opening.__aexit__(None, None, None))
            self.loop.close()
            shutil.rmtree(self.folder)

    async def _all_is_well_in_the_end(self) -> None:
        """Receivers mend, owners enable, time passes: then everything is delivered, or visibly dead or skipped."""
        self.receivers.moods = dict.fromkeys(TARGETS, "fine")
        for place in (0, 1):
            await self._set_status(place, "enabled")
        for _ in range(60):
            self.world.clock.advance(400 * SECOND)
            await self._work()
            async with self.world.database.read() as reader:
                row = await reader.one(_WAITING)
                if row is not None and row["count"] == 0:
                    break
        else:
            pytest.fail("something waits for ever")
        async with self.world.database.read() as reader:
            states = await reader.all(_STATES)
        for row in states:
            got = {
                number
                for lane, told in self.receivers.took.items()
                if lane[0] == TARGETS[row["target_id"] - 1]
                for number, _ in told
            }
            assert row["state"] != "delivered" or row["event_number"] in got, (
                "what is told delivered was received"
            )

    async def _work(self) -> None:
        worker = self._worker()
        running = asyncio.create_task(worker.run())
        quiet = 0
        while quiet < QUIET:
            await asyncio.sleep(0.0005)
            quiet = quiet + 1 if worker.in_flight == len(self.receivers.in_flight) else 0
        worker.stop()
        while not running.done():
            await asyncio.sleep(0.0005)
            self.receivers.let_go()
        await running

    def _worker(self) -> Worker:
        worker = Worker(self.world.database, self.receivers, self.settings, self.world.clock)  # type: ignore[arg-type]
        self.world.database.bell = worker.ring
        worker.ring({1, 2})
        return worker

    async def _set_status(self, place: int, status: TargetStatus) -> None:
        async with self.world.database.unit() as unit:
            await webhooks.update_webhook(
                unit, self.world.alice, self.webhooks[place].id, WebhookChanges(status=status)
            )


TestDelivering = Delivering.TestCase
TestDelivering.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
