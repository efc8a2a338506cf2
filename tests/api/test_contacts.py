"""Contacts."""

from typing import Any

import httpx

from tests.support.api import API, errors_of, on_api


async def made(api: API, **fields: Any) -> dict[str, Any]:
    answer = await api.alice.post("contacts", json=fields)
    assert answer.status_code == 200, answer.text
    contact: dict[str, Any] = answer.json()["payload"]["contact"]
    return contact


def names(answer: httpx.Response) -> list[str]:
    return [one["name"] for one in answer.json()["payload"]]


def test_a_contact_is_created_with_everything_said_of_them(url: str) -> None:
    async def story(api: API) -> None:
        body = {
            "name": "Dora",
            "email": "Dora@Example.com",
            "phone_number": "+14155550123",
            "identifier": "d-1",
            "avatar_url": "https://example.com/d.png",
            "additional_attributes": {"city": "Graz"},
            "custom_attributes": {"plan": "gold"},
            "inbox_id": api.world.api_inbox.id,
            "source_id": "dora-1",
        }
        payload = (await api.alice.post("contacts", json=body)).json()["payload"]
        contact = payload["contact"]
        for name in ("name", "phone_number", "identifier", "additional_attributes", "custom_attributes"):
            assert contact[name] == body[name]
        assert (contact["email"], contact["thumbnail"]) == ("dora@example.com", body["avatar_url"])
        assert payload["contact_inbox"]["source_id"] == "dora-1"
        assert payload["contact_inbox"]["inbox"]["id"] == api.world.api_inbox.id
        shown = (await api.alice.get(f"contacts/{contact['id']}")).json()["payload"]
        assert shown == contact
        assert shown["contact_inboxes"] == [payload["contact_inbox"]]

    on_api(url, story)


def test_an_update_merges_attributes_and_keeps_what_is_not_spoken_of(url: str) -> None:
    async def story(api: API) -> None:
        contact = await made(
            api, name="Dora", email="dora@example.com", custom_attributes={"plan": "gold", "age": 4}
        )
        path = f"contacts/{contact['id']}"
        body = {
            "custom_attributes": {"plan": "tin"},
            "additional_attributes": {"city": "Linz"},
            "blocked": True,
        }
        changed = (await api.alice.put(path, json=body)).json()["payload"]
        assert changed["custom_attributes"] == {"plan": "tin", "age": 4}
        assert (changed["additional_attributes"], changed["blocked"]) == ({"city": "Linz"}, True)
        assert (changed["name"], changed["email"]) == ("Dora", "dora@example.com")
        changed = (await api.alice.patch(path, json={"email": None, "blocked": None})).json()["payload"]
        assert (changed["email"], changed["blocked"]) == (None, True)

    on_api(url, story)


def test_lists_come_in_pages_with_a_count_and_show_who_can_be_reached(url: str) -> None:
    async def story(api: API) -> None:
        await made(api, name="nobody can reach me")
        for number in range(16):
            await made(api, name=f"N{number:02}", email=f"n{number:02}@example.com")
        first = await api.alice.get("contacts")
        assert first.json()["meta"] == {"count": 17, "current_page": 1}
        assert names(first) == ["Carla", *(f"N{number:02}" for number in range(14))]
        assert names(await api.alice.get("contacts?page=2")) == ["N14", "N15"]
        assert names(await api.alice.get("contacts?page=3&per_page=5&sort=-email")) == [
            "N05",
            "N04",
            "N03",
            "N02",
            "N01",
        ]
        assert names(await api.alice.get("contacts?page=99")) == []
        errors_of(await api.alice.get("contacts?sort=shoe_size"), "sort")

    on_api(url, story)


def test_search_finds_by_any_of_the_four_and_takes_wildcards_literally(url: str) -> None:
    async def story(api: API) -> None:
        await made(api, name="100%", identifier="cust_7")
        await made(api, name="Dora", email="dora@example.com", phone_number="+14155550123")
        table = {
            "DORA": ["Dora"],
            "415555": ["Dora"],
            "cust_": ["100%"],
            "%": ["100%"],
            "_": ["100%"],
            "zzz": [],
        }
        for query, found in table.items():
            answer = await api.alice.get("contacts/search", params={"q": query})
            assert names(answer) == found, query
            assert answer.json()["meta"] == {"count": len(found), "current_page": 1, "has_more": False}
        some = await api.alice.get("contacts/search?q=example.com&per_page=1")
        assert some.json()["meta"] == {"count": 2, "current_page": 1, "has_more": True}
        for query in ("", "q=", "q=%20"):
            errors_of(await api.alice.get(f"contacts/search?{query}"), "q")

    on_api(url, story)


def test_a_deleted_contact_takes_their_conversations_along(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        gone = await api.alice.delete(f"contacts/{api.world.carla.id}")
        assert (gone.status_code, gone.content) == (200, b"")
        for path in (f"contacts/{api.world.carla.id}", "conversations/1"):
            assert (await api.alice.get(path)).status_code == 404

    on_api(url, story)


def test_a_contact_gets_addresses_that_nobody_else_has(url: str) -> None:
    async def story(api: API) -> None:
        path = f"contacts/{api.world.carla.id}/contact_inboxes"
        website = api.world.website.id
        own = (await api.alice.post(path, json={"inbox_id": website})).json()
        assert len(own["source_id"]) == 36
        named = (await api.alice.post(path, json={"inbox_id": website, "source_id": "c-2"})).json()
        assert (named["source_id"], named["inbox"]["id"]) == ("c-2", website)
        again = await api.alice.post(path, json={"inbox_id": website, "source_id": "c-2"})
        assert again.json() == named, "asking twice does no harm"
        dora = await made(api, name="Dora")
        taken = {"inbox_id": website, "source_id": "c-2"}
        errors_of(await api.alice.post(f"contacts/{dora['id']}/contact_inboxes", json=taken), "source_id")

    on_api(url, story)


def test_a_contacts_conversations_are_those_the_reader_may_see(url: str) -> None:
    async def story(api: API) -> None:
        carla, website = api.world.carla.id, api.world.website.id
        for inbox_id in (api.world.api_inbox.id, website):
            await api.alice.post("conversations", json={"contact_id": carla, "inbox_id": inbox_id})
        path = f"contacts/{carla}/conversations"
        assert [one["id"] for one in (await api.alice.get(path)).json()["payload"]] == [2, 1]
        assert [one["id"] for one in (await api.bob.get(path)).json()["payload"]] == [1]

    on_api(url, story)


def test_a_contacts_wrong_fields_are_named_all_at_once(url: str) -> None:
    async def story(api: API) -> None:
        before = await api.state()
        table: list[tuple[dict[str, Any], tuple[str, ...]]] = [
            ({"email": "nobody", "phone_number": "0664"}, ("email", "phone_number")),
            ({"name": "x" * 256, "identifier": "x" * 501}, ("name", "identifier")),
            ({"name": {}, "email": [], "blocked": "maybe"}, ("name", "email", "blocked")),
            (
                {"custom_attributes": [1], "additional_attributes": "{"},
                ("custom_attributes", "additional_attributes"),
            ),
            ({"email": "carla@example.com"}, ("email",)),
            ({"inbox_id": "first"}, ("inbox_id",)),
            ({"inbox_id": True}, ("inbox_id",)),
            ({"inbox_id": api.world.api_inbox.id, "source_id": "x" * 501}, ("source_id",)),
            ({"inbox_id": api.world.api_inbox.id, "source_id": "carla-1"}, ("source_id",)),
        ]
        for body, wrong in table:
            errors_of(await api.alice.post("contacts", json={"name": "Dora"} | body), *wrong)
        dora = await made(api, name="Dora", email="dora@example.com")
        errors_of(await api.alice.put(f"contacts/{dora['id']}", json={"email": "carla@example.com"}), "email")
        assert await api.state() == before | {"contacts": before["contacts"] + 1}

    on_api(url, story)
