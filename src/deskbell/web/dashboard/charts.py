"""Charts as SVG: rectangles in a box, without a script and without a style."""

from collections.abc import Sequence

from msgspec import Struct

from deskbell.desk.queries.pulse import Hour

KINDS = ("delivered", "retried", "dead", "waiting")
STEP, BAR = 10.0, 7.5


class Bar(Struct, frozen=True):
    """A rectangle; `kind` says what it stands for."""

    kind: str
    x: float
    y: float
    width: float
    height: float


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
