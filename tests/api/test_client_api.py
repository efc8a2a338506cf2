"""The Client API: a customer's own chat interface."""

from typing import Any

import httpx

from deskbell.desk.rules.identity import identity_hash
from tests.support.api import API, errors_of, on_api


async def presented(client: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await client.post("contacts", json=fields)
    assert answer.status_code == 200, answer.text
    contact: dict[str, Any] = answer.json()
    return contact


async def begun(client: httpx.AsyncClient, source_id: str) -> int:
    number: int = (await client.post(f"contacts/{source_id}/conversations")).json()["id"]
    return number


async def seen(client: httpx.AsyncClient, source_id: str) -> list[int]:
    """The conversations an address shows, checked to be the very ones it opens."""
    listed = [one["id"] for one in (await client.get(f"contacts/{source_id}/conversations")).json()]
    for number in range(1, 6):
        shown = await client.get(f"contacts/{source_id}/conversations/{number}")
        assert (shown.status_code == 200) == (number in listed)
    return listed


def test_an_inbox_shows_itself_and_no_secret(url: str) -> None:
    async def story(api: API) -> None:
        shown = (await (await api.client_api()).get("")).json()
        assert (shown["identifier"], shown["name"]) == (api.world.api_inbox.token, "API")
        assert shown["identity_validation_enabled"] is False
        assert api.world.api_inbox.hmac_token not in str(shown)
        for stranger in (api.world.website.token, "nobody", "x" * 501):
            assert (await (await api.client_api(stranger)).get("")).status_code == 404

    on_api(url, story)


def test_a_contact_is_presented_and_found_again(url: str) -> None:
    async def story(api: API) -> None:
        client = await api.client_api()
        fields = {
            "name": "Dora",
            "identifier": "d-1",
            "email": "dora@example.com",
            "phone_number": "+14155550123",
        }
        first = await presented(client, **fields, custom_attributes={"plan": "gold"})
        assert (first["name"], first["email"], first["phone_number"]) == (
            "Dora",
            "dora@example.com",
            "+14155550123",
        )
        assert len(first["source_id"]) == 36
        assert first["pubsub_token"]
        assert (await client.get(f"contacts/{first['source_id']}")).json() == first
        named = await presented(client, source_id="own-1", identifier="d-1", name="Dora II")
        assert (named["id"], named["source_id"], named["name"]) == (first["id"], "own-1", "Dora II")
        assert (await presented(client, source_id=" own-1 "))["id"] == first["id"]
        assert (await presented(client, email="DORA@example.com"))["id"] == first["id"]
        assert (await presented(client))["id"] != first["id"]

    on_api(url, story)


def test_put_and_patch_say_more_about_a_contact(url: str) -> None:
    async def story(api: API) -> None:
        client = await api.client_api()
        source_id = (await presented(client, custom_attributes={"a": 1}))["source_id"]
        kept: dict[str, Any] = {"a": 1}
        for method, name in (("PATCH", "Dora"), ("PUT", "Dora II")):
            body = {"name": name, "custom_attributes": {method: True}, "blocked": True}
            changed = (await client.request(method, f"contacts/{source_id}", json=body)).json()
            kept |= {method: True}
            assert (changed["name"], changed["blocked"]) == (name, False)
            assert changed["custom_attributes"] == kept
        errors_of(
            await client.patch(f"contacts/{source_id}", json={"email": "x", "phone_number": "y"}),
            "email",
            "phone_number",
        )

    on_api(url, story)


def test_a_conversation_goes_all_the_way(url: str) -> None:
    async def story(api: API) -> None:
        client = await api.client_api()
        path = "contacts/carla-1/conversations"
        made = (await client.post(path, json={"custom_attributes": {"order": 7}})).json()
        assert (made["id"], made["status"], made["messages"]) == (1, "open", [])
        assert made["contact"]["name"] == "Carla"
        said = (await client.post(f"{path}/1/messages", json={"content": "Hi", "echo_id": 5})).json()
        assert (said["content"], said["message_type"], said["echo_id"]) == ("Hi", 0, "5")
        await api.bob.post("conversations/1/messages", json={"content": "Hello Carla"})
        told = (await client.get(f"{path}/1/messages")).json()
        assert [(one["content"], one["sender"]["type"]) for one in told] == [
            ("Hi", "contact"),
            ("Hello Carla", "user"),
        ]
        assert "bob@example.com" not in str(told), "contacts do not learn an agent's email"
        after = await client.get(f"{path}/1/messages?after={said['id']}")
        assert [one["content"] for one in after.json()] == ["Hello Carla"]
        empty = await client.post(f"{path}/1/update_last_seen")
        assert (empty.status_code, empty.content) == (200, b"")
        assert (await client.get(f"{path}/1")).json()["contact_last_seen_at"] > 0
        assert (await client.post(f"{path}/1/toggle_status")).json()["status"] == "resolved"
        assert await api.told() == [
            "conversation_created",
            "message_created",
            "message_created",
            "conversation_updated",
            "conversation_updated",
            "conversation_status_changed",
        ]
        errors_of(await client.post(f"{path}/1/messages", json={"content": ""}), "content")

    on_api(url, story)


def test_a_form_is_answered_in_its_message(url: str) -> None:
    async def story(api: API) -> None:
        client = await api.client_api()
        number = await begun(client, "carla-1")
        body = {
            "content": "Size?",
            "content_type": "input_select",
            "content_attributes": {"items": [{"title": "S", "value": "s"}]},
        }
        form = (await api.alice.post(f"conversations/{number}/messages", json=body)).json()
        note = (
            await api.alice.post(f"conversations/{number}/messages", json={"content": "x", "private": True})
        ).json()
        path = f"contacts/carla-1/conversations/{number}/messages"
        for method, value in (("PATCH", "s"), ("PUT", "m")):
            answered = (
                await client.request(
                    method, f"{path}/{form['id']}", json={"submitted_values": [{"value": value}]}
                )
            ).json()
            assert answered["content_attributes"]["submitted_values"] == [{"value": value}]
            assert answered["content_attributes"]["items"] == body["content_attributes"]["items"]  # type: ignore[index]
        assert (await client.patch(f"{path}/{note['id']}", json={"submitted_values": []})).status_code == 404
        assert (await api.told())[-2:] == ["message_updated", "message_updated"]

    on_api(url, story)


def test_an_identity_hash_is_right_wrong_or_missing(url: str) -> None:
    async def story(api: API) -> None:
        inbox = api.world.api_inbox
        client = await api.client_api()
        right = identity_hash(inbox.hmac_token, "d-1")
        wrong = (identity_hash(inbox.hmac_token, "d-2"), right[:-1], right.upper(), "é", "\U0001f514", "0")
        before = await api.state()
        for given in wrong:
            refused = await client.post("contacts", json={"identifier": "d-1", "identifier_hash": given})
            assert refused.status_code == 401, given
            assert "HMAC" in refused.json()["error"]
        assert await api.state() == before
        source_id = (await presented(client, identifier="d-1", identifier_hash=right))["source_id"]
        refused = await client.patch(
            f"contacts/{source_id}", json={"identifier": "d-1", "identifier_hash": "x", "name": "Mallory"}
        )
        assert refused.status_code == 401
        await presented(client, identifier="d-3", identifier_hash=""), "none is demanded here"
        await api.alice.patch(f"inboxes/{inbox.id}", json={"channel": {"hmac_mandatory": True}})
        assert (await client.post("contacts", json={"identifier": "d-4"})).status_code == 401
        assert (await client.patch(f"contacts/{source_id}", json={"identifier": "d-4"})).status_code == 401
        await presented(client, name="Anonymous")

    on_api(url, story)


def test_one_contact_never_sees_anothers_conversation(url: str) -> None:
    async def story(api: API) -> None:
        client = await api.client_api()
        dora = (await presented(client, identifier="d-1"))["source_id"]
        carlas, doras = await begun(client, "carla-1"), await begun(client, dora)
        assert (await seen(client, "carla-1"), await seen(client, dora)) == ([carlas], [doras])
        before = await api.state()
        theirs = f"contacts/{dora}/conversations/{carlas}"
        body = {"content": "psst"}
        for request in (
            client.get(f"{theirs}/messages"),
            client.post(f"{theirs}/messages", json=body),
            client.patch(f"{theirs}/messages/1", json={"submitted_values": []}),
            client.post(f"{theirs}/toggle_status"),
            client.post(f"{theirs}/update_last_seen"),
            client.get("contacts/nobody/conversations"),
            client.post("contacts/nobody/conversations"),
        ):
            refused = await request
            assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
        assert await api.state() == before

    on_api(url, story)


def test_the_same_person_at_two_addresses_is_shown_both_only_when_proven_at_both(url: str) -> None:
    async def story(api: API) -> None:
        client = await api.client_api()
        proof = identity_hash(api.world.api_inbox.hmac_token, "d-1")
        phone = (await presented(client, identifier="d-1", identifier_hash=proof))["source_id"]
        laptop = (await presented(client, identifier="d-1", identifier_hash=proof))["source_id"]
        claimed = (await presented(client, identifier="d-1"))["source_id"]
        numbers = [await begun(client, address) for address in (phone, laptop, claimed)]
        assert sorted(await seen(client, phone)) == numbers[:2]
        assert sorted(await seen(client, laptop)) == numbers[:2]
        assert await seen(client, claimed) == numbers[2:]

    on_api(url, story)


def test_somebody_else_at_the_same_screen_gets_an_address_of_their_own(url: str) -> None:
    async def story(api: API) -> None:
        client = await api.client_api()
        token = api.world.api_inbox.hmac_token
        proofs = {who: identity_hash(token, who) for who in ("dora", "emil")}
        dora = (await presented(client, identifier="dora", identifier_hash=proofs["dora"]))["source_id"]
        await begun(client, dora)
        emil = {"identifier": "emil", "identifier_hash": proofs["emil"]}
        again = await presented(client, source_id=dora, **emil)
        assert again["source_id"] != dora
        assert await seen(client, again["source_id"]) == []
        changed = (await client.patch(f"contacts/{dora}", json=emil)).json()
        assert changed["source_id"] == again["source_id"], "a proven identity comes back to its own address"
        assert changed["identifier"] == "emil"
        assert await seen(client, dora) == [1], "and Dora's is still Dora's"

    on_api(url, story)


def test_nobody_takes_over_an_identity_by_an_email_or_by_claiming_it(url: str) -> None:
    async def story(api: API) -> None:
        client = await api.client_api()
        token = api.world.api_inbox.hmac_token
        proofs = {who: identity_hash(token, who) for who in ("dora", "mallory")}
        dora = await presented(
            client, identifier="dora", identifier_hash=proofs["dora"], email="dora@example.com"
        )
        await begun(client, dora["source_id"])
        mallory = await presented(
            client, identifier="mallory", identifier_hash=proofs["mallory"], email="dora@example.com"
        )
        assert (mallory["id"] != dora["id"], mallory["email"]) == (True, None)
        own = mallory["source_id"]
        await client.patch(f"contacts/{own}", json={"identifier": None})
        claimed = (await client.patch(f"contacts/{own}", json={"identifier": "dora"})).json()
        for address in {own, claimed.get("source_id", own)}:
            assert await seen(client, address) == []
        assert (await api.alice.get(f"contacts/{dora['id']}")).json()["payload"]["identifier"] == "dora"

    on_api(url, story)


def test_a_presented_contacts_wrong_fields_are_named(url: str) -> None:
    async def story(api: API) -> None:
        client = await api.client_api()
        before = await api.state()
        table: list[tuple[dict[str, Any], tuple[str, ...]]] = [
            ({"email": "x", "phone_number": "y", "name": "x" * 256}, ("email", "phone_number", "name")),
            ({"identifier": "x" * 501}, ("identifier",)),
            ({"source_id": "x" * 501}, ("source_id",)),
            (
                {"source_id": [], "identifier": {}, "custom_attributes": 3},
                ("source_id", "identifier", "custom_attributes"),
            ),
        ]
        for body, wrong in table:
            errors_of(await client.post("contacts", json=body), *wrong)
        errors_of(
            await client.post("contacts/carla-1/conversations", json={"custom_attributes": "x"}),
            "custom_attributes",
        )
        assert await api.state() == before

    on_api(url, story)
