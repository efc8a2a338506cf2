"""Charts as SVG: rectangles and lines in a box, without a script and without a style."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from deskbell.desk.queries.pulse import Hour, Record, Tempo
from deskbell.kit.clock import HOUR
from deskbell.web.dashboard.targets.log_filters import NO_ANSWER

KINDS = ("delivered", "retried", "dead", "waiting")
STEP, BAR = 10.0, 7.5
ROOM = 1.08
"""Above the highest point of a line."""
REASONS = {
    "timeout": "No whole answer in time",
    "dns": "Name not found",
    "refused_address": "Address refused",
    "connection": "No connection",
    "tls": "TLS failed",
    "http_status": "Answered {status}",
    "redirect": "Answered {status}, a redirect",
    "too_large": "Answer too large",
    "bad_response": "Not HTTP",
    "expired": "Body not kept any more",
}


class Bar(Struct, frozen=True):
    """A rectangle; `kind` says what it stands for."""

    kind: str
    x: float
    y: float
    width: float
    height: float


class Line(Struct, frozen=True):
    """Points that belong together, as SVG has them; `single` ones have no neighbour to be drawn to."""

    kind: str
    paths: list[str]
    single: list[tuple[float, float]]


class Share(Struct, frozen=True, kw_only=True):
    """A way to fail: in words, how often, how long a bar is beside the longest, of 100, and what the log is asked for it."""

    words: str
    attempts: int
    width: float
    answer: str


def bars(hours: Sequence[Hour], height: float) -> list[Bar]:
    """Stacked bars, one for each hour. However few there are of a kind, they can be seen."""
    most = max((hour.total for hour in hours), default=0)
    found = []
    for place, hour in enumerate(hours):
        x, y = place * STEP, height
        if not hour.total:
            found.append(Bar("base", x, height - 1, BAR, 1))
        for kind in KINDS:
            amount = getattr(hour, kind)
            if amount:
                tall = min(y, max(2.0, amount / most * height))
                y -= tall
                found.append(Bar(kind, x, round(y, 1), BAR, round(tall, 1)))
    return found


def lines(tempi: Sequence[Tempo | None], height: float) -> list[Line]:
    """A line for the half of the answers, and one for 99 of 100; hours without an answer leave a gap."""
    highest = max((one.most for one in tempi if one), default=0) * ROOM or 1
    return [
        _line(kind, [getattr(one, kind) if one else None for one in tempi], highest, height)
        for kind in ("most", "half")
    ]


def shares(record: Record) -> list[Share]:
    """Why attempts failed, the most frequent way first."""
    most = max((one.attempts for one in record.failures), default=1)
    return [
        Share(
            words=REASONS.get(one.reason, one.reason).format(status=one.status),
            attempts=one.attempts,
            width=round(100 * one.attempts / most, 1),
            answer=str(one.status or NO_ANSWER),
        )
        for one in record.failures
    ]


def table(hours: Sequence[Hour], tempi: Sequence[Tempo | None], now: int) -> list[dict[str, Any]]:
    """The same figures in words: the newest hour first, and only hours in which something happened."""
    rows = [
        {"from": now - (len(hours) - place) * HOUR, "hour": hour, "tempo": tempo}
        for place, (hour, tempo) in enumerate(zip(hours, tempi, strict=True))
        if hour.total or tempo
    ]
    return rows[::-1]


def _line(kind: str, values: Sequence[int | None], highest: float, height: float) -> Line:
    runs: list[list[tuple[float, float]]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((place * STEP + BAR / 2, round(height - value / highest * height, 1)))
    paths = [" ".join(f"{x},{y}" for x, y in run) for run in runs if len(run) > 1]
    return Line(kind, paths, [run[0] for run in runs if len(run) == 1])
