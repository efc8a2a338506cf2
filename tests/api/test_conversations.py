"""Conversations: begin, list, show."""

from typing import Any

import httpx

from deskbell.kit.clock import HOUR, MINUTE
from tests.support.api import API, errors_of, on_api

EMPTY: dict[str, Any] = {}


def ids(answer: httpx.Response) -> list[int]:
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["data"]["payload"]]


async def begun(api: API, **fields: Any) -> dict[str, Any]:
    answer = await api.alice.post("conversations", json={"source_id": "carla-1"} | fields)
    assert answer.status_code == 200, answer.text
    conversation: dict[str, Any] = answer.json()
    return conversation


def test_a_source_id_alone_begins_a_conversation(url: str) -> None:
    async def story(api: API) -> None:
        made = await begun(api)
        assert (made["id"], made["inbox_id"], made["status"]) == (1, api.world.api_inbox.id, "open")
        assert made["meta"]["sender"]["id"] == api.world.carla.id
        assert (made["messages"], made["last_non_activity_message"], made["unread_count"]) == ([], None, 0)
        assert await api.told() == ["conversation_created"]

    on_api(url, story)


def test_a_contact_id_alone_finds_their_address_and_with_an_inbox_makes_one(url: str) -> None:
    async def story(api: API) -> None:
        made = await api.alice.post("conversations", json={"contact_id": str(api.world.carla.id)})
        assert made.json()["inbox_id"] == api.world.api_inbox.id
        body = {"contact_id": api.world.carla.id, "inbox_id": api.world.website.id, "source_id": None}
        elsewhere = await api.alice.post("conversations", json=body)
        assert (elsewhere.json()["id"], elsewhere.json()["inbox_id"]) == (2, api.world.website.id)
        places = (await api.alice.get(f"contacts/{api.world.carla.id}")).json()["payload"]["contact_inboxes"]
        assert [one["inbox"]["id"] for one in places] == [api.world.api_inbox.id, api.world.website.id]

    on_api(url, story)


def test_everything_said_of_a_new_conversation_is_kept(url: str) -> None:
    async def story(api: API) -> None:
        made = await begun(
            api,
            status="snoozed",
            priority="high",
            assignee_id=str(api.world.bob.id),
            snoozed_until="2030-01-01T00:00:00Z",
            additional_attributes={"page": "/"},
            custom_attributes={"order": 7},
        )
        assert (made["status"], made["priority"], made["snoozed_until"]) == ("snoozed", "high", 1_893_456_000)
        assert (made["additional_attributes"], made["custom_attributes"]) == ({"page": "/"}, {"order": 7})
        assert (made["meta"]["assignee"]["name"], made["meta"]["assignee_type"]) == ("Bob", "User")
        assert (await api.alice.get("conversations/1")).json() == made

    on_api(url, story)


def test_a_first_message_travels_with_the_conversation(url: str) -> None:
    async def story(api: API) -> None:
        made = await begun(api, message={"content": "Hello", "private": None, "content_type": None})
        assert [one["content"] for one in made["messages"]] == ["Hello"]
        assert made["last_non_activity_message"]["message_type"] == 1
        assert await api.told() == ["conversation_created", "message_created"]
        first = (await api.world.snapshots())[0]
        assert first.thread is not None
        assert first.thread.last_message is not None
        for blank in ("", None, {}, {"content": ""}, '{"content": " "}'):
            assert (await begun(api, message=blank))["messages"] == []
        told = await begun(api, message='{"content": "as text"}')
        assert told["messages"][0]["content"] == "as text"

    on_api(url, story)


def test_nobody_begins_a_conversation_with_someone_unknown(url: str) -> None:
    async def story(api: API) -> None:
        before = await api.state()
        errors_of(await api.alice.post("conversations", json=EMPTY), "source_id")
        errors_of(await api.alice.post("conversations", json={"source_id": "nobody"}), "source_id")
        for body in (
            {"contact_id": 99, "inbox_id": api.world.api_inbox.id},
            {"source_id": "carla-1", "inbox_id": 99},
        ):
            assert (await api.alice.post("conversations", json=body)).status_code == 404
        assert (
            await api.alice.post("conversations", json={"source_id": "carla-1", "assignee_id": 99})
        ).status_code == 404
        dora = (await api.alice.post("contacts", json={"name": "Dora"})).json()["payload"]["contact"]
        mixed = {"source_id": "carla-1", "contact_id": dora["id"]}
        errors_of(await api.alice.post("conversations", json=mixed), "source_id")
        assert await api.state() == before | {"contacts": before["contacts"] + 1}

    on_api(url, story)


def test_a_list_counts_whose_conversations_there_are(url: str) -> None:
    async def story(api: API) -> None:
        await begun(api, assignee_id=api.world.alice.id)
        await begun(api, assignee_id=api.world.bob.id)
        await begun(api)
        counts = {"mine_count": 1, "assigned_count": 2, "unassigned_count": 1, "all_count": 3}
        assert (await api.alice.get("conversations/meta")).json() == {"meta": counts}
        table = {"": [3, 2, 1], "all": [3, 2, 1], "me": [1], "assigned": [2, 1], "unassigned": [3]}
        for kind, found in table.items():
            answer = await api.alice.get("conversations", params={"assignee_type": kind})
            assert ids(answer) == found, kind
            assert answer.json()["data"]["meta"] == counts

    on_api(url, story)


def test_a_list_is_filtered_by_everything_it_knows(url: str) -> None:
    async def story(api: API) -> None:
        carla, website = api.world.carla.id, api.world.website.id
        await begun(api, message={"content": "A broken KETTLE"})
        await begun(api, status="resolved")
        await api.alice.post("conversations", json={"contact_id": carla, "inbox_id": website})
        await api.alice.post("conversations/1/labels", json={"labels": ["vip", "tea"]})
        await api.alice.post("conversations/3/labels", json={"labels": ["tea"]})
        table: dict[str, list[int]] = {
            "": [3, 1],
            "status=&page=&labels[]=": [3, 1],
            "status=all": [3, 2, 1],
            "status=resolved": [2],
            f"inbox_id={website}": [3],
            "labels[]=TEA": [3, 1],
            "labels[]=tea&labels[]=vip": [1],
            "labels=vip": [1],
            "q=kettle": [1],
            "source_id=carla-1": [1],
            "source_id=nobody": [],
            "conversation_type=unattended": [3],
        }
        for query, found in table.items():
            assert sorted(ids(await api.alice.get(f"conversations?{query}"))) == sorted(found), query
        meta = (await api.alice.get("conversations/meta?status=all&labels[]=tea")).json()["meta"]
        assert meta["all_count"] == 2

    on_api(url, story)


def test_a_list_comes_sorted_and_in_pages(url: str) -> None:
    async def story(api: API) -> None:
        for priority in ("low", None, "urgent"):
            await begun(api, priority=priority)
            api.world.clock.advance(MINUTE)
        await api.alice.post("conversations/1/messages", json={"content": "the latest"})
        table = {
            "": [1, 3, 2],
            "latest": [1, 3, 2],
            "last_activity_at_asc": [2, 3, 1],
            "created_at_desc": [3, 2, 1],
            "created_at_asc": [1, 2, 3],
            "priority_desc": [3, 1, 2],
            "waiting_since_asc": [2, 3, 1],
        }
        for sort, found in table.items():
            assert ids(await api.alice.get("conversations", params={"sort_by": sort})) == found, sort
        assert ids(await api.alice.get("conversations?per_page=2&page=1")) == [1, 3]
        assert ids(await api.alice.get("conversations?per_page=2&page=2")) == [2]
        errors_of(await api.alice.get("conversations?sort_by=mood_desc"), "sort_by")

    on_api(url, story)


def test_agents_see_the_conversations_of_their_inboxes_only(url: str) -> None:
    async def story(api: API) -> None:
        await begun(api)
        body = {"contact_id": api.world.carla.id, "inbox_id": api.world.website.id}
        await api.alice.post("conversations", json=body)
        assert ids(await api.bob.get("conversations")) == [1]
        assert (await api.bob.get("conversations/meta")).json()["meta"]["all_count"] == 1
        before = await api.state()
        for request in (
            api.bob.get("conversations/2"),
            api.bob.get("conversations/2/messages"),
            api.bob.post("conversations/2/messages", json={"content": "psst"}),
            api.bob.post("conversations/2/toggle_status", json=EMPTY),
            api.bob.post("conversations", json=body),
        ):
            refused = await request
            assert refused.status_code == 401
            assert "inbox" in refused.json()["error"]
        assert await api.state() == before

    on_api(url, story)


def test_an_answer_shows_whether_the_channel_still_lets_us_reply(url: str) -> None:
    async def story(api: API) -> None:
        path = f"inboxes/{api.world.api_inbox.id}"
        await begun(api)
        for hours, reply in ((None, True), (24, False), (0, True), ("24", False), (0.5, False)):
            window = {"channel": {"additional_attributes": {"agent_reply_time_window": hours}}}
            assert (await api.alice.patch(path, json=window)).status_code == 200
            assert (await api.alice.get("conversations/1")).json()["can_reply"] is reply, hours
        for wrong in (1e308, -1, "soon", True, [24]):
            refused = {"channel": {"additional_attributes": {"agent_reply_time_window": wrong}}}
            errors_of(
                await api.alice.patch(path, json=refused), "additional_attributes.agent_reply_time_window"
            )
        await api.alice.patch(
            path, json={"channel": {"additional_attributes": {"agent_reply_time_window": 1}}}
        )
        await api.alice.post("conversations/1/messages", json={"content": "Hi", "message_type": "incoming"})
        assert (await api.alice.get("conversations/1")).json()["can_reply"] is True
        api.world.clock.advance(HOUR)
        assert (await api.alice.get("conversations/1")).json()["can_reply"] is False

    on_api(url, story)
