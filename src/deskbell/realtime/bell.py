"""The bell between processes: each says what is new, and hears what the others say.

It never holds truth. What waits and what happened is in the database, and workers and feeds look there from time to time: a lost
ring costs one look. Only what is said in passing is lost with it.
"""

import asyncio
import logging
from collections.abc import Callable

from deskbell.kit.errors import Unavailable
from deskbell.store.database import Database, News

log = logging.getLogger("deskbell.realtime")

REST = 0.005
"""Seconds between two notifications, so that a busy process says much at once."""

REST_FROM_JOURNALS = 0.02
"""As `REST`, where all that was said is that journals go on: this a busy process says all the time, be there anybody to hear it or not."""

PASSING_AT_ONCE = 1_000
"""Messages in passing that wait at most; what comes then is let go."""

PAUSE = 1.0
"""Seconds after a failure until the next try."""


class Ringer:
    """Tells other processes what rings here. What rings while a notification is on its way goes with the next one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting = News()
        self._rung = asyncio.Event()
        self._failing = False
        self._stopping = False

    def ring(self, targets: set[int]) -> None:
        """These targets have something waiting: the bell, for a process without a worker. Never waits, never fails."""
        self._waiting.targets |= targets
        self._rung.set()

    def press(self, accounts: set[int]) -> None:
        """These accounts have new events. Never waits, never fails."""
        self._waiting.accounts |= accounts
        self._rung.set()

    def pass_on(self, text: str) -> None:
        """Say a message in passing. Never waits, never fails."""
        if len(self._waiting.passing) < PASSING_AT_ONCE:
            self._waiting.passing.append(text)
            self._rung.set()

    async def run(self) -> None:
        """Tell until `stop`, and then what has rung before it."""
        while self._rung.is_set() or not self._stopping:
            await self._rung.wait()
            self._rung.clear()
            news, self._waiting = self._waiting, News()
            if news != News():
                await asyncio.sleep(_rest(news) if await self._told(news) else PAUSE)

    def stop(self) -> None:
        self._stopping = True
        self._rung.set()

    async def _told(self, news: News) -> bool:
        try:
            await self._database.notify(news)
        except Unavailable as error:
            if not self._failing:
                log.warning(
                    "Cannot ring other processes now; they find what is new when they look",
                    extra={"reason": error.message},
                )
            self._failing = True
            return False
        self._failing = False
        return True


def _rest(news: News) -> float:
    return REST if news.targets or news.passing else REST_FROM_JOURNALS


class Listener:
    """Tells this process what other processes say."""

    def __init__(self, database: Database, hear: Callable[[News], None]) -> None:
        self._database = database
        self._hear = hear
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
                await self._database.listen(self._hear, self._begun)
            except Unavailable as error:
                if not self._failing:
                    log.warning(
                        "Cannot hear other processes now; what is new is found by looking",
                        extra={"reason": error.message},
                    )
                self._failing = True
            await asyncio.sleep(PAUSE)

    def _begun(self) -> None:
        self._failing = False
        log.info("Hearing other processes")
