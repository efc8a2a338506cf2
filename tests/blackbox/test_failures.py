"""What becomes of deliveries when receivers fail, refuse, hang or are not there."""

from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

from deskbell.runtime.receiver import Received, Reply
from tests.support import bells
from tests.support.aio import run
from tests.support.bells import Bell
from tests.support.faces import Desk, desk_in, desk_on
from tests.support.process import Server, until

MESSAGES = ["message_created"]


def content(received: Received) -> str:
    said: str = received.json["content"]
    return said


def status_is(desk: Desk, webhook_id: int, status: str) -> Callable[[], Awaitable[bool]]:
    async def asked() -> bool:
        return bool((await desk.show_webhook(webhook_id))["status"] == status)

    return asked


def states_are(desk: Desk, webhook_id: int, *states: str) -> Callable[[], Awaitable[bool]]:
    async def asked() -> bool:
        return tuple(one["state"] for one in await desk.deliveries(webhook_id)) == states

    return asked


def test_a_failed_delivery_is_sent_again_unchanged_and_holds_back_only_its_own_conversation(
    house: Server,
) -> None:
    other_came: list[str] = []

    def answer(received: Received) -> int:
        if received.json["conversation"]["id"] != 1:
            other_came.append(content(received))
        return 200 if other_came else 500  # fails until the other conversation got through

    async def story() -> None:
        async with desk_in(house) as desk, bells.listening(answer) as bell:
            one, other = await desk.begin(2)
            webhook = await desk.webhook(bell.url, MESSAGES, secret=bell.secret)
            for text in ("first", "second", "third"):
                await desk.say(one, text)
            await until(lambda: len(bell.receipts) >= 2, "a second attempt")
            await desk.say(other, "elsewhere")
            await bell.has(4)
            check_retried(bell)
            await desk.settled(webhook["id"])
            log = await desk.deliveries(webhook["id"])
            sent = Counter(one.event_id for one in bell.receipts)
            assert {one["event_id"]: len(one["attempts"]) for one in log} == dict(sent)
            first = log[0]["attempts"]
            assert [attempt["status"] for attempt in first] == [500] * (len(first) - 1) + [200]
            assert {attempt["verdict"] for attempt in first[:-1]} == {"retry"}

    run(story())


def check_retried(bell: Bell) -> None:
    firsts = [one for one in bell.receipts if content(one) == "first"]
    assert [one.attempt for one in firsts] == list(range(1, len(firsts) + 1))
    assert len({(one.event_id, one.body, one.delivery) for one in firsts}) == 1
    assert all(one.verified for one in bell.receipts)
    told = [content(one) for one in bell.receipts]
    assert [text for text in told if text != "elsewhere"] == ["first"] * len(firsts) + ["second", "third"]
    assert told.index("elsewhere") < told.index("second")


def test_a_delivery_that_used_up_its_schedule_is_dead_and_the_conversation_moves_on(
    sqlite_url: str, tmp_path: Path
) -> None:
    def answer(received: Received) -> int:
        return 500 if content(received) == "unlucky" else 200

    async def story() -> None:
        settings = {"delivery_schedule": "0,1", "delivery_jitter": 0}
        async with desk_on(tmp_path, sqlite_url, **settings) as (_, desk), bells.listening(answer) as bell:
            (one,) = await desk.begin(1)
            webhook = await desk.webhook(bell.url, MESSAGES, secret=bell.secret)
            await desk.say(one, "unlucky")
            await desk.say(one, "lucky")
            await desk.settled(webhook["id"])
            assert [content(one) for one in bell.receipts] == ["unlucky", "unlucky", "lucky"]
            log = await desk.deliveries(webhook["id"])
            assert [one["state"] for one in log] == ["dead", "delivered"]

    run(story())


def test_410_disables_the_webhook_says_so_and_enabling_it_goes_on_where_it_stopped(house: Server) -> None:
    gone = True

    def answer(received: Received) -> int:
        return 410 if gone and content(received) == "second" else 200

    async def story() -> None:
        nonlocal gone
        async with desk_in(house) as desk, bells.listening(answer) as bell:
            (one,) = await desk.begin(1)
            webhook_id = (await desk.webhook(bell.url, MESSAGES, secret=bell.secret))["id"]
            for text in ("first", "second", "third"):
                await desk.say(one, text)
            await until(status_is(desk, webhook_id, "disabled"), "the webhook to be disabled")
            assert "410" in (await desk.show_webhook(webhook_id))["status_reason"]
            await desk.say(one, "fourth")
            log = await desk.deliveries(webhook_id)
            assert [one["state"] for one in log] == ["delivered", "pending", "pending", "pending"]
            assert [attempt["status"] for attempt in log[1]["attempts"]] == [410]
            gone = False
            await desk.patch(f"/webhooks/{webhook_id}", {"status": "enabled"})
            await desk.settled(webhook_id)
            told = [content(one) for one in bell.receipts]
            assert told == ["first", "second", "second", "third", "fourth"]

    run(story())


def test_a_webhook_paused_and_resumed_sends_nothing_twice(house: Server) -> None:
    async def story() -> None:
        async with desk_in(house) as desk, bells.listening(lambda _: Reply(delay=0.5)) as bell:
            (one,) = await desk.begin(1)
            webhook_id = (await desk.webhook(bell.url, MESSAGES, secret=bell.secret))["id"]
            await desk.say(one, "first")
            await until(lambda: bell.receipts, "the first message")
            await desk.patch(f"/webhooks/{webhook_id}", {"status": "paused"})
            await desk.say(one, "second")
            await until(states_are(desk, webhook_id, "delivered", "pending"), "the first to be settled")
            assert bell.contents() == ["first"]
            await desk.patch(f"/webhooks/{webhook_id}", {"status": "enabled"})
            await desk.settled(webhook_id)
            assert [content(one) for one in bell.receipts] == ["first", "second"]

    run(story())


def test_a_private_address_that_the_operator_did_not_allow_is_refused_when_the_webhook_is_made(
    house: Server,
) -> None:
    async def story() -> None:
        async with desk_in(house) as desk:  # which allows 127.0.0.1 only
            for address in (
                "http://127.0.0.2/",
                "http://[::1]/",
                "http://10.0.0.1/",
                "http://169.254.169.254/",
            ):
                answer = await desk.ask("POST", "/webhooks", {"url": address, "subscriptions": MESSAGES})
                assert answer.status == 422, address
                assert "url" in answer.text
            assert (await desk.get("/webhooks"))["payload"]["webhooks"] == []

    run(story())


def test_what_happens_while_a_receiver_is_down_arrives_in_order_when_it_is_back(house: Server) -> None:
    async def story() -> None:
        async with desk_in(house) as desk, bells.listening() as bell:
            numbers = await desk.begin(5)
            webhook_id = (await desk.webhook(bell.url, MESSAGES, secret=bell.secret))["id"]
            await bell.receiver.close()
            for turn in range(10):
                for number in numbers:
                    await desk.say(number, f"{number}-{turn}")
            assert await desk.backlog(webhook_id) == 50
            await bell.receiver.start()
            await bell.has(50)
            await desk.settled(webhook_id)
            bells.check_order(bell)
            assert [one.delivery for one in sorted(bell.receipts, key=bells.number_of)] == list(range(1, 51))
            failed = [
                one["attempts"][0] for one in await desk.deliveries(webhook_id) if len(one["attempts"]) > 1
            ]
            assert failed
            assert {(attempt["verdict"], attempt["reason"]) for attempt in failed} == {
                ("retry", "connection")
            }

    run(story())


def test_a_receiver_that_never_answers_holds_nobody_else_up(house: Server) -> None:
    async def story() -> None:
        async with (
            desk_in(house) as desk,
            bells.listening(lambda _: Reply(delay=3600)) as hanging,
            bells.listening() as bell,
        ):
            numbers = await desk.begin(3)
            await desk.webhook(hanging.url, MESSAGES, secret=hanging.secret)
            webhook_id = (await desk.webhook(bell.url, MESSAGES, secret=bell.secret))["id"]
            for turn in range(10):
                for number in numbers:
                    await desk.say(number, f"{number}-{turn}")
            await bell.has(30)
            await desk.settled(webhook_id)
            bells.check_order(bell)
            assert bell.repeats() == 0
            await until(lambda: hanging.repeats() >= 3, "what was not answered to be sent again")
            assert hanging.count() == 3, "one delivery of each conversation at a time"

    run(story())
