"""How webhooks are: what became of their deliveries of late, at a glance."""

from collections.abc import Sequence

from msgspec import Struct

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.kit.clock import HOUR
from deskbell.model.webhook import Health, Webhook
from deskbell.store import health, pulse, webhooks
from deskbell.store.database import Reader
from deskbell.store.health import Backlog
from deskbell.store.pulse import Count

HOURS = 24
NOTHING = Backlog(waiting=0, oldest_at=None)


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
    """A webhook, its health, its backlog, and its last hours, the oldest first."""

    webhook: Webhook
    health: Health
    backlog: Backlog
    hours: list[Hour]
    failed_attempts: int

    @property
    def settled(self) -> int:
        return sum(hour.delivered + hour.retried + hour.dead for hour in self.hours)

    @property
    def success(self) -> float | None:
        """The share of settled deliveries that arrived; None where there is none."""
        dead = sum(hour.dead for hour in self.hours)
        return (self.settled - dead) / self.settled if self.settled else None


async def all_pulses(reader: Reader, actor: Actor, now: int) -> list[Pulse]:
    """Every webhook of the account."""
    access.require_administrator(actor)
    return await _pulses(reader, await webhooks.all_of(reader, actor.account_id), now)


async def pulse_of(reader: Reader, actor: Actor, webhook_id: int, now: int) -> Pulse:
    """One webhook. Raises NotFound."""
    [found] = await _pulses(reader, [await access.the_webhook(reader, actor, webhook_id)], now)
    return found


async def latency(reader: Reader, webhook: Webhook) -> tuple[int, int] | None:
    """How long half of the newest answers took at most, and 99 of 100; None where there is none."""
    found = await pulse.durations(reader, webhook.target.id)
    if not found:
        return None
    return found[(len(found) - 1) // 2], found[(len(found) - 1) * 99 // 100]


async def _pulses(reader: Reader, found: Sequence[Webhook], now: int) -> list[Pulse]:
    target_ids = [one.target.id for one in found]
    if not target_ids:
        return []
    counts = await pulse.counts(reader, target_ids, now - HOURS * HOUR, HOUR)
    known = await health.read(reader, target_ids)
    enabled = [one.target.id for one in found if one.target.status == "enabled"]
    backlogs = await pulse.backlogs(reader, enabled, [one for one in target_ids if one not in enabled])
    return [
        Pulse(
            webhook=one,
            health=known[one.target.id],
            backlog=backlogs.get(one.target.id, NOTHING),
            hours=_hours([count for count in counts if count.target_id == one.target.id]),
            failed_attempts=sum(
                count.attempts - (count.deliveries if count.state == "delivered" else 0)
                for count in counts
                if count.target_id == one.target.id
            ),
        )
        for one in found
    ]


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
