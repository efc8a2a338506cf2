"""Who changed what of an account's own things: kept with the change, without secrets, for administrators."""

from typing import Any

import httpx
import pytest

from deskbell.kit.clock import DAY
from deskbell.upkeep.retention import Pruner
from tests.support.api import API, PUBLIC_HOOK, on_api


async def logs(api: API, **params: Any) -> list[dict[str, Any]]:
    """What the log tells, newest first."""
    answer = await api.alice.get("audit_logs", params=params)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["audit_logs"]
    return found


async def last(api: API) -> tuple[str, int, str, dict[str, Any]]:
    one = (await logs(api))[0]
    return one["auditable_type"], one["auditable_id"], one["action"], one["audited_changes"]


async def made(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(path, json=body)
    assert answer.status_code == 200, answer.text
    thing: dict[str, Any] = answer.json()
    return thing


def test_a_change_is_told_with_who_made_it_what_was_and_what_is(url: str) -> None:
    async def story(api: API) -> None:
        team = await made(api.alice, "teams", {"name": "Sales"})
        await api.alice.patch(f"teams/{team['id']}", json={"name": "Support"})
        answer = (await api.alice.get("audit_logs")).json()
        page, total = answer["current_page"], answer["total_entries"]
        assert (answer["per_page"], page, total) == (25, 1, len(answer["audit_logs"]))
        updated, created = answer["audit_logs"][:2]
        assert created["audited_changes"] == {"name": "sales", "allow_auto_assign": True}
        assert {
            name: updated[name] for name in updated if name not in ("id", "request_uuid", "created_at")
        } == {
            "auditable_id": team["id"],
            "auditable_type": "Team",
            "auditable": None,
            "associated_id": api.world.account_id,
            "associated_type": "Account",
            "user_id": api.world.alice.id,
            "user_type": "User",
            "username": "alice@example.com",
            "action": "update",
            "audited_changes": {"name": ["sales", "support"]},
            "version": 2,
            "comment": None,
            "remote_address": None,
        }
        await api.alice.patch(f"teams/{team['id']}", json={"name": "Support"})
        assert (await logs(api))[0] == updated, "nothing changed"

    on_api(url, story)


KEPT: dict[str, tuple[str, dict[str, Any], dict[str, Any], str]] = {
    "Label": ("labels", {"title": "vip"}, {"color": "#000000"}, "color"),
    "CannedResponse": (
        "canned_responses",
        {"short_code": "hi", "content": "Hi"},
        {"content": "Hello"},
        "content",
    ),
    "CustomAttributeDefinition": (
        "custom_attribute_definitions",
        {"attribute_display_name": "Plan", "attribute_key": "plan"},
        {"attribute_display_name": "Tariff"},
        "attribute_display_name",
    ),
    "Team": ("teams", {"name": "a"}, {"description": "b"}, "description"),
    "AgentBot": ("agent_bots", {"name": "Bot"}, {"description": "b"}, "description"),
    "AccountUser": ("agents", {"name": "Z", "email": "z@example.com"}, {"role": "administrator"}, "role"),
    "Inbox": ("inboxes", {"name": "I", "channel": {"type": "api"}}, {"name": "J"}, "name"),
}


@pytest.mark.parametrize("kind", KEPT)
def test_what_an_account_keeps_is_told_when_made_changed_and_deleted(url: str, kind: str) -> None:
    path, body, change, field = KEPT[kind]

    async def story(api: API) -> None:
        thing = (await made(api.alice, path, body))["id"]
        assert (await last(api))[:3] == (kind, thing, "create")
        await api.alice.patch(f"{path}/{thing}", json=change)
        told = await last(api)
        assert told[:3] == (kind, thing, "update")
        assert told[3][field][1] == change[field]
        assert (await api.alice.delete(f"{path}/{thing}")).is_success
        assert (await last(api))[:3] == (kind, thing, "destroy")

    on_api(url, story)


def test_webhooks_and_bots_are_told_without_their_secrets(url: str) -> None:
    async def story(api: API) -> None:
        secret = "whsec_" + "c2VjcmV0" * 6
        body = {
            "url": f"{PUBLIC_HOOK}/very-private-path",
            "subscriptions": ["message_created"],
            "secret": secret,
            "headers": {"Authorization": "Bearer hush"},
        }
        hook = (await made(api.alice, "webhooks", body))["payload"]["webhook"]["id"]
        kind, thing, action, changes = await last(api)
        assert (kind, thing, action) == ("Webhook", hook, "create")
        assert (changes["url"], changes["headers"]) == ("https://9.9.9.9/…", "Authorization")
        await api.alice.patch(f"webhooks/{hook}", json={"url": f"{PUBLIC_HOOK}/another-private-path"})
        assert (await last(api))[3] == {"url": ["https://9.9.9.9/…", "https://9.9.9.9/…"]}
        await api.alice.patch(f"webhooks/{hook}", json={"status": "paused"})
        assert (await last(api))[3] == {"status": ["enabled", "paused"]}
        await made(api.alice, f"webhooks/{hook}/rotate_secret", {})
        assert (await last(api))[3] == {"secret": ["[hidden]", "[hidden]"]}
        bot = await made(
            api.alice, "agent_bots", {"name": "B", "bot_config": {"key": "hush"}, "outgoing_url": PUBLIC_HOOK}
        )
        reset = await made(api.alice, f"agent_bots/{bot['id']}/reset_access_token", {})
        assert (await last(api))[0] == "AccessToken"
        everything = str(await logs(api))
        for hushed in (
            secret,
            "hush",
            "private-path",
            bot["access_token"],
            reset["access_token"],
            reset["secret"],
        ):
            assert hushed not in everything
        await api.alice.delete(f"webhooks/{hook}")
        assert (await last(api))[:3] == ("Webhook", hook, "destroy")

    on_api(url, story)


def test_members_settings_tokens_and_deletions_are_told(url: str) -> None:
    async def story(api: API) -> None:
        inbox, bob, alice = api.world.website.id, api.world.bob.id, api.world.alice.id
        await made(api.alice, "inbox_members", {"inbox_id": inbox, "user_ids": [bob]})
        assert await last(api) == ("Inbox", inbox, "update", {"members": [[alice], [alice, bob]]})
        await api.alice.patch(f"inboxes/{inbox}", json={"lock_to_single_conversation": True})
        assert (await last(api))[3] == {"lock_to_single_conversation": [False, True]}
        await api.alice.post(f"inboxes/{inbox}/set_agent_bot", json={"agent_bot": api.bot_id})
        assert (await last(api))[3] == {"agent_bot_id": [None, api.bot_id]}
        await api.alice.patch("", json={"name": "Acme Ltd"})
        assert await last(api) == ("Account", api.world.account_id, "update", {"name": ["Acme", "Acme Ltd"]})
        await api.world.conversation()
        await api.alice.delete("conversations/1")
        assert (await last(api))[0::2] == ("Conversation", "destroy")
        await api.alice.delete(f"contacts/{api.world.carla.id}")
        assert await last(api) == ("Contact", api.world.carla.id, "destroy", {"name": "Carla"})

    on_api(url, story)


def test_a_change_that_did_not_happen_is_not_told(url: str) -> None:
    async def story(api: API) -> None:
        await made(api.alice, "teams", {"name": "Sales"})
        before = await logs(api)
        assert (await api.alice.post("teams", json={"name": "sales"})).status_code == 422
        assert (await api.bob.post("teams", json={"name": "x"})).status_code == 401
        assert await logs(api) == before

    on_api(url, story)


def test_the_log_comes_in_pages_and_only_administrators_read_their_own(url: str) -> None:
    async def story(api: API) -> None:
        for place in range(3):
            await made(api.alice, "labels", {"title": f"label{place}"})
        every = await logs(api)
        assert [one["id"] for one in every] == sorted((one["id"] for one in every), reverse=True)
        assert await logs(api, per_page=2, page=2) == every[2:4]
        for client, status in ((api.bob, 401), (api.bot, 401), (api.stranger, 404)):
            assert (await client.get("audit_logs")).status_code == status
        other = await api.client(
            f"/api/v1/accounts/{api.other_account}", api.stranger.headers["api_access_token"]
        )
        assert (await other.get("audit_logs")).json()["total_entries"] == 0

    on_api(url, story)


def test_old_audits_are_let_go_with_the_rest(url: str) -> None:
    async def story(api: API) -> None:
        await made(api.alice, "labels", {"title": "old"})
        api.world.clock.advance(9 * DAY)
        await made(api.alice, "labels", {"title": "young"})
        await Pruner(api.world.database, 7).step()
        assert [one["audited_changes"]["title"] for one in await logs(api)] == ["young"]

    on_api(url, story)
