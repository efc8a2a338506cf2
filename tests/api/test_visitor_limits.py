"""Visitors who write faster than people do are asked to wait; others, at the same address or not, notice nothing."""

import httpx

from deskbell.kit.clock import HOUR, MINUTE, SECOND
from tests.support.api import API, contents, on_api, written

SAID = {"message": {"content": "Hi"}}


def told(answer: httpx.Response) -> tuple[int, str, str]:
    return answer.status_code, answer.json()["error"], answer.headers["retry-after"]


def test_a_visitor_who_writes_too_fast_is_told_to_wait_and_nothing_is_kept(url: str) -> None:
    async def story(api: API) -> None:
        fast, calm = await api.visitor(), await api.visitor()
        for _ in range(3):
            await written(fast, "Hi")
            api.world.clock.advance(5 * SECOND)
        before = await api.state()
        refused = await fast.post("messages", json=SAID)
        assert told(refused) == (429, "You are sending messages very fast. Try again in 45 s.", "45")
        assert refused.json()["code"] == "too_many_requests"
        assert (await fast.post("conversations", json=SAID)).status_code == 429
        assert (await fast.patch("messages/1", json={})).status_code == 429
        assert await api.state() == before
        assert (await fast.get("messages")).status_code == 200, "reading goes on"
        await written(calm, "Hi")
        api.world.clock.advance(45 * SECOND)
        await written(fast, "Hi again")

    on_api(url, story, rate_limit_visitor_messages=3)


def test_one_session_begins_so_many_conversations_an_hour(url: str) -> None:
    async def story(api: API) -> None:
        visitor, other = await api.visitor(), await api.visitor()
        for _ in range(2):
            assert (await visitor.post("conversations", json=SAID)).status_code == 200
            api.world.clock.advance(MINUTE)
        before = await api.state()
        refused = await visitor.post("conversations", json=SAID)
        assert told(refused) == (
            429,
            "You have begun many conversations in a short time. Try again in 58 min.",
            str(58 * 60),
        )
        assert await api.state() == before
        await written(visitor, "In the one that is there I may go on")
        assert (await other.post("conversations", json=SAID)).status_code == 200
        api.world.clock.advance(HOUR)
        assert (await visitor.post("conversations", json=SAID)).status_code == 200

    on_api(url, story, rate_limit_visitor_conversations=2)


def test_a_message_that_would_begin_one_conversation_too_many_leaves_nothing_behind(url: str) -> None:
    async def story(api: API) -> None:
        path = f"inboxes/{api.world.website.id}"
        await api.alice.patch(path, json={"allow_messages_after_resolved": False})
        visitor = await api.visitor()
        await written(visitor, "Hi")
        await visitor.post("conversations/toggle_status")
        before = await api.state()
        assert (await visitor.post("messages", json=SAID)).status_code == 429
        assert await api.state() == before

    on_api(url, story, rate_limit_visitor_conversations=1)


def test_new_sessions_gain_nothing_at_one_address_and_other_addresses_and_inboxes_lose_nothing(
    url: str,
) -> None:
    async def story(api: API) -> None:
        made = {"name": "Second shop", "channel": {"type": "web_widget"}}
        second = (await api.alice.post("inboxes", json=made)).json()["website_token"]
        for _ in range(2):
            await written(await api.visitor(), "Hi")
        before = await api.state()
        late = await api.visitor()
        refused = await late.post("messages", json=SAID)
        assert refused.status_code == 429
        assert refused.json()["error"].startswith("Very many conversations are being begun here")
        assert await api.state() == before
        transport = httpx.ASGITransport(api.app, client=("192.0.2.7", 1))
        async with httpx.AsyncClient(
            transport=transport, base_url=late.base_url, headers=late.headers, params=late.params
        ) as elsewhere:
            await written(elsewhere, "Hi")
        opened = await (await api.browser(website_token=second)).post("config")
        session = opened.json()["website_channel_config"]["auth_token"]
        await written(await api.browser(session, second), "Hi")

    on_api(url, story, rate_limit_inbox_conversations=2)


def test_opening_the_widget_counts_apart_from_messages(url: str) -> None:
    async def story(api: API) -> None:
        visitor = await api.visitor()
        opened = {"name": "webwidget.triggered"}
        statuses = [(await visitor.post("events", json=opened)).status_code for _ in range(3)]
        assert statuses == [204, 204, 429]
        assert (await api.told()).count("webwidget_triggered") == 2
        await written(visitor, "Hi")

    on_api(url, story, rate_limit_visitor_messages=2)


def test_a_message_sent_again_under_its_key_is_not_counted_again(url: str) -> None:
    async def story(api: API) -> None:
        visitor = await api.visitor()
        key = {"Idempotency-Key": "a key of the widget's own making"}
        for _ in range(4):
            assert (await visitor.post("messages", json=SAID, headers=key)).status_code == 200
        await written(visitor, "Hi again")
        assert (await visitor.post("messages", json=SAID)).status_code == 429

    on_api(url, story, rate_limit_visitor_messages=2)


def test_without_a_limit_nobody_waits(url: str) -> None:
    async def story(api: API) -> None:
        visitor = await api.visitor()
        for _ in range(25):
            assert (await visitor.post("conversations", json=SAID)).status_code == 200

    on_api(
        url,
        story,
        rate_limit_visitor_messages=0,
        rate_limit_visitor_conversations=0,
        rate_limit_inbox_conversations=0,
    )


def test_unless_set_otherwise_it_is_the_sixty_first_message_of_a_minute_in_one_session_and_inbox(
    url: str,
) -> None:
    async def story(api: API) -> None:
        made = {"name": "Second shop", "channel": {"type": "web_widget"}}
        second = (await api.alice.post("inboxes", json=made)).json()["website_token"]
        fast, calm = await api.visitor(), await api.visitor()
        opened = await (await api.browser(website_token=second)).post("config")
        session = opened.json()["website_channel_config"]["auth_token"]
        elsewhere = await api.browser(session, second)
        for _ in range(60):
            await written(fast, "Hi")
        refused = await fast.post("messages", json=SAID)
        assert told(refused) == (429, "You are sending messages very fast. Try again in 60 s.", "60")
        await written(calm, "Another session at the same address")
        await written(elsewhere, "Another inbox at the same address")
        api.world.clock.advance(MINUTE - SECOND)
        assert (await fast.post("messages", json=SAID)).status_code == 429
        api.world.clock.advance(SECOND)
        await written(fast, "Hi again")
        held = (await api.alice.get("conversations/1")).json()
        assert held["meta"]["sender"]["id"] == (await fast.get("contact")).json()["id"]
        assert len(await contents(fast)) == 61, "none of what was refused is kept"

    on_api(url, story)
