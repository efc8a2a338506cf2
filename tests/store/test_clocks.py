"""A clock that ran ahead is set back: what it let wait begins to wait anew, whoever wrote it, and nothing waits less than it should."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from deskbell.desk.commands import agents, replays
from deskbell.desk.commands.replays import Wanted
from deskbell.kit.clock import HOUR, MINUTE, SECOND, SystemClock
from deskbell.model.webhook import Health, Webhook
from deskbell.store import clocks, health, lanes, presence, targets, turns
from deskbell.store import replays as replay_store
from deskbell.store.database import Unit
from deskbell.store.lanes import Lane, Settled
from deskbell.store.statement import Statement
from tests.support.aio import run
from tests.support.world import World, open_world

LEASE = MINUTE
SLACK = 10 * SECOND
WAITS = Statement("SELECT due_at FROM lanes WHERE target_id = :target_id ORDER BY id")

Deed = Callable[[World, Webhook], Awaitable[Any]]


async def waits(world: World, webhook: Webhook) -> list[int | None]:
    """How long each lane waits from now on."""
    async with world.database.read() as reader:
        rows = await reader.all(WAITS, target_id=webhook.target.id)
    return [None if row["due_at"] is None else row["due_at"] - world.clock.now() for row in rows]


async def ahead(world: World) -> bool:
    async with world.database.read() as reader:
        return await clocks.ahead(reader, world.clock.now() + SLACK)


async def mended(world: World) -> None:
    """Looked at and mended, as each worker does; then there is nothing more to mend."""
    assert await ahead(world)
    await clocks.mend(world.database, SLACK)
    assert not await ahead(world)


async def talk(world: World, _webhook: Webhook) -> None:
    await world.conversation()


async def claim(world: World, webhook: Webhook) -> Lane:
    async with world.database.unit() as unit:
        return await take(unit, webhook)


async def take(unit: Unit, webhook: Webhook) -> Lane:
    until = unit.now + LEASE
    (lane,) = await lanes.claim(unit, webhook.target.id, lease=1, until=until, limit=1)
    return lane


async def fail(world: World, webhook: Webhook) -> None:
    lane = await claim(world, webhook)
    async with world.database.unit() as unit:
        told = Settled(
            lane=lane, head=0, attempts=1, refusals=0, refused_since=None, due_at=unit.now + 30 * SECOND,
            deliveries=[], log=[],
        )  # fmt: skip
        assert await lanes.settle(unit, [told])


async def hurry(world: World, webhook: Webhook) -> None:
    await fail(world, webhook)
    world.clock.advance(5 * SECOND)
    async with world.database.unit() as unit:
        await lanes.hurry(unit, webhook.target.id)


async def pause_and_go_on(world: World, webhook: Webhook) -> None:
    for status in ("paused", "enabled"):
        world.clock.advance(SECOND)
        async with world.database.unit() as unit:
            await targets.set_status(unit, webhook.target.id, status, None)


async def release(world: World, webhook: Webhook) -> None:
    await claim(world, webhook)
    world.clock.advance(SECOND)
    async with world.database.unit() as unit:
        await lanes.release_all(unit)


async def talk_again(world: World, webhook: Webhook) -> None:
    """The lane was idle, and becomes due."""
    lane = await claim(world, webhook)
    async with world.database.unit() as unit:
        waiting = await lanes.work(unit, [lane.id], 1)
        told = Settled(
            lane=lane, head=1, attempts=0, refusals=0, refused_since=None, due_at=unit.now,
            deliveries=[(waiting[0].number, 1, "delivered")], log=[],
        )  # fmt: skip
        assert await lanes.settle(unit, [told])
    assert await waits(world, webhook) == [None]
    world.clock.advance(SECOND)
    await world.say()


EVERY = [
    (talk, [0, 0]),
    (claim, [LEASE]),
    (fail, [30 * SECOND]),
    (hurry, [0]),
    (pause_and_go_on, [0]),
    (release, [0]),
    (talk_again, [0]),
]


@pytest.mark.parametrize(("deed", "whole"), EVERY, ids=lambda value: getattr(value, "__name__", ""))
def test_every_wait_begins_anew_after_a_step_back(url: str, deed: Deed, whole: list[int]) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            webhook = await world.webhook()
            await world.conversation()
            world.clock.advance(HOUR)  # what wrote the lane last is the deed
            await deed(world, webhook)
            world.clock.advance(-HOUR)
            before = await waits(world, webhook)
            assert all(wait is not None and wait >= HOUR for wait in before[-1:])
            await mended(world)
            after = await waits(world, webhook)
            assert after[-1:] == whole[-1:]
            assert all(wait is not None and wait <= LEASE for wait in after)
            world.clock.advance(SECOND)
            await clocks.mend(world.database, SLACK)
            assert await waits(world, webhook) == [(wait or 0) - SECOND for wait in after], "once is enough"

    run(story())


@pytest.mark.parametrize("step", [-SLACK, -SECOND, 0, SECOND, HOUR])
def test_what_was_not_written_by_a_clock_ahead_stays_as_it_is(url: str, step: int) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            webhook = await world.webhook()
            await world.conversation()
            await fail(world, webhook)
            await world.conversation()
            await claim(world, webhook)
            world.clock.advance(step)
            before = await waits(world, webhook)
            assert before == [30 * SECOND - step, LEASE - step]
            assert not await ahead(world)
            await clocks.mend(world.database, SLACK)
            assert await waits(world, webhook) == before

    run(story())


def test_a_lane_that_is_never_due_stays_so(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            webhook = await world.webhook()
            await world.conversation()
            async with world.database.unit() as unit:
                await targets.set_status(unit, webhook.target.id, "paused", None)
            world.clock.advance(-HOUR)
            assert not await ahead(world)
            await clocks.mend(world.database, SLACK)
            assert await waits(world, webhook) == [None]

    run(story())


def test_a_breaker_rests_as_long_as_it_should_and_no_longer(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            webhook = await world.webhook()
            resting, well = webhook.target.id, (await world.webhook("https://hooks.example.com/b")).target.id
            now = world.clock.now()
            open_health = Health(target_id=resting, failures=9, trips=1, open_until=now + MINUTE, set_at=now)
            async with world.database.unit() as unit:
                await health.write(unit, [open_health, Health(target_id=well, set_at=now)])
            world.clock.advance(-HOUR)
            await mended(world)
            async with world.database.read() as reader:
                found = await health.read(reader, [resting, well])
            assert found[resting].open_until == world.clock.now() + MINUTE
            assert (found[resting].trips, found[well].open_until) == (1, None)

    run(story())


def test_a_replay_goes_on(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            webhook = await world.webhook()
            await world.conversation()
            lane = await claim(world, webhook)
            async with world.database.unit() as unit:
                (waiting,) = await lanes.work(unit, [lane.id], 1)
                told = Settled(
                    lane=lane, head=1, attempts=0, refusals=0, refused_since=None, due_at=unit.now,
                    deliveries=[(waiting.number, 1, "delivered")], log=[],
                )  # fmt: skip
                await lanes.settle(unit, [told])
            await world.do(
                replays.create_replay, world.alice, webhook.id, Wanted(first_number=1, last_number=1)
            )
            world.clock.advance(-HOUR)
            async with world.database.unit() as unit:
                assert await replay_store.take_due(unit) is None
            await mended(world)
            async with world.database.unit() as unit:
                assert await replay_store.take_due(unit) is not None

    run(story())


def test_a_lane_that_is_settled_meanwhile_by_the_clock_as_it_is_now_is_left_to_that(
    postgres_url: str,
) -> None:
    async def story() -> None:
        async with open_world(postgres_url) as world:
            webhook = await world.webhook()
            await world.conversation()
            lane = await claim(world, webhook)
            world.clock.advance(-HOUR)
            async with asyncio.timeout(10):
                async with world.database.unit() as unit:
                    told = Settled(
                        lane=lane, head=0, attempts=1, refusals=0, refused_since=None, due_at=unit.now + 7,
                        deliveries=[], log=[],
                    )  # fmt: skip
                    assert await lanes.settle(unit, [told])
                    mending = asyncio.create_task(clocks.mend(world.database, SLACK))
                    await asyncio.sleep(0.1)
                    assert not mending.done(), "it waits for the lane"
                await mending
            assert await waits(world, webhook) == [7]

    run(story())


def test_both_databases_tell_the_time(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            before = SystemClock().now()
            async with world.database.read() as reader:
                told = await clocks.time(reader)
            assert before - SECOND <= told <= SystemClock().now()

    run(story())


async def there(world: World) -> set[int]:
    """Who may be given what comes to the API inbox."""
    async with world.database.unit() as unit:
        return {one.user_id for one in await turns.there(unit, world.api_inbox.id, always=True)}


def test_nobody_counts_as_there_for_as_long_as_the_clock_ran_ahead(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.do(agents.update_agent, world.alice, world.alice.id, availability="online")
            await world.do(presence.seen, world.account_id, world.alice.id)
            assert await there(world) == {world.alice.id}
            world.clock.advance(-HOUR)
            await mended(world)
            world.clock.advance(2 * MINUTE)
            assert await there(world) == set()

    run(story())
