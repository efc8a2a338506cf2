"""Retention lets go of what old events carried, in small steps, and never of what may still be sent."""

from deskbell.desk.commands import replays
from deskbell.desk.commands.replays import Wanted
from deskbell.desk.queries import webhooks as queries
from deskbell.kit.clock import DAY
from deskbell.store import events
from deskbell.upkeep.retention import Pruner
from tests.support.aio import run
from tests.support.delivering import Scene, scene

MESSAGES = ["message_created"]


async def kept(play: Scene) -> list[bool]:
    """For each event, whether it still carries its snapshot."""
    async with play.world.database.read() as reader:
        found = await events.after(reader, play.world.account_id, 0, 100)
    return [len(event.snapshot) > 0 for event in found]


def test_old_bodies_and_attempts_go_and_the_log_of_deliveries_stays(url: str) -> None:
    async def story() -> None:
        async with scene(url) as play:
            webhook = await play.world.webhook(play.url, MESSAGES)
            await play.world.conversation()
            async with play.working():
                await play.say(1, "old")
                await play.settled(webhook, 1)
                await play.pass_time(12 * 86_400)
                await play.say(1, "young")
                await play.settled(webhook, 2)
            pruner = Pruner(play.world.database, days=10)
            assert await pruner.step() == 2
            assert await pruner.step() == 0
            async with play.world.database.read() as reader:
                old = await queries.delivery(reader, play.world.alice, webhook.id, 1)
                young = await queries.delivery(reader, play.world.alice, webhook.id, 2)
            assert (old.view.delivery.state, old.body, old.view.attempts) == ("delivered", None, [])
            assert young.body is not None
            assert len(young.view.attempts) == 1
            assert await kept(play) == [False, False, True]

    run(story())


def test_what_a_target_still_waits_for_is_kept_however_old(url: str) -> None:
    async def story() -> None:
        async with scene(url) as play:
            await play.world.webhook("https://9.9.9.9/", MESSAGES, status="paused")
            await play.world.conversation()
            await play.say(1, "waiting", "waiting too")
            await play.pass_time(400 * 86_400)
            pruner = Pruner(play.world.database, days=10)
            assert await pruner.step() == 1
            assert await pruner.step() == 0
            assert await kept(play) == [False, True, True]

    run(story())


def test_no_replay_reaches_back_further_than_bodies_are_kept(url: str) -> None:
    async def story() -> None:
        async with scene(url) as play:
            webhook = await play.world.webhook(play.url, MESSAGES)
            await play.world.conversation()
            async with play.working():
                await play.say(1, "old")
                await play.settled(webhook, 1)
                await play.pass_time(20 * 86_400)
                await play.say(1, "young")
                await play.settled(webhook, 2)
            async with play.world.database.read() as reader:
                now = play.world.clock.now()
                wanted = Wanted(first_number=1, oldest=now - 10 * DAY)
                assert (await replays.plan(reader, play.world.alice, webhook.id, wanted, now)).total == 1

    run(story())
