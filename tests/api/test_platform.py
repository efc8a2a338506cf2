"""The Platform API: an app makes accounts and users, and touches only what it made."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from deskbell.desk.commands import platform
from deskbell.kit.clock import MINUTE
from deskbell.store import events
from deskbell.store.statement import Statement
from tests.support.api import API, errors_of, on_api

USER = {"name": "Dora", "email": "Dora@example.net", "password": "a long secret"}
NOT_FOUND = b'{"error":"Resource could not be found","code":"not_found"}'


async def an_app(api: API, name: str = "Provisioner") -> httpx.AsyncClient:
    made = await api.world.do(platform.create_app, name)
    return await api.client("/platform/api/v1", made.api_access_token)


def on_platform(
    url: str, story: Callable[[API, httpx.AsyncClient], Awaitable[None]], **settings: Any
) -> None:
    """Run a story with an app."""

    async def told(api: API) -> None:
        await story(api, await an_app(api))

    on_api(url, told, **settings)


async def made(app: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await app.post(path, json=body)
    assert answer.status_code == 200, answer.text
    thing: dict[str, Any] = answer.json()
    return thing


def test_an_app_makes_shows_changes_and_deletes_a_user(url: str) -> None:
    async def story(api: API, app: httpx.AsyncClient) -> None:
        user = await made(app, "users", USER | {"display_name": "D."})
        assert (user["name"], user["email"], user["available_name"]) == ("Dora", "dora@example.net", "D.")
        assert (user["accounts"], user["account_id"], user["role"]) == ([], None, None)
        path = f"users/{user['id']}"
        assert (await app.get(path)).json() == user
        for method in ("PATCH", "PUT"):
            changed = await app.request(method, path, json={"name": method, "email": "d@example.net"})
            assert (changed.json()["name"], changed.json()["email"]) == (method, "d@example.net")
        me = await api.client("/api/v1", user["access_token"])
        assert (await me.get("profile")).json()["id"] == user["id"]
        gone = await app.delete(path)
        assert (gone.status_code, gone.content) == (200, b"")
        assert (await me.get("profile")).status_code == 401
        for answer in (await app.get(path), await app.delete(path)):
            assert (answer.status_code, answer.content) == (404, NOT_FOUND)

    on_platform(url, story)


def test_an_app_makes_an_account_and_brings_users_in(url: str) -> None:
    async def story(api: API, app: httpx.AsyncClient) -> None:
        account = await made(
            app, "accounts", {"name": "Beta", "locale": "de", "custom_attributes": {"plan": "gold"}}
        )
        assert (account["name"], account["locale"], account["status"]) == ("Beta", "de", "active")
        assert account["custom_attributes"] == {"plan": "gold"}
        user = await made(app, "users", USER)
        path = f"accounts/{account['id']}/account_users"
        member = {"account_id": account["id"], "user_id": user["id"], "role": "agent"}
        assert await made(app, path, {"user_id": str(user["id"]), "role": "agent"}) == member
        assert (await app.get(path)).json() == [member]
        me = await api.client(f"/api/v1/accounts/{account['id']}", user["access_token"])
        assert (await me.patch("", json={"name": "Mine"})).status_code == 401
        await made(app, path, {"user_id": user["id"], "role": "administrator"})
        assert (await me.patch("", json={"name": "Mine"})).json()["name"] == "Mine"
        out = await app.request("DELETE", path, json={"user_id": user["id"]})
        assert (out.status_code, out.content) == (200, b"")
        assert (await app.get(path)).json() == []
        assert (await me.get("")).status_code == 404
        assert (await app.request("DELETE", path, json={"user_id": user["id"]})).status_code == 404

    on_platform(url, story)


def test_a_suspended_account_is_closed_until_it_is_active_again(url: str) -> None:
    async def story(api: API, app: httpx.AsyncClient) -> None:
        account, user = await made(app, "accounts", {"name": "Beta"}), await made(app, "users", USER)
        path = f"accounts/{account['id']}"
        await made(app, f"{path}/account_users", {"user_id": user["id"], "role": "agent"})
        me = await api.client(f"/api/v1/{path}", user["access_token"])
        for status, answered in (("suspended", 401), ("active", 200)):
            changed = await app.patch(path, json={"status": status})
            assert changed.json()["status"] == status
            assert (await me.get("agents")).status_code == answered

    on_platform(url, story)


def test_a_deleted_account_is_gone_with_all_that_was_in_it(url: str) -> None:
    async def story(api: API, app: httpx.AsyncClient) -> None:
        account, user = await made(app, "accounts", {"name": "Beta"}), await made(app, "users", USER)
        path = f"accounts/{account['id']}"
        await made(app, f"{path}/account_users", {"user_id": user["id"], "role": "administrator"})
        before = await api.state()
        me = await api.client(f"/api/v1/{path}", user["access_token"])
        hook = {"url": "https://9.9.9.9/", "subscriptions": ["message_created"]}
        await made(me, "webhooks", hook)
        inbox = await made(me, "inboxes", {"name": "API", "channel": {"type": "api"}})
        await made(me, "contacts", {"name": "Eve", "inbox_id": inbox["id"], "source_id": "eve"})
        await made(me, "conversations", {"source_id": "eve", "message": {"content": "Hello"}})
        gone = await app.delete(path)
        assert (gone.status_code, gone.content) == (200, b"")
        assert await api.state() == before | {"account_users": before["account_users"] - 1}
        assert (await me.get("")).status_code == 404
        assert (await app.get(path)).status_code == 404
        assert (await app.get(f"users/{user['id']}")).json()["accounts"] == []

    on_platform(url, story)


def test_what_a_deleted_user_wrote_stays(url: str) -> None:
    async def story(api: API, app: httpx.AsyncClient) -> None:
        account, user = await made(app, "accounts", {"name": "Beta"}), await made(app, "users", USER)
        other = await made(app, "users", USER | {"email": "eve@example.net"})
        path = f"accounts/{account['id']}"
        for one in (user, other):
            await made(app, f"{path}/account_users", {"user_id": one["id"], "role": "administrator"})
        me = await api.client(f"/api/v1/{path}", user["access_token"])
        inbox = await made(me, "inboxes", {"name": "API", "channel": {"type": "api"}})
        await made(me, "contacts", {"name": "Eve", "inbox_id": inbox["id"], "source_id": "eve"})
        begun = {"source_id": "eve", "assignee_id": user["id"], "message": {"content": "Hello"}}
        await made(me, "conversations", begun)
        assert (await app.delete(f"users/{user['id']}")).status_code == 200
        them = await api.client(f"/api/v1/{path}", other["access_token"])
        messages = (await them.get("conversations/1/messages")).json()["payload"]
        assert "Hello" in [message["content"] for message in messages]
        shown = await them.get("conversations/1")
        assert (shown.status_code, shown.json()["meta"].get("assignee")) == (200, None)
        assert [one["id"] for one in (await them.get("agents")).json()] == [other["id"]]

    on_platform(url, story)


def test_an_app_finds_only_what_it_made(url: str) -> None:
    async def story(api: API, app: httpx.AsyncClient) -> None:
        theirs = await an_app(api, "Other")
        account, user = await made(theirs, "accounts", {"name": "Beta"}), await made(theirs, "users", USER)
        mine = await made(app, "accounts", {"name": "Mine"})
        before = await api.state()
        accounts = (account["id"], api.world.account_id, 999)
        users = (user["id"], api.world.alice.id, 999)
        requests: list[tuple[str, str, Any]] = []
        for one in accounts:
            path = f"accounts/{one}"
            requests += [("GET", path, None), ("PATCH", path, {"name": "x"}), ("DELETE", path, None)]
            requests += [
                (method, f"{path}/account_users", {"user_id": user["id"], "role": "agent"})
                for method in ("GET", "POST", "DELETE")
            ]
        for one in users:
            path = f"users/{one}"
            requests += [("GET", path, None), ("PATCH", path, {"name": "x"}), ("DELETE", path, None)]
            requests += [("GET", f"{path}/login", None)]
            member = {"user_id": one, "role": "administrator"}
            requests += [("POST", f"accounts/{mine['id']}/account_users", member)]
        for method, path, body in requests:
            answer = await app.request(method, path, json=body)
            assert (answer.status_code, answer.content) == (404, NOT_FOUND), (method, path)
        assert await api.state() == before

    on_platform(url, story)


def test_a_user_who_is_there_already_is_not_an_apps_to_have(url: str) -> None:
    async def story(api: API, app: httpx.AsyncClient) -> None:
        before = await api.state()
        errors_of(await app.post("users", json=USER | {"email": "ALICE@example.com"}), "email")
        errors_of(await app.post("users", json={"email": "x", "password": "long enough"}), "email", "name")
        errors_of(await app.post("users", json=USER | {"password": "short"}), "password")
        errors_of(await app.post("accounts", json={"name": " "}), "name")
        errors_of(await app.post("accounts", json={"name": "x", "status": "asleep"}), "status")
        errors_of(await app.post("accounts", json={"name": "x", "support_email": "y"}), "support_email")
        assert await api.state() == before

    on_platform(url, story)


def test_only_apps_tokens_open_the_platform_and_nothing_else(url: str) -> None:
    async def story(api: API, app: httpx.AsyncClient) -> None:
        for token in (api.world.token, "bots-token", "x" * 10_000, None):
            client = await api.client("/platform/api/v1", token)
            refused = await client.post("accounts", json={"name": "x"})
            assert (refused.status_code, refused.json()["error"]) == (401, "Invalid access_token")
        outside = await api.client("/api/v1", app.headers["api_access_token"])
        for path in ("profile", f"accounts/{api.world.account_id}/agents"):
            assert (await outside.get(path)).status_code == 401

    on_platform(url, story)


def test_no_token_of_an_app_or_link_is_kept_as_it_is(url: str) -> None:
    async def story(api: API, app: httpx.AsyncClient) -> None:
        user = await made(app, "users", USER)
        link = (await app.get(f"users/{user['id']}/login")).json()["url"]
        secrets = [app.headers["api_access_token"], parse_qs(urlsplit(link).query)["sso_auth_token"][0]]
        async with api.world.database.read() as reader:
            kept = [tuple(row) for row in await reader.all(Statement("SELECT token_hash FROM platform_apps"))]
            kept += [tuple(row) for row in await reader.all(Statement("SELECT token_hash FROM login_links"))]
        assert len(kept) == 2
        assert not any(secret in str(kept) for secret in secrets)

    on_platform(url, story)


def test_a_login_link_signs_in_once(url: str) -> None:
    async def story(api: API, app: httpx.AsyncClient) -> None:
        user = await made(app, "users", {"name": "Dora", "email": "dora@example.net"})
        link = (await app.get(f"users/{user['id']}/login")).json()["url"]
        assert link.startswith(f"{api.services.public_url}/app/login?")
        said = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
        anyone = await api.client("")
        wrong = await anyone.post("/auth/sign_in", json=said | {"email": "alice@example.com"})
        assert wrong.status_code == 401
        first = await anyone.post("/auth/sign_in", json=said)
        assert (first.status_code, first.json()["data"]["id"]) == (200, user["id"])
        assert (await anyone.post("/auth/sign_in", json=said)).status_code == 401

    on_platform(url, story)


@pytest.mark.parametrize(("wait", "status"), [(5 * MINUTE - 1, 200), (5 * MINUTE, 401)])
def test_a_login_link_is_soon_over(url: str, wait: int, status: int) -> None:
    async def story(api: API, app: httpx.AsyncClient) -> None:
        user = await made(app, "users", USER)
        link = (await app.get(f"users/{user['id']}/login")).json()["url"]
        said = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
        api.world.clock.advance(wait)
        anyone = await api.client("")
        assert (await anyone.post("/auth/sign_in", json=said)).status_code == status

    on_platform(url, story)


def test_a_platform_post_with_a_key_is_done_once(url: str) -> None:
    async def story(api: API, app: httpx.AsyncClient) -> None:
        key = {"Idempotency-Key": "1"}
        first = await app.post("users", json=USER, headers=key)
        second = await app.post("users", json=USER, headers=key)
        assert (second.status_code, second.content) == (200, first.content)
        assert second.headers["idempotent-replayed"] == "true"
        other = await (await an_app(api, "Other")).post("users", json=USER, headers=key)
        errors_of(other, "email")

    on_platform(url, story)


def test_an_app_makes_shows_changes_and_deletes_a_bot_of_its_account(url: str) -> None:
    async def story(api: API, app: httpx.AsyncClient) -> None:
        account = await made(app, "accounts", {"name": "Beta"})
        said = {"name": "Botty", "account_id": str(account["id"]), "outgoing_url": "https://9.9.9.9/bot"}
        bot = await made(app, "agent_bots", said | {"description": "Answers"})
        assert (bot["name"], bot["account_id"], bot["outgoing_url"]) == (
            "Botty",
            account["id"],
            said["outgoing_url"],
        )
        path = f"agent_bots/{bot['id']}"
        assert (await app.get(path)).json() == bot
        assert (await app.get("agent_bots")).json() == [bot]
        for method in ("PATCH", "PUT"):
            changed = await app.request(method, path, json={"agent_bot": {"name": method, "account_id": 999}})
            assert (changed.json()["name"], changed.json()["account_id"]) == (method, account["id"])
        as_bot = await api.client(f"/api/v1/accounts/{account['id']}", bot["access_token"])
        assert (await as_bot.get("conversations/1")).status_code == 404
        gone = await app.delete(path)
        assert (gone.status_code, gone.content) == (200, b"")
        assert (await as_bot.get("conversations/1")).status_code == 401
        assert (await app.get("agent_bots")).json() == []
        for answer in (await app.get(path), await app.delete(path), await app.patch(path, json={})):
            assert (answer.status_code, answer.content) == (404, NOT_FOUND)

    on_platform(url, story)


def test_an_app_finds_only_bots_it_made_in_accounts_it_made(url: str) -> None:
    async def story(api: API, app: httpx.AsyncClient) -> None:
        theirs = await an_app(api, "Other")
        account = await made(theirs, "accounts", {"name": "Beta"})
        bot = await made(theirs, "agent_bots", {"name": "Theirs", "account_id": account["id"]})
        mine = await made(app, "accounts", {"name": "Mine"})
        before = await api.state()
        for one in (bot["id"], api.bot_id, 999):
            for method in ("GET", "PATCH", "DELETE"):
                answer = await app.request(method, f"agent_bots/{one}", json={"name": "x"})
                assert (answer.status_code, answer.content) == (404, NOT_FOUND)
        for other in (account["id"], api.world.account_id, 999):
            answer = await app.post("agent_bots", json={"name": "x", "account_id": other})
            assert (answer.status_code, answer.content) == (404, NOT_FOUND)
        errors_of(await app.post("agent_bots", json={"name": "x"}), "account_id")
        errors_of(await app.post("agent_bots", json={"name": " ", "account_id": mine["id"]}), "name")
        assert (await app.get("agent_bots")).json() == []
        assert await api.state() == before
        await theirs.delete(f"accounts/{account['id']}")
        assert (await theirs.get("agent_bots")).json() == []
        assert (await theirs.get(f"agent_bots/{bot['id']}")).status_code == 404

    on_platform(url, story)


def test_a_users_token_is_the_apps_that_made_them_to_know(url: str) -> None:
    async def story(api: API, app: httpx.AsyncClient) -> None:
        user = await made(app, "users", USER)
        for method in ("GET", "POST"):
            told = (await app.request(method, f"users/{user['id']}/token")).json()
            assert (told["access_token"], told["expiry"]) == (user["access_token"], None)
            assert told["user"] == {
                name: user[name] for name in ("id", "name", "display_name", "email", "pubsub_token")
            }
            strange = await app.request(method, f"users/{api.world.alice.id}/token")
            assert (strange.status_code, strange.content) == (404, NOT_FOUND)

    on_platform(url, story)


@pytest.mark.parametrize("gone", [True, False])
def test_conversations_of_who_leaves_or_is_deleted_tell_that_nobody_has_them(url: str, *, gone: bool) -> None:
    async def story(api: API, app: httpx.AsyncClient) -> None:
        users = [await made(app, "users", USER | {"email": f"{one}@example.net"}) for one in "ab"]
        theirs = []
        for name in ("One", "Two"):
            account = await made(app, "accounts", {"name": name})
            for user in users:
                member = {"user_id": user["id"], "role": "administrator"}
                await made(app, f"accounts/{account['id']}/account_users", member)
            me = await api.client(f"/api/v1/accounts/{account['id']}", users[1]["access_token"])
            inbox = await made(me, "inboxes", {"name": "API", "channel": {"type": "api"}})
            await made(me, "contacts", {"name": "Eve", "inbox_id": inbox["id"], "source_id": "eve"})
            begun = {"source_id": "eve", "assignee_id": users[0]["id"]}
            await made(me, "conversations", begun)
            theirs.append(me)
        if gone:
            left = await app.delete(f"users/{users[0]['id']}")
        else:
            path = theirs[0].base_url.path.removeprefix("/api/v1/").strip("/")
            left = await app.request("DELETE", f"{path}/account_users", json={"user_id": users[0]["id"]})
        assert left.status_code == 200
        assignees = [
            (await me.get("conversations/1")).json()["meta"].get("assignee") is None for me in theirs
        ]
        assert assignees == [True, gone]
        for me, told in zip(theirs, (True, gone), strict=True):
            account_id = int(me.base_url.path.strip("/").rpartition("/")[2])
            async with api.world.database.read() as reader:
                names = [one.name for one in await events.after(reader, account_id, 0, 100)]
            assert ("conversation_updated" in names) is told

    on_platform(url, story)
