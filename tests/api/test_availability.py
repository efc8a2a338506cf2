"""Whoever is shown beside a conversation or a message is shown as they are: online, busy or offline."""

import httpx

from deskbell.kit.clock import SECOND
from deskbell.model.user import PRESENT
from deskbell.store import presence
from tests.support.api import API, on_api


async def everywhere(client: httpx.AsyncClient) -> set[str | None]:
    """How Bob is shown as the assignee and as the sender of the last message, wherever either is."""
    one = (await client.get("conversations/1")).json()
    listed = (await client.get("conversations")).json()["data"]["payload"][0]
    thread = (await client.get("conversations/1/messages")).json()
    found = (await client.get("search/messages?q=word")).json()["payload"]["messages"][0]
    people = [
        one["meta"]["assignee"],
        listed["meta"]["assignee"],
        thread["meta"]["assignee"],
        one["last_non_activity_message"]["sender"],
        listed["messages"][0]["sender"],
        thread["payload"][-1]["sender"],
        found["sender"],
    ]
    assert {one["id"] for one in people} == {people[0]["id"]}
    return {one["availability_status"] for one in people}


def test_assignees_and_senders_are_shown_as_they_are(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        bob = api.world.bob.id
        await api.alice.post("conversations/1/assignments", json={"assignee_id": bob})
        for availability, auto_offline, shown in (
            ("online", False, "online"),
            ("busy", False, "busy"),
            ("online", True, "offline"),
        ):
            path = f"agents/{bob}"
            told = await api.alice.patch(
                path, json={"availability": availability, "auto_offline": auto_offline}
            )
            assert told.json()["availability_status"] == shown
            said = (await api.bob.post("conversations/1/messages", json={"content": "A word"})).json()
            assert said["sender"]["availability_status"] == shown
            assert await everywhere(api.alice) == {shown}

    on_api(url, story)


def test_who_was_not_seen_for_long_is_shown_as_offline(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        bob = api.world.bob.id
        await api.alice.post("conversations/1/assignments", json={"assignee_id": bob})
        await api.bob.post("conversations/1/messages", json={"content": "A word"})
        await api.alice.patch(f"agents/{bob}", json={"availability": "online", "auto_offline": True})
        async with api.world.database.unit() as unit:
            await presence.seen(unit, api.world.account_id, bob)
        api.world.clock.advance(PRESENT - SECOND)
        assert await everywhere(api.alice) == {"online"}
        api.world.clock.advance(SECOND)
        assert await everywhere(api.alice) == {"offline"}

    on_api(url, story)


def test_who_left_the_account_is_offline_beside_what_they_said(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        bob = api.world.bob.id
        await api.alice.patch(f"agents/{bob}", json={"availability": "online", "auto_offline": False})
        await api.bob.post("conversations/1/messages", json={"content": "A word"})
        await api.world.hear()
        await api.alice.delete(f"agents/{bob}")
        said = (await api.alice.get("conversations/1/messages")).json()["payload"]
        shown = {
            one["sender"]["type"]: one["sender"].get("availability_status")
            for one in said
            if one.get("sender")
        }
        assert shown == {"user": "offline", "contact": None}

    on_api(url, story)
