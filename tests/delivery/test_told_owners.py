"""Owners are told, once, when the worker disables a target by itself."""

import asyncio

import pytest

from deskbell.kit.clock import DAY, HOUR, SECOND
from deskbell.model.notice import Notice
from deskbell.store import notices
from deskbell.store.statement import Statement
from tests.support.aio import run
from tests.support.delivering import PATIENCE, Scene, scene

MESSAGES = ["message_created"]
SPOIL = Statement("UPDATE targets SET url = :url WHERE id = :id")


async def told(play: Scene) -> list[Notice]:
    async with play.world.database.read() as reader:
        return await notices.page(reader, play.world.account_id, after=None, limit=100, offset=0)


async def disabled(play: Scene) -> str:
    """Wait until a notice is there; answers its reason. There is never a second one."""
    async with asyncio.timeout(PATIENCE):
        while not (found := await told(play)):
            await asyncio.sleep(0.01)
    [one] = found
    assert (one.kind, one.read_at, one.details["name"]) == ("webhook_disabled", None, "Orders")
    return str(one.details["reason"])


@pytest.mark.parametrize("conversations", [1, 5])
def test_a_receiver_that_is_gone_is_told_of_once_however_many_lanes_met_it(
    url: str, conversations: int
) -> None:
    async def story() -> None:
        async with scene(url) as play:
            play.answer = lambda _received: 410
            await play.world.webhook(play.url, MESSAGES, name="Orders")
            for number in range(1, conversations + 1):
                await play.world.conversation()
                await play.say(number, "hello")
            async with play.working():
                assert await disabled(play) == "The receiver answered 410 Gone."
            assert len(await told(play)) == 1

    run(story())


def test_a_receiver_that_failed_for_days_is_told_of(url: str) -> None:
    async def story() -> None:
        async with scene(url, delivery_give_up_days=5) as play:
            play.answer = lambda _received: 500
            await play.world.webhook(play.url, MESSAGES, name="Orders")
            for number in range(1, 21):
                await play.world.conversation()
                await play.say(number, "hello")
            begun = play.world.clock.now()
            async with play.working(), asyncio.timeout(PATIENCE):
                while not await told(play):
                    await play.pass_time(HOUR / SECOND)
                    await asyncio.sleep(0.03)
            assert (await disabled(play)).startswith("Every attempt has failed for days.")
            assert play.world.clock.now() - begun >= 5 * DAY

    run(story())


def test_an_address_that_cannot_be_sent_to_is_told_of(url: str) -> None:
    async def story() -> None:
        async with scene(url) as play:
            webhook = await play.world.webhook(play.url, MESSAGES, name="Orders")
            async with play.world.database.unit() as unit:
                await unit.run(SPOIL, id=webhook.target.id, url="gopher://hooks.example.com/")
            await play.world.conversation()
            await play.say(1, "hello")
            async with play.working():
                assert (await disabled(play)).startswith("The address cannot be sent to: ")

    run(story())
