"""Lanes: nobody takes what another holds, nothing held is forgotten, and a wake is never lost."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from deskbell.desk.commands import messages, webhooks
from deskbell.desk.commands.thread import Draft
from deskbell.kit.clock import MINUTE, SECOND
from deskbell.model.delivery import Attempt
from deskbell.model.webhook import TargetStatus, Webhook
from deskbell.store import deliveries, lanes, open_database, targets
from deskbell.store.database import Database, Unit
from deskbell.store.lanes import Lane, Settled
from deskbell.store.statement import Statement
from tests.support.aio import run
from tests.support.world import World, open_world

DUE = Statement("SELECT due_at FROM lanes WHERE target_id = :target_id ORDER BY id")
PAUSES: tuple[TargetStatus, ...] = ("paused", "disabled")
LEASE = MINUTE


async def say(world: World, number: int = 1, content: str = "Hello") -> None:
    async with world.database.unit() as unit:
        await messages.create_message(unit, world.alice, number, Draft(content=content))


async def conversations(world: World, count: int) -> Webhook:
    """Conversations with one waiting delivery each."""
    webhook = await world.webhook()
    for _ in range(count):
        world.clock.advance(SECOND)
        await world.conversation()
    return webhook


async def claim(world: World, webhook: Webhook, lease: int = 1, limit: int = 10) -> list[Lane]:
    async with world.database.unit() as unit:
        return await take(unit, webhook, lease, limit)


async def take(unit: Unit, webhook: Webhook, lease: int = 1, limit: int = 10) -> list[Lane]:
    until = unit.now + LEASE
    return await lanes.claim(unit, webhook.target.id, lease=lease, until=until, limit=limit)


async def settle(
    unit: Unit, lane: Lane, *, up_to: int | None = None, due_at: int | None = None
) -> list[Settled]:
    """Everything up to a position was delivered."""
    head = lane.tail if up_to is None else up_to
    waiting = await lanes.work(unit, [lane.id], 100)
    done = [(one.number, 1, "delivered") for one in waiting if one.position <= head]
    settled = Settled(
        lane=lane, head=head, attempts=0, refusals=0, refused_since=None, due_at=due_at or unit.now,
        deliveries=done, log=[],  # type: ignore[arg-type]  # a literal state
    )  # fmt: skip
    return await lanes.settle(unit, [settled])


async def settled(world: World, lane: Lane, **more: Any) -> list[Settled]:
    async with world.database.unit() as unit:
        return await settle(unit, lane, **more)


async def set_status(world: World, webhook: Webhook, status: TargetStatus) -> None:
    async with world.database.unit() as unit:
        await targets.set_status(unit, webhook.target.id, status, None)


async def due(world: World, webhook: Webhook) -> list[int | None]:
    async with world.database.read() as reader:
        return [row["due_at"] for row in await reader.all(DUE, target_id=webhook.target.id)]


async def ready(world: World) -> list[int]:
    async with world.database.read() as reader:
        return await lanes.ready(reader, world.clock.now())


def test_a_claim_takes_the_longest_due_up_to_its_limit(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            webhook = await conversations(world, 5)
            first = await claim(world, webhook, limit=2)
            assert sorted(lane.subject for lane in first) == ["conversation:1", "conversation:2"]
            assert all((lane.head, lane.tail, lane.lease) == (0, 1, 1) for lane in first)
            assert len(await claim(world, webhook, lease=2)) == 3
            assert await claim(world, webhook, lease=3) == []
            assert await ready(world) == []

    run(story())


def test_what_is_not_due_yet_is_left_alone(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            webhook = await conversations(world, 1)
            (lane,) = await claim(world, webhook)
            await settled(world, lane, up_to=0, due_at=world.clock.now() + SECOND)
            assert await claim(world, webhook) == []
            world.clock.advance(SECOND)
            assert await ready(world) == [webhook.target.id]
            assert len(await claim(world, webhook)) == 1

    run(story())


def test_two_claimers_at_the_same_time_never_take_the_same_lane(postgres_url: str) -> None:
    async def story() -> None:
        async with open_world(postgres_url) as world:
            webhook = await conversations(world, 10)
            other = await open_database(postgres_url, world.clock)
            try:
                async with world.database.unit() as one, other.unit() as two, asyncio.timeout(10):
                    first = await take(one, webhook, lease=1, limit=6)
                    second = await take(two, webhook, lease=2, limit=6)
                assert (len(first), len(second)) == (6, 4)
                assert not {lane.id for lane in first} & {lane.id for lane in second}
            finally:
                await other.close()

    run(story())


def test_many_claimers_share_all_lanes_without_taking_one_twice(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            webhook = await conversations(world, 30)
            claims = [claim(world, webhook, lease=n + 1, limit=4) for n in range(12)]
            taken = [lane.id for found in await asyncio.gather(*claims) for lane in found]
            assert len(taken) == len(set(taken))
            taken += [lane.id for lane in await claim(world, webhook, lease=99, limit=30)]
            assert sorted(taken) == sorted(set(taken))
            assert len(taken) == 30

    run(story())


def test_a_lease_that_ran_out_lets_another_claim_and_then_settles_nothing(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            webhook = await conversations(world, 1)
            (late,) = await claim(world, webhook, lease=1)
            world.clock.advance(LEASE)
            (lane,) = await claim(world, webhook, lease=2)
            assert lane.id == late.id
            assert await settled(world, late) == []
            async with world.database.read() as reader:
                (delivery,) = await deliveries.page(reader, webhook.target.id, limit=5)
            assert delivery.state == "pending"
            assert len(await settled(world, lane)) == 1
            async with world.database.read() as reader:
                (delivery,) = await deliveries.page(reader, webhook.target.id, limit=5)
            assert (delivery.state, delivery.attempts) == ("delivered", 1)
            assert await settled(world, lane) == [], "a lease is good once"

    run(story())


def test_of_several_settled_together_only_those_still_held_are_written(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            webhook = await conversations(world, 2)
            one, other = await claim(world, webhook, lease=1)
            world.clock.advance(LEASE)
            (taken,) = await claim(world, webhook, lease=2, limit=1)
            kept = other if taken.id == one.id else one
            done = [(await settled(world, lane)) for lane in (one, other)]
            assert [one.lane.id for told in done for one in told] == [kept.id]

    run(story())


def test_an_attempt_is_logged_once_however_often_it_is_told(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            webhook = await conversations(world, 1)
            (lane,) = await claim(world, webhook)
            attempt = Attempt(
                number=1, started_at=world.clock.now(), duration=5, verdict="retry", reason="timeout",
                status=None, detail="slow", excerpt=b"\x00\xff",
            )  # fmt: skip
            told = Settled(
                lane=lane, head=0, attempts=1, refusals=1, refused_since=7, due_at=world.clock.now(),
                deliveries=[(1, 1, "pending")], log=[(1, attempt), (1, attempt)],
            )  # fmt: skip
            async with world.database.unit() as unit:
                await lanes.settle(unit, [told])
            async with world.database.read() as reader:
                assert await deliveries.attempts(reader, webhook.target.id, [1]) == {1: [attempt]}
            (again,) = await claim(world, webhook)
            assert (again.head, again.attempts, again.refusals, again.refused_since) == (0, 1, 1, 7)

    run(story())


def test_work_shows_what_waits_in_order_and_no_deeper_than_asked(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            webhook = await conversations(world, 2)
            for n in range(4):
                await say(world, 1, f"{n}")
            found = await claim(world, webhook)
            async with world.database.read() as reader:
                waiting = await lanes.work(reader, [lane.id for lane in found], 3)
            changes = webhooks.WebhookChanges(payload_format="chatwoot")
            await world.do(webhooks.update_webhook, world.alice, webhook.id, changes)
            async with world.database.read() as reader:
                unknown_format = await lanes.work(reader, [lane.id for lane in found], 3)
            assert [one.position for one in waiting] == [1, 2, 3, 1]
            assert all(one.body for one in waiting)
            assert [one.body for one in unknown_format] == [None] * 4

    run(story())


async def at_the_same_time(
    database: Database,
    first: Callable[[Unit], Awaitable[object]],
    second: Callable[[Unit], Awaitable[object]],
    *,
    swapped: bool = False,
) -> None:
    """Two units; the second begins while the first, which has done its work, is still open."""
    if swapped:
        first, second = second, first

    async def begin_second() -> None:
        async with database.unit() as unit:
            await second(unit)

    async with database.unit() as unit:
        await first(unit)
        task = asyncio.create_task(begin_second())
        await asyncio.sleep(0.05)
    async with asyncio.timeout(10):
        await task


@pytest.mark.parametrize("settler_first", [True, False])
def test_a_delivery_recorded_while_its_lane_is_settled_is_not_forgotten(
    url: str, settler_first: bool
) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            webhook = await conversations(world, 1)
            (lane,) = await claim(world, webhook)
            settler, recorder = (
                lambda unit: settle(unit, lane),
                lambda unit: record(unit, world),
            )
            await at_the_same_time(world.database, settler, recorder, swapped=not settler_first)
            assert await due(world, webhook) != [None]
            (lane,) = await claim(world, webhook)
            assert (lane.head, lane.tail) == (1, 2)

    run(story())


async def record(unit: Unit, world: World) -> None:
    await messages.create_message(unit, world.alice, 1, Draft(content="meanwhile"))


@pytest.mark.parametrize("settler_first", [True, False])
def test_a_target_enabled_while_its_lane_is_settled_is_not_forgotten(url: str, settler_first: bool) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            webhook = await conversations(world, 1)
            (lane,) = await claim(world, webhook)
            await set_status(world, webhook, "paused")
            settler, owner = (
                lambda unit: settle(unit, lane, up_to=0),
                lambda unit: targets.set_status(unit, webhook.target.id, "enabled", None),
            )
            await at_the_same_time(world.database, settler, owner, swapped=not settler_first)
            world.clock.advance(LEASE)
            assert await ready(world) == [webhook.target.id]

    run(story())


@pytest.mark.parametrize("settler_first", [True, False])
def test_a_target_paused_while_its_lane_is_settled_is_sent_nothing_more(
    url: str, settler_first: bool
) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            webhook = await conversations(world, 1)
            (lane,) = await claim(world, webhook)
            settler, owner = (
                lambda unit: settle(unit, lane, up_to=0),
                lambda unit: targets.set_status(unit, webhook.target.id, "paused", None),
            )
            await at_the_same_time(world.database, settler, owner, swapped=not settler_first)
            world.clock.advance(LEASE)
            assert await ready(world) == []
            assert await claim(world, webhook) == []
            await set_status(world, webhook, "enabled")
            assert len(await claim(world, webhook)) == 1

    run(story())


def test_a_target_given_up_while_events_are_recorded_for_it_and_others_stops_nobody(
    postgres_url: str,
) -> None:
    async def story() -> None:
        async with open_world(postgres_url) as world:
            webhook = await conversations(world, 1)
            given_up = await world.webhook("https://hooks.example.com/gone")
            (lane,) = await claim(world, webhook)

            async def settle_both(unit: Unit) -> None:
                await targets.set_status(unit, given_up.target.id, "disabled", None)
                recording = asyncio.create_task(say(world))
                await asyncio.sleep(0.1)  # it waits for the target that is being given up
                await settle(unit, lane)
                others.append(recording)

            others: list[asyncio.Task[None]] = []
            async with asyncio.timeout(10):
                async with world.database.unit() as unit:
                    await settle_both(unit)
                await others[0]
            assert [(one.head, one.tail) for one in await claim(world, webhook)] == [(1, 2)]

    run(story())


def test_owners_workers_and_commands_all_at_once_forget_nothing(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            webhook = await conversations(world, 6)

            async def work(n: int) -> None:
                for lane in await claim(world, webhook, lease=n + 1, limit=2):
                    await settled(world, lane, up_to=lane.head + n % 2)

            async def own(n: int) -> None:
                await set_status(world, webhook, "enabled" if n % 2 else PAUSES[n // 2 % 2])

            for n in range(12):
                busy = [work(n), work(n + 1), own(n), say(world, n % 6 + 1), say(world, (n + 1) % 6 + 1)]
                await asyncio.gather(*busy, own(n + 1), work(n + 2))
                world.clock.advance(LEASE + SECOND)
            await set_status(world, webhook, "enabled")
            world.clock.advance(LEASE + SECOND)
            while found := await claim(world, webhook, lease=999, limit=100):
                for lane in found:
                    await settled(world, lane)
            async with world.database.read() as reader:
                log = await deliveries.page(reader, webhook.target.id, limit=1_000)
            assert {one.state for one in log} == {"delivered"}

    run(story())


@pytest.mark.parametrize("status", PAUSES)
def test_a_target_that_is_not_sent_to_parks_its_lanes_and_goes_on_where_it_was(
    url: str, status: TargetStatus
) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            rung: list[set[int]] = []
            webhook = await conversations(world, 2)
            await set_status(world, webhook, status)
            assert await due(world, webhook) == [None, None]
            await say(world, 2)
            await world.conversation()
            assert await due(world, webhook) == [None, None, None], "a backlog gathers and wakes nobody"
            world.database.bell = rung.append
            await set_status(world, webhook, "enabled")
            assert rung == [{webhook.target.id}]
            assert sorted(lane.tail for lane in await claim(world, webhook)) == [1, 1, 2]

    run(story())


@pytest.mark.parametrize("status", PAUSES)
def test_what_is_in_flight_when_a_target_is_paused_is_settled_all_the_same(
    url: str, status: TargetStatus
) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            webhook = await conversations(world, 1)
            await say(world)
            (lane,) = await claim(world, webhook)
            await set_status(world, webhook, status)
            await set_status(world, webhook, "enabled")
            assert await claim(world, webhook) == [], "it is still held: one at a time"
            await set_status(world, webhook, status)
            assert len(await settled(world, lane, up_to=1)) == 1
            assert await due(world, webhook) == [None]
            await set_status(world, webhook, "enabled")
            assert [(one.head, one.tail) for one in await claim(world, webhook)] == [(1, 2)]

    run(story())


def test_a_deleted_target_is_never_due(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            webhook = await conversations(world, 2)
            (first, _) = await claim(world, webhook, limit=2)
            await set_status(world, webhook, "deleted")
            await settled(world, first, up_to=0)
            await world.conversation()
            world.clock.advance(LEASE)
            assert await ready(world) == []
            assert await claim(world, webhook) == []

    run(story())


def test_a_process_that_knows_it_is_alone_ends_every_lease(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            webhook = await conversations(world, 3)
            (lost, _) = await claim(world, webhook, limit=2)
            async with world.database.unit() as unit:
                await lanes.release_all(unit)
            assert len(await claim(world, webhook, lease=2)) == 3
            assert await settled(world, lost) == []

    run(story())
