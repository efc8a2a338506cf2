"""The journal, read by number and told once in this process: after a commit somewhere, and by looking from time to time.

Only accounts that somebody listens to are read. What is told goes up by number, without a gap.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from deskbell.kit.errors import Unavailable
from deskbell.model.event import Event
from deskbell.store import events
from deskbell.store.database import Database

log = logging.getLogger("deskbell.realtime")

LOOK = 1.0
"""Seconds between looks for events that nobody announced."""
REST = 0.002
"""Seconds between readings, so that many commits are read together."""
AT_ONCE = 200
"""Events of one account read before the others have their turn."""


class Feed:
    """Reads the journals of the accounts that are followed."""

    def __init__(self, database: Database, publish: Callable[[Event], None]) -> None:
        self._database = database
        self._publish = publish
        self._followers: Counter[int] = Counter()
        self._positions: dict[int, int] = {}
        self._fresh: set[int] = set()
        self._woken = asyncio.Event()
        self._stopping = False
        self._failing = False

    async def follow(self, account_id: int) -> int:
        """Read an account's journal from now on; answers the number that was told last. Each ends with a `leave`."""
        self._followers[account_id] += 1
        if account_id not in self._positions:
            try:
                async with self._database.read() as reader:
                    last = await events.last_numbers(reader, [account_id])
            except BaseException:
                self.leave(account_id)
                raise
            self._positions.setdefault(account_id, last.get(account_id, 0))
        return self._positions[account_id]

    def leave(self, account_id: int) -> None:
        self._followers[account_id] -= 1
        if self._followers[account_id] <= 0:
            del self._followers[account_id]
            self._positions.pop(account_id, None)

    def position(self, account_id: int) -> int:
        """The number that was told last of a followed account."""
        return self._positions[account_id]

    @property
    def followed(self) -> list[int]:
        return list(self._positions)

    def wake(self, accounts: set[int]) -> None:
        """These accounts have new events. Never waits."""
        fresh = accounts & self._positions.keys()
        if fresh:
            self._fresh |= fresh
            self._woken.set()

    async def run(self) -> None:
        """Read until `stop`."""
        loop = asyncio.get_running_loop()
        looked = loop.time()
        while not self._stopping:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK):
                    await self._woken.wait()
            self._woken.clear()
            fresh, self._fresh = self._fresh, set()
            try:
                if loop.time() - looked >= LOOK:
                    looked = loop.time()
                    fresh |= await self._grown()
                for account_id in fresh:
                    await self._read(account_id)
                self._failing = False
            except Unavailable as error:
                self._fail(error)
            await asyncio.sleep(REST)

    def stop(self) -> None:
        self._stopping = True
        self._woken.set()

    async def _grown(self) -> set[int]:
        """The accounts whose journals go further than was told."""
        if not self._positions:
            return set()
        async with self._database.read() as reader:
            last = await events.last_numbers(reader, self.followed)
        return {one for one, number in last.items() if number > self._positions.get(one, number)}

    async def _read(self, account_id: int) -> None:
        position = self._positions.get(account_id)
        if position is None:
            return
        async with self._database.read() as reader:
            found = await events.after(reader, account_id, position, AT_ONCE)
        if self._positions.get(account_id) != position:
            return  # left, and followed anew from somewhere else
        for event in found:
            self._positions[account_id] = event.number
            try:
                self._publish(event)
            except Exception:  # one event that cannot be told must not keep the next ones back
                log.exception("An event could not be told")
        if len(found) == AT_ONCE:
            self._fresh.add(account_id)
            self._woken.set()

    def _fail(self, error: Unavailable) -> None:
        if not self._failing:
            log.warning("Cannot read what happens now; it is told later", extra={"reason": error.message})
        self._failing = True
