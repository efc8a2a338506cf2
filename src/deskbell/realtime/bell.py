"""The bell between processes: who has no worker says what waits, and who has one hears it.

It never holds truth. What waits is in the database, and a worker looks there from time to time: a lost ring costs one look.
"""

import asyncio
import logging
from collections.abc import Callable

from deskbell.kit.errors import Unavailable
from deskbell.store.database import Database

log = logging.getLogger("deskbell.realtime")

REST = 0.005
"""Seconds between two notifications, so that a busy process says much at once."""

PAUSE = 1.0
"""Seconds after a failure until the next try."""


class Ringer:
    """Tells other processes what rings here. What rings while a notification is on its way goes with the next one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: set[int] = set()
        self._rung = asyncio.Event()
        self._failing = False
        self._stopping = False

    def ring(self, targets: set[int]) -> None:
        """These targets have something waiting: the bell, for a process without a worker. Never waits, never fails."""
        self._waiting |= targets
        self._rung.set()

    async def run(self) -> None:
        """Tell until `stop`, and then what has rung before it."""
        while self._waiting or not self._stopping:
            await self._rung.wait()
            self._rung.clear()
            targets, self._waiting = self._waiting, set()
            if targets:
                await asyncio.sleep(REST if await self._told(targets) else PAUSE)

    def stop(self) -> None:
        self._stopping = True
        self._rung.set()

    async def _told(self, targets: set[int]) -> bool:
        try:
            await self._database.notify(targets)
        except Unavailable as error:
            if not self._failing:
                log.warning(
                    "Cannot ring other processes now; they find work when they look",
                    extra={"reason": error.message},
                )
            self._failing = True
            return False
        self._failing = False
        return True


class Listener:
    """Rings this process's worker for what other processes say."""

    def __init__(self, database: Database, ring: Callable[[set[int]], None]) -> None:
        self._database = database
        self._ring = ring
        self._stopped = asyncio.Event()
        self._failing = False

    async def run(self) -> None:
        """Listen until `stop`."""
        tasks = [asyncio.create_task(self._listen_forever()), asyncio.create_task(self._stopped.wait())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    def stop(self) -> None:
        """Close the connection."""
        self._stopped.set()

    async def _listen_forever(self) -> None:
        while True:
            try:
                await self._database.listen(self._ring, self._begun)
            except Unavailable as error:
                if not self._failing:
                    log.warning(
                        "Cannot hear other processes now; work is found by looking",
                        extra={"reason": error.message},
                    )
                self._failing = True
            await asyncio.sleep(PAUSE)

    def _begun(self) -> None:
        self._failing = False
        log.info("Hearing other processes")
