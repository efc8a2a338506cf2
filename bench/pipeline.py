"""The whole pipeline: a message posted over HTTP to `deskbell serve` on one core, until its webhook is delivered.

Latency is measured under an open loop at half of the peak that was just measured: from the answer that says the message
is kept to its arrival in the receiver, by the one monotonic clock of the machine. The answer is written after the commit,
so the time from the commit lies between that and the time from the request, which is shown too.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvloop
from msgspec import Struct

from bench import load
from bench.desk import addresses, open_desk
from bench.scenario import Figures, Measure, Place, Rounds, Row, Scenario, percentile, raw_client
from bench.server import Server, running_server
from bench.sink import Sink, sink, until

CONVERSATIONS = 200
LATENCY_SECONDS = 5.0
MOST = 40_000
"""Messages the sink has room for beside those of the peak."""


class House(Struct):
    """A served desk and how to write into it."""

    token: str
    receivers: Sink

    def requests(self, server: Server, numbers: range) -> list[bytes]:
        return load.messages(server.port, self.token, CONVERSATIONS, numbers)


@contextmanager
def served(
    place: Place, receivers: Sink, role: str, profile: Path | None = None
) -> Iterator[tuple[House, Server]]:
    """A desk in a new database, and a server for it."""

    async def furnish(url: str) -> str:
        async with open_desk(url, addresses(receivers), CONVERSATIONS) as desk:
            return desk.token

    with place.database() as url:
        home = House(uvloop.run(furnish(url)), receivers)
        with running_server(url, role, profile) as server:
            yield home, server


def peak(home: House, server: Server, count: int, *, delivered: bool = True) -> Measure:
    """As many messages as 64 connections get answered, until the last is delivered."""
    requests = home.requests(server, range(count))

    async def work() -> None:
        before = home.receivers.received
        await load.closed_loop(server.port, requests)
        if delivered:
            await until(lambda: home.receivers.received >= before + count)

    cpu, wall = server.cpu(), time.perf_counter()
    uvloop.run(work())
    return Measure(count / (time.perf_counter() - wall), (server.cpu() - cpu) / count * 1e6)


def latency(home: House, server: Server, rate: float, first: int) -> Figures:
    """Milliseconds from the answer, and from the request, to the receiver."""
    numbers = range(first, first + min(MOST, int(rate * LATENCY_SECONDS)))
    requests = home.requests(server, numbers)

    async def work() -> load.Times:
        times = await load.open_loop(server.port, requests, rate)
        await until(lambda: all(home.receivers.seen_at(number) for number in numbers))
        return times

    times = uvloop.run(work())
    seen = [home.receivers.seen_at(number) for number in numbers]
    answered = [max(0, at - since) / 1e6 for at, since in zip(seen, times.answered, strict=True)]
    asked = [(at - since) / 1e6 for at, since in zip(seen, times.due, strict=True)]
    return {
        "load": rate,
        "answer p50": percentile(answered, 0.5),
        "answer p99": percentile(answered, 0.99),
        "request p50": percentile(asked, 0.5),
        "request p99": percentile(asked, 0.99),
    }


def rounds(place: Place) -> Rounds:
    with sink(messages=place.count + MOST) as receivers:
        while True:
            raw = uvloop.run(raw_client(receivers.port, place.count))
            receivers.forget()
            with served(place, receivers, "web") as (home, server):
                accept = peak(home, server, place.count, delivered=False)
            with served(place, receivers, "all") as (home, server):
                whole = peak(home, server, place.count)
                found = latency(home, server, whole.per_second / 2, place.count)
            for name, one in (("accept", accept), ("whole", whole)):
                found |= {name: one.per_second, f"{name} cpu": one.cpu, f"{name} share": one.cpu / raw.cpu}
            yield found | {"busy": whole.per_second * whole.cpu / 1e4}


SCENARIO = Scenario(
    "pipeline",
    "messages over HTTP to one server on one core",
    rounds,
    (
        Row("accept", "accept", "/s"),
        Row("accept + deliver", "whole", "/s"),
        Row("accept, CPU each", "accept cpu", "µs"),
        Row("accept + deliver, CPU each", "whole cpu", "µs"),
        Row("accept + deliver, its core busy", "busy", "%"),
        Row("accept, CPU ÷ raw client's", "accept share", "x"),
        Row("accept + deliver, CPU ÷ raw client's", "whole share", "x"),
        Row("load for the latencies: half the peak", "load", "/s"),
        Row("answer to receiver, p50", "answer p50", "ms", "5 ms at most"),
        Row("answer to receiver, p99", "answer p99", "ms", "25 ms at most"),
        Row("request to receiver, p50", "request p50", "ms"),
        Row("request to receiver, p99", "request p99", "ms"),
    ),
)
