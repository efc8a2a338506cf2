"""Where the time goes: cProfile around the hot part of what is measured, the top 25 lines.

Read shares, not times: profiling makes calls of Python dearer than the rest.
"""

import cProfile
import os
import pstats
import signal
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvloop

from bench import pipeline
from bench.desk import addresses, drain, open_desk, settings_of
from bench.scenario import Place, together
from bench.sink import Sink, sink

PARTS = ("record", "drain", "both", "pipeline")
LINES = 25
WARMING = 200


def profile(part: str, place: Place) -> None:
    """Measure one part under the profiler and print what took the most time in itself."""
    with sink(messages=max(WARMING, place.count)) as receivers:
        found = _of_server(receivers, place) if part == "pipeline" else _of_process(part, receivers, place)
    print(f"{part} on {place.dialect}, {place.count} messages")
    found.strip_dirs().sort_stats("tottime").print_stats(LINES)


def _of_server(receivers: Sink, place: Place) -> pstats.Stats:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "profile"
        with pipeline.served(place, receivers, "all", path) as (home, server):
            pipeline.peak(home, server, WARMING)
            os.kill(server.pid, signal.SIGUSR1)
            pipeline.peak(home, server, place.count)
        return pstats.Stats(str(path))


def _of_process(part: str, receivers: Sink, place: Place) -> pstats.Stats:
    profiler = cProfile.Profile()

    async def profiled(work: Callable[[], Awaitable[object]]) -> None:
        profiler.enable()
        await work()
        profiler.disable()

    async def hot(url: str) -> None:
        async with open_desk(url, addresses(receivers)) as desk:

            def say() -> Awaitable[None]:
                return desk.say(place.count)

            def deliver() -> Awaitable[int]:
                return drain(desk.database, settings_of(url), place.count)

            if part == "drain":
                await say()
            work = {"record": say, "drain": deliver, "both": lambda: together(say(), deliver())}
            await profiled(work[part])

    with place.database() as url:
        uvloop.run(hot(url))
    return pstats.Stats(profiler)
