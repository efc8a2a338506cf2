"""Retention at work: small steps, so that nobody waits for it."""

from deskbell.delivery.rounds import Rounds
from deskbell.kit.clock import DAY
from deskbell.store import retention
from deskbell.store.database import Database

STEP = 200
"""Events one transaction lets go of."""

REST = 60.0
"""Seconds between rounds with nothing to do."""

GRACE = DAY
"""How much longer than replays reach back everything is kept, so that no replay finds its events emptied."""


class Pruner(Rounds):
    """Prunes what is older than the retention until it is told to stop."""

    def __init__(self, database: Database, days: float) -> None:
        super().__init__(self.step, REST, "prune")
        self._database = database
        self._age = int(days * DAY) + GRACE

    async def step(self) -> int:
        """Take one step in each account; answers of how many events something was let go."""
        async with self._database.read() as reader:
            accounts = await retention.accounts(reader)
        pruned = 0
        for account_id in accounts:
            async with self._database.unit() as unit:
                pruned += await retention.prune(unit, account_id, unit.now - self._age, STEP)
        return pruned
