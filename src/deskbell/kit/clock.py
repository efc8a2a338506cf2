"""Time, read in one place only, so that tests can move it.

An instant is a whole number of microseconds since 1970-01-01T00:00:00Z: exact, ordered, and the same in Python,
SQLite and PostgreSQL.
"""

import time
from datetime import UTC, datetime
from functools import lru_cache
from typing import Protocol

MILLISECOND = 1_000
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> int:
        """The instant, in microseconds since the epoch."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> int:
        return time.time_ns() // 1_000


class ManualClock:
    """A clock that stands still until it is told to move."""

    def __init__(self, start: int = 1_760_000_000 * SECOND) -> None:
        self._now = start

    def now(self) -> int:
        return self._now

    def advance(self, microseconds: int) -> None:
        """Move by a span; a negative one steps back."""
        self._now += microseconds


AGAIN = 2 * SECOND
"""After a step back, what depends on the clock is seen to once more when this has passed."""


class Watch:
    """Says when to see to what depends on a clock: at first, every so often, and when the clock was set back.

    Then twice, at once and a little later: what was begun before the step and ends after it is still by the old time.
    """

    def __init__(self, clock: Clock, every: int) -> None:
        self._clock = clock
        self._every = every
        self._seen = self._next = 0
        self._stepped = False

    def due(self) -> bool:
        """Whether it is time, until it was `done`; to be asked often, for only what happens between two questions is noticed."""
        now = self._clock.now()
        if now < self._seen:
            self._next = now
            self._stepped = True
        self._seen = now
        return now >= self._next

    def done(self) -> None:
        """It was seen to."""
        self._next = self._seen + (min(AGAIN, self._every) if self._stepped else self._every)
        self._stepped = False


def unix(instant: int | None) -> int:
    """Whole seconds since the epoch; 0 stands for never."""
    return 0 if instant is None else instant // SECOND


@lru_cache(maxsize=4096)
def iso(instant: int) -> str:
    """ISO 8601 in UTC with milliseconds and `Z`."""
    seconds, micros = divmod(instant, SECOND)
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment.isoformat()[:19]}.{micros // 1000:03d}Z"


def parse_iso(text: str) -> int:
    """The instant an ISO 8601 text names; without an offset it is taken as UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    whole = moment.replace(microsecond=0)
    return int(whole.timestamp()) * SECOND + moment.microsecond
