"""`make bench`: what accepting and delivering cost, beside a bare client's cost in the same rounds.

Everything measured runs on core 0, sink and load on core 1. Read the ratios: machines drift within minutes.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvloop
from msgspec import Struct

from bench import raw
from bench.desk import WORDS, drain, open_desk
from bench.server import running_server
from bench.sink import pin, sink
from deskbell.config import Settings, load
from deskbell.kit import json

ROUNDS = int(os.environ.get("ROUNDS", "5"))
COUNT = int(os.environ.get("COUNT", "4000"))


class Measure(Struct):
    """One timing: how many a second, and the processor's microseconds for each."""

    per_second: float
    cpu: float


async def measured(total: int, work: Callable[[], Awaitable[object]]) -> Measure:
    wall, cpu = time.perf_counter(), time.process_time()
    await work()
    return Measure(total / (time.perf_counter() - wall), (time.process_time() - cpu) / total * 1e6)


async def one_round(url: str, sink_port: int) -> dict[str, Measure]:
    """Raw client, recording, draining: one after another, so that all meet the same machine."""
    settings = load({"database": url, "delivery_allow": ("127.0.0.1",)})
    found: dict[str, Measure] = {}
    request = raw.post("/", sink_port, b"x" * 2048)
    found["raw client"] = await measured(COUNT * 4, lambda: raw.hammer(sink_port, request, COUNT * 4))
    async with open_desk(url, sink_port) as desk:
        found["record (no HTTP)"] = await measured(COUNT, lambda: desk.say(COUNT))
        found["drain"] = await measured(COUNT, lambda: drain(desk.database, settings, COUNT))
        found["record + deliver"] = await measured(COUNT, lambda: _both(desk.say, desk.database, settings))
    return found


async def _both(say: Callable[[int], Awaitable[None]], database: object, settings: Settings) -> None:
    await asyncio.gather(say(COUNT), drain(database, settings, COUNT))  # type: ignore[arg-type]


async def over_http(url: str, sink_port: int) -> dict[str, Measure]:
    """A real `deskbell serve` on core 0, asked over HTTP from core 1: accepted, and accepted and delivered."""
    async with open_desk(url, sink_port) as desk:
        token = desk.token
    found = {}
    body = json.dumps({"content": WORDS})
    for name, role in (("accept over HTTP", "web"), ("accept + deliver", "all")):
        with running_server(url, role) as server:
            paths = [
                raw.post(
                    f"/api/v1/accounts/1/conversations/{number}/messages",
                    server.port,
                    body,
                    f"api_access_token: {token}\r\n",
                )
                for number in (7, 77, 177)
            ]
            cpu, wall = server.cpu(), time.perf_counter()
            await asyncio.gather(
                *(raw.hammer(server.port, request, COUNT // 3, connections=11) for request in paths)
            )
            found[name] = Measure(COUNT / (time.perf_counter() - wall), (server.cpu() - cpu) / COUNT * 1e6)
    return found


def report(rounds: list[dict[str, Measure]]) -> None:
    print(
        f"{'':20} {'per second':>12} {'CPU µs each':>12} {'CPU ÷ raw':>10}   medians of {len(rounds)} rounds"
    )
    for name in rounds[0]:
        per_second = statistics.median(found[name].per_second for found in rounds)
        cpu = statistics.median(found[name].cpu for found in rounds)
        ratio = statistics.median(found[name].cpu / found["raw client"].cpu for found in rounds)
        print(f"{name:20} {per_second:12,.0f} {cpu:12.1f} {ratio:9.1f}x")


def fresh_sqlite() -> str:
    return f"sqlite:///{Path(tempfile.mkdtemp(prefix='deskbell-bench-')) / 'bench.db'}"


def main() -> None:
    pin(0)
    rounds = []
    with sink() as port:
        for _ in range(ROUNDS):
            found = uvloop.run(one_round(fresh_sqlite(), port))
            found |= uvloop.run(over_http(fresh_sqlite(), port))
            rounds.append(found)
            print(".", end="", flush=True, file=sys.stderr)
    print(file=sys.stderr)
    report(rounds)


if __name__ == "__main__":
    main()
