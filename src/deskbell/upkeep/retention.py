"""Retention at work: small steps, so that nobody waits for it."""

from deskbell.kit.clock import DAY, HOUR
from deskbell.kit.rounds import Rounds
from deskbell.store import audits, idempotency, retention
from deskbell.store.database import Database

STEP = 200
"""Events one transaction lets go of."""

REST = 60.0
"""Seconds between rounds with nothing to do."""

GRACE = DAY
"""How much longer than replays reach back everything is kept, so that no replay finds its events emptied."""


class Pruner(Rounds):
    """Prunes what is older than the retention until it is told to stop."""

    def __init__(self, database: Database, days: float, key_hours: float = 24.0) -> None:
        """Events older than the days are emptied, answers to idempotency keys older than the hours forgotten."""
        super().__init__(self.step, REST, "prune")
        self._database = database
        self._age = int(days * DAY) + GRACE
        self._key_age = int(key_hours * HOUR)

    async def step(self) -> int:
        """Take one step for the keys and one in each account; answers of how many events and keys something was let go.

        Audits go along: they are so few that one step in each round is enough.
        """
        await self._audits()
        return await self._keys() + await self._events()

    async def _keys(self) -> int:
        async with self._database.unit() as unit:
            return await idempotency.prune(unit, unit.now - self._key_age, STEP)

    async def _audits(self) -> None:
        async with self._database.unit() as unit:
            await audits.prune(unit, unit.now - self._age, STEP)

    async def _events(self) -> int:
        async with self._database.read() as reader:
            accounts = await retention.accounts(reader)
        pruned = 0
        for account_id in accounts:
            async with self._database.unit() as unit:
                pruned += await retention.prune(unit, account_id, unit.now - self._age, STEP)
        return pruned
