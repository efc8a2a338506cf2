"""The engine in one process, without HTTP in: recording messages, draining their deliveries, and both at once."""

import uvloop

from bench.desk import addresses, drain, open_desk, settings_of
from bench.scenario import Figures, Measure, Place, Rounds, Row, Scenario, measured, raw_client, together
from bench.sink import Sink, sink


class Engine(Figures):
    """The figures of one round, each beside the raw client's."""

    def __init__(self, raw: Measure, **found: Measure) -> None:
        super().__init__({"raw": raw.per_second, "raw cpu": raw.cpu})
        for name, one in found.items():
            self |= {name: one.per_second, f"{name} cpu": one.cpu, f"{name} share": one.cpu / raw.cpu}


async def one_round(url: str, receivers: Sink, count: int) -> Engine:
    """All one after another within seconds, so that all meet the same machine."""
    settings = settings_of(url)
    raw = await raw_client(receivers.port, count)
    async with open_desk(url, addresses(receivers)) as desk:
        record = await measured(count, lambda: desk.say(count))
        drained = await measured(count, lambda: drain(desk.database, settings, count))
        both = await measured(count, lambda: together(desk.say(count), drain(desk.database, settings, count)))
    return Engine(raw, record=record, drain=drained, both=both)


def rounds(place: Place) -> Rounds:
    with sink() as receivers:
        while True:
            with place.database() as url:
                found = uvloop.run(one_round(url, receivers, place.count))
            yield found


SCENARIO = Scenario(
    "engine",
    "recording and delivering in one process on one core, no HTTP in",
    rounds,
    (
        Row("raw client", "raw", "/s"),
        Row("record", "record", "/s"),
        Row("drain a backlog", "drain", "/s"),
        Row("record + deliver", "both", "/s"),
        Row("raw client, CPU each", "raw cpu", "µs"),
        Row("record, CPU each", "record cpu", "µs"),
        Row("drain, CPU each", "drain cpu", "µs"),
        Row("record + deliver, CPU each", "both cpu", "µs"),
        Row("record, CPU ÷ raw client's", "record share", "x"),
        Row("drain, CPU ÷ raw client's", "drain share", "x", "2.00x at most; goal 1.54x"),
        Row("record + deliver, CPU ÷ raw client's", "both share", "x", "2.86x at most; goal 2.38x"),
    ),
)
