"""Running parts together: all of them, or none. SIGTERM drains; a part that fails brings the process down, loudly."""

import asyncio
import logging
import signal
from typing import Protocol

log = logging.getLogger("deskbell.runtime")


class Part(Protocol):
    """Something that runs until it is told to stop, and then until it has finished what it began."""

    async def run(self) -> None: ...

    def stop(self) -> None: ...


async def supervise(parts: list[Part]) -> None:
    """Run the parts until a signal; stop them in their order, each when the one before has ended. Raises what a part raised."""
    loop = asyncio.get_running_loop()
    asked = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, asked.set)
    tasks = [asyncio.create_task(part.run()) for part in parts]
    waiting = asyncio.create_task(asked.wait())
    try:
        await asyncio.wait([*tasks, waiting], return_when=asyncio.FIRST_COMPLETED)
        if asked.is_set():
            log.info("Stopping; what is in flight is finished first")
        for part, task in zip(parts, tasks, strict=True):
            part.stop()
            await asyncio.wait([task])
        for task in tasks:
            task.result()
        if not asked.is_set():
            raise RuntimeError("A part of the server ended by itself.")
    finally:
        waiting.cancel()
        for task in tasks:
            task.cancel()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(name)
