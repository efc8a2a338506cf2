"""What delivery promises (contract/delivery.md): the worker, a real client and a real receiver, on both databases."""

import asyncio
import socket
from functools import partial

from deskbell.desk.commands import agent_bots, conversations, inboxes, webhooks
from deskbell.desk.commands.accounts import AccountChanges, update_account
from deskbell.desk.commands.agent_bots import BotChanges
from deskbell.desk.commands.inboxes import InboxChanges
from deskbell.desk.commands.webhooks import WebhookChanges
from deskbell.model.webhook import Address, TargetStatus
from deskbell.runtime.receiver import Reply
from deskbell.store import lanes as lane_store
from tests.support.aio import run
from tests.support.delivering import scene

MESSAGES = ["message_created"]


def test_each_conversation_is_delivered_in_order_and_conversations_side_by_side(url: str) -> None:
    async def story() -> None:
        async with scene(url) as play:
            webhook = await play.world.webhook(play.url)
            for _ in range(4):
                await play.world.conversation()
            async with play.working():
                await asyncio.gather(*(play.say(number, *"abcdef") for number in (1, 2, 3, 4)))
                await play.until(lambda: len(play.received) == 28)
            for number in (1, 2, 3, 4):
                told = [
                    one for one in play.received if (one.json.get("conversation") or one.json)["id"] == number
                ]
                assert [one.json.get("content") for one in told] == [None, *"abcdef"]
                assert [int(one.event_id.rpartition("_")[2]) for one in told] == sorted(
                    int(one.event_id.rpartition("_")[2]) for one in told
                )
            assert sorted(one.delivery for one in play.received) == list(range(1, 29))
            assert {one.delivery.state for one in await play.deliveries(webhook)} == {"delivered"}

    run(story())


def test_a_failed_delivery_holds_up_its_own_conversation_only(url: str) -> None:
    async def story() -> None:
        async with scene(url, delivery_schedule=(0, 60, 60)) as play:
            play.answer = lambda received: 503 if received.json["conversation"]["id"] == 1 else 200
            webhook = await play.world.webhook(play.url, MESSAGES)
            await play.world.conversation()
            await play.world.conversation()
            async with play.working():
                await play.say(1, "first", "second")
                await play.say(2, "elsewhere")
                await play.settled(webhook, 2)
                assert [one.json["content"] for one in play.received].count("second") == 0
                play.answer = lambda _received: 200
                await play.pass_time(60)
                await play.until(lambda: len(play.received) == 4)
            assert [one.json["content"] for one in play.received if one.json["conversation"]["id"] == 1] == [
                "first",
                "first",
                "second",
            ]
            tries = [one for one in play.received if one.json["content"] == "first"]
            assert [one.attempt for one in tries] == [1, 2]
            assert tries[0].body == tries[1].body
            assert tries[0].event_id == tries[1].event_id

    run(story())


def test_a_delivery_that_fails_to_the_end_of_its_schedule_is_dead_and_the_conversation_moves_on(
    url: str,
) -> None:
    async def story() -> None:
        async with scene(url, delivery_schedule=(0, 5, 5)) as play:
            play.answer = lambda received: 500 if received.json["content"] == "poison" else 200
            webhook = await play.world.webhook(play.url, MESSAGES)
            await play.world.conversation()
            async with play.working():
                await play.say(1, "poison", "cure")
                for attempts in (1, 2, 3):
                    await play.until(partial(play.has_received, attempts))
                    await play.settled(webhook, attempts)
                    await play.pass_time(5)
                await play.until(lambda: play.received[-1].json["content"] == "cure")
            poison, cure = await play.deliveries(webhook)
            assert (poison.delivery.state, len(poison.attempts)) == ("dead", 3)
            assert [one.reason for one in poison.attempts] == ["http_status"] * 3
            assert (cure.delivery.state, len(cure.attempts)) == ("delivered", 1)

    run(story())


def test_an_event_that_alone_is_refused_is_dead_at_its_third_refusal(url: str) -> None:
    async def story() -> None:
        async with scene(url, delivery_schedule=(0, 5, 5, 5, 5, 5)) as play:
            play.answer = lambda received: 422 if received.json["content"] == "odd" else 200
            webhook = await play.world.webhook(play.url, MESSAGES)
            await play.world.conversation()
            await play.world.conversation()
            async with play.working():
                await play.say(1, "odd", "after")
                await play.settled(webhook, 1)
                await play.pass_time(1)
                await play.say(2, "accepted elsewhere")
                await play.settled(webhook, 2)
                for attempts in (2, 3):
                    await play.pass_time(5)
                    await play.until(partial(play.has_heard, "odd", attempts))
                    await play.settled(webhook, attempts + 1)
                await play.until(lambda: "after" in [one.json["content"] for one in play.received])
            odd = (await play.deliveries(webhook))[0]
            assert (odd.delivery.state, [one.verdict for one in odd.attempts]) == ("dead", ["refused"] * 3)

    run(story())


def test_a_target_that_refuses_everything_is_retried_until_it_heals(url: str) -> None:
    async def story() -> None:
        async with scene(url, delivery_schedule=(0, 5, 5, 5, 5, 5)) as play:
            play.answer = lambda _received: 404
            webhook = await play.world.webhook(play.url, MESSAGES)
            await play.world.conversation()
            async with play.working():
                await play.say(1, "hello")
                for attempts in (1, 2, 3, 4):
                    await play.until(partial(play.has_received, attempts))
                    await play.settled(webhook, attempts)
                    await play.pass_time(5)
                await play.settled(webhook, 5)
                play.answer = lambda _received: 200
                await play.pass_time(5)
                await play.until(lambda: len(play.received) == 6)
            assert [one.delivery.state for one in await play.deliveries(webhook)] == ["delivered"]

    run(story())


def test_retry_after_is_a_lower_bound(url: str) -> None:
    async def story() -> None:
        async with scene(url, delivery_schedule=(0, 5, 5)) as play:
            play.answer = lambda _received: Reply(429, {"retry-after": "3600"})
            webhook = await play.world.webhook(play.url, MESSAGES)
            await play.world.conversation()
            async with play.working():
                asked_at = play.world.clock.now()
                await play.say(1, "hello")
                told = (await play.settled(webhook, 1))[0]
            assert told.attempts[0].verdict == "throttle"
            assert told.delivery.due_at == asked_at + 3_600_000_000

    run(story())


def test_gone_disables_the_target_keeps_the_backlog_and_enabling_sends_it(url: str) -> None:
    async def story() -> None:
        async with scene(url) as play:
            play.answer = lambda _received: 410
            webhook = await play.world.webhook(play.url, MESSAGES)
            await play.world.conversation()
            async with play.working():
                await play.say(1, "one", "two")
                await play.settled(webhook, 1)
                await play.say(1, "three")
                shown = await play.shown(webhook)
                assert (shown.target.status, shown.target.status_reason) == (
                    "disabled",
                    "The receiver answered 410 Gone.",
                )
                assert len(play.received) == 1
                play.answer = lambda _received: 200
                async with play.world.database.unit() as unit:
                    await webhooks.update_webhook(
                        unit, play.world.alice, webhook.id, WebhookChanges(status="enabled")
                    )
                await play.until(lambda: len(play.received) == 4)
            assert [one.json["content"] for one in play.received] == ["one", "one", "two", "three"]

    run(story())


def test_a_target_that_hangs_costs_the_others_nothing(url: str) -> None:
    async def story() -> None:
        async with scene(url, delivery_target_concurrency=2, delivery_timeout=3.0) as play:
            play.answer = lambda received: Reply(200, delay=60) if received.path == "/hang" else 200
            await play.world.webhook(play.url.replace("/hook", "/hang"), MESSAGES)
            await play.world.webhook(play.url, MESSAGES)
            for _ in range(8):
                await play.world.conversation()
            async with play.working():
                for number in range(1, 9):
                    await play.say(number, "a", "b")
                await play.until(lambda: len(play.heard("/hook")) == 16)
            assert len(play.heard("/hang")) <= 4

    run(story())


def test_a_dead_workers_lanes_are_taken_up_when_their_lease_has_passed(url: str) -> None:
    async def story() -> None:
        async with scene(url, delivery_timeout=5.0) as play:
            webhook = await play.world.webhook(play.url, MESSAGES)
            await play.world.conversation()
            await play.say(1, "orphan")
            async with play.world.database.unit() as unit:  # a worker claims, and is never heard of again
                now = play.world.clock.now()
                assert await lane_store.claim(
                    unit, webhook.target.id, lease=7, until=now + 10_000_000, limit=5
                )
            async with play.working():
                await play.say(1, "later")
                await asyncio.sleep(0.2)
                assert play.received == []
                await play.pass_time(10)
                await play.until(lambda: len(play.received) == 2)
            assert [one.json["content"] for one in play.received] == ["orphan", "later"]

    run(story())


def test_a_stop_finishes_what_is_in_flight_and_leaves_the_rest_for_the_next_start(url: str) -> None:
    async def story() -> None:
        async with scene(url) as play:
            webhook = await play.world.webhook(play.url, MESSAGES)
            play.answer = lambda _received: Reply(200, delay=0.3)
            await play.world.conversation()
            async with play.working():
                await play.say(1, "one", "two")
                await play.until(lambda: len(play.received) == 1)
            assert [one.delivery.state for one in await play.deliveries(webhook)] == ["delivered", "pending"]
            async with play.working():
                await play.until(lambda: len(play.received) == 2)
            assert [one.json["content"] for one in play.received] == ["one", "two"]

    run(story())


def test_a_backlog_goes_to_the_address_and_in_the_format_the_target_has_now(url: str) -> None:
    async def story() -> None:
        async with scene(url) as play:
            webhook = await play.world.webhook("https://gone.example.com/", MESSAGES, status="paused")
            await play.world.conversation()
            await play.say(1, "waiting")
            async with play.world.database.unit() as unit:
                changes = WebhookChanges(
                    address=Address(play.url),
                    payload_format="chatwoot",
                    status="enabled",
                    headers={"X-Team": "desk"},
                )
                await webhooks.update_webhook(unit, play.world.alice, webhook.id, changes)
            async with play.working():
                await play.until(lambda: len(play.received) == 1)
            [told] = play.received
            assert told.json["message_type"] == "outgoing"
            assert told.headers["x-team"] == "desk"
            assert told.headers["x-chatwoot-signature"].startswith("sha256=")

    run(story())


def test_webhooks_bots_and_api_inboxes_of_a_chatwoot_account_get_its_headers(url: str) -> None:
    async def story() -> None:
        async with scene(url) as play:
            changes = AccountChanges(default_payload_format="chatwoot")
            await play.world.do(update_account, play.world.alice, changes)
            alice, inbox = play.world.alice, play.world.api_inbox
            await play.world.webhook(play.url, MESSAGES)
            bot = BotChanges(name="Botty", address=Address(f"{play.url}/bot"))
            made = await play.world.do(agent_bots.create_bot, alice, bot)
            await play.world.do(agent_bots.connect_bot, alice, inbox.id, made.bot.id)
            there = InboxChanges(webhook=Address(f"{play.url}/inbox"))
            await play.world.do(inboxes.update_inbox, alice, inbox.id, there)
            await play.world.conversation(status="open")
            await play.say(1, "hello")
            paths = {"/hook", "/hook/bot", "/hook/inbox"}
            async with play.working():
                await play.until(
                    lambda: {one.path for one in play.received if one.event == "message_created"} == paths
                )
            for one in play.received:
                assert one.headers["x-chatwoot-signature"].startswith("sha256=")
                assert one.headers["x-chatwoot-delivery"]

    run(story())


def test_every_answer_of_a_connection_error_is_told_to_the_owner(url: str) -> None:
    async def story() -> None:
        async with scene(url) as play:
            with socket.create_server(("127.0.0.1", 0)) as nobody:
                port = nobody.getsockname()[1]
            webhook = await play.world.webhook(f"http://127.0.0.1:{port}/", MESSAGES)
            await play.world.conversation()
            async with play.working():
                await play.say(1, "hello")
                [told] = await play.settled(webhook, 1)
            assert (told.attempts[0].reason, told.attempts[0].verdict, told.delivery.state) == (
                "connection",
                "retry",
                "pending",
            )

    run(story())


def test_an_address_that_became_private_is_refused_at_connect_time(url: str) -> None:
    async def story() -> None:
        async with scene(url, delivery_allow=("10.0.0.0/8",)) as play:
            webhook = await play.world.webhook(play.url, MESSAGES)
            await play.world.conversation()
            async with play.working():
                await play.say(1, "hello")
                [told] = await play.settled(webhook, 1)
            assert told.attempts[0].reason == "refused_address"
            assert play.received == []

    run(story())


def test_a_paused_target_waits_and_resumes_in_order(url: str) -> None:
    async def story() -> None:
        async with scene(url) as play:
            webhook = await play.world.webhook(play.url, MESSAGES)
            await play.world.conversation()

            async def set_status(status: TargetStatus) -> None:
                async with play.world.database.unit() as unit:
                    await webhooks.update_webhook(
                        unit, play.world.alice, webhook.id, WebhookChanges(status=status)
                    )

            async with play.working():
                await play.say(1, "a")
                await play.until(lambda: len(play.received) == 1)
                await set_status("paused")
                await play.say(1, "b", "c")
                await asyncio.sleep(0.2)
                assert len(play.received) == 1
                await set_status("enabled")
                await play.until(lambda: len(play.received) == 3)
            assert [one.json["content"] for one in play.received] == ["a", "b", "c"]

    run(story())


def test_a_deleted_webhook_is_sent_nothing_more(url: str) -> None:
    async def story() -> None:
        async with scene(url) as play:
            webhook = await play.world.webhook(play.url, MESSAGES)
            await play.world.conversation()
            await play.say(1, "a")
            async with play.world.database.unit() as unit:
                await webhooks.delete_webhook(unit, play.world.alice, webhook.id)
            async with play.working():
                await play.say(1, "b")
                async with play.world.database.unit() as unit:
                    await conversations.set_status(unit, play.world.alice, 1, "resolved")
                await asyncio.sleep(0.2)
            assert play.received == []

    run(story())


def test_a_target_that_keeps_failing_is_left_in_peace_then_probed_then_gets_everything(url: str) -> None:
    async def story() -> None:
        async with scene(url, delivery_schedule=(0, *[1] * 40)) as play:
            play.answer = lambda _received: 500
            webhook = await play.world.webhook(play.url, MESSAGES)
            for _ in range(12):
                await play.world.conversation()
            async with play.working():
                for number in range(1, 13):
                    await play.say(number, "a", "b")
                await play.settled(webhook, 10)
                await asyncio.sleep(0.2)
                before = len(play.received)
                assert 10 <= before <= 12
                await play.pass_time(2)
                await asyncio.sleep(0.2)
                assert len(play.received) == before
                await play.pass_time(3)
                await play.settled(webhook, before + 1)
                await asyncio.sleep(0.1)
                assert len(play.received) == before + 1
                play.answer = lambda _received: 200
                await play.pass_time(10)
                await play.until(lambda: {one.delivery for one in play.received} == set(range(1, 25)))
            for number in range(1, 13):
                told = [
                    one.json["content"] for one in play.received if one.json["conversation"]["id"] == number
                ]
                assert [content for content in told if content == "b"] == ["b"]
                assert told[-1] == "b"

    run(story())


def test_a_target_that_failed_for_days_is_disabled_and_enabling_it_forgives(url: str) -> None:
    async def story() -> None:
        async with scene(url, delivery_schedule=(0, *[86_400] * 8)) as play:
            play.answer = lambda _received: 500
            webhook = await play.world.webhook(play.url, MESSAGES)
            await play.world.conversation()
            async with play.working():
                await play.say(1, "patience")
                for day in range(1, 7):
                    await play.settled(webhook, day)
                    await play.pass_time(86_400)
                shown = await play.disabled(webhook)
                assert (shown.target.status_reason or "").startswith("Every attempt has failed")
                async with play.world.database.unit() as unit:
                    await webhooks.update_webhook(
                        unit, play.world.alice, webhook.id, WebhookChanges(status="enabled")
                    )
                await play.settled(webhook, 7)
                assert (await play.shown(webhook)).target.status == "enabled"

    run(story())


def test_lanes_at_hand_of_a_target_that_fails_are_given_back(url: str) -> None:
    async def story() -> None:
        async with scene(url, delivery_target_concurrency=2, delivery_timeout=0.5) as play:
            await play.world.webhook(play.url, MESSAGES)
            for _ in range(8):
                await play.world.conversation()
            async with play.working() as worker:
                await play.say(1, "it answers")
                await play.until(lambda: worker.verdicts["delivered"] == 1)
                play.answer = lambda _received: Reply(200, delay=60)
                for number in range(1, 9):
                    await play.say(number, "it does not")
                await play.until(lambda: worker.in_flight > 2)
                await play.until(lambda: worker.verdicts["retry"] == 8)
                await play.until(lambda: worker.in_flight == 0)
            assert len(play.received) == 9

    run(story())
