"""Running parts together: all of them, or none. SIGTERM drains; a part that fails brings the process down, loudly."""

import asyncio
import logging
import signal
from typing import Protocol

log = logging.getLogger("deskbell.runtime")

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Part(Protocol):
    """Something that runs until it is told to stop, and then until it has finished what it began."""

    async def run(self) -> None: ...

    def stop(self) -> None: ...


async def supervise(parts: list[Part]) -> None:
    """Run the parts until a signal; stop them in their order, each when the one before has ended. Raises what a part raised.

    A second signal stops them at once: what is in flight is then sent again at the next start.
    """
    loop = asyncio.get_running_loop()
    asked, at_once = asyncio.Event(), asyncio.Event()
    tasks = [asyncio.create_task(part.run()) for part in parts]

    def hear() -> None:
        (at_once if asked.is_set() else asked).set()

    for name in SIGNALS:
        loop.add_signal_handler(name, hear)
    first, second = asyncio.create_task(asked.wait()), asyncio.create_task(at_once.wait())
    try:
        await asyncio.wait([*tasks, first], return_when=asyncio.FIRST_COMPLETED)
        if asked.is_set():
            log.info("Stopping when what is in flight is finished; a second signal stops at once")
        for part, task in zip(parts, tasks, strict=True):
            part.stop()
            await asyncio.wait([task, second], return_when=asyncio.FIRST_COMPLETED)
            if at_once.is_set():
                log.warning("Stopping at once; what was in flight is sent again at the next start")
                return
        for task in tasks:
            task.result()
        if not asked.is_set():
            raise RuntimeError("A part of the server ended by itself.")
    finally:
        for one in (first, second, *tasks):
            one.cancel()
        await asyncio.gather(first, second, *tasks, return_exceptions=True)
        for name in SIGNALS:
            loop.remove_signal_handler(name)
