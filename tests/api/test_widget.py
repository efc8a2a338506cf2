"""The Widget API: a website's visitors."""

import asyncio
from typing import Any

import jwt

from deskbell.kit.clock import DAY, SECOND
from tests.support.api import API, KEY, contents, errors_of, on_api, written

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
OPENED = {"name": "webwidget.triggered"}
UNTIL_SEEN = "Thu Oct 09 2025 10:53:20 GMT+0200 (CEST)"


def test_a_page_that_loads_gets_a_session_and_makes_no_contact(url: str) -> None:
    async def story(api: API) -> None:
        before = await api.state()
        browser = await api.browser()
        opened = (await browser.post("config", params={"locale": "de"})).json()
        channel = opened["website_channel_config"]
        assert (channel["website_name"], channel["locale"]) == ("Website", "de")
        assert channel["website_token"] == api.world.website.token
        assert opened["contact"] is None
        visitor = await api.browser(channel["auth_token"])
        assert (await visitor.get("contact")).json()["id"] is None
        assert (await visitor.get("conversations")).json() == {}
        assert (await visitor.get("messages")).json() == {"payload": []}
        assert (await visitor.post("conversations/update_last_seen")).status_code == 200
        assert await api.state() == before

    on_api(url, story)


def test_a_session_goes_on_where_it_was(url: str) -> None:
    async def story(api: API) -> None:
        visitor = await api.visitor()
        await written(visitor, "Hi")
        again = (await visitor.post("config")).json()
        assert again["contact"]["name"].startswith("Visitor")
        assert await contents(await api.browser(again["website_channel_config"]["auth_token"])) == ["Hi"]
        renewed = await api.browser("garbage")
        assert (await renewed.post("config")).json()["contact"] is None

    on_api(url, story)


def test_an_expired_foreign_or_garbage_session_is_none(url: str) -> None:
    async def story(api: API) -> None:
        now = api.world.clock.now() // SECOND
        claims = {"source_id": "s", "inbox_id": api.world.website.id, "iat": now, "exp": now + 60}
        good = jwt.encode(claims, KEY, "HS256")
        assert (await (await api.browser(good)).get("contact")).status_code == 200
        before = await api.state()
        bad = {
            "": None,
            "another key": jwt.encode(claims, KEY[::-1], "HS256"),
            "no signature": jwt.encode(claims, "", "none"),
            "expired": jwt.encode(claims | {"exp": now}, KEY, "HS256"),
            "another inbox": jwt.encode(claims | {"inbox_id": api.world.api_inbox.id}, KEY, "HS256"),
            "no end": jwt.encode({"source_id": "s", "inbox_id": api.world.website.id}, KEY, "HS256"),
            "an end in words": jwt.encode(claims | {"exp": str(now + 60)}, KEY, "HS256"),
            "cut off": good[:-2],
            "garbage": "garbage",
            "dots": "..",
            "latin": "é.é.é",
            "long": "x" * 10_000,
        }
        for name, token in bad.items():
            visitor = await api.browser()
            headers = {b"X-Auth-Token": (token or "").encode("latin-1")}
            for request in (
                visitor.get("contact", headers=headers),
                visitor.post("messages", json={"message": {"content": "x"}}, headers=headers),
                visitor.post("events", json=OPENED, headers=headers),
            ):
                refused = await request
                assert refused.status_code == 401, name
                assert "config" in refused.json()["error"], "and says where to get one"
        assert await api.state() == before

    on_api(url, story)


def test_a_session_ends_when_its_days_are_over(url: str) -> None:
    async def story(api: API) -> None:
        visitor = await api.visitor()
        await written(visitor, "Hi")
        api.world.clock.advance(180 * DAY - SECOND)
        assert await contents(visitor) == ["Hi"]
        api.world.clock.advance(SECOND)
        assert (await visitor.get("messages")).status_code == 401

    on_api(url, story)


def test_only_a_websites_own_token_opens_its_widget(url: str) -> None:
    async def story(api: API) -> None:
        for token in ("nobody", api.world.api_inbox.token):
            assert (await (await api.browser(website_token=token)).post("config")).status_code == 404
        bare = await api.client("/api/v1/widget")
        for query in ("", "?website_token=", "?website_token=" + "x" * 201):
            errors_of(await bare.post(f"config{query}"), "website_token")

    on_api(url, story)


def test_an_opened_widget_rings_once_for_each_opening(url: str) -> None:
    async def story(api: API) -> None:
        visitor = await api.visitor()
        info = {
            "initiated_at": {"timestamp": "2025-10-09T10:53:20+02:00"},
            "referer": "https://shop.example.com/a",
        }
        headers = {"User-Agent": FIREFOX, "Accept-Language": "de-AT,de;q=0.9"}
        rung = await visitor.post(
            "events", params={"locale": "de"}, json=OPENED | {"event_info": info}, headers=headers
        )
        assert (rung.status_code, rung.content) == (204, b"")
        await written(visitor, "Hi")
        await visitor.post("events", json=OPENED | {"event_info": None})
        assert await api.told() == [
            "webwidget_triggered",
            "conversation_created",
            "message_created",
            "webwidget_triggered",
        ]
        first, *_, second = await api.world.snapshots()
        assert first.event_info is not None
        assert first.event_info["initiated_at"] == {"timestamp": "2025-10-09T08:53:20.000Z"}
        assert first.event_info["referer"] == "https://shop.example.com/a"
        assert (first.event_info["widget_language"], first.event_info["browser_language"]) == ("de", "de-AT")
        browser = first.event_info["browser"]
        assert (browser["browser_name"], browser["platform_name"]) == ("Firefox", "Linux")
        assert (first.thread, second.thread is None) == (None, False)

    on_api(url, story)


def test_a_browsers_odd_words_about_itself_do_no_harm(url: str) -> None:
    async def story(api: API) -> None:
        visitor = await api.visitor()
        odd: list[dict[str, Any]] = [
            {"initiated_at": {"timestamp": UNTIL_SEEN}, "referer": "javascript:alert(1)"},
            {"initiated_at": {"timestamp": "0001-01-01T00:00:00+23:59"}, "referer": "http://[::1"},
            {"initiated_at": "now", "referer": 7},
            {"initiated_at": {"timestamp": 7}, "referer": "x" * 5000},
        ]
        for info in odd:
            headers = {"User-Agent": "x" * 5000, "Accept-Language": "é" * 100}
            coded = {name.encode(): value.encode("latin-1") for name, value in headers.items()}
            rung = await visitor.post("events", json=OPENED | {"event_info": info}, headers=coded)
            assert rung.status_code == 204, info
        for told in await api.world.snapshots():
            assert told.event_info is not None
            assert told.event_info["referer"] is None
            assert told.event_info["initiated_at"] == {"timestamp": "2025-10-09T08:53:20.000Z"}

    on_api(url, story)


def test_the_browser_may_ring_no_other_event(url: str) -> None:
    async def story(api: API) -> None:
        visitor = await api.visitor()
        before = await api.state()
        for name in (
            "webwidget_triggered",
            "conversation_created",
            "conversation.created",
            "",
            " webwidget.triggered",
        ):
            errors_of(await visitor.post("events", json={"name": name}), "name")
        errors_of(await visitor.post("events", json={"name": 1, "event_info": [1]}), "name", "event_info")
        errors_of(await visitor.post("events"), "name")
        assert await api.state() == before

    on_api(url, story)


def test_a_first_message_begins_the_conversation_and_the_next_goes_on_in_it(url: str) -> None:
    async def story(api: API) -> None:
        visitor = await api.visitor()
        body = {"message": {"content": "Hi", "echo_id": "e-1", "referer_url": "https://shop.example.com/"}}
        first = (await visitor.post("messages", json=body, headers={"User-Agent": FIREFOX})).json()
        assert (first["content"], first["message_type"], first["echo_id"]) == ("Hi", 0, "e-1")
        second = await written(visitor, "Anyone?")
        assert first["conversation_id"] == second["conversation_id"] == 1
        await api.alice.post("conversations/1/messages", json={"content": "Yes", "private": False})
        await api.alice.post("conversations/1/messages", json={"content": "psst", "private": True})
        assert await contents(visitor) == ["Hi", "Anyone?", "Yes"]
        after = await visitor.get("messages", params={"after": second["id"]})
        assert [one["content"] for one in after.json()["payload"]] == ["Yes"]
        told = (await api.alice.get("conversations/1")).json()["additional_attributes"]
        assert (told["referer"], told["browser"]["browser_name"]) == ("https://shop.example.com/", "Firefox")
        assert (await visitor.get("conversations")).json()["id"] == 1
        await visitor.post("conversations/update_last_seen")
        assert (await api.alice.get("conversations/1")).json()["contact_last_seen_at"] > 0

    on_api(url, story)


def test_two_first_acts_at_once_are_one_visitors(url: str) -> None:
    async def story(api: API) -> None:
        visitor = await api.visitor()
        before = await api.state()
        acts = await asyncio.gather(
            visitor.post("events", json=OPENED),
            visitor.post("messages", json={"message": {"content": "Hi"}}),
            visitor.post("messages", json={"message": {"content": "Hello?"}}),
            visitor.patch("contact", json={"name": "Dora"}),
        )
        assert [act.status_code for act in acts] == [204, 200, 200, 200]
        after = await api.state()
        for table, added in {"contacts": 1, "contact_inboxes": 1, "conversations": 1, "messages": 2}.items():
            assert after[table] == before[table] + added, table

    on_api(url, story)


def test_a_pre_chat_form_says_who_writes_and_what(url: str) -> None:
    async def story(api: API) -> None:
        visitor = await api.visitor()
        contact = {
            "name": "Dora",
            "email": "dora@example.com",
            "identifier": "smuggled",
            "custom_attributes": {"a": 1},
        }
        body = {"contact": contact, "message": {"content": "Hi"}, "custom_attributes": {"order": 7}}
        made = (await visitor.post("conversations", json=body)).json()
        assert [one["content"] for one in made["messages"]] == ["Hi"]
        assert (made["contact"]["name"], made["contact"]["email"]) == ("Dora", "dora@example.com")
        assert made["contact"]["identifier"] is None, "that is set_user's business"
        assert (await api.alice.get("conversations/1")).json()["custom_attributes"] == {"order": 7}
        assert await api.told() == ["conversation_created", "message_created"]
        bare = await visitor.post("conversations", json={"contact": None, "message": {"content": "Again"}})
        assert bare.json()["id"] == 2

    on_api(url, story)


def test_a_returning_visitor_is_known_by_their_email_and_shown_nothing_old(url: str) -> None:
    async def story(api: API) -> None:
        first, second = await api.visitor(), await api.visitor()
        dora = {"contact": {"email": "dora@example.com"}}
        old = (await first.post("conversations", json=dora | {"message": {"content": "old"}})).json()
        new = (await second.post("conversations", json=dora | {"message": {"content": "new"}})).json()
        assert old["contact"]["id"] == new["contact"]["id"]
        assert (await contents(first), await contents(second)) == (["old"], ["new"])
        senders = (await api.alice.get(f"conversations/{new['id']}/messages")).json()["payload"]
        assert senders[0]["sender"]["id"] == old["contact"]["id"]

    on_api(url, story)


def test_visitors_say_more_about_themselves_but_not_who_they_are(url: str) -> None:
    async def story(api: API) -> None:
        visitor = await api.visitor()
        for method, name in (("PATCH", "Dora"), ("PUT", "Dora II")):
            changed = await visitor.request(
                method, "contact", json={"name": name, "email": "dora@example.com"}
            )
            assert (changed.json()["name"], changed.json()["email"]) == (name, "dora@example.com")
        before = await api.state()
        errors_of(await visitor.patch("contact", json={"identifier": "victim"}), "identifier")
        errors_of(
            await visitor.patch("contact", json={"email": "x", "phone_number": "y"}), "email", "phone_number"
        )
        assert await api.state() == before

    on_api(url, story)


def test_a_form_is_answered_and_an_email_given(url: str) -> None:
    async def story(api: API) -> None:
        visitor, other = await api.visitor(), await api.visitor()
        await written(visitor, "Hi")
        await written(other, "Hi")
        asked = {"content": "Your email?", "content_type": "input_email"}
        form = (await api.alice.post("conversations/1/messages", json=asked)).json()
        body = {"contact": {"email": "dora@example.com"}, "message": {"submitted_values": {"x": 1}}}
        assert (await other.patch(f"messages/{form['id']}", json=body)).status_code == 404
        answered = (await visitor.patch(f"messages/{form['id']}", json=body)).json()
        assert answered["content_attributes"] == {
            "submitted_email": "dora@example.com",
            "submitted_values": {"x": 1},
        }
        assert (await visitor.get("contact")).json()["email"] == "dora@example.com"
        assert (await (await api.visitor()).patch(f"messages/{form['id']}", json=body)).status_code == 404

    on_api(url, story)


def test_a_visitors_wrong_fields_are_named_and_change_nothing(url: str) -> None:
    async def story(api: API) -> None:
        visitor = await api.visitor()
        before = await api.state()
        table: list[tuple[str, Any, tuple[str, ...]]] = [
            ("messages", {}, ("message",)),
            ("messages", {"message": "Hi"}, ("message",)),
            ("messages", {"message": {"content": ["Hi"]}}, ("message.content",)),
            ("messages", {"message": {"content": ""}}, ("content",)),
            ("messages", {"message": {"content": "x" * 150_001}}, ("content",)),
            ("conversations", {"message": None, "contact": 5}, ("message", "contact")),
            (
                "conversations",
                {"message": {"content": "x"}, "contact": {"email": "x", "name": "x" * 256}},
                ("email", "name"),
            ),
        ]
        for path, body, wrong in table:
            errors_of(await visitor.post(path, json=body), *wrong)
        assert await api.state() == before

    on_api(url, story)
