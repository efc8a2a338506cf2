"""Webhooks in the dashboard: made, mended, tested, paused, and every delivery's story."""

import re
from typing import Any

import pytest

from deskbell.desk.queries import pulse
from deskbell.kit.clock import DAY, HOUR, MILLISECOND
from deskbell.store.statement import Statement
from tests.support.aio import receiver, run, saying
from tests.support.api import API, on_api, open_api
from tests.support.people import Person, beside, person, words

HOOK = "https://9.9.9.9/hook"
SETTLE = Statement(
    "UPDATE deliveries SET state = :state, attempts = :attempts, settled_at = :at, "
    "died_at = CASE WHEN :state = 'dead' THEN CAST(:at AS BIGINT) END WHERE target_id = :target_id AND number = :number"
)
MOVE_ON = Statement(
    "UPDATE lanes SET head = (SELECT d.position FROM deliveries d WHERE d.target_id = :target_id AND d.number = :number) "
    "WHERE id = (SELECT d.lane_id FROM deliveries d WHERE d.target_id = :target_id AND d.number = :number)"
)
TOOK = Statement("UPDATE attempts SET duration = 1000 * delivery_number WHERE target_id = :target_id")
TRY = Statement(
    "INSERT INTO attempts (target_id, delivery_number, number, started_at, duration, verdict, reason, status, detail, excerpt) "
    "VALUES (:target_id, :delivery, :number, :at, :duration, :verdict, :reason, :status, :detail, :excerpt)"
)


def at(api: API, rest: str = "") -> str:
    return f"/app/accounts/{api.world.account_id}/settings/webhooks{rest}"


async def owner(api: API) -> Person:
    return await person(api, api.world.alice.id)


def filled(**more: Any) -> dict[str, Any]:
    """The form as a browser sends it."""
    return {
        "url": HOOK,
        "name": "",
        "subscriptions[]": ["message_created", "conversation_created"],
        "which_inboxes": "all",
        "include_private": "1",
        "payload_format": "hoory",
        "signature": "hmac",
        "headers": "",
        "schedule": "",
        "timeout": "",
        "concurrency": "",
    } | more


async def kept(api: API) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await api.alice.get("webhooks")).json()["payload"]["webhooks"]
    return found


async def became(api: API, target_id: int, number: int, state: str, *tries: int) -> None:
    """A delivery was settled, after attempts that were answered so."""
    now = api.world.clock.now()
    async with api.world.database.unit() as unit:
        await unit.run(SETTLE, state=state, attempts=len(tries), at=now, target_id=target_id, number=number)
        await unit.run(MOVE_ON, number=number, target_id=target_id)
        for place, status in enumerate(tries, 1):
            accepted = status < 300
            await unit.run(
                TRY,
                target_id=target_id,
                delivery=number,
                number=place,
                at=now,
                duration=40 * MILLISECOND,
                verdict="delivered" if accepted else "retry",
                reason=None if accepted else "http_status",
                status=status,
                detail="" if accepted else f"answered {status}",
                excerpt=b"thanks" if accepted else b"<b>the disk is full</b>",
            )


def test_an_account_without_webhooks_is_told_what_to_do(url: str) -> None:
    async def story(api: API) -> None:
        assert "Add your first webhook" in words(await (await owner(api)).get(at(api)))

    on_api(url, story)


def test_a_webhook_is_made_from_the_form_and_shows_its_secret(url: str) -> None:
    async def story(api: API) -> None:
        alice = await owner(api)
        more = filled(
            name="Orders",
            headers="X-Team: support\nX-Two: a: b",
            schedule="0, 30 s, 5 min, 2h",
            timeout="7.5",
            concurrency="4",
            payload_format="chatwoot",
            which_inboxes="some",
            **{"inbox_ids[]": [str(api.world.api_inbox.id)]},
        )
        del more["include_private"]
        location = await alice.submit(at(api, "/new"), more)
        [made] = await kept(api)
        assert location == at(api, f"/{made['id']}")
        assert made["secret"] in await alice.get(location)
        assert made["name"] == "Orders"
        assert made["headers"] == {"X-Team": "support", "X-Two": "a: b"}
        assert made["schedule"] == [0, 30, 300, 7200]
        assert (made["timeout"], made["concurrency"]) == (7.5, 4)
        assert made["payload_format"] == "chatwoot"
        assert made["inbox_ids"] == [api.world.api_inbox.id]
        assert made["include_private"] is False
        assert made["subscriptions"] == ["message_created", "conversation_created"]

    on_api(url, story)


def test_every_wrong_field_is_named_beside_it_and_what_was_typed_stays(url: str) -> None:
    async def story(api: API) -> None:
        alice = await owner(api)
        wrong = filled(
            url="http://10.0.0.1/",
            name="Half done",
            headers="no colon here",
            schedule="soon",
            timeout="long",
            concurrency="1.5",
            which_inboxes="some",
        )
        del wrong["subscriptions[]"]
        page = await alice.refused(at(api, "/new"), wrong)
        assert "private" in beside(page, "url")
        assert "at least one" in beside(page, "subscriptions")
        assert "no colon here" in beside(page, "headers")
        assert "soon" in beside(page, "schedule")
        assert "number" in beside(page, "timeout")
        assert "whole" in beside(page, "concurrency")
        assert "tick at least one" in beside(page, "inbox_ids")
        assert 'value="Half done"' in page
        assert 'value="soon"' in page
        assert await kept(api) == []

    on_api(url, story)


def test_a_webhook_is_changed_and_what_is_left_alone_stays(url: str) -> None:
    async def story(api: API) -> None:
        alice = await owner(api)
        webhook = await api.world.webhook(HOOK, headers={"X-A": "1"})
        [before] = await kept(api)
        page = await alice.get(at(api, f"/{webhook.id}/edit"))
        assert "X-A: 1" in page
        await alice.submit(at(api, f"/{webhook.id}/edit"), filled(name="New", headers="X-A: 1"))
        [after] = await kept(api)
        changed = {name for name in before if before[name] != after[name]}
        assert changed == {"name", "subscriptions"}
        assert "Saved." in words(await alice.get(at(api, f"/{webhook.id}")))

    on_api(url, story)


def test_an_address_is_judged_while_it_is_typed(url: str) -> None:
    async def story(api: API) -> None:
        alice = await owner(api)
        assert "can be sent to" in await alice.get(at(api, "/address"), url=HOOK)
        assert "private" in await alice.get(at(api, "/address"), url="http://192.168.0.1/")
        assert words(await alice.get(at(api, "/address"), url="")) == ""

    on_api(url, story)


@pytest.mark.parametrize(("answer", "told"), [(b"200 OK", "200 accepted"), (b"503 No", "503 refused")])
def test_a_test_event_shows_the_answer_at_once(sqlite_url: str, answer: bytes, told: str) -> None:
    async def story() -> None:
        reply = b"HTTP/1.1 " + answer + b"\r\ncontent-length: 9\r\n\r\n<i>so</i>"
        async with open_api(sqlite_url) as api, receiver(saying(reply, reply)) as hook:
            alice = await owner(api)
            webhook = await api.world.webhook(hook.url("/"), ["message_created"])
            path = at(api, f"/{webhook.id}/test")
            fragment = await alice.post(path, {"event": "message_created"}, hx_request="true")
            assert told in words(fragment.text)
            assert "&lt;i&gt;so&lt;/i&gt;" in fragment.text, "what a stranger's server says is text"
            assert "<html" not in fragment.text
            page = await alice.post(path, {"event": "message_created"})
            assert "<html" in page.text, "the same without a script"
            assert told in words(page.text)

    run(story())


def test_pausing_and_resuming_and_skipping_what_waits(url: str) -> None:
    async def story(api: API) -> None:
        alice = await owner(api)
        webhook = await api.world.webhook(HOOK)
        path = at(api, f"/{webhook.id}")
        await alice.submit(f"{path}/status", {"status": "paused"})
        await api.world.conversation()
        await api.world.say()
        page = words(await alice.get(path))
        assert "Resume deliveries" in page
        waiting = re.search(r"Skip what waits \((\d+)\)", page)
        assert waiting is not None
        assert (
            int(waiting[1])
            == (await api.alice.get(f"webhooks/{webhook.id}/health")).json()["payload"]["waiting"]
        )
        await alice.submit(f"{path}/skip_backlog")
        assert "Skip what waits" not in words(await alice.get(path))
        await alice.submit(f"{path}/status", {"status": "enabled"})
        assert [one["status"] for one in await kept(api)] == ["enabled"]

    on_api(url, story)


def test_a_rotated_secret_signs_beside_the_old_one_as_long_as_was_said(url: str) -> None:
    async def story(api: API) -> None:
        alice = await owner(api)
        webhook = await api.world.webhook(HOOK)
        [before] = await kept(api)
        await alice.submit(at(api, f"/{webhook.id}/rotate_secret"), {"overlap_hours": "1"})
        [after] = await kept(api)
        assert after["secret"] != before["secret"]
        page = await alice.get(at(api, f"/{webhook.id}"))
        assert after["secret"] in page
        assert before["secret"] not in page
        assert "signs, too, for 1 h" in words(page)
        api.world.clock.advance(HOUR)
        assert "signs, too, until" not in words(await alice.get(at(api, f"/{webhook.id}")))

    on_api(url, story)


def test_deleting_a_webhook(url: str) -> None:
    async def story(api: API) -> None:
        alice = await owner(api)
        webhook = await api.world.webhook(HOOK)
        assert await alice.submit(at(api, f"/{webhook.id}/delete")) == at(api)
        assert await kept(api) == []
        await alice.get(at(api, f"/{webhook.id}"), status=404)

    on_api(url, story)


def test_the_list_tells_each_webhooks_health(url: str) -> None:
    async def story(api: API) -> None:
        alice = await owner(api)
        await api.world.conversation()
        good = (await api.world.webhook(HOOK, ["message_created"])).target.id
        await api.world.webhook(f"{HOOK}/waits", ["message_created"], status="paused")
        quiet = await api.world.webhook(f"{HOOK}/quiet", ["webwidget_triggered"])
        for _ in range(4):
            await api.world.say()
        await became(api, good, 1, "delivered", 200)
        await became(api, good, 2, "delivered", 500, 200)
        await became(api, good, 3, "dead", 500, 500)
        api.world.clock.advance(2 * HOUR)
        async with api.world.database.read() as reader:
            found = await pulse.all_pulses(reader, api.world.alice, api.world.clock.now())
            first, paused, nothing = (one for _, one in found)
            assert nothing.target.id == quiet.target.id
            assert await pulse.latency(reader, first.target) == (40 * MILLISECOND, 40 * MILLISECOND)
            assert await pulse.latency(reader, nothing.target) is None
        hour = next(one for one in first.hours if one.total)
        assert (hour.delivered, hour.retried, hour.dead, hour.waiting) == (1, 1, 1, 1)
        assert first.success == pytest.approx(2 / 3)
        assert first.failed_attempts == 3
        assert (first.backlog.waiting, paused.backlog.waiting, nothing.backlog.waiting) == (1, 4, 0)
        assert nothing.success is None
        page = words(await alice.get(at(api)))
        assert "66.7%" in page
        assert "Paused" in page
        assert "2 h" in page

    on_api(url, story)


def test_99_of_100_answers_are_not_fewer_than_that(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        webhook = await api.world.webhook(HOOK, ["message_created"])
        for number in range(1, 11):
            await api.world.say()
            await became(api, webhook.target.id, number, "delivered", 200)
        async with api.world.database.unit() as unit:
            await unit.run(TOOK, target_id=webhook.target.id)
        async with api.world.database.read() as reader:
            told = await pulse.latency(reader, webhook.target)
            record = await pulse.record(reader, api.world.alice, webhook.id, api.world.clock.now() + 1)
        assert told == (5 * MILLISECOND, 10 * MILLISECOND)
        [tempo] = [one for one in record.tempi if one]
        assert (tempo.half, tempo.most) == told, "the chart says the same"

    on_api(url, story)


def test_figures_of_a_part_say_of_how_many(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("deskbell.store.pulse", "deskbell.desk.queries.pulse"):
        monkeypatch.setattr(f"{module}.MOST", 2)

    async def story(api: API) -> None:
        await api.world.conversation()
        webhook = await api.world.webhook(HOOK, ["message_created"])
        alice = await owner(api)
        await api.world.say()
        assert "Success, 24 h" in words(await alice.get(at(api, f"/{webhook.id}")))
        await api.world.say()
        await api.world.say()
        page = words(await alice.get(at(api, f"/{webhook.id}")))
        assert "Success, newest 2" in page
        assert "The newest 2 deliveries; there were more before them." in page
        assert "Success, lately" in words(await alice.get(at(api)))

    on_api(url, story)


def test_a_paused_webhook_is_resumed_without_what_waited(url: str) -> None:
    async def story(api: API) -> None:
        alice = await owner(api)
        webhook = await api.world.webhook(HOOK, ["message_created"])
        path = at(api, f"/{webhook.id}")
        await alice.submit(f"{path}/status", {"status": "paused"})
        await api.world.conversation()
        await api.world.say()
        assert "Resume, and skip what waits" in words(await alice.get(path))
        await alice.submit(f"{path}/status", {"status": "enabled", "skip": "1"})
        [now] = await kept(api)
        assert now["status"] == "enabled"
        assert "Skipped" in words(await alice.get(f"{path}/deliveries/1"))

    on_api(url, story)


def test_what_is_older_than_a_day_is_not_in_the_figures(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        webhook = await api.world.webhook(HOOK, ["message_created"])
        await api.world.say()
        await became(api, webhook.target.id, 1, "dead", 500)
        api.world.clock.advance(DAY + HOUR)
        async with api.world.database.read() as reader:
            [(_, found)] = await pulse.all_pulses(reader, api.world.alice, api.world.clock.now())
        assert found.settled == 0
        assert found.success is None

    on_api(url, story)


def test_the_log_is_filtered_and_read_page_by_page(url: str) -> None:
    async def story(api: API) -> None:
        alice = await owner(api)
        webhook = await api.world.webhook(HOOK)
        await api.world.conversation()
        for _ in range(60):
            await api.world.say()
        path = at(api, f"/{webhook.id}/deliveries")
        newest = await alice.get(path)
        numbers = [int(number) for number in re.findall(r'aria-label="Delivery (\d+)"', newest)]
        assert len(numbers) == 50
        assert numbers == sorted(numbers, reverse=True)
        older = re.search(r'href="([^"]*before=\d+)"', newest)
        assert older is not None
        rest = re.findall(r'aria-label="Delivery (\d+)"', await alice.get(older[1].replace("&amp;", "&")))
        assert int(rest[0]) == numbers[-1] - 1
        assert "conversation_created" in words(await alice.get(path, event="conversation_created"))
        assert "Nothing here matches" in words(await alice.get(path, state="dead"))
        assert len(re.findall("<tr id=", await alice.get(path, state="no such", event="neither"))) == 50

    on_api(url, story)


def test_a_deliverys_story_tells_everything_and_escapes_strangers_words(url: str) -> None:
    async def story(api: API) -> None:
        alice = await owner(api)
        webhook = await api.world.webhook(HOOK, ["message_created"], headers={"X-Team": "it's"})
        await api.world.conversation()
        await api.world.say(content="Hello <script>")
        path = at(api, f"/{webhook.id}/deliveries/1")
        waits = words(await alice.get(path))
        assert "It is due and goes out next." in waits
        assert "Replay" not in waits
        await became(api, webhook.target.id, 1, "delivered", 500, 200)
        page = await alice.get(path)
        told = words(page)
        assert "2 attempts" in told
        assert "500 refused" in told
        assert "200 accepted" in told
        assert "40 ms" in told
        assert "<b>the disk is full</b>" not in page
        assert "Hello &lt;script&gt;" in page
        assert "webhook-signature: v1," in told
        assert "curl -i https://9.9.9.9/hook" in told
        assert "<script>" not in page.partition("</head>")[2]
        await alice.get(at(api, f"/{webhook.id}/deliveries/99"), status=404)

    on_api(url, story)


def test_one_delivery_or_all_dead_ones_are_replayed(url: str) -> None:
    async def story(api: API) -> None:
        alice = await owner(api)
        webhook = await api.world.webhook(HOOK, ["message_created"])
        await api.world.conversation()
        for _ in range(3):
            await api.world.say()
        for number in (1, 2):
            await became(api, webhook.target.id, number, "dead", 500)
        path = at(api, f"/{webhook.id}")
        assert await alice.submit(f"{path}/replays", {"number": "1"}) == f"{path}/deliveries/1"
        told = words(await alice.get(f"{path}/replays/new", what="dead", span="day"))
        assert "This sends 2 deliveries again." in told
        dead = {"what": "dead", "span": "day"}
        assert await alice.submit(f"{path}/replays", dead) == f"{path}/deliveries"
        page = words(await alice.get(f"{path}/deliveries"))
        assert "Sending 2 deliveries again." in page
        assert "Sending again 0 of 2" in page
        replays = (await api.alice.get(f"webhooks/{webhook.id}/replays")).json()["payload"]
        assert [one["total"] for one in replays] == [2, 1]
        await alice.submit(f"{path}/replays/{replays[0]['id']}/cancel")
        replays = (await api.alice.get(f"webhooks/{webhook.id}/replays")).json()["payload"]
        assert replays[0]["state"] == "cancelled"
        await alice.submit(f"{path}/replays", {"number": "3"})
        assert "cannot be replayed" in words(await alice.get(f"{path}/deliveries/3"))

    on_api(url, story)
