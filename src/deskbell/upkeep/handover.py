"""Bots that do not answer: what waits for them is handed to people, some conversations at a time."""

from deskbell.desk.commands import handover
from deskbell.kit.clock import MINUTE, Clock
from deskbell.kit.errors import NotFound
from deskbell.kit.rounds import Rounds
from deskbell.store import agent_bots
from deskbell.store.agent_bots import Failing
from deskbell.store.database import Database

AFTER = 10 * MINUTE
"""How long a bot may fail every attempt, its breaker open or on the way there, before people get what waits for it."""

FAILURES = 3
"""And at least so many attempts: one whose receiver was away for a moment gets another try first."""

REST = 5.0
"""Seconds between looks."""


class Handover(Rounds):
    """Hands over what waits for failing bots until it is told to stop. A bot that was disabled by an administrator is theirs to care for."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(self.step, REST, "hand over to people")
        self._database = database
        self._clock = clock

    async def step(self) -> int:
        """One step for each failing bot; answers how many conversations waited."""
        async with self._database.read() as reader:
            failing = await agent_bots.failing(reader, failures=FAILURES, since=self._clock.now() - AFTER)
        return sum([await self._step_for(bot) for bot in failing])

    async def _step_for(self, bot: Failing) -> int:
        try:
            async with self._database.unit() as unit:
                await handover.announce(unit, bot)
            async with self._database.unit() as unit:
                return await handover.hand_over(unit, bot)
        except NotFound:  # deleted meanwhile: nothing waits for it any more
            return 0
