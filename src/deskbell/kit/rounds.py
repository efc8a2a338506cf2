"""Work done in rounds: a step after another while there is something to do, then a rest."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from deskbell.kit.errors import Unavailable

log = logging.getLogger("deskbell.upkeep")


class Rounds:
    """Takes steps until it is told to stop. A step answers whether it found something to do."""

    def __init__(self, step: Callable[[], Awaitable[object]], rest: float, what: str) -> None:
        """`rest` in seconds, after a step that found nothing or met no database; `what` names the work in the log."""
        self._step = step
        self._rest = rest
        self._what = what
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        while not self._stopping.is_set():
            if not await self._worked():
                await self._wait()

    def stop(self) -> None:
        """Begin no further step; one that began is finished."""
        self._stopping.set()

    async def _worked(self) -> bool:
        try:
            return bool(await self._step())
        except Unavailable as error:
            log.warning("Cannot %s now", self._what, extra={"reason": error.message})
            return False

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), self._rest)
        except TimeoutError:
            return
