"""The desk's own clock: snoozed conversations wake, and idle ones are resolved, each in a unit of its own."""

from deskbell.desk.commands import timetable as commands
from deskbell.kit.clock import MINUTE, Clock
from deskbell.kit.errors import NotFound
from deskbell.kit.rounds import Rounds
from deskbell.store import timetable
from deskbell.store.database import Database

STEP = 25
"""Conversations of one step, and of one account."""

WAKING_REST = 2.0
RESOLVING_REST = 30.0
"""Seconds between looks that find nothing."""


class Waker(Rounds):
    """Wakes snoozed conversations until it is told to stop. Several processes may: each looks again under the conversation's lock."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(self.step, WAKING_REST, "wake conversations")
        self._database = database
        self._clock = clock

    async def step(self) -> int:
        """Wake some; answers how many there were."""
        async with self._database.read() as reader:
            due = await timetable.to_wake(reader, self._clock.now(), STEP)
        woken = 0
        for account_id, number in due:
            try:
                async with self._database.unit() as unit:
                    woken += await commands.wake(unit, account_id, number)
            except NotFound:  # deleted meanwhile
                continue
        return woken


class Resolver(Rounds):
    """Resolves idle conversations, in accounts that want it, until it is told to stop."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(self.step, RESOLVING_REST, "resolve idle conversations")
        self._database = database
        self._clock = clock

    async def step(self) -> int:
        """Resolve some in each account; answers how many there were."""
        async with self._database.read() as reader:
            accounts = await timetable.resolving(reader)
        return sum([await self._step_for(account_id, settings) for account_id, settings in accounts])

    async def _step_for(self, account_id: int, settings: dict[str, object]) -> int:
        wanted = commands.wanted(settings)
        if wanted is None:
            return 0
        before = self._clock.now() - wanted.minutes * MINUTE
        async with self._database.read() as reader:
            numbers = await timetable.idle(
                reader, account_id, before, waiting=not wanted.leaves_waiting, limit=STEP
            )
        resolved = 0
        for number in numbers:
            try:
                async with self._database.unit() as unit:
                    resolved += await commands.resolve_idle(unit, account_id, number)
            except NotFound:  # deleted meanwhile
                continue
        return resolved
