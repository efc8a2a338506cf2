"""Inboxes, and who works in them."""

from typing import Any

from msgspec.structs import replace

from deskbell.store import inboxes
from tests.support.api import API, PUBLIC_HOOK, errors_of, on_api

SECRETS = {"hmac_token", "secret"}


def test_a_website_inbox_says_how_to_embed_it(url: str) -> None:
    async def story(api: API) -> None:
        body = {
            "name": "Shop",
            "greeting_enabled": True,
            "greeting_message": "Hello",
            "channel": {
                "type": "web_widget",
                "website_url": "https://shop.example.com",
                "widget_color": "#ff0000",
            },
        }
        made = (await api.alice.post("inboxes", json=body)).json()
        assert (made["name"], made["channel_type"]) == ("Shop", "Channel::WebWidget")
        assert (made["greeting_enabled"], made["greeting_message"]) == (True, "Hello")
        assert (made["website_url"], made["widget_color"]) == ("https://shop.example.com", "#ff0000")
        assert made["website_token"] in made["web_widget_script"]
        assert (await api.alice.get(f"inboxes/{made['id']}")).json() == made

    on_api(url, story)


def test_an_api_inbox_has_an_identifier_and_with_an_address_a_secret(url: str) -> None:
    async def story(api: API) -> None:
        bare = (await api.alice.post("inboxes", json={"name": "Bare", "channel": {"type": "api"}})).json()
        assert (bare["webhook_url"], bare["secret"]) == (None, None)
        channel = {"type": "api", "webhook_url": PUBLIC_HOOK}
        made = (await api.alice.post("inboxes", json={"name": "Bridge", "channel": channel})).json()
        assert made["inbox_identifier"] not in (None, "", bare["inbox_identifier"])
        assert (made["webhook_url"], made["callback_webhook_url"]) == (PUBLIC_HOOK, PUBLIC_HOOK)
        assert made["secret"].startswith("whsec_")

    on_api(url, story)


def test_what_is_no_colour_and_no_address_of_a_picture_is_refused(url: str) -> None:
    async def story(api: API) -> None:
        path = f"inboxes/{api.world.website.id}"
        for colour in ("#1F93FF", "#abc", " #8a5a14 "):
            told = (await api.alice.patch(path, json={"channel": {"widget_color": colour}})).json()
            assert told["widget_color"] == colour.strip()
        for colour in ("brass", "1f93ff", "#1f93f", "#1f93ffff", "", "#12345\u0663", "red;background:url(x)"):
            wrong = {"channel": {"widget_color": colour}, "avatar_url": "javascript:alert(1)"}
            refused = await api.alice.patch(path, json=wrong)
            assert refused.status_code == 422, colour
            errors_of(refused, "widget_color", "avatar_url")
        channel = {"type": "web_widget", "widget_color": "brass"}
        refused = await api.alice.post("inboxes", json={"name": "Bells", "channel": channel})
        errors_of(refused, "widget_color")
        shown = (await api.alice.get(path)).json()
        assert (shown["widget_color"], shown["avatar_url"]) == ("#8a5a14", "")

    on_api(url, story)


def test_what_was_kept_before_there_was_a_rule_stays_and_can_be_sent_again(url: str) -> None:
    async def story(api: API) -> None:
        path = f"inboxes/{api.world.website.id}"
        old = replace(
            api.world.website,
            avatar_url="logo.png",
            settings=replace(api.world.website.settings, widget_color="brass"),
        )
        async with api.world.database.unit() as unit:
            await inboxes.update(unit, old)
        told = (await api.alice.get(path)).json()
        same = {
            "channel": {"widget_color": told["widget_color"]},
            "avatar_url": told["avatar_url"],
            "name": "New",
        }
        shown = (await api.alice.patch(path, json=same)).json()
        assert (shown["name"], shown["widget_color"], shown["avatar_url"]) == ("New", "brass", "logo.png")

    on_api(url, story)


def test_put_and_patch_both_change_an_inbox_and_leave_the_rest(url: str) -> None:
    async def story(api: API) -> None:
        path = f"inboxes/{api.world.api_inbox.id}"
        for method in ("PUT", "PATCH"):
            changed = await api.alice.request(method, path, json={"name": method, "channel": None})
            assert (changed.json()["name"], changed.json()["timezone"]) == (method, "UTC")
        window = {
            "channel": {"additional_attributes": {"agent_reply_time_window": 24}, "hmac_mandatory": True}
        }
        changed = await api.alice.patch(path, json=window)
        assert changed.json()["additional_attributes"] == {"agent_reply_time_window": 24}
        assert changed.json()["hmac_mandatory"] is True
        addressed = await api.alice.patch(path, json={"channel": {"webhook_url": PUBLIC_HOOK}})
        assert addressed.json()["webhook_url"] == PUBLIC_HOOK
        assert (await api.alice.patch(path, json={"name": "Same"})).json()["webhook_url"] == PUBLIC_HOOK
        cleared = await api.alice.patch(path, json={"channel": {"webhook_url": ""}})
        assert (cleared.json()["webhook_url"], cleared.json()["name"]) == (None, "Same")

    on_api(url, story)


def test_an_inbox_is_deleted_with_what_was_in_it(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        gone = await api.alice.delete(f"inboxes/{api.world.api_inbox.id}")
        assert gone.status_code == 200
        assert gone.json()["message"]
        assert (await api.alice.get("conversations/1")).status_code == 404
        assert [one["name"] for one in (await api.alice.get("inboxes")).json()["payload"]] == ["Website"]
        assert await api.told() == ["conversation_created"], "what was recorded stays"

    on_api(url, story)


def test_agents_see_their_own_inboxes_and_no_secrets(url: str) -> None:
    async def story(api: API) -> None:
        everything = (await api.alice.get("inboxes")).json()["payload"]
        assert [one["name"] for one in everything] == ["API", "Website"]
        assert all("hmac_token" in one for one in everything)
        own = (await api.bob.get("inboxes")).json()["payload"]
        assert [one["name"] for one in own] == ["API"]
        assert not SECRETS & set(own[0])
        refused = await api.bob.get(f"inboxes/{api.world.website.id}")
        assert refused.status_code == 401
        assert "inbox" in refused.json()["error"]

    on_api(url, story)


def test_members_are_added_replaced_and_taken_out(url: str) -> None:
    async def story(api: API) -> None:
        inbox_id, alice, bob = api.world.website.id, api.world.alice.id, api.world.bob.id

        async def members() -> list[int]:
            listed = await api.alice.get(f"inbox_members/{inbox_id}")
            return [one["id"] for one in listed.json()["payload"]]

        assert await members() == [alice], "whoever makes an inbox works in it"
        added = await api.alice.post("inbox_members", json={"inbox_id": inbox_id, "user_ids": [bob]})
        assert [one["id"] for one in added.json()["payload"]] == [alice, bob]
        await api.alice.patch("inbox_members", json={"inbox_id": str(inbox_id), "user_ids": [str(bob)]})
        assert await members() == [bob]
        removed = await api.alice.request(
            "DELETE", "inbox_members", json={"inbox_id": inbox_id, "user_ids": [bob]}
        )
        assert (removed.status_code, removed.content) == (200, b"")
        assert await members() == []

    on_api(url, story)


def test_an_inboxs_wrong_fields_are_named_all_at_once(url: str) -> None:
    async def story(api: API) -> None:
        before = await api.state()
        loopback = {"type": "api", "webhook_url": "http://127.0.0.1/"}
        table: list[tuple[dict[str, Any], tuple[str, ...]]] = [
            ({}, ("name", "channel.type")),
            ({"name": " ", "channel": loopback}, ("name", "webhook_url")),
            ({"name": "x", "channel": {"type": "carrier_pigeon"}}, ("channel.type",)),
            ({"name": "x", "channel": "api"}, ("channel",)),
            ({"name": "x", "channel": {"type": "api"}, "greeting_enabled": "so-so"}, ("greeting_enabled",)),
            (
                {"name": [], "timezone": {}, "channel": {"reply_time": "never"}},
                ("name", "timezone", "channel.reply_time"),
            ),
        ]
        for body, wrong in table:
            errors_of(await api.alice.post("inboxes", json=body), *wrong)
        stranger = {"inbox_id": api.world.website.id, "user_ids": [api.world.bob.id, 999_999]}
        errors_of(await api.alice.post("inbox_members", json=stranger), "user_ids")
        errors_of(await api.alice.patch("inbox_members", json={"user_ids": ["x"]}), "inbox_id", "user_ids.0")
        assert await api.state() == before

    on_api(url, story)
