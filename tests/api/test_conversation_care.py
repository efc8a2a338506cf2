"""Unread, muted, deleted conversations; who follows them; drafts; one conversation where an inbox wants no more."""

from typing import Any

import httpx
import pytest

from deskbell.kit.clock import HOUR, SECOND
from deskbell.store import conversations
from tests.support.api import API, errors_of, on_api


async def numbers(client: httpx.AsyncClient, **params: Any) -> list[int]:
    """The conversations a list shows."""
    answer = await client.get("conversations", params=params)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["data"]["payload"]]


async def lines(api: API, number: int = 1) -> list[str]:
    """What the thread tells of what was done."""
    found = (await api.alice.get(f"conversations/{number}/messages")).json()["payload"]
    return [one["content"] for one in found if one["message_type"] == 2]


async def heard(api: API) -> int:
    """The number of the last event."""
    return len(await api.world.events())


def test_an_unread_conversation_counts_what_came_last_again_and_tells_of_it(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        await api.world.hear()
        api.world.clock.advance(HOUR)
        await api.world.hear(content="Anybody?")
        api.world.clock.advance(HOUR)
        seen = (await api.bob.post("conversations/1/update_last_seen")).json()
        assert seen["unread_count"] == 0
        before = await heard(api)
        unread = await api.bob.post("conversations/1/unread")
        assert (unread.status_code, unread.json()["unread_count"]) == (200, 1)
        last = (await api.world.get()).last_incoming_at
        assert last is not None
        assert unread.json()["agent_last_seen_at"] == last // SECOND - 1
        assert await api.told(before) == ["conversation_updated"]
        await api.bob.post("conversations/1/unread")
        assert await heard(api) == before + 1, "nothing changed any more"

    on_api(url, story)


def test_a_conversation_nobody_wrote_in_is_unread_without_anything_to_read(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        await api.bob.post("conversations/1/update_last_seen")
        unread = (await api.bob.post("conversations/1/unread")).json()
        assert (unread["unread_count"], unread["agent_last_seen_at"]) == (0, 0)

    on_api(url, story)


def test_muting_resolves_and_blocks_and_unmuting_only_lets_the_contact_back_in(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        before = await heard(api)
        muted = await api.bob.post("conversations/1/mute")
        assert (muted.status_code, muted.content) == (200, b"")
        shown = (await api.bob.get("conversations/1")).json()
        assert (shown["status"], shown["muted"]) == ("resolved", True)
        assert await api.told(before) == ["conversation_updated", "conversation_status_changed"]
        assert (await lines(api))[-1] == "Bob muted the conversation"
        await api.world.hear()
        assert (await api.world.get()).status == "resolved", "what a blocked contact writes opens nothing"
        before = await heard(api)
        await api.bob.post("conversations/1/mute")
        assert (await heard(api), len(await lines(api))) == (before, 2), "it was muted already"
        await api.bob.post("conversations/1/unmute")
        shown = (await api.bob.get("conversations/1")).json()
        assert (shown["status"], shown["muted"]) == ("resolved", False)
        assert (await lines(api))[-1] == "Bob unmuted the conversation"
        await api.world.hear()
        assert (await api.world.get()).status == "open"

    on_api(url, story)


def test_a_blocked_contacts_conversation_begins_resolved_and_stays_so(url: str) -> None:
    async def story(api: API) -> None:
        await api.alice.put(f"contacts/{api.world.carla.id}", json={"blocked": True})
        chat = await api.client_api()
        begun = (await chat.post("contacts/carla-1/conversations")).json()
        await chat.post(f"contacts/carla-1/conversations/{begun['id']}/messages", json={"content": "Hi"})
        assert (await api.world.get(begun["id"])).status == "resolved"
        told = [
            one["message_type"] for one in (await api.alice.get("conversations/1/messages")).json()["payload"]
        ]
        assert told == [0], "nothing answers them by itself"

    on_api(url, story)


def test_a_deleted_conversation_is_gone_and_what_was_told_of_it_stays(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.webhook()
        await api.world.conversation()
        await api.world.say()
        await api.alice.post("conversations/1/participants", json={"user_ids": [api.world.bob.id]})
        await api.alice.patch("conversations/1/draft_messages", json={"draft_message": {"message": "x"}})
        before = await api.state()
        refused = await api.bob.delete("conversations/1")
        assert (refused.status_code, "only administrators" in refused.json()["error"]) == (401, True)
        gone = await api.alice.delete("conversations/1")
        assert (gone.status_code, gone.content) == (200, b"")
        after = await api.state()
        assert (after["conversations"], after["messages"]) == (0, 0)
        assert (after["events"], after["deliveries"]) == (before["events"], before["deliveries"])
        for method, path in (
            ("GET", ""),
            ("DELETE", ""),
            ("GET", "/participants"),
            ("GET", "/draft_messages"),
        ):
            assert (await api.alice.request(method, f"conversations/1{path}")).status_code == 404
        assert (await api.world.conversation()).number == 2, "its number does not come back"

    on_api(url, story)


def test_agents_follow_a_conversation_by_being_named_or_assigned(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        alice, bob = api.world.alice.id, api.world.bob.id
        path = "conversations/1/participants"
        assert (await api.bob.get(path)).json() == []
        added = (await api.bob.post(path, json={"user_ids": [str(bob)]})).json()
        assert [one["id"] for one in added] == [bob]
        assert [one["id"] for one in (await api.bob.post(path, json={"user_ids": [bob, alice]})).json()] == [
            alice,
            bob,
        ]
        assert [one["email"] for one in (await api.bob.get(path)).json()] == [
            "alice@example.com",
            "bob@example.com",
        ]
        for method in ("PUT", "PATCH"):
            kept = await api.bob.request(method, path, json={"user_ids": [alice]})
            assert [one["id"] for one in kept.json()] == [alice]
        removed = await api.bob.request("DELETE", path, json={"user_ids": [alice, bob]})
        assert (removed.status_code, removed.content) == (200, b"")
        assert (await api.bob.get(path)).json() == []
        await api.alice.post("conversations/1/assignments", json={"assignee_id": bob})
        assert [one["id"] for one in (await api.bob.get(path)).json()] == [bob]
        begun = await api.alice.post("conversations", json={"source_id": "carla-1", "assignee_id": bob})
        following = await api.bob.get(f"conversations/{begun.json()['id']}/participants")
        assert [one["id"] for one in following.json()] == [bob]

    on_api(url, story)


def test_only_who_may_see_a_conversation_follows_it(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        zoe = (await api.alice.post("agents", json={"name": "Zoe", "email": "zoe@example.com"})).json()["id"]
        path = "conversations/1/participants"
        for method in ("POST", "PUT"):
            for stranger in (zoe, 999_999):
                refused = await api.alice.request(
                    method, path, json={"user_ids": [api.world.bob.id, stranger]}
                )
                assert errors_of(refused, "user_ids")["user_ids"] == f"do not work in this inbox: {stranger}"
        errors_of(await api.alice.post(path, json={}), "user_ids")
        assert (await api.alice.get(path)).json() == []

    on_api(url, story)


def test_the_list_shows_what_one_follows_and_where_one_was_named(url: str) -> None:
    async def story(api: API) -> None:
        for _ in range(3):
            await api.world.conversation()
        bob = api.world.bob.id
        await api.alice.post("conversations/1/participants", json={"user_ids": [bob]})
        note = f"[@Bob](mention://user/{bob}/Bob) please look"
        await api.alice.post("conversations/2/messages", json={"content": note, "private": True})
        await api.alice.post("conversations/3/messages", json={"content": note})
        assert await numbers(api.bob, conversation_type="mention") == [2], "only notes name anybody"
        assert sorted(await numbers(api.bob, conversation_type="participating")) == [1, 2]
        assert await numbers(api.alice, conversation_type="mention") == []
        counted = await api.bob.get("conversations/meta", params={"conversation_type": "participating"})
        assert counted.json()["meta"]["all_count"] == 2
        await api.alice.post("conversations/2/toggle_status", json={"status": "resolved"})
        assert await numbers(api.bob, conversation_type="mention") == []
        assert await numbers(api.bob, conversation_type="mention", status="all") == [2]

    on_api(url, story)


def test_a_note_names_a_team_and_nobody_who_may_not_see_it(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        zoe = (await api.alice.post("agents", json={"name": "Zoe", "email": "zoe@example.com"})).json()["id"]
        team = (await api.alice.post("teams", json={"name": "Sales"})).json()["id"]
        await api.alice.post(f"teams/{team}/team_members", json={"user_ids": [zoe, api.world.bob.id]})
        note = f"[@Sales](mention://team/{team}/Sales) [@?](mention://user/999999999999999999/No)"
        sent = await api.alice.post("conversations/1/messages", json={"content": note, "private": True})
        assert sent.status_code == 200
        assert [one["id"] for one in (await api.alice.get("conversations/1/participants")).json()] == [
            api.world.bob.id
        ]

    on_api(url, story)


def test_a_draft_is_ones_own_until_it_is_sent_or_let_go(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        await api.world.conversation()
        path = "conversations/1/draft_messages"
        assert (await api.bob.get(path)).json() == {"has_draft": False, "message": None}
        for method, body in (
            ("PATCH", {"draft_message": {"message": "Dear Carla"}}),
            ("PUT", {"message": "Dear Carla, né"}),
        ):
            kept = await api.bob.request(method, path, json=body)
            assert (kept.status_code, kept.content) == (200, b"")
        assert (await api.bob.get(path)).json() == {"has_draft": True, "message": "Dear Carla, né"}
        assert (await api.alice.get(path)).json()["has_draft"] is False
        assert (await api.bob.get("conversations/2/draft_messages")).json()["has_draft"] is False
        await api.bob.patch(path, json={"draft_message": {"message": ""}})
        assert (await api.bob.get(path)).json()["has_draft"] is False
        await api.bob.patch(path, json={"draft_message": {"message": "x"}})
        assert (await api.bob.delete(path)).status_code == 200
        assert (await api.bob.get(path)).json()["has_draft"] is False
        errors_of(await api.bob.patch(path, json={"message": "x" * 150_001}), "message")

    on_api(url, story)


def test_the_list_sorts_by_the_references_names(url: str) -> None:
    async def story(api: API) -> None:
        for priority in ("low", None, "urgent", "low"):
            api.world.clock.advance(SECOND)
            await api.world.conversation(priority=priority)
        api.world.clock.advance(SECOND)
        await api.world.say(1)
        api.world.clock.advance(SECOND)
        await api.world.hear(2)
        orders = {
            "latest": [2, 1, 4, 3],
            "last_activity_at_asc": [3, 4, 1, 2],
            "last_activity_at_desc": [2, 1, 4, 3],
            "created_at_asc": [1, 2, 3, 4],
            "created_at_desc": [4, 3, 2, 1],
            "sort_on_created_at": [1, 2, 3, 4],
            "priority_desc": [3, 1, 4, 2],
            "priority_asc": [2, 4, 1, 3],
            "sort_on_priority": [3, 1, 4, 2],
            "priority_desc_created_at_asc": [3, 1, 4, 2],
            "waiting_since_asc": [2, 3, 4, 1],
            "waiting_since_desc": [4, 3, 2, 1],
            "sort_on_waiting_since": [2, 3, 4, 1],
        }
        for name, order in orders.items():
            assert await numbers(api.alice, sort_by=name) == order, name
        errors_of(await api.alice.get("conversations", params={"sort_by": "created_at"}), "sort_by")

    on_api(url, story)


def test_the_list_shows_what_changed_of_late_and_a_search_every_status(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        await api.world.conversation()
        api.world.clock.advance(HOUR)
        await api.world.say(2, "Parcels and postage")
        assert await numbers(api.alice, updated_within=60) == [2]
        assert sorted(await numbers(api.alice, updated_within=7200)) == [1, 2]
        await api.alice.post("conversations/2/toggle_status", json={"status": "resolved"})
        assert await numbers(api.alice) == [1]
        assert await numbers(api.alice, q="parcels") == [2]
        assert await numbers(api.alice, q="parcels", status="open") == []
        for wrong in ({"updated_within": "x"}, {"updated_within": -1}, {"conversation_type": "x"}):
            assert (await api.alice.get("conversations", params=wrong)).status_code == 422

    on_api(url, story)


async def locked(api: API) -> None:
    for inbox in (api.world.api_inbox, api.world.website):
        changed = await api.alice.patch(f"inboxes/{inbox.id}", json={"lock_to_single_conversation": True})
        assert changed.json()["lock_to_single_conversation"] is True


def test_an_inbox_locked_to_a_single_conversation_goes_on_with_the_last_one(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        await api.world.conversation()
        await locked(api)
        await api.alice.post("conversations/2/toggle_status", json={"status": "resolved"})
        before = await heard(api)
        asked = {"source_id": "carla-1", "status": "pending", "message": {"content": "Hello again"}}
        again = (await api.alice.post("conversations", json=asked)).json()
        assert (again["id"], again["status"]) == (2, "resolved"), "as it is, whatever was asked"
        assert again["messages"][0]["content"] == "Hello again"
        assert await api.told(before) == ["message_created"]
        chat = await api.client_api()
        assert (await chat.post("contacts/carla-1/conversations")).json()["id"] == 2
        dora = (await chat.post("contacts", json={"name": "Dora"})).json()["source_id"]
        assert (await chat.post(f"contacts/{dora}/conversations")).json()["id"] == 3
        assert (await chat.post(f"contacts/{dora}/conversations")).json()["id"] == 3

    on_api(url, story)


def test_the_widget_goes_on_too_where_the_website_wants_one_conversation(url: str) -> None:
    async def story(api: API) -> None:
        visitor = await api.visitor()
        said = {"message": {"content": "Hi"}}
        first = (await visitor.post("conversations", json=said)).json()["id"]
        assert (await visitor.post("conversations", json=said)).json()["id"] != first
        await locked(api)
        third = (await visitor.post("conversations", json=said)).json()
        assert third["id"] == first + 1
        assert [one["content"] for one in third["messages"]].count("Hi") == 2

    on_api(url, story)


def test_a_closed_reply_window_is_shown_and_the_api_still_writes(url: str) -> None:
    async def story(api: API) -> None:
        await api.alice.patch(
            f"inboxes/{api.world.api_inbox.id}",
            json={"channel": {"additional_attributes": {"agent_reply_time_window": 1}}},
        )
        await api.world.conversation()
        await api.world.hear()
        api.world.clock.advance(2 * HOUR)
        assert (await api.bob.get("conversations/1")).json()["can_reply"] is False
        assert (await api.bob.post("conversations/1/messages", json={"content": "Late"})).status_code == 200

    on_api(url, story)


@pytest.mark.parametrize("deed", ["unread", "mute", "unmute"])
def test_bots_and_strangers_care_for_nothing(url: str, deed: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        assert (await api.bot.post(f"conversations/1/{deed}")).status_code == 401
        assert (await api.stranger.post(f"conversations/1/{deed}")).status_code == 404
        assert (await api.alice.post(f"conversations/9/{deed}")).status_code == 404
        async with api.world.database.read() as reader:
            assert (await conversations.get(reader, api.world.account_id, 1)) == await api.world.get()

    on_api(url, story)
