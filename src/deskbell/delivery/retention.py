"""Retention at work: small steps, so that nobody waits for it."""

import asyncio
import logging

from deskbell.kit.clock import DAY
from deskbell.kit.errors import Unavailable
from deskbell.store import retention
from deskbell.store.database import Database

log = logging.getLogger("deskbell.delivery")

STEP = 200
"""Events one transaction lets go of."""

REST = 60.0
"""Seconds between rounds with nothing to do."""

GRACE = DAY
"""How much longer than replays reach back everything is kept, so that no replay finds its events emptied."""


class Pruner:
    """Prunes what is older than the retention until it is told to stop."""

    def __init__(self, database: Database, days: float) -> None:
        self._database = database
        self._age = int(days * DAY) + GRACE
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        while not self._stopping.is_set():
            try:
                worked = await self.step()
            except Unavailable as error:
                log.warning("Cannot prune now", extra={"reason": error.message})
                worked = 0
            if not worked:
                await self._wait()

    async def step(self) -> int:
        """Take one step in each account; answers of how many events something was let go."""
        async with self._database.read() as reader:
            accounts = await retention.accounts(reader)
        pruned = 0
        for account_id in accounts:
            async with self._database.unit() as unit:
                pruned += await retention.prune(unit, account_id, unit.now - self._age, STEP)
        return pruned

    def stop(self) -> None:
        """Begin no further step."""
        self._stopping.set()

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), REST)
        except TimeoutError:
            return
