"""Search over what one may see."""

from typing import Any

import httpx

from deskbell.kit.clock import DAY
from tests.support.api import API, on_api


async def found(
    client: httpx.AsyncClient, q: str, kind: str = "messages", **params: Any
) -> list[dict[str, Any]]:
    answer = await client.get(f"search/{kind}", params={"q": q, **params})
    assert answer.status_code == 200, answer.text
    payload: dict[str, list[dict[str, Any]]] = answer.json()["payload"]
    assert list(payload) == [kind]
    return payload[kind]


async def contents(client: httpx.AsyncClient, q: str) -> list[str]:
    return [one["content"] for one in await found(client, q)]


def test_messages_are_found_by_what_they_say_newest_first(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        await api.world.say(content="Your PARCEL is on its way")
        await api.world.hear(content="Which parcel?")
        await api.world.say(content="A note on the parcel", private=True)
        await api.alice.post("conversations/1/labels", json={"labels": ["parcel"]})
        assert await contents(api.bob, "parcel") == [
            "A note on the parcel",
            "Which parcel?",
            "Your PARCEL is on its way",
        ]
        [first] = await found(api.bob, "which")
        assert (first["conversation_id"], first["message_type"], first["sender"]["name"]) == (1, 0, "Carla")
        assert first["inbox"] == {
            "id": api.world.api_inbox.id,
            "channel_id": first["inbox"]["channel_id"],
            "name": "API",
            "channel_type": "Channel::Api",
        }
        assert await contents(api.bob, "letter") == []

    on_api(url, story)


def test_a_searchs_own_wildcards_mean_themselves(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        for content in ("100% sure", "100 sure", "a_b", "axb"):
            await api.world.say(content=content)
        assert await contents(api.alice, "0%") == ["100% sure"]
        assert await contents(api.alice, "a_b") == ["a_b"]
        assert await contents(api.alice, "'; DROP TABLE messages; --") == []
        assert await contents(api.alice, "   ") == []

    on_api(url, story)


def test_case_is_ignored_beyond_ascii_too(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        for content in ("Grüße aus Österreich", "GRÜSSE AUS ÖSTERREICH", "österreich", "Привет, Мир"):
            await api.world.say(content=content)
        assert len(await contents(api.alice, "österreich")) == 3
        assert len(await contents(api.alice, "Österreich")) == 3
        assert await contents(api.alice, "мир") == ["Привет, Мир"]

    on_api(url, story)


def test_contacts_and_conversations_are_found_by_who_they_are(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        await api.world.say()
        await api.alice.post("contacts", json={"name": "Dora", "phone_number": "+14155550123"})
        [carla] = await found(api.bob, "CARLA@", "contacts")
        assert (carla["id"], carla["email"]) == (api.world.carla.id, "carla@example.com")
        assert [one["name"] for one in await found(api.bob, "415555", "contacts")] == ["Dora"]
        [one] = await found(api.bob, "carla", "conversations")
        assert (one["id"], one["contact"]["name"], one["message"]["content"]) == (1, "Carla", "Hello")
        assert [one["id"] for one in await found(api.bob, "1", "conversations")] == [1]
        everything = (await api.bob.get("search", params={"q": "carla"})).json()["payload"]
        assert {kind: len(things) for kind, things in everything.items()} == {
            "conversations": 1,
            "contacts": 1,
            "messages": 0,
            "articles": 0,
        }

    on_api(url, story)


def test_agents_find_only_what_their_inboxes_hold(url: str) -> None:
    async def story(api: API) -> None:
        visitor = await api.visitor()
        await visitor.post("messages", json={"message": {"content": "A secret for the website"}})
        assert len(await found(api.alice, "secret")) == 1
        assert await found(api.bob, "secret") == []
        assert len(await found(api.alice, "visitor", "conversations")) == 1
        assert await found(api.bob, "visitor", "conversations") == []
        other = await api.client(
            f"/api/v1/accounts/{api.other_account}", api.stranger.headers["api_access_token"]
        )
        payload = (await other.get("search", params={"q": "e"})).json()["payload"]
        assert not any(payload.values())
        assert (await api.stranger.get("search", params={"q": "e"})).status_code == 404

    on_api(url, story)


def test_what_was_found_comes_in_pages_and_old_messages_are_left_alone(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        for place in range(17):
            await api.world.say(content=f"parcel {place}")
        assert [len(await found(api.alice, "parcel", page=page)) for page in (1, 2, 3)] == [15, 2, 0]
        api.world.clock.advance(91 * DAY)
        assert await found(api.alice, "parcel") == []
        for wrong in ({"page": 0}, {"q": "x" * 201}):
            assert (await api.alice.get("search", params=wrong)).status_code == 422

    on_api(url, story)


def test_bots_search_nothing(url: str) -> None:
    async def story(api: API) -> None:
        for path in ("search", "search/messages", "search/contacts", "search/conversations"):
            assert (await api.bot.get(path, params={"q": "x"})).status_code == 401

    on_api(url, story)
