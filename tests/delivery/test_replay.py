"""Replay: what was settled is sent again, in order with what goes on (contract/delivery.md)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from deskbell.delivery import replay as replaying
from deskbell.delivery.replay import Replayer
from deskbell.desk.commands import replays
from deskbell.desk.commands.replays import Wanted
from deskbell.desk.queries import webhooks as queries
from deskbell.kit.errors import Invalid
from deskbell.model.replay import Replay
from deskbell.model.webhook import Webhook
from tests.support.aio import run
from tests.support.delivering import Scene, scene

MESSAGES = ["message_created"]


async def replay(play: Scene, webhook: Webhook, **wanted: Any) -> Replay:
    async with play.world.database.unit() as unit:
        return await replays.create_replay(unit, play.world.alice, webhook.id, Wanted(**wanted))


async def count(play: Scene, webhook: Webhook, **wanted: Any) -> int:
    async with play.world.database.read() as reader:
        return (
            await replays.plan(reader, play.world.alice, webhook.id, Wanted(**wanted), play.world.clock.now())
        ).total


async def shown(play: Scene, webhook: Webhook, replay_id: int) -> Replay:
    async with play.world.database.read() as reader:
        return await queries.replay(reader, play.world.alice, webhook.id, replay_id)


@asynccontextmanager
async def replayer(play: Scene) -> AsyncIterator[None]:
    working = Replayer(play.world.database)
    running = asyncio.create_task(working.run())
    yield
    working.stop()
    await running


def test_one_delivery_is_sent_again_under_its_own_id_with_its_own_bytes(url: str) -> None:
    async def story() -> None:
        async with scene(url) as play:
            webhook = await play.world.webhook(play.url, MESSAGES)
            await play.world.conversation()
            async with play.working(), replayer(play):
                await play.say(1, "a", "b")
                await play.settled(webhook, 2)
                made = await replay(play, webhook, number=1)
                await play.until(lambda: len(play.received) == 3)
                await play.settled(webhook, 3)
            first, _, again = play.received
            assert (again.event_id, again.body) == (first.event_id, first.body)
            assert (again.delivery, again.headers["deskbell-replay"]) == (3, "true")
            assert "deskbell-replay" not in first.headers
            told = await shown(play, webhook, made.id)
            assert (told.state, told.total, told.done) == ("done", 1, 1)

    run(story())


def test_a_range_is_counted_first_and_replayed_in_order_behind_what_waits(url: str) -> None:
    async def story() -> None:
        async with scene(url) as play:
            webhook = await play.world.webhook(play.url, MESSAGES)
            await play.world.conversation()
            await play.world.conversation()
            async with play.working(), replayer(play):
                await play.say(1, "a", "b", "c")
                await play.say(2, "x")
                await play.settled(webhook, 4)
                assert await count(play, webhook, first_number=2, last_number=3) == 2
                assert await count(play, webhook, first_number=2) == 3
                await replay(play, webhook, first_number=1, last_number=4)
                await play.until(lambda: len(play.received) == 8)
                await play.say(1, "d")
                await play.until(lambda: len(play.received) == 9)
            told = [one.json["content"] for one in play.received if one.json["conversation"]["id"] == 1]
            assert told == ["a", "b", "c", "a", "b", "c", "d"]

    run(story())


def test_all_dead_since_are_sent_again_once(url: str) -> None:
    async def story() -> None:
        async with scene(url, delivery_schedule=(0,)) as play:
            play.answer = lambda _received: 500
            webhook = await play.world.webhook(play.url, MESSAGES)
            await play.world.conversation()
            async with play.working(), replayer(play):
                await play.say(1, "lost", "lost too")
                await play.settled(webhook, 2)
                await play.pass_time(60)
                later = play.world.clock.now()
                play.answer = lambda _received: 200
                await play.say(1, "fine")
                await play.settled(webhook, 3)
                assert await count(play, webhook, dead_since=later) == 0
                assert await count(play, webhook, dead_since=0) == 2
                await replay(play, webhook, dead_since=0)
                await play.settled(webhook, 5)
                assert await count(play, webhook, dead_since=0) == 0
            assert [one.json["content"] for one in play.received] == [
                "lost",
                "lost too",
                "fine",
                "lost",
                "lost too",
            ]

    run(story())


def test_a_replay_with_a_rate_takes_its_time_shows_progress_and_can_be_cancelled(url: str) -> None:
    async def story() -> None:
        async with scene(url) as play:
            webhook = await play.world.webhook(play.url, MESSAGES)
            await play.world.conversation()
            async with play.working():
                await play.say(1, *"abcdefgh")
                await play.settled(webhook, 8)
            made = await replay(play, webhook, first_number=1, rate=4)
            assert await replaying.step(play.world.database)
            assert not await replaying.step(play.world.database)
            told = await shown(play, webhook, made.id)
            assert (told.state, told.total, told.done) == ("running", 8, 2)
            await play.pass_time(0.5)
            assert await replaying.step(play.world.database)
            async with play.world.database.unit() as unit:
                await replays.cancel_replay(unit, play.world.alice, webhook.id, made.id)
            await play.pass_time(60)
            assert not await replaying.step(play.world.database)
            told = await shown(play, webhook, made.id)
            assert (told.state, told.done) == ("cancelled", 4)

    run(story())


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({}, "number"),
        ({"number": 1, "dead_since": 0}, "number"),
        ({"first_number": 5, "last_number": 4}, "last_number"),
        ({"since": 5, "until": 5}, "until"),
        ({"number": 1, "rate": 0}, "rate"),
    ],
)
def test_a_wish_that_says_nothing_or_too_much_is_refused(
    sqlite_url: str, wanted: dict[str, int], field: str
) -> None:
    async def story() -> None:
        async with scene(sqlite_url) as play:
            webhook = await play.world.webhook(play.url, MESSAGES)
            with pytest.raises(Invalid) as refused:
                await replay(play, webhook, **wanted)
            assert list(refused.value.fields) == [field]

    run(story())
