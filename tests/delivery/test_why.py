"""*Why did this webhook not get that event?* Asked at each turn of a delivery's life (contract/delivery.md)."""

from deskbell.desk.commands import messages, webhooks
from deskbell.desk.commands.thread import Draft
from deskbell.desk.commands.webhooks import WebhookChanges
from deskbell.desk.queries import webhooks as queries
from deskbell.model.webhook import Webhook
from tests.support.aio import run
from tests.support.delivering import Scene, scene


async def why(play: Scene, webhook: Webhook, event_number: int) -> tuple[str, int | None]:
    async with play.world.database.read() as reader:
        told = await queries.why(reader, play.world.alice, webhook.id, event_number, play.world.clock.now())
    assert told.sentence.endswith((".", "administrator"))
    return told.code, told.delivery


def test_an_event_the_webhook_did_not_want_is_told_by_its_filter(url: str) -> None:
    async def story() -> None:
        async with scene(url) as play:
            await play.world.conversation()
            await play.pass_time(1)
            picky = await play.world.webhook(
                play.url, ["message_created"], include_private=False, inbox_ids=[play.world.api_inbox.id]
            )
            elsewhere = await play.world.webhook(f"{play.url}/2", inbox_ids=[play.world.website.id])
            assert await why(play, picky, 1) == ("before_the_webhook", None)
            await play.pass_time(1)
            async with play.world.database.unit() as unit:
                await messages.create_message(unit, play.world.alice, 1, Draft(content="psst", private=True))
            await play.world.conversation()
            assert await why(play, picky, 2) == ("private", None)
            assert await why(play, picky, 3) == ("not_subscribed", None)
            assert await why(play, elsewhere, 2) == ("other_inbox", None)
            async with play.world.database.unit() as unit:
                await webhooks.update_webhook(
                    unit, play.world.alice, picky.id, WebhookChanges(include_private=True)
                )
            assert await why(play, picky, 2) == ("not_wanted_then", None)

    run(story())


def test_each_turn_of_a_deliverys_life_has_its_explanation(url: str) -> None:
    async def story() -> None:
        async with scene(url, delivery_schedule=(0, 60)) as play:
            play.answer = lambda _received: 500
            webhook = await play.world.webhook(play.url, ["message_created"])
            await play.world.conversation()
            await play.say(1, "a", "b")
            assert await why(play, webhook, 2) == ("due", 1)
            async with play.working():
                await play.settled(webhook, 1)
                assert await why(play, webhook, 2) == ("retrying", 1)
                assert await why(play, webhook, 3) == ("waiting_behind", 2)
                await play.pass_time(60)
                await play.settled(webhook, 3)
                assert await why(play, webhook, 2) == ("dead", 1)
                play.answer = lambda _received: 200
                await play.pass_time(60)
                await play.settled(webhook, 4)
                assert await why(play, webhook, 3) == ("delivered", 2)
            async with play.world.database.unit() as unit:
                await webhooks.update_webhook(
                    unit, play.world.alice, webhook.id, WebhookChanges(status="paused")
                )
            await play.say(1, "c")
            assert await why(play, webhook, 4) == ("paused", 3)
            async with play.world.database.unit() as unit:
                await webhooks.skip_backlog(unit, play.world.alice, webhook.id)
            assert await why(play, webhook, 4) == ("skipped", 3)

    run(story())
