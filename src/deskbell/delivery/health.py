"""A target's health: how much may be in flight to it, and when it is left in peace. Pure; the state lies with the target.

Three things follow from what its deliveries come to (contract/delivery.md):

- **Throttle.** Each 429, 502, 503 or 504 halves how many lanes may be in flight; a round of successes lets one more in.
- **Breaker.** After so many failures in a row nothing is sent for a while, then one probe at a time, each failing one making the
  while longer. The first success lets the lanes run again, few at first.
- **Giving up.** A target that has failed every attempt for days is disabled.
"""

from msgspec.structs import replace

from deskbell.kit.clock import DAY, MINUTE, SECOND
from deskbell.model.delivery import Verdict
from deskbell.model.webhook import Health

TRIP_AFTER = 10
"""Failures in a row that open the breaker."""

RETURN_WITH = 2.0
"""How many lanes may be in flight once a probe has come through."""

FIRST_REST = 5 * SECOND
LONGEST_REST = 5 * MINUTE
GIVE_UP_AFTER = 5 * DAY
GIVE_UP_FAILURES = 5
"""And at least so many: a target that is seldom sent to deserves more than two tries."""


def allowed(health: Health, ceiling: int, now: int) -> int:
    """How many lanes may be in flight now: none while the breaker rests, then one probe, else up to the limit."""
    if not health.is_open:
        return ceiling if health.lane_limit is None else min(int(health.lane_limit), ceiling)
    return 1 if health.open_until is None or health.open_until <= now else 0


def probing(health: Health, now: int, until: int) -> Health:
    """A probe is on its way: no second one before it has come back, or its lease has run out."""
    return replace(health, open_until=until, set_at=now)


def after(health: Health, verdict: Verdict, now: int, ceiling: int, *, probe: bool) -> Health:
    """The health once an attempt has come to a verdict. `probe`: it was sent while the breaker rested."""
    return (
        _better(health, now, ceiling)
        if verdict == "delivered"
        else _worse(health, verdict, now, ceiling, probe=probe)
    )


def given_up(health: Health, now: int, patience: int = GIVE_UP_AFTER) -> bool:
    """Whether a target has failed every attempt for so long that it is to be disabled."""
    lasting = health.failing_since is not None and now - health.failing_since >= patience
    return lasting and health.failures >= GIVE_UP_FAILURES


def _better(health: Health, now: int, ceiling: int) -> Health:
    if health.last_accepted_at == now and health.is_well:
        return health
    limit = RETURN_WITH if health.is_open else health.lane_limit
    if limit is not None:
        limit += 1 / limit
    return replace(
        health,
        failures=0,
        trips=0,
        open_until=None,
        lane_limit=None if limit is None or limit >= ceiling else limit,
        failing_since=None,
        last_accepted_at=now,
    )


def _worse(health: Health, verdict: Verdict, now: int, ceiling: int, *, probe: bool) -> Health:
    limit = health.lane_limit
    if verdict == "throttle":
        limit = max(1.0, (ceiling if limit is None else min(limit, ceiling)) / 2)
    failures, trips = health.failures + 1, health.trips
    open_until, set_at = health.open_until, health.set_at
    # What was in flight when the breaker opened tells nothing new: only a probe's failure makes the rest longer.
    if probe if health.is_open else failures >= TRIP_AFTER:
        trips, set_at = trips + 1, now
        open_until = now + min(FIRST_REST << min(trips - 1, 16), LONGEST_REST)
    return replace(
        health,
        failures=failures,
        trips=trips,
        open_until=open_until,
        set_at=set_at,
        lane_limit=limit,
        failing_since=now if health.failing_since is None else health.failing_since,
        last_failed_at=now,
    )
