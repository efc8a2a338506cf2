"""What an outcome means and when to try again: the promised verdicts and schedule, as pure functions."""

import random
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from msgspec import Struct

from deskbell.delivery.outcome import Failed, Outcome
from deskbell.kit.clock import HOUR, SECOND
from deskbell.model.delivery import Reason, Verdict

RETRY_AFTER_LIMIT = 24 * HOUR
REFUSALS_UNTIL_DEAD = 3

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BY_STATUS: dict[int, Verdict] = {
    408: "retry",
    410: "gone",
    425: "retry",
    429: "throttle",
    502: "throttle",
    503: "throttle",
    504: "throttle",
}


def judge(outcome: Outcome) -> Verdict:
    """What the outcome means for the delivery. What named no status is always worth another try."""
    if isinstance(outcome, Failed):
        return "retry"
    status = outcome.status
    if 200 <= status < 300:
        return "delivered"
    named = _BY_STATUS.get(status)
    if named is not None:
        return named
    return "refused" if status < 500 else "retry"


def reason_of(outcome: Outcome) -> Reason | None:
    """The failure's name in the closed list; None when it was delivered."""
    if isinstance(outcome, Failed):
        return outcome.reason
    if 200 <= outcome.status < 300:
        return None
    return "redirect" if 300 <= outcome.status < 400 else "http_status"


def parse_retry_after(value: str | None, now: int) -> int | None:
    """Microseconds a receiver asks to be left alone, from seconds or an HTTP-date (RFC 9110, 10.2.3).

    Never negative and at most 24 hours; None for nothing and for what cannot be read. `now` is an instant.
    """
    text = "" if value is None else value.strip()
    if re.fullmatch(r"[0-9]+", text):
        # More digits than these are over the limit whatever they say, and int() refuses thousands of them.
        wait = RETRY_AFTER_LIMIT if len(text.lstrip("0")) > 9 else int(text) * SECOND
    else:
        until = _parse_http_date(text)
        if until is None:
            return None
        wait = until - now
    return max(0, min(wait, RETRY_AFTER_LIMIT))


def _parse_http_date(text: str) -> int | None:
    try:
        moment = parsedate_to_datetime(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return (moment - _EPOCH) // timedelta(microseconds=1)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


class Schedule(Struct, frozen=True):
    """When to try. `waits` are seconds before attempt 1, 2, …; `jitter` is the share a wait may stray."""

    waits: tuple[int, ...]
    jitter: float

    def wait_before(self, attempt_number: int, random: random.Random) -> int | None:
        """Microseconds to wait before an attempt, numbered from 1; None when there are no attempts left."""
        if attempt_number > len(self.waits):
            return None
        stray = 1 + self.jitter * random.uniform(-1, 1)
        return round(self.waits[attempt_number - 1] * SECOND * stray)


def refused_for_good(refusals: int, refused_since: int | None, last_accepted_at: int | None) -> bool:
    """Whether it is this event that the target refuses, and not every event: then the delivery is dead.

    True from the third refusal on, if the target accepted another delivery after the first refusal of this
    one.
    """
    if refusals < REFUSALS_UNTIL_DEAD or refused_since is None or last_accepted_at is None:
        return False
    return last_accepted_at > refused_since
