"""What people change of themselves, and administrators of their account."""

from typing import Any

import httpx

from deskbell.desk.commands import profiles
from deskbell.desk.commands.profiles import UserChanges
from deskbell.kit.passwords import check_password, hash_password
from deskbell.store import profiles as kept
from deskbell.store.statement import Statement
from tests.support.api import API, PUBLIC_HOOK, errors_of, on_api


async def alices(api: API) -> httpx.AsyncClient:
    return await api.client("/api/v1", api.world.token)


def test_people_change_what_they_say_of_themselves(url: str) -> None:
    async def story(api: API) -> None:
        me = await alices(api)
        said: dict[str, Any] = {
            "name": "Alice Liddell",
            "display_name": "Al",
            "email": "AL@example.com",
            "message_signature": "-- Al",
            "ui_settings": {"dark": True},
        }
        for method, body in (("PUT", {"profile": said}), ("PATCH", said)):
            answer = await me.request(method, "profile", json=body)
            assert answer.status_code == 200, answer.text
            assert {name: answer.json()[name] for name in said} == said | {"email": "al@example.com"}
            assert answer.json()["available_name"] == "Al"
        left = await me.put("profile", json={"profile": {"display_name": None}})
        assert (left.json()["display_name"], left.json()["name"]) == (None, "Alice Liddell")
        assert (await me.get("profile")).json() == left.json()

    on_api(url, story)


def test_wrong_fields_of_a_profile_are_all_named_and_nothing_is_changed(url: str) -> None:
    async def story(api: API) -> None:
        me = await alices(api)
        before = (await me.get("profile")).content
        errors_of(await me.put("profile", json={"profile": {"name": " ", "email": "x"}}), "name", "email")
        errors_of(await me.put("profile", json={"profile": {"email": None}}), "email")
        errors_of(await me.put("profile", json={"profile": {"email": "bob@example.com"}}), "email")
        errors_of(await me.put("profile", json={"profile": {"display_name": "x" * 300}}), "display_name")
        errors_of(await me.put("profile", json={"profile": {"password": "short"}}), "password")
        assert (await me.put("profile", json={"profile": {"password": None}})).content == before
        assert (await me.get("profile")).content == before

    on_api(url, story)


def test_a_new_password_takes_the_old_one(url: str) -> None:
    async def story(api: API) -> None:
        me = await alices(api)
        hashed = await hash_password("the old one")
        await api.world.do(profiles.change_user, api.world.alice.id, UserChanges(), hashed)
        new = {"password": "the new one", "password_confirmation": "the new one"}
        wrong = {"password": "the new one", "password_confirmation": "another", "current_password": "guess"}
        errors_of(await me.put("profile", json={"profile": new}), "current_password")
        errors_of(
            await me.put("profile", json={"profile": wrong}), "current_password", "password_confirmation"
        )
        right = new | {"current_password": "the old one"}
        assert (await me.put("profile", json={"profile": right})).status_code == 200
        async with api.world.database.read() as reader:
            now = await kept.password_hash(reader, api.world.alice.id)
        assert await check_password("the new one", now)
        assert not await check_password("the old one", now)

    on_api(url, story)


def test_a_reset_access_token_takes_the_old_ones_place(url: str) -> None:
    async def story(api: API) -> None:
        me = await alices(api)
        reset = await me.post("profile/reset_access_token")
        token = reset.json()["access_token"]
        assert token != api.world.token
        assert (await me.get("profile")).status_code == 401
        assert (await api.alice.get("agents")).status_code == 401
        again = await api.client("/api/v1", token)
        assert (await again.get("profile")).json() == reset.json()
        assert (await api.bob.get("agents")).status_code == 200

    on_api(url, story)


def test_a_profile_is_no_bots_to_change(url: str) -> None:
    async def story(api: API) -> None:
        bot = await api.client("/api/v1", "bots-token")
        for answer in (
            await bot.put("profile", json={"profile": {"name": "x"}}),
            await bot.post("profile/reset_access_token"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (401, "not_allowed")
        assert (await api.bot.get("conversations/1")).status_code == 404

    on_api(url, story)


def test_an_account_is_shown_and_changed(url: str) -> None:
    async def story(api: API) -> None:
        shown = (await api.bob.get("")).json()
        assert (shown["id"], shown["name"], shown["status"]) == (api.world.account_id, "Acme", "active")
        assert (shown["settings"], shown["custom_attributes"], shown["features"]) == ({}, {}, {})
        said = {"name": "Acme 2", "locale": "de", "domain": "acme.test", "support_email": "Help@acme.test"}
        settings = {"auto_resolve_after": 60, "auto_resolve_message": "Bye"}
        for method in ("PATCH", "PUT"):
            changed = await api.alice.request(method, "", json=said | settings | {"industry": "Toys"})
            assert changed.status_code == 200, changed.text
            body = changed.json()
            assert {name: body[name] for name in said} == said | {"support_email": "help@acme.test"}
            assert (body["settings"], body["custom_attributes"]) == (settings, {"industry": "Toys"})
        less = (await api.alice.patch("", json={"auto_resolve_after": None, "domain": ""})).json()
        assert less["settings"] == settings | {"auto_resolve_after": None}
        assert (less["domain"], less["name"], less["custom_attributes"]) == (
            None,
            "Acme 2",
            {"industry": "Toys"},
        )
        assert (await api.bob.get("")).json() == less

    on_api(url, story)


def test_an_account_is_administrators_to_change_and_never_closed_from_inside(url: str) -> None:
    async def story(api: API) -> None:
        before = (await api.alice.get("")).content
        for client in (api.bob, api.bot):
            refused = await client.patch("", json={"name": "x"})
            assert (refused.status_code, refused.json()["code"]) == (401, "not_allowed")
        assert (await api.stranger.patch("", json={"name": "x"})).status_code == 404
        assert (await api.alice.patch("", json={"status": "suspended"})).status_code == 200
        errors_of(
            await api.alice.patch("", json={"name": " ", "support_email": "x"}), "name", "support_email"
        )
        errors_of(await api.alice.patch("", json={"auto_resolve_after": 9}), "auto_resolve_after")
        assert (await api.alice.get("")).content == before

    on_api(url, story)


def test_new_webhooks_bots_and_api_inboxes_begin_with_the_accounts_format(url: str) -> None:
    async def story(api: API) -> None:
        assert (await api.alice.get("")).json()["default_payload_format"] == "hoory"
        changed = await api.alice.patch("", json={"default_payload_format": "chatwoot"})
        assert changed.json()["default_payload_format"] == "chatwoot"
        errors_of(await api.alice.patch("", json={"default_payload_format": "x"}), "default_payload_format")
        hook = {"url": PUBLIC_HOOK, "subscriptions": ["message_created"]}
        webhook = (await api.alice.post("webhooks", json=hook)).json()["payload"]["webhook"]
        bot = (await api.alice.post("agent_bots", json={"name": "B", "outgoing_url": PUBLIC_HOOK})).json()
        assert (webhook["payload_format"], bot["payload_format"]) == ("chatwoot", "chatwoot")
        inbox = {"name": "I", "channel": {"type": "api", "webhook_url": PUBLIC_HOOK}}
        await api.alice.post("inboxes", json=inbox)
        own = (
            await api.alice.post(
                "webhooks", json=hook | {"url": PUBLIC_HOOK + "2", "payload_format": "hoory"}
            )
        ).json()
        assert own["payload"]["webhook"]["payload_format"] == "hoory"
        async with api.world.database.read() as reader:
            rows = await reader.all(Statement("SELECT kind, payload_format FROM targets ORDER BY id"))
        assert [tuple(row) for row in rows] == [
            ("webhook", "chatwoot"),
            ("agent_bot", "chatwoot"),
            ("api_inbox", "chatwoot"),
            ("webhook", "hoory"),
        ]

    on_api(url, story)
