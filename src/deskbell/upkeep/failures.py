"""Messages an API inbox's own receiver will never get: marked as failed, soon after their delivery was given up.

What is to be marked is kept by the transaction that settles the delivery, so that nothing is forgotten by a crash in between.
"""

from deskbell.desk.commands import message_status
from deskbell.kit.rounds import Rounds
from deskbell.store import inbox_failures
from deskbell.store.database import Database

STEP = 50
"""Failures looked at before looking for more."""

REST = 1.0
"""Seconds between looks."""


class Failures(Rounds):
    """Marks messages as failed until it is told to stop."""

    def __init__(self, database: Database) -> None:
        super().__init__(self.step, REST, "mark failed messages")
        self._database = database

    async def step(self) -> int:
        """Tell of some failures, each in a unit of its own; answers how many there were."""
        async with self._database.read() as reader:
            found = await inbox_failures.some(reader, STEP)
        for failure in found:
            async with self._database.unit() as unit:
                await message_status.mark_undelivered(unit, failure)
        return len(found)
