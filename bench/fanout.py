"""Fan-out: one message to 1, 5 and 25 targets, and what each delivery costs to record and to deliver."""

from collections.abc import Iterator

import uvloop

from bench.desk import addresses, drain, open_desk, settings_of
from bench.scenario import Figures, Place, Rounds, Row, Scenario, measured, raw_client
from bench.sink import Sink, sink

WIDTHS = (1, 5, 25)


async def one_width(url: str, receivers: Sink, width: int, count: int) -> Figures:
    """About the same number of deliveries at every width, so that all take about as long."""
    said = max(1, count // width)
    deliveries = said * width
    raw = await raw_client(receivers.port, count // 2)
    async with open_desk(url, addresses(receivers, width)) as desk:
        record = await measured(deliveries, lambda: desk.say(said))
        drained = await measured(deliveries, lambda: drain(desk.database, settings_of(url), deliveries))
    return {
        f"record {width}": record.cpu,
        f"drain {width}": drained.cpu,
        f"share {width}": drained.cpu / raw.cpu,
        f"both {width}": (record.cpu + drained.cpu) / raw.cpu,
    }


def rounds(place: Place) -> Rounds:
    with sink() as receivers:
        while True:
            found: Figures = {}
            for width in WIDTHS:
                with place.database() as url:
                    found |= uvloop.run(one_width(url, receivers, width, place.count))
            yield found


def _rows() -> Iterator[Row]:
    for width in WIDTHS:
        targets = "1 target" if width == 1 else f"{width} targets"
        yield Row(f"{targets}: record, CPU per delivery", f"record {width}", "µs")
        yield Row(f"{targets}: drain, CPU per delivery", f"drain {width}", "µs")
        yield Row(f"{targets}: drain, CPU ÷ raw client's", f"share {width}", "x")
        yield Row(f"{targets}: record and drain, CPU ÷ raw client's", f"both {width}", "x")


SCENARIO = Scenario("fanout", "one message to several targets, CPU per delivery", rounds, tuple(_rows()))
