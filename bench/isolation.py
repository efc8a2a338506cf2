"""Isolation: of 100 targets one hangs, one fails and one is slow; do the other 97 notice?

Each round runs twice, with those three well and with those three ill. First a backlog for all is recorded and drained,
for the throughput of the 97; then messages are recorded and delivered at once, at a third of the rate that these two came to
with all well, for their latency from the commit to the receiver. Each target has a port of its own, as receivers on different hosts would.
"""

import asyncio
import time

import uvloop
from msgspec import Struct

from bench import load
from bench.desk import Desk, addresses, open_desk, settings_of, working
from bench.scenario import Figures, Place, Rounds, Row, Scenario, measured, percentile
from bench.sink import Sink, sink, until

TARGETS = 100
ILL = ("hang", "fail", "slow")
OTHERS = range(len(ILL), TARGETS)
SECONDS = 8.0
SHARE = 1 / 3
MOST = 4_000
"""Messages the sink has room for beside the backlog's."""


class Run(Struct):
    """What the 97 got: deliveries a second from a backlog, what each cost, and under load milliseconds from commit to receiver."""

    drained: float
    cpu: float
    rate: float
    latencies: list[float]


async def one_run(
    url: str, receivers: Sink, backlog: int, behaviours: tuple[str, ...], rate: float | None
) -> Run:
    """`rate` is that of messages under load; None to find out what it should be."""
    where = addresses(receivers, TARGETS, behaviours)
    async with open_desk(url, where) as desk:
        recorded = await measured(backlog, lambda: desk.say(backlog))
        began, cpu = time.perf_counter(), time.process_time()
        async with working(desk.database, settings_of(url)):
            await until(lambda: _all_seen(receivers, range(backlog)))
            drained = backlog / (time.perf_counter() - began)
            used = (time.process_time() - cpu) / backlog / len(OTHERS) * 1e6
            rate = rate or SHARE / (1 / recorded.per_second + 1 / drained)
            numbers = range(backlog, backlog + min(MOST, int(rate * SECONDS)))
            committed = await _under_load(desk, numbers, rate)
            await until(lambda: _all_seen(receivers, numbers))
            receivers.stop()  # so that the worker has not to wait for the one that hangs
    latencies = [
        max(0, receivers.seen_at(number, target) - at) / 1e6
        for number, at in zip(numbers, committed, strict=True)
        for target in OTHERS
    ]
    return Run(drained * len(OTHERS), used, rate, latencies)


def _all_seen(receivers: Sink, numbers: range) -> bool:
    """Counts first: that is cheap, and this is asked often, in the process that is measured."""
    counted = sum(receivers.counts[OTHERS.start :])
    return counted >= numbers.stop * len(OTHERS) and all(
        receivers.seen_at(number, target) for number in numbers for target in OTHERS
    )


async def _under_load(desk: Desk, numbers: range, rate: float) -> list[int]:
    """Write messages at random instants; answers when each was durable."""
    writing = []
    for number, due in zip(numbers, load.arrivals(len(numbers), rate), strict=True):
        await asyncio.sleep(max(0.0, (due - time.monotonic_ns()) / 1e9))
        writing.append(asyncio.create_task(desk.write(number)))
    return await asyncio.gather(*writing)


def run(place: Place, behaviours: tuple[str, ...], rate: float | None = None) -> Run:
    backlog = max(10, place.count // 20)
    with sink(TARGETS, backlog + MOST) as receivers, place.database() as url:
        return uvloop.run(one_run(url, receivers, backlog, behaviours, rate))


def rounds(place: Place) -> Rounds:
    while True:
        well = run(place, ())
        yield _figures(well, run(place, ILL, well.rate))


def _figures(well: Run, ill: Run) -> Figures:
    p99 = percentile(well.latencies, 0.99), percentile(ill.latencies, 0.99)
    return {
        "well": well.drained,
        "ill": ill.drained,
        "lost": (1 - ill.drained / well.drained) * 100,
        "well cpu": well.cpu,
        "ill cpu": ill.cpu,
        "load": well.rate * len(OTHERS),
        "well p50": percentile(well.latencies, 0.5),
        "ill p50": percentile(ill.latencies, 0.5),
        "well p99": p99[0],
        "ill p99": p99[1],
        "slower": (p99[1] / p99[0] - 1) * 100,
    }


SCENARIO = Scenario(
    "isolation",
    "100 targets; what the other 97 see of one that hangs, one that fails and one that is slow",
    rounds,
    (
        Row("backlog of the 97, all well", "well", "/s"),
        Row("backlog of the 97, three ill", "ill", "/s"),
        Row("throughput lost", "lost", "%", "less than 5 %"),
        Row("CPU for each of the 97's, all well", "well cpu", "µs"),
        Row("CPU for each of the 97's, three ill", "ill cpu", "µs"),
        Row("load for the latencies, of the 97", "load", "/s"),
        Row("commit to receiver, all well, p50", "well p50", "ms"),
        Row("commit to receiver, three ill, p50", "ill p50", "ms"),
        Row("commit to receiver, all well, p99", "well p99", "ms"),
        Row("commit to receiver, three ill, p99", "ill p99", "ms"),
        Row("p99 slower by", "slower", "%", "less than 10 %"),
    ),
)
