"""Agent bots: made, changed, connected and deleted by administrators; what their tokens open, and when they are stopped."""

from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from deskbell.desk.commands import agent_bots
from deskbell.desk.commands.agent_bots import BotChanges
from deskbell.desk.rules.bots import LOOP_MESSAGES
from deskbell.kit.clock import MINUTE
from deskbell.model.webhook import Address
from deskbell.runtime.receiver import Received, Receiver
from deskbell.web.bots import BOTS_MAY
from tests.support.api import API, PUBLIC_HOOK, errors_of, on_api

SHOWN_TO_AGENTS = {
    "id",
    "name",
    "description",
    "thumbnail",
    "avatar_url",
    "outgoing_url",
    "bot_type",
    "bot_config",
    "account_id",
    "system_bot",
    "payload_format",
    "signature",
    "status",
    "status_reason",
}


async def made(api: API, **more: Any) -> dict[str, Any]:
    answer = await api.alice.post("agent_bots", json={"name": "Helper", "outgoing_url": PUBLIC_HOOK} | more)
    assert answer.status_code == 200, answer.text
    bot: dict[str, Any] = answer.json()
    return bot


async def connected(api: API, **more: Any) -> tuple[dict[str, Any], httpx.AsyncClient]:
    """A bot that answers in the API inbox, and the client it acts by."""
    bot = await made(api, **more)
    answer = await api.alice.post(
        f"inboxes/{api.world.api_inbox.id}/set_agent_bot", json={"agent_bot": bot["id"]}
    )
    assert (answer.status_code, answer.content) == (200, b"")
    return bot, await api.client(f"/api/v1/accounts/{api.world.account_id}", bot["access_token"])


async def lines(api: API, number: int = 1) -> list[str]:
    """What the thread tells of itself."""
    told = (await api.alice.get(f"conversations/{number}/messages")).json()["payload"]
    return [one["content"] for one in told if one["message_type"] == 2]


async def notices(api: API) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await api.alice.get("notices")).json()["payload"]
    return found


def test_a_bot_is_made_shown_changed_and_deleted(url: str) -> None:
    async def story(api: API) -> None:
        bot = await made(
            api, description="Answers first", bot_config={"a": 1}, bot_type=0, avatar_url="https://x/y.png"
        )
        assert (bot["name"], bot["description"], bot["outgoing_url"]) == (
            "Helper",
            "Answers first",
            PUBLIC_HOOK,
        )
        assert (bot["bot_type"], bot["bot_config"], bot["system_bot"]) == ("webhook", {"a": 1}, False)
        assert bot["thumbnail"] == bot["avatar_url"] == "https://x/y.png"
        assert bot["secret"].startswith("whsec_")
        assert (bot["payload_format"], bot["signature"], bot["status"]) == ("hoory", "hmac", "enabled")
        assert (await api.alice.get(f"agent_bots/{bot['id']}")).json() == bot
        listed = (await api.alice.get("agent_bots")).json()
        assert [one["name"] for one in listed] == ["Botty", "Helper"]
        for method in ("PATCH", "PUT"):
            same = await api.alice.request(method, f"agent_bots/{bot['id']}", json=bot)
            assert same.json() == bot
        changed = await api.alice.patch(
            f"agent_bots/{bot['id']}",
            json={"name": "Other", "headers": {"X-Team": "blue"}, "status": "paused"},
        )
        assert changed.json() == bot | {
            "name": "Other",
            "headers": {"X-Team": "blue"},
            "status": "paused",
            "status_reason": "set by an administrator",
        }
        gone = await api.alice.delete(f"agent_bots/{bot['id']}")
        assert (gone.status_code, gone.content) == (200, b"")
        assert (await api.alice.get(f"agent_bots/{bot['id']}")).status_code == 404

    on_api(url, story)


def test_agents_see_bots_without_what_is_secret_and_change_none(url: str) -> None:
    async def story(api: API) -> None:
        bot = await made(api)
        assert (await api.bob.get(f"agent_bots/{bot['id']}")).json().keys() == SHOWN_TO_AGENTS
        assert all(one.keys() == SHOWN_TO_AGENTS for one in (await api.bob.get("agent_bots")).json())
        inbox = api.world.api_inbox.id
        before = await api.state()
        requests: list[tuple[str, str, Any]] = [
            ("POST", "agent_bots", {"name": "x"}),
            ("PATCH", f"agent_bots/{bot['id']}", {"name": "x"}),
            ("DELETE", f"agent_bots/{bot['id']}", None),
            ("POST", f"agent_bots/{bot['id']}/reset_access_token", None),
            ("POST", f"agent_bots/{bot['id']}/rotate_secret", {}),
            ("GET", f"agent_bots/{bot['id']}/deliveries", None),
            ("GET", f"agent_bots/{bot['id']}/health", None),
            ("POST", f"agent_bots/{bot['id']}/replays", {"number": 1}),
            ("POST", f"inboxes/{inbox}/set_agent_bot", {"agent_bot": bot["id"]}),
        ]
        for method, path, body in requests:
            refused = await api.bob.request(method, path, json=body)
            assert refused.status_code == 401, path
            assert "only administrators" in refused.json()["error"], path
        assert await api.state() == before

    on_api(url, story)


def test_another_accounts_bot_looks_like_none(url: str) -> None:
    async def story(api: API) -> None:
        theirs = await api.client(
            f"/api/v1/accounts/{api.other_account}", api.stranger.headers["api_access_token"]
        )
        bot = (await theirs.post("agent_bots", json={"name": "Theirs"})).json()["id"]
        await api.world.conversation()
        for bot_id in (bot, 999_999):
            requests: list[tuple[str, str, Any]] = [
                ("GET", f"agent_bots/{bot_id}", None),
                ("PATCH", f"agent_bots/{bot_id}", {"name": "x"}),
                ("DELETE", f"agent_bots/{bot_id}", None),
                ("POST", f"agent_bots/{bot_id}/reset_access_token", None),
                ("POST", f"agent_bots/{bot_id}/test", {}),
                ("GET", f"agent_bots/{bot_id}/deliveries", None),
                ("GET", f"agent_bots/{bot_id}/why/1", None),
                ("POST", f"inboxes/{api.world.api_inbox.id}/set_agent_bot", {"agent_bot": bot_id}),
                ("POST", "conversations/1/assignments", {"assignee_id": bot_id, "assignee_type": "AgentBot"}),
            ]
            for method, path, body in requests:
                answer = await api.alice.request(method, path, json=body)
                assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
        assert [one["name"] for one in (await api.alice.get("agent_bots")).json()] == ["Botty"]

    on_api(url, story)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"name": " "}, ["name"]),
        ({"outgoing_url": "http://127.0.0.1/", "name": ""}, ["name", "outgoing_url"]),
        ({"bot_type": "dialogflow"}, ["bot_type"]),
        ({"nme": "x"}, ["nme"]),
        ({"outgoing_url": None, "headers": {"X-A": "b"}, "status": "paused"}, ["headers", "status"]),
        ({"headers": {"Host": "x"}, "timeout": 1000, "secret": "x"}, ["headers", "secret", "timeout"]),
    ],
)
def test_every_wrong_field_of_a_bot_is_named(
    sqlite_url: str, body: dict[str, Any], fields: list[str]
) -> None:
    async def story(api: API) -> None:
        before = await api.state()
        asked = {"name": "Helper", "outgoing_url": PUBLIC_HOOK} | body
        errors_of(await api.alice.post("agent_bots", json=asked), *fields)
        assert await api.state() == before

    on_api(sqlite_url, story)


def test_a_bot_without_an_outgoing_url_says_so_where_deliveries_are_asked_for(url: str) -> None:
    async def story(api: API) -> None:
        bot = await made(api, outgoing_url=None)
        assert (bot["outgoing_url"], bot["secret"], bot["status"]) == (None, None, None)
        errors_of(await api.alice.get(f"agent_bots/{bot['id']}/deliveries"), "outgoing_url")
        given = await api.alice.patch(f"agent_bots/{bot['id']}", json={"outgoing_url": PUBLIC_HOOK})
        assert given.json()["secret"].startswith("whsec_")
        assert (await api.alice.get(f"agent_bots/{bot['id']}/deliveries")).json()["payload"] == []
        taken = await api.alice.patch(f"agent_bots/{bot['id']}", json={"outgoing_url": ""})
        assert taken.json()["outgoing_url"] is None

    on_api(url, story)


def test_a_reset_token_opens_and_the_old_one_does_not(url: str) -> None:
    async def story(api: API) -> None:
        bot, by_old = await connected(api)
        await api.world.conversation()
        assert (await by_old.get("conversations/1")).status_code == 200
        fresh = (await api.alice.post(f"agent_bots/{bot['id']}/reset_access_token")).json()["access_token"]
        assert fresh != bot["access_token"]
        assert (await by_old.get("conversations/1")).json()["error"] == "Invalid Access Token"
        by_new = await api.client(f"/api/v1/accounts/{api.world.account_id}", fresh)
        assert (await by_new.get("conversations/1")).status_code == 200

    on_api(url, story)


def test_an_inbox_has_one_bot_or_none(url: str) -> None:
    async def story(api: API) -> None:
        path = f"inboxes/{api.world.api_inbox.id}"
        assert (await api.alice.get(f"{path}/agent_bot")).json() == {"agent_bot": {}}
        bot, _ = await connected(api)
        assert (await api.alice.get(f"{path}/agent_bot")).json() == {"agent_bot": bot}
        shown = (await api.bob.get(f"{path}/agent_bot")).json()["agent_bot"]
        assert (shown["name"], "access_token" in shown) == ("Helper", False)
        begun = (await api.alice.post("conversations", json={"source_id": "carla-1"})).json()
        assert begun["status"] == "pending"
        other = await made(api, name="Other")
        await api.alice.post(f"{path}/set_agent_bot", json={"agent_bot": str(other["id"])})
        assert (await api.alice.get(f"{path}/agent_bot")).json()["agent_bot"]["name"] == "Other"
        assert (await api.alice.post(f"{path}/set_agent_bot", json={"agent_bot": None})).status_code == 200
        assert (await api.alice.get(f"{path}/agent_bot")).json() == {"agent_bot": {}}
        begun = (await api.alice.post("conversations", json={"source_id": "carla-1"})).json()
        assert begun["status"] == "open"
        errors_of(await api.alice.post(f"{path}/set_agent_bot", json={}), "agent_bot")

    on_api(url, story)


def test_an_assigned_bot_is_shown_as_the_assignee_and_hears_the_conversation(url: str) -> None:
    async def story(api: API) -> None:
        bot = await made(api)
        await api.world.conversation()
        answer = await api.alice.post(
            "conversations/1/assignments", json={"assignee_id": bot["id"], "assignee_type": "AgentBot"}
        )
        assert (answer.json()["name"], answer.json()["type"]) == ("Helper", "agent_bot")
        meta = (await api.alice.get("conversations/1")).json()["meta"]
        assert (meta["assignee"]["name"], meta["assignee_type"]) == ("Helper", "AgentBot")
        log = (await api.alice.get(f"agent_bots/{bot['id']}/deliveries")).json()["payload"]
        assert [one["event"] for one in log] == ["conversation_updated"]

    on_api(url, story)


def test_every_route_that_is_not_on_the_list_is_closed_to_bots(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        before = await api.state()
        prefix = "/api/v1/accounts/{account_id}/"
        tried = 0
        for route in api.app.routes:
            if not isinstance(route, APIRoute) or not route.path.startswith(prefix):
                continue
            for method in sorted(route.methods or ()):
                if (method, route.path) in BOTS_MAY:
                    continue
                names = route.param_convertors
                path = route.path.removeprefix(prefix).format(**dict.fromkeys(names, 1))
                answer = await api.bot.request(method, path, json={})
                assert answer.status_code == 401, (method, route.path)
                assert answer.json()["error"] == "Access to this endpoint is not authorized for bots"
                tried += 1
        assert tried > 50
        assert await api.state() == before

    on_api(url, story)


def test_a_bot_hands_over_by_opening(url: str) -> None:
    async def story(api: API) -> None:
        _, helper = await connected(api)
        await api.alice.post("conversations", json={"source_id": "carla-1"})
        await helper.post("conversations/1/messages", json={"content": "A person will know."})
        assert (await api.alice.get("conversations/1")).json()["waiting_since"] == 0
        api.world.clock.advance(MINUTE)
        handed = await helper.post("conversations/1/toggle_status", json={"status": "open"})
        assert handed.json()["payload"]["current_status"] == "open"
        shown = (await api.alice.get("conversations/1")).json()
        assert shown["waiting_since"] == api.world.clock.now() // 1_000_000
        assert "assignee" not in shown["meta"]

    on_api(url, story)


def test_a_bot_that_answers_itself_is_stopped_once_until_a_person_writes(url: str) -> None:
    async def story(api: API) -> None:
        _, helper = await connected(api)
        await api.alice.post("conversations", json={"source_id": "carla-1"})
        seen = len(await api.told())

        async def say(content: str) -> int:
            return (await helper.post("conversations/1/messages", json={"content": content})).status_code

        assert [await say(f"echo {turn}") for turn in range(LOOP_MESSAGES)] == [200] * LOOP_MESSAGES
        assert await notices(api) == []
        assert await say("one too many") == 200
        assert (await api.told())[-3:] == [
            "conversation_updated",
            "conversation_status_changed",
            "message_created",
        ]
        told = len(await api.told())
        assert told == seen + LOOP_MESSAGES + 3
        api.world.clock.advance(10 * MINUTE)
        refused = await helper.post("conversations/1/messages", json={"content": "again"})
        assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
        assert len(await api.told()) == told
        [notice] = await notices(api)
        assert (notice["kind"], notice["details"]["conversation_id"]) == ("agent_bot_loop", 1)
        assert (await api.alice.get("conversations/1")).json()["status"] == "open"
        assert [line for line in await lines(api) if "no person in between" in line]
        await api.world.hear()
        assert await say("at your service") == 200

    on_api(url, story)


def test_a_busy_bot_among_people_and_a_slow_one_are_no_loop(url: str) -> None:
    async def story(api: API) -> None:
        _, helper = await connected(api)
        await api.alice.post("conversations", json={"source_id": "carla-1"})
        for turn in range(LOOP_MESSAGES + 5):
            if turn == LOOP_MESSAGES // 2:
                await api.world.hear()
            said = await helper.post("conversations/1/messages", json={"content": "quick"})
            assert said.status_code == 200
        await api.world.hear()
        for _ in range(2 * LOOP_MESSAGES):
            api.world.clock.advance(MINUTE // 10)
            said = await helper.post("conversations/1/messages", json={"content": "slow"})
            assert said.status_code == 200
        assert await notices(api) == []
        assert (await api.alice.get("conversations/1")).json()["status"] == "pending"

    on_api(url, story)


def test_a_deleted_bots_conversations_are_peoples_and_its_token_is_gone(url: str) -> None:
    async def story(api: API) -> None:
        bot, helper = await connected(api)
        await api.alice.post("conversations", json={"source_id": "carla-1"})
        await api.alice.post("conversations", json={"source_id": "carla-1", "status": "open"})
        await api.alice.post("conversations", json={"source_id": "carla-1", "status": "resolved"})
        for number in (1, 2, 3):
            await api.alice.post(
                f"conversations/{number}/assignments",
                json={"assignee_id": bot["id"], "assignee_type": "AgentBot"},
            )
        seen = len(await api.told())
        assert (await api.alice.delete(f"agent_bots/{bot['id']}")).status_code == 200
        for number, status in ((1, "open"), (2, "open"), (3, "resolved")):
            shown = (await api.alice.get(f"conversations/{number}")).json()
            assert (shown["status"], "assignee" in shown["meta"]) == (status, False)
        assert sorted((await api.told())[seen:]) == [
            "conversation_status_changed",
            "conversation_updated",
            "conversation_updated",
            "conversation_updated",
        ]
        assert (await helper.get("conversations/1")).status_code == 401

    on_api(url, story)


def test_a_bot_is_cared_for_as_a_webhook_is(url: str) -> None:
    async def story(api: API) -> None:
        bot, _ = await connected(api, status="paused")
        path = f"agent_bots/{bot['id']}"
        await api.alice.post("conversations", json={"source_id": "carla-1"})
        await api.world.say(content="Hello")
        await api.alice.post("conversations/1/toggle_status", json={"status": "open"})

        async def why(number: int) -> str:
            code: str = (await api.alice.get(f"{path}/why/{number}")).json()["payload"]["code"]
            return code

        assert await api.told() == [
            "conversation_created",
            "message_created",
            "conversation_updated",
            "conversation_status_changed",
        ]
        assert [await why(number) for number in (1, 4)] == ["paused", "not_subscribed"]
        health = (await api.alice.get(f"{path}/health")).json()["payload"]
        assert (health["status"], health["waiting"], health["failures"]) == ("paused", 3, 0)
        assert health["oldest_waiting_at"] is not None
        assert (await api.alice.post(f"{path}/skip_backlog")).status_code == 200
        log = (await api.alice.get(f"{path}/deliveries")).json()["payload"]
        assert [(one["number"], one["state"]) for one in log] == [
            (3, "skipped"),
            (2, "skipped"),
            (1, "skipped"),
        ]
        story = (await api.alice.get(f"{path}/deliveries/2")).json()
        assert story["body"]["content"] == "Hello"
        begun = (await api.alice.post(f"{path}/replays", json={"first_number": 1})).json()["payload"]
        assert (begun["state"], begun["total"]) == ("running", 3)
        assert [one["id"] for one in (await api.alice.get(f"{path}/replays")).json()["payload"]] == [
            begun["id"]
        ]
        ended = await api.alice.post(f"{path}/replays/{begun['id']}/cancel")
        assert ended.json()["payload"]["state"] == "cancelled"
        seen = {bot["secret"]}
        for rotate in ("rotate_secret", "reset_secret"):
            rotated = (await api.alice.post(f"{path}/{rotate}")).json()
            assert rotated["secret"] not in seen
            assert rotated["previous_secret_until"] is not None
            seen.add(rotated["secret"])

    on_api(url, story)


def test_a_bot_gets_a_test_send_and_its_answer_is_shown(url: str) -> None:
    async def story(api: API) -> None:
        got: list[Received] = []

        def hear(received: Received) -> int:
            got.append(received)
            return 202

        async with Receiver([], hear) as receiver:
            changes = BotChanges(name="Helper", address=Address(receiver.url))
            bot = (await api.world.do(agent_bots.create_bot, api.world.alice, changes)).bot
            answer = await api.alice.post(f"agent_bots/{bot.id}/test", json={"event": "message_created"})
            told = answer.json()["payload"]
            assert (told["event"], told["attempt"]["status"]) == ("message_created", 202)
            assert [(one.event, one.headers["deskbell-test"]) for one in got] == [("message_created", "true")]

    on_api(url, story)


def test_a_webhooks_health_is_told_too(url: str) -> None:
    async def story(api: API) -> None:
        webhook = await api.world.webhook(PUBLIC_HOOK)
        await api.world.conversation()
        health = (await api.alice.get(f"webhooks/{webhook.id}/health")).json()["payload"]
        assert (health["status"], health["waiting"], health["last_accepted_at"]) == ("enabled", 1, None)

    on_api(url, story)


def test_what_a_bot_says_of_itself_may_be_null_a_number_or_too_long(url: str) -> None:
    async def story(api: API) -> None:
        said = {"name": "B", "description": None, "avatar_url": None}
        made = (await api.alice.post("agent_bots", json=said)).json()
        path = f"agent_bots/{made['id']}"
        assert (made["description"], made["avatar_url"]) == ("", "")
        assert (await api.alice.patch(path, json={"description": 7})).json()["description"] == "7"
        assert (await api.alice.patch(path, json={"description": None})).status_code == 200
        long = {"description": "x" * 10_001, "avatar_url": "x" * 2_001}
        errors_of(await api.alice.patch(path, json=long), "description", "avatar_url")

    on_api(url, story)
