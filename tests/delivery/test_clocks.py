"""The machine's clock is set back while a worker works: what waits does so no longer than it should."""

import asyncio
import logging

import pytest

from deskbell.kit.clock import HOUR, SECOND, SystemClock
from deskbell.model.webhook import Webhook
from deskbell.store import health
from tests.support.aio import run
from tests.support.delivering import PATIENCE, Scene, scene

MESSAGES = ["message_created"]


async def talking(play: Scene) -> Webhook:
    webhook = await play.world.webhook(play.url, MESSAGES)
    await play.world.conversation()
    return webhook


@pytest.mark.parametrize("step", [HOUR, 20 * SECOND])
def test_a_retry_waits_its_time_and_not_the_steps(url: str, step: int) -> None:
    async def story() -> None:
        async with scene(url, delivery_schedule=(0, 60)) as play:
            play.answer = lambda received: 500 if received.attempt == 1 else 200
            webhook = await talking(play)
            async with play.working():
                await play.say(1, "hello")
                await play.settled(webhook, 1)
                play.world.clock.advance(-step)

                async def waits() -> int:
                    (one,) = await play.deliveries(webhook)
                    return (one.delivery.due_at or 0) - play.world.clock.now()

                async with asyncio.timeout(PATIENCE):
                    while await waits() > 60 * SECOND:
                        await play.pause()
                assert await waits() == 60 * SECOND
                assert len(play.received) == 1
                await play.pass_time(60)
                await play.until(lambda: len(play.received) == 2)
                await play.settled(webhook, 2)

    run(story())


def test_what_was_recorded_before_a_step_and_not_claimed_goes_out(url: str) -> None:
    async def story() -> None:
        async with scene(url) as play:
            webhook = await talking(play)
            await play.say(1, "recorded", "before")
            play.world.clock.advance(-HOUR)
            async with play.working():
                await play.settled(webhook, 2)
            assert [one.json["content"] for one in play.received] == ["recorded", "before"]

    run(story())


def test_a_breaker_sends_its_probe_all_the_same(url: str) -> None:
    async def story() -> None:
        async with scene(url, delivery_schedule=(0, *[0] * 30)) as play:
            play.answer = lambda _received: 500
            webhook = await talking(play)
            async with play.working():
                await play.say(1, "hello")
                await play.until(lambda: len(play.received) == 10)
                await play.settled(webhook, 10)
                play.world.clock.advance(-HOUR)
                play.answer = lambda _received: 200

                async def rests() -> int:
                    async with play.world.database.read() as reader:
                        found = await health.read(reader, [webhook.target.id])
                    return (found[webhook.target.id].open_until or 0) - play.world.clock.now()

                async with asyncio.timeout(PATIENCE):
                    while await rests() > 5 * SECOND:
                        await play.pause()
                await play.pass_time(5)
                await play.until(lambda: len(play.received) == 11)
                await play.settled(webhook, 11)

    run(story())


@pytest.mark.parametrize("off", [-HOUR, 0, HOUR])
def test_a_clock_that_is_not_the_databases_is_told(
    url: str, off: int, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        async with scene(url) as play:
            webhook = await talking(play)
            play.world.clock.advance(SystemClock().now() - play.world.clock.now() + off)
            async with play.working():
                await play.say(1, "hello")
                await play.settled(webhook, 1)
                await play.pause(0.2)

    with caplog.at_level(logging.WARNING, "deskbell.delivery"):
        run(story())
    told = [record for record in caplog.records if record.message.startswith("The clock of this machine")]
    assert len(told) == (1 if off else 0), "once a minute at most"
    assert all(abs(record.seconds * SECOND - off) <= 10 * SECOND for record in told)  # type: ignore[attr-defined]
