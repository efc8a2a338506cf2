"""Files nobody refers to, swept away: what deleted things leave behind, and what a crash kept for nothing."""

from deskbell.files.storage import SHARES, Storage
from deskbell.kit.clock import DAY
from deskbell.kit.rounds import Rounds
from deskbell.store import files
from deskbell.store.database import Database

AGE = DAY
"""How old a file is before it is looked at: much longer than any request that may be about to refer to it."""

REST = 3_600.0
"""Seconds between rounds over all files."""


class Sweeper(Rounds):
    """Deletes what is not known, a share of all files in each step, until it is told to stop."""

    def __init__(self, database: Database, storage: Storage) -> None:
        super().__init__(self.step, REST, "sweep files")
        self._database = database
        self._storage = storage
        self._share = 0

    async def step(self) -> bool:
        """Sweep one share; answers whether the round goes on."""
        share, self._share = self._share, (self._share + 1) % SHARES
        if share == 0:
            async with self._database.unit() as unit:
                await files.expire(unit)
        old = await self._storage.older(share, self._database.clock.now() - AGE)
        if old:
            async with self._database.read() as reader:
                known = await files.known(reader, old)
            for key in set(old) - known:
                await self._storage.delete(key)
        return self._share != 0
