"""How whatever is delivered to fares: what became of its deliveries of late, at a glance."""

from collections.abc import Sequence

from msgspec import Struct

from deskbell.desk import access, owners
from deskbell.desk.actor import Actor
from deskbell.kit.clock import HOUR
from deskbell.model.webhook import Health, Target, TargetKind, Webhook
from deskbell.store import health, pulse, webhooks
from deskbell.store.database import Reader
from deskbell.store.health import Backlog
from deskbell.store.pulse import MOST, MOST_TRIED, Count, Failure

HOURS = 24


class Hour(Struct, kw_only=True):
    """What became of the deliveries that were recorded in one hour."""

    delivered: int = 0
    retried: int = 0
    """Delivered, but not at the first attempt."""
    dead: int = 0
    waiting: int = 0

    @property
    def total(self) -> int:
        return self.delivered + self.retried + self.dead + self.waiting


class Pulse(Struct, frozen=True, kw_only=True):
    """A target, its health, its backlog, and its last hours, the oldest first."""

    target: Target
    health: Health
    backlog: Backlog
    hours: list[Hour]
    failed_attempts: int
    looked_at: int
    """Deliveries of these hours that were looked at: the newest, and no more than MOST."""

    @property
    def is_partial(self) -> bool:
        """Whether there may be more in these hours than was looked at."""
        return self.looked_at >= MOST

    @property
    def is_tried_partly(self) -> bool:
        """Whether there are more in these hours than whose attempts were looked at."""
        return self.looked_at > MOST_TRIED

    @property
    def settled(self) -> int:
        return sum(hour.delivered + hour.retried + hour.dead for hour in self.hours)

    @property
    def success(self) -> float | None:
        """The share of settled deliveries that arrived; None where there is none."""
        dead = sum(hour.dead for hour in self.hours)
        return (self.settled - dead) / self.settled if self.settled else None


class Tempo(Struct, frozen=True):
    """How long half of an hour's answers took at most, and 99 of 100."""

    half: int
    most: int


class Record(Struct, frozen=True, kw_only=True):
    """What attempts came to in the last hours: how they failed, the most frequent way first, and how long answers took."""

    failures: list[Failure]
    tempi: list[Tempo | None]


async def all_pulses(reader: Reader, actor: Actor, now: int) -> list[tuple[Webhook, Pulse]]:
    """Every webhook of the account."""
    access.require_administrator(actor)
    found = await webhooks.all_of(reader, actor.account_id)
    pulses = await _pulses(reader, [one.target for one in found], now)
    return list(zip(found, pulses, strict=True))


async def pulse_of(
    reader: Reader, actor: Actor, owner_id: int, now: int, kind: TargetKind = "webhook"
) -> Pulse:
    """One owner's target. Raises NotFound, and Invalid where nothing is sent."""
    [found] = await _pulses(reader, [await owners.the_target(reader, actor, owner_id, kind)], now)
    return found


async def latency(reader: Reader, target: Target) -> tuple[int, int] | None:
    """How long half of the newest answers took at most, and 99 of 100; None where there is none."""
    found = await pulse.durations(reader, target)
    if not found:
        return None
    return found[(len(found) - 1) // 2], found[(len(found) * 99 - 1) // 100]


async def record(
    reader: Reader, actor: Actor, owner_id: int, now: int, kind: TargetKind = "webhook"
) -> Record:
    """How an owner's receiver answered of late."""
    target = await owners.the_target(reader, actor, owner_id, kind)
    since = now - HOURS * HOUR
    tempi: list[Tempo | None] = [None] * HOURS
    for slot, half, most in await pulse.latencies(reader, target, since, HOUR):
        tempi[min(max(slot, 0), HOURS - 1)] = Tempo(half, most)
    return Record(failures=await pulse.failures(reader, target, since), tempi=tempi)


async def _pulses(reader: Reader, found: Sequence[Target], now: int) -> list[Pulse]:
    known = await health.read(reader, [one.id for one in found]) if found else {}
    return [await _pulse(reader, one, known[one.id], now) for one in found]


async def _pulse(reader: Reader, target: Target, healthy: Health, now: int) -> Pulse:
    counts = await pulse.counts(reader, target, now - HOURS * HOUR, HOUR)
    return Pulse(
        target=target,
        health=healthy,
        backlog=await pulse.backlog(reader, target),
        hours=_hours(counts),
        failed_attempts=sum(
            count.attempts - (count.deliveries if count.state == "delivered" else 0) for count in counts
        ),
        looked_at=sum(count.deliveries for count in counts),
    )


def _hours(counts: Sequence[Count]) -> list[Hour]:
    hours = [Hour() for _ in range(HOURS)]
    for count in counts:
        hour = hours[min(max(count.slot, 0), HOURS - 1)]
        if count.state == "delivered":
            hour.delivered += count.at_once
            hour.retried += count.deliveries - count.at_once
        elif count.state == "dead":
            hour.dead += count.deliveries
        elif count.state == "pending":
            hour.waiting += count.deliveries
    return hours
