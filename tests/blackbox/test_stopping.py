"""SIGTERM: what is in flight is finished, and the next start goes on exactly where this one stopped."""

from pathlib import Path

from deskbell.runtime.receiver import Reply
from tests.support import bells
from tests.support.aio import run
from tests.support.faces import desk_in, desk_on
from tests.support.process import Server, until
from tests.support.writers import writers

MESSAGES = ["message_created"]


def test_deliveries_in_flight_are_finished_and_the_next_start_sends_the_rest_once(
    url: str, tmp_path: Path
) -> None:
    async def story() -> None:
        async with desk_on(tmp_path, url) as (server, desk), bells.listening() as bell:
            bell.answer = lambda _: Reply(delay=3)
            numbers = await desk.begin(10)
            webhook_id = (await desk.webhook(bell.url, MESSAGES, secret=bell.secret, status="paused"))["id"]
            for turn in range(3):
                for number in numbers:
                    await desk.say(number, f"{number}-{turn}")
            await desk.patch(f"/webhooks/{webhook_id}", {"status": "enabled"})
            await until(lambda: len(bell.receipts) >= 10, "the first message of each conversation")
            assert await server.stop() == 0
            assert len(bell.receipts) < 30, "nothing new is begun while stopping"
            bell.answer = None
            await server.start()
            await bell.has(30)
            await desk.settled(webhook_id)
            assert bell.repeats() == 0
            bells.check_order(bell)
            attempts = [one["attempts"] for one in await desk.deliveries(webhook_id)]
            assert all(len(made) == 1 and made[0]["status"] == 200 for made in attempts)

    run(story())


def test_a_stop_in_the_middle_of_writing_loses_nothing_and_sends_nothing_twice(
    house: Server,
) -> None:
    async def story() -> None:
        async with desk_in(house) as desk, bells.listening() as bell:
            webhook_id = (await desk.webhook(bell.url, MESSAGES, secret=bell.secret))["id"]
            bell.answer = lambda _: Reply(delay=0.02)
            async with writers(house, desk, 10) as writing:
                writing.begin(each=40)
                await writing.have(150)
                assert await house.stop() == 0
                await house.start()
                await writing.done()
                await desk.settled(webhook_id)
                writing.check(bell)
            assert set(bell.contents()) == set(writing.acknowledged), "what was not answered was not done"
            assert bell.repeats() == 0
            bells.check_order(bell)

    run(story())
