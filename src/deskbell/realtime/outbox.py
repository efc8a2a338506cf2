"""What is on its way to one connection: bounded, because a slow reader is dropped and never waited for."""

import asyncio
from collections import deque

MESSAGES = 1_000
BYTES = 4_194_304
ROOM = 100
"""Messages below which a connection that catches up is given more."""


class Outbox:
    """Messages to one connection, in order. Full, it is lost: the reader comes again and says what it has."""

    def __init__(self) -> None:
        self._waiting: deque[str] = deque()
        self._size = 0
        self._changed = asyncio.Event()
        self._taken = asyncio.Event()
        self.lost = asyncio.Event()
        """Set when the reader was too slow: nothing more goes to it."""
        self.closing: str | None = None
        """Why nothing more comes after what waits; None while more may come."""

    def put(self, text: str) -> None:
        """Send a message after those that wait. Never waits."""
        if self.lost.is_set() or self.closing is not None:
            return
        self._waiting.append(text)
        self._size += len(text)
        if len(self._waiting) > MESSAGES or self._size > BYTES:
            self.lose()
        self._changed.set()

    def lose(self) -> None:
        """Give the reader up, with all that waits."""
        self._waiting.clear()
        self.lost.set()
        self._changed.set()
        self._taken.set()

    def close(self, reason: str) -> None:
        """Nothing comes after what waits now."""
        if self.closing is None:
            self.closing = reason
        self._changed.set()

    async def take(self) -> str | None:
        """The next message, once there is one; None when there will be none."""
        while True:
            if self.lost.is_set():
                return None
            if self._waiting:
                text = self._waiting.popleft()
                self._size -= len(text)
                self._taken.set()
                return text
            if self.closing is not None:
                return None
            self._changed.clear()
            await self._changed.wait()

    async def room(self, patience: float) -> bool:
        """Wait until little waits; False where the reader takes nothing for so many seconds, or is gone."""
        while not self.lost.is_set() and self.closing is None:
            if len(self._waiting) < ROOM:
                return True
            self._taken.clear()
            try:
                async with asyncio.timeout(patience):
                    await self._taken.wait()
            except TimeoutError:
                return False
        return False
