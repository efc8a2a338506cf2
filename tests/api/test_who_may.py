"""Who may do what: tokens, other accounts, bots and agents."""

from collections.abc import Iterator
from typing import Any

import httpx

from tests.support.api import API, PUBLIC_HOOK, on_api

EMPTY: dict[str, Any] = {}
NOT_FOUND = b'{"error":"Resource could not be found","code":"not_found"}'
SIGN_IN = "You need to sign in or sign up before continuing."
HOOK = {"url": PUBLIC_HOOK, "subscriptions": ["message_created"]}
INBOX = {"name": "x", "channel": {"type": "api"}}


def test_a_wrong_token_is_told_apart_from_none(url: str) -> None:
    async def story(api: API) -> None:
        for headers in (
            {},
            {"api_access_token": ""},
            {"Authorization": "Bearer "},
            {"Authorization": "Basic eDp5"},
        ):
            refused = await api.nobody.get("agents", headers=headers)
            assert (refused.status_code, refused.json()["errors"]) == (401, [SIGN_IN])
        for wrong in ("nobody", "x" * 10_000, "'; DROP TABLE users; --", "é"):
            refused = await api.nobody.get("agents", headers={b"api_access_token": wrong.encode("latin-1")})
            assert (refused.status_code, refused.json()["error"]) == (401, "Invalid Access Token")
        nowhere = await api.client("/api/v1")
        assert (await nowhere.get("profile")).json()["error"] == SIGN_IN

    on_api(url, story)


def kept_by_teams(ids: dict[str, int]) -> Iterator[tuple[str, str, Any]]:
    """The routes of what teams keep, and of teams themselves."""
    team = ids["team"]
    kept = [
        f"teams/{team}",
        f"labels/{ids['label']}",
        f"canned_responses/{ids['canned_response']}",
        f"custom_attribute_definitions/{ids['definition']}",
        f"custom_filters/{ids['filter']}",
    ]
    for path in kept:
        yield "PATCH", path, {}
        yield "DELETE", path, None
        if not path.startswith("canned_responses"):
            yield "GET", path, None
    for method in ("GET", "POST", "PATCH", "DELETE"):
        yield method, f"teams/{team}/team_members", {"user_ids": []}
    yield "POST", f"conversations/{ids['conversation']}/assignments", {"team_id": team}


def of_one_account(ids: dict[str, int]) -> Iterator[tuple[str, str, Any]]:
    """Every route below an account that names a thing by its id."""
    contact, inbox, agent, webhook = (ids[name] for name in ("contact", "inbox", "agent", "webhook"))
    number, message = ids["conversation"], ids["message"]
    yield from kept_by_teams(ids)
    for method in ("PATCH", "PUT"):
        yield method, f"agents/{agent}", {"name": "x"}
        yield method, f"contacts/{contact}", {"name": "x"}
        yield method, f"inboxes/{inbox}", {"name": "x"}
        yield method, f"webhooks/{webhook}", {"name": "x"}
        yield method, f"conversations/{number}", {"priority": "low"}
        yield method, "inbox_members", {"inbox_id": inbox, "user_ids": []}
    for path in (f"agents/{agent}", f"contacts/{contact}", f"inboxes/{inbox}", f"webhooks/{webhook}"):
        yield "DELETE", path, None
    yield "DELETE", "inbox_members", {"inbox_id": inbox, "user_ids": []}
    yield "DELETE", f"conversations/{number}/messages/{message}", None
    yield "DELETE", f"contacts/{contact}/avatar", None
    yield "DELETE", f"inboxes/{inbox}/avatar", None
    for path in (
        f"contacts/{contact}",
        f"contacts/{contact}/conversations",
        f"contacts/{contact}/labels",
        f"contacts/{contact}/notes",
        f"contacts/{contact}/notes/{ids['note']}",
        f"contacts/{contact}/contactable_inboxes",
        f"inboxes/{inbox}",
        f"inbox_members/{inbox}",
        f"webhooks/{webhook}/deliveries",
        f"webhooks/{webhook}/deliveries/1",
        f"conversations/{number}",
        f"conversations/{number}/messages",
        f"conversations/{number}/labels",
        f"conversations/{number}/reporting_events",
    ):
        yield "GET", path, None
    yield "POST", "inbox_members", {"inbox_id": inbox, "user_ids": []}
    yield "POST", f"contacts/{contact}/contact_inboxes", {"inbox_id": inbox}
    yield "POST", f"contacts/{contact}/labels", {"labels": ["x"]}
    yield "POST", f"contacts/{contact}/notes", {"content": "x"}
    yield "PATCH", f"contacts/{contact}/notes/{ids['note']}", {"content": "x"}
    yield "DELETE", f"contacts/{contact}/notes/{ids['note']}", None
    yield "POST", "actions/contact_merge", {"base_contact_id": contact, "mergee_contact_id": contact}
    yield "POST", "conversations", {"contact_id": contact, "inbox_id": inbox}
    yield "POST", f"conversations/{number}/messages", {"content": "x"}
    yield "POST", f"conversations/{number}/toggle_status", {"status": "resolved"}
    yield "POST", f"conversations/{number}/toggle_priority", {"priority": "low"}
    yield "POST", f"conversations/{number}/toggle_typing_status", {"typing_status": "on"}
    yield "POST", f"conversations/{number}/assignments", {"assignee_id": None}
    yield "POST", f"conversations/{number}/labels", {"labels": ["x"]}
    yield "POST", f"conversations/{number}/custom_attributes", {"custom_attributes": {}}
    yield "POST", f"conversations/{number}/update_last_seen", None
    for deed in ("unread", "mute", "unmute"):
        yield "POST", f"conversations/{number}/{deed}", None
    yield "POST", f"conversations/{number}/transcript", {"email": "x@example.com"}
    yield "DELETE", f"conversations/{number}", None
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        yield method, f"conversations/{number}/participants", {"user_ids": []}
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        yield method, f"conversations/{number}/draft_messages", {"message": "x"}
    for method in ("PUT", "PATCH"):
        yield method, f"conversations/{number}/messages/{message}", {"status": "read"}
    yield "POST", f"conversations/{number}/messages/{message}/retry", None


async def things(api: API) -> dict[str, int]:
    await api.world.webhook(PUBLIC_HOOK)
    for _ in range(3):
        await api.world.conversation()
    message = await api.alice.post("conversations/3/messages", json={"content": "Hi"})
    webhooks = await api.alice.get("webhooks")
    named = {"attribute_display_name": "x", "attribute_key": "x"}
    kept = {
        "team": await api.alice.post("teams", json={"name": "x"}),
        "label": await api.alice.post("labels", json={"title": "xx"}),
        "canned_response": await api.alice.post("canned_responses", json={"short_code": "x", "content": "x"}),
        "definition": await api.alice.post("custom_attribute_definitions", json=named),
        "filter": await api.alice.post("custom_filters", json={"name": "x"}),
        "note": await api.alice.post(f"contacts/{api.world.carla.id}/notes", json={"content": "x"}),
    }
    return {name: answer.json()["id"] for name, answer in kept.items()} | {
        "contact": api.world.carla.id,
        "inbox": api.world.api_inbox.id,
        "agent": api.world.bob.id,
        "webhook": webhooks.json()["payload"]["webhooks"][0]["id"],
        "conversation": 3,
        "message": message.json()["id"],
    }


def test_what_another_account_owns_looks_exactly_like_what_nobody_owns(url: str) -> None:
    async def story(api: API) -> None:
        ids = await things(api)
        unknown = dict.fromkeys(ids, 999_999_999)
        root = await api.client("", api.stranger.headers["api_access_token"])
        before = await api.state()
        for theirs, nobodys in zip(of_one_account(ids), of_one_account(unknown), strict=True):
            for account in (api.other_account, api.world.account_id):
                answers = [
                    await root.request(method, f"/api/v1/accounts/{account}/{path}", json=body)
                    for method, path, body in (theirs, nobodys)
                ]
                assert [answer.status_code for answer in answers] == [404, 404], theirs
                assert [answer.content for answer in answers] == [NOT_FOUND, NOT_FOUND], theirs
        assert await api.state() == before

    on_api(url, story)


def test_a_strange_account_is_not_found_whether_it_exists_or_not(url: str) -> None:
    async def story(api: API) -> None:
        root = await api.root()
        for account in (api.other_account, 999, 0, -1, "x", "1.0", "²", "9" * 5000, 2**63, "1 OR 1=1"):
            for path in ("agents", "inboxes", "contacts", "conversations", "webhooks"):
                answer = await root.get(f"/api/v1/accounts/{account}/{path}")
                assert (answer.status_code, answer.content) == (404, NOT_FOUND), account

    on_api(url, story)


def test_another_accounts_things_are_of_no_use_inside_ones_own(url: str) -> None:
    async def story(api: API) -> None:
        theirs = await api.client(
            f"/api/v1/accounts/{api.other_account}", api.stranger.headers["api_access_token"]
        )
        olga = (await theirs.get("agents")).json()[0]["id"]
        inbox = (await theirs.post("inboxes", json=INBOX)).json()["id"]
        contact = (await theirs.post("contacts", json={"inbox_id": inbox, "source_id": "o-1"})).json()
        contact_id = contact["payload"]["contact"]["id"]
        await api.world.conversation()
        before = await api.state()
        tries: list[tuple[str, dict[str, Any], int]] = [
            ("conversations/1/assignments", {"assignee_id": olga}, 404),
            ("conversations", {"source_id": "o-1"}, 422),
            ("conversations", {"source_id": "carla-1", "inbox_id": inbox}, 404),
            ("conversations", {"source_id": "carla-1", "assignee_id": olga}, 404),
            ("conversations", {"contact_id": contact_id, "inbox_id": api.world.api_inbox.id}, 404),
            (f"contacts/{api.world.carla.id}/contact_inboxes", {"inbox_id": inbox}, 404),
            ("contacts", {"name": "x", "inbox_id": inbox}, 404),
            ("webhooks", HOOK | {"inbox_ids": [inbox]}, 422),
            ("inbox_members", {"inbox_id": api.world.api_inbox.id, "user_ids": [olga]}, 422),
        ]
        for path, body, status in tries:
            assert (await api.alice.post(path, json=body)).status_code == status, path
        assert (await api.alice.get("conversations?source_id=o-1")).json()["data"]["payload"] == []
        assert (await api.alice.get(f"conversations?inbox_id={inbox}")).json()["data"]["payload"] == []
        assert await api.state() == before

    on_api(url, story)


async def refusals(client: httpx.AsyncClient, requests: list[tuple[str, str, Any]], reason: str) -> None:
    for method, path, body in requests:
        answer = await client.request(method, path, json=body)
        assert answer.status_code == 401, (method, path, answer.text)
        assert reason in answer.json()["error"], (method, path)


def test_agents_are_told_what_only_administrators_may(url: str) -> None:
    async def story(api: API) -> None:
        ids = await things(api)
        before = await api.state()
        inbox, webhook, agent = (ids[name] for name in ("inbox", "webhook", "agent"))
        loopback = {"name": "x", "channel": {"type": "api", "webhook_url": "http://127.0.0.1"}}
        requests: list[tuple[str, str, Any]] = [
            ("POST", "agents", {"email": "x@example.com"}),
            ("PATCH", f"agents/{agent}", {"role": "administrator"}),
            ("DELETE", f"agents/{agent}", None),
            ("POST", "inboxes", loopback),
            ("PATCH", f"inboxes/{inbox}", loopback),
            ("DELETE", f"inboxes/{inbox}", None),
            ("DELETE", f"inboxes/{inbox}/avatar", None),
            ("POST", "inbox_members", {"inbox_id": inbox, "user_ids": [agent]}),
            ("PATCH", "inbox_members", {"inbox_id": inbox, "user_ids": []}),
            ("DELETE", "inbox_members", {"inbox_id": inbox, "user_ids": [agent]}),
            ("DELETE", f"contacts/{ids['contact']}", None),
            ("POST", "contacts/export", None),
            ("POST", "contacts/import", {"import_file": "email"}),
            ("GET", "webhooks", None),
            ("POST", "webhooks", HOOK | {"url": "http://127.0.0.1"}),
            ("PATCH", f"webhooks/{webhook}", {"name": "x"}),
            ("DELETE", f"webhooks/{webhook}", None),
            ("GET", f"webhooks/{webhook}/deliveries", None),
            ("GET", f"webhooks/{webhook}/deliveries/1", None),
            ("GET", "reporting_events", None),
            ("GET", "csat_survey_responses", None),
            ("GET", "csat_survey_responses/metrics", None),
            ("GET", "csat_survey_responses/download", None),
            ("GET", "audit_logs", None),
            ("DELETE", "conversations/3", None),
        ]
        await refusals(api.bob, requests, "only administrators")
        await refusals(api.bot, requests, "not authorized for bots")
        assert await api.state() == before

    on_api(url, story)


def test_bots_are_told_what_is_not_for_bots(url: str) -> None:
    async def story(api: API) -> None:
        ids = await things(api)
        before = await api.state()
        inbox, contact = ids["inbox"], ids["contact"]
        requests: list[tuple[str, str, Any]] = [
            ("GET", "agents", None),
            ("GET", "inboxes", None),
            ("GET", f"inboxes/{inbox}", None),
            ("GET", f"inbox_members/{inbox}", None),
            ("GET", "contacts", None),
            ("GET", "contacts/search?q=c", None),
            ("POST", "contacts", {"name": "x"}),
            ("GET", f"contacts/{contact}", None),
            ("PUT", f"contacts/{contact}", {"name": "x"}),
            ("GET", f"contacts/{contact}/conversations", None),
            ("DELETE", f"contacts/{contact}/avatar", None),
            ("POST", "upload", None),
            ("POST", f"contacts/{contact}/contact_inboxes", {"inbox_id": inbox}),
            ("GET", f"contacts/{contact}/labels", None),
            ("POST", f"contacts/{contact}/labels", {"labels": ["x"]}),
            ("GET", f"contacts/{contact}/notes", None),
            ("POST", f"contacts/{contact}/notes", {"content": "x"}),
            ("GET", f"contacts/{contact}/notes/{ids['note']}", None),
            ("PATCH", f"contacts/{contact}/notes/{ids['note']}", {"content": "x"}),
            ("DELETE", f"contacts/{contact}/notes/{ids['note']}", None),
            ("GET", f"contacts/{contact}/contactable_inboxes", None),
            ("POST", "actions/contact_merge", {"base_contact_id": contact, "mergee_contact_id": contact}),
            ("POST", "contacts/filter", {"payload": []}),
            ("POST", "conversations/filter", {"payload": []}),
            ("GET", "conversations", None),
            ("GET", "conversations/meta", None),
            ("GET", "conversations/3/messages", None),
            ("DELETE", f"conversations/3/messages/{ids['message']}", None),
            ("POST", "conversations/3/update_last_seen", None),
            ("GET", "conversations/3/reporting_events", None),
            ("POST", "conversations/3/unread", None),
            ("POST", "conversations/3/mute", None),
            ("POST", "conversations/3/unmute", None),
            ("POST", "conversations/3/transcript", {"email": "x@example.com"}),
            ("DELETE", "conversations/3", None),
            ("GET", "conversations/3/participants", None),
            ("POST", "conversations/3/participants", {"user_ids": [1]}),
            ("PATCH", "conversations/3/participants", {"user_ids": [1]}),
            ("DELETE", "conversations/3/participants", {"user_ids": [1]}),
            ("GET", "conversations/3/draft_messages", None),
            ("PATCH", "conversations/3/draft_messages", {"message": "x"}),
            ("DELETE", "conversations/3/draft_messages", None),
            ("PATCH", f"conversations/3/messages/{ids['message']}", {"status": "read"}),
            ("POST", f"conversations/3/messages/{ids['message']}/retry", None),
            ("GET", "search?q=x", None),
            ("GET", "search/conversations?q=x", None),
            ("GET", "search/contacts?q=x", None),
            ("GET", "search/messages?q=x", None),
            ("GET", "audit_logs", None),
            ("GET", "integrations/apps", None),
            ("GET", "integrations/apps/webhook", None),
        ]
        await refusals(api.bot, requests, "not authorized for bots")
        assert await api.state() == before

    on_api(url, story)


def test_bots_may_hold_a_conversation(url: str) -> None:
    async def story(api: API) -> None:
        begun = await api.bot.post(
            "conversations", json={"source_id": "carla-1", "message": {"content": "Hello"}}
        )
        assert begun.json()["messages"][0]["sender"]["type"] == "agent_bot"
        requests: list[tuple[str, str, Any]] = [
            ("GET", "conversations/1", None),
            ("PATCH", "conversations/1", {"priority": "low"}),
            ("POST", "conversations/1/messages", {"content": "How may I help?"}),
            ("POST", "conversations/1/toggle_status", {"status": "open"}),
            ("POST", "conversations/1/toggle_priority", {"priority": "high"}),
            ("POST", "conversations/1/custom_attributes", {"custom_attributes": {"a": 1}}),
            ("POST", "conversations/1/labels", {"labels": ["a"]}),
            ("GET", "conversations/1/labels", None),
            ("POST", "conversations/1/assignments", {"assignee_id": api.world.bob.id}),
        ]
        for method, path, body in requests:
            assert (await api.bot.request(method, path, json=body)).status_code == 200, path

    on_api(url, story)


def test_agents_outside_an_inbox_are_told_so_and_change_nothing(url: str) -> None:
    async def story(api: API) -> None:
        ids = await things(api)
        await api.alice.request(
            "DELETE", "inbox_members", json={"inbox_id": ids["inbox"], "user_ids": [api.world.bob.id]}
        )
        before = await api.state()
        inside = [
            one
            for one in of_one_account(ids)
            if one[1].startswith(("conversations", "contacts/"))
            and one[0] != "DELETE"
            and "/contact_inboxes" not in one[1]
        ]
        for method, path, body in inside:
            answer = await api.bob.request(method, path, json=body)
            if path.startswith("contacts"):
                assert answer.status_code == 200
            else:
                assert answer.status_code == 401, (method, path)
                assert "inbox" in answer.json()["error"]
        listed = await api.bob.get(f"contacts/{ids['contact']}/conversations")
        assert listed.json() == {"payload": []}
        address = await api.bob.post(
            f"contacts/{ids['contact']}/contact_inboxes", json={"inbox_id": ids["inbox"]}
        )
        assert address.status_code == 401
        assert await api.state() == before

    on_api(url, story)
