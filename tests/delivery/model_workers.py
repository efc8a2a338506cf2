"""The workers of the model: begun, left to rest, stopped and crashed, with a database that fails them now and then."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from deskbell.config import Settings, load
from deskbell.delivery.worker import Worker
from deskbell.kit.errors import Unavailable
from deskbell.store.database import Database, Unit
from tests.delivery.model_log import CEILING, SCHEDULE, TARGETS, Log, read_log
from tests.delivery.model_receivers import Line, Receivers
from tests.support.world import World

STILL = 40
"""Turns of the loop in which nothing moves, after which nothing will."""


class Faulty:
    """The database as a worker knows it: some of its units cannot begin, of others nobody hears that they were kept."""

    def __init__(self, database: Database, faults: frozenset[int]) -> None:
        self._database = database
        self._faults = faults
        self.begun = 0
        self.open = 0

    @asynccontextmanager
    async def unit(self, **how: Any) -> AsyncIterator[Unit]:
        self.begun += 1
        self.open += 1
        number = self.begun
        try:
            if number in self._faults:
                raise Unavailable("cannot be reached")
            async with self._database.unit(**how) as unit:
                yield unit
            if -number in self._faults:
                raise Unavailable("went away at the last moment")
        finally:
            self.open -= 1

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)


class Process:
    """A worker and all that is its own."""

    def __init__(self, world: World, receivers: Receivers, chosen: Settings, faults: frozenset[int]) -> None:
        self.line = Line(receivers)
        self.database = Faulty(world.database, faults)
        self.worker = Worker(self.database, self.line, chosen, world.clock)  # type: ignore[arg-type]

    def start(self) -> None:
        self.running = asyncio.create_task(self.worker.run())

    def keeps_no_more_than_it_may(self, receivers: Receivers) -> bool:
        """Every lane it holds is in flight, or at hand behind as many as may be in flight."""
        late = Counter(flight.lane[0] for flight in receivers.late if flight.line is self.line)
        flying = [receivers.flying(path, self.line) + late[path] for path in TARGETS]
        return self.worker.in_flight <= sum(2 * CEILING if one >= CEILING else one for one in flying)


class Workers:
    """The part of the model that works."""

    world: World
    receivers: Receivers
    processes: list[Process]

    async def _close(self) -> None:
        for process in self.processes:
            process.running.cancel()
        await asyncio.gather(*(process.running for process in self.processes), return_exceptions=True)
        await self.world.database.close()

    async def _begin(self, count: int, faults: frozenset[int] = frozenset(), *, looking: bool = False) -> Log:
        """Start workers. They are rung, and look for nothing by themselves; or the other way round."""
        alone = count == 1 and not self.processes
        log = await self._log()
        self.receivers.settled = log.settled
        self.receivers.forget_limits()
        for row in log.targets if alone else ():
            resting = row["open_until"] is not None and row["open_until"] > self.world.clock.now()
            if row["status"] != "enabled" or row["trips"]:
                self.receivers.probes[TARGETS[row["id"] - 1]] = (
                    0 if resting or row["status"] != "enabled" else 1
                )
            if row["lane_limit"] is not None:
                self.receivers.lanes[TARGETS[row["id"] - 1]] = int(row["lane_limit"])
        chosen = load(
            {
                "database": "sqlite:///unused.db",
                "delivery_schedule": SCHEDULE,
                "delivery_jitter": 0.0,
                "delivery_poll": 0.001 if looking else 60.0,
                "delivery_concurrency": self.receivers.places,
                "delivery_target_concurrency": CEILING,
            }
        )
        for _ in range(count):
            process = Process(self.world, self.receivers, chosen, faults)
            process.start()
            self.processes.append(process)
            if looking:
                await asyncio.sleep(0.02)
            else:
                process.worker.ring({1, 2, 3})
        return log

    def _ring(self, targets: set[int]) -> None:
        for process in self.processes:
            process.worker.ring(targets)

    async def _turns(self, count: int) -> None:
        for _ in range(count):
            await asyncio.sleep(0)

    async def _rest(self) -> None:
        """Until nothing moves but time."""
        still, before = 0, -1
        for _ in range(20_000):
            busy = any(process.database.open for process in self.processes)
            await asyncio.sleep(0.0005 if busy else 0)
            moved = self.receivers.moves + sum(process.database.begun for process in self.processes)
            still = 0 if busy or moved != before else still + 1
            before = moved
            if still == STILL:
                break
        else:
            pytest.fail("the workers never rest")
        self._raise_what_failed()
        kept = all(process.keeps_no_more_than_it_may(self.receivers) for process in self.processes)
        assert kept, "a worker holds lanes it neither sends nor gives back"

    async def _stop(self) -> None:
        for process in self.processes:
            process.worker.stop()
        still = 0
        while not all(process.running.done() for process in self.processes):
            busy = any(process.database.open for process in self.processes)
            self.receivers.let_go()
            await asyncio.sleep(0.0005 if busy else 0)
            still = 0 if busy else still + 1
            assert still < 2_000, "a stop never ends"
        self._raise_what_failed()
        self.processes.clear()

    async def _crash(self) -> None:
        for process in self.processes:
            self.receivers.cut(process.line)
            process.running.cancel()
        await asyncio.gather(*(process.running for process in self.processes), return_exceptions=True)
        self._raise_what_failed()
        self.processes.clear()
        async with self.world.database.unit():
            pass  # a commit on its way is not stopped by a crash of the worker

    def _raise_what_failed(self) -> None:
        for process in self.processes:
            if process.running.done() and not process.running.cancelled():
                process.running.result()
        assert not self.receivers.wrong, self.receivers.wrong

    async def _log(self) -> Log:
        return await read_log(self.world.database, self.world.clock.now())
