"""Habits of real clients: what they send is understood, however they write it down."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx

from tests.support.api import API, PUBLIC_HOOK, errors_of, on_api

JSON = "application/json; charset=utf-8"
SPELLINGS = (
    "api_access_token",
    "API_ACCESS_TOKEN",
    "Api_Access_Token",
    "api-access-token",
    "Api-Access-Token",
)


async def chunked(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def test_a_token_is_read_from_every_spelling_of_its_header(url: str) -> None:
    async def story(api: API) -> None:
        token = api.world.token
        for name in SPELLINGS:
            assert (await api.nobody.get("agents", headers={name: token})).status_code == 200, name
        for scheme in ("Bearer", "bearer", "BEARER"):
            bearer = {"Authorization": f"{scheme} {token}"}
            assert (await api.nobody.get("agents", headers=bearer)).status_code == 200, scheme
        for wrong in ({"Authorization": f"Basic {token}"}, {"Authorization": token}, {"token": token}):
            assert (await api.nobody.get("agents", headers=wrong)).status_code == 401

    on_api(url, story)


def test_ids_come_as_strings_too(url: str) -> None:
    async def story(api: API) -> None:
        inbox_id, carla = str(api.world.api_inbox.id), str(api.world.carla.id)
        body = {"inbox_id": inbox_id, "contact_id": carla, "assignee_id": str(api.world.bob.id)}
        made = (await api.alice.post("conversations", json=body)).json()
        assert (made["inbox_id"], made["meta"]["assignee"]["id"]) == (
            api.world.api_inbox.id,
            api.world.bob.id,
        )
        hook = {"url": PUBLIC_HOOK, "subscriptions": ["message_created"], "inbox_ids": [inbox_id]}
        shown = (await api.alice.post("webhooks", json=hook)).json()["payload"]["webhook"]
        assert shown["inbox_ids"] == [api.world.api_inbox.id]
        numbers = {"name": 7, "identifier": 42, "phone_number": "", "email": "  "}
        contact = (await api.alice.post("contacts", json=numbers)).json()["payload"]["contact"]
        assert (contact["name"], contact["identifier"]) == ("7", "42")
        assert (contact["phone_number"], contact["email"]) == (None, None)

    on_api(url, story)


def test_explicit_nulls_and_blanks_say_nothing(url: str) -> None:
    async def story(api: API) -> None:
        for nothing in (None, ""):
            fields = ("name", "phone_number", "identifier", "avatar_url", "blocked", "source_id", "inbox_id")
            attributes = dict.fromkeys(("additional_attributes", "custom_attributes"), nothing)
            body = dict.fromkeys(fields, nothing) | attributes
            assert (await api.alice.post("contacts", json=body)).status_code == 200
            wanted = (
                "inbox_id",
                "contact_id",
                "status",
                "priority",
                "assignee_id",
                "snoozed_until",
                "message",
            )
            body = dict.fromkeys(wanted, nothing) | attributes | {"source_id": "carla-1"}
            assert (await api.alice.post("conversations", json=body)).json()["status"] == "open"
            body = dict.fromkeys(("private", "message_type", "content_type", "content_attributes"), nothing)
            assert (
                await api.alice.post("conversations/1/messages", json=body | {"content": "x"})
            ).status_code == 200
            body = dict.fromkeys(("role", "availability", "auto_offline", "name"), nothing)
            assert (await api.alice.patch(f"agents/{api.world.bob.id}", json=body)).json()["role"] == "agent"
            channel = dict.fromkeys(("reply_time", "hmac_mandatory", "webhook_url", "website_url"), nothing)
            body = dict.fromkeys(("greeting_enabled", "sender_name_type", "greeting_message"), nothing)
            path = f"inboxes/{api.world.website.id}"
            assert (await api.alice.patch(path, json=body | {"channel": channel})).status_code == 200
            assert (await api.alice.patch(path, json={"channel": nothing})).json()["name"] == "Website"

    on_api(url, story)


def test_a_trailing_slash_and_blank_parameters_make_no_difference(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        for path in (
            "agents",
            "contacts",
            "inboxes",
            "webhooks",
            "conversations",
            "conversations/1",
            "conversations/1/messages",
        ):
            plain = await api.alice.get(path)
            assert plain.status_code == 200
            assert (await api.alice.get(f"{path}/")).json() == plain.json(), path
            assert (await api.alice.get(f"{path}///")).json() == plain.json(), path
            blank = await api.alice.get(f"{path}/?page=&per_page=&sort_by&inbox_id=&status=&&before=")
            assert blank.json() == plain.json(), path
        assert (await api.alice.post("conversations/1/toggle_status/")).status_code == 200

    on_api(url, story)


def test_what_is_asked_for_in_the_body_of_a_get_counts_unless_the_address_says_otherwise(url: str) -> None:
    async def story(api: API) -> None:
        for name in ("Dana", "Dora", "Emil"):
            assert (await api.alice.post("contacts", json={"name": name})).status_code == 200

        async def found(query: str, **body: Any) -> list[str]:
            answer = await api.alice.request("GET", f"contacts/search{query}", json=body)
            assert answer.status_code == 200, answer.text
            return [one["name"] for one in answer.json()["payload"]]

        assert await found("", q="dana") == ["Dana"]
        assert await found("?q=emil", q="dana", sort="email") == ["Emil"]
        assert await found("", q="D", page=1, per_page=1) == ["Dana"]
        assert await found("?q=&page=", q="dora", page="", custom={"deep": 1}, odd=None) == ["Dora"]
        form = await api.alice.request("GET", "contacts/search", data={"q": "emil"})
        assert [one["name"] for one in form.json()["payload"]] == ["Emil"]
        wrong = await api.alice.request("GET", "contacts/search", json={"q": ["dana"], "page": True})
        errors_of(wrong, "page")

    on_api(url, story)


def test_a_body_on_get_and_delete_that_says_nothing_does_no_harm(url: str) -> None:
    async def story(api: API) -> None:
        headers = {"Content-Type": "application/json"}
        for body in (b"", b"{}", b"null", b"not json at all", b'{"odd": -1}'):
            made = await api.world.webhook(PUBLIC_HOOK)
            listed = await api.alice.request("GET", "webhooks", content=body, headers=headers)
            assert listed.status_code == 200
            gone = await api.alice.request("DELETE", f"webhooks/{made.id}", content=body, headers=headers)
            assert gone.status_code == 200

    on_api(url, story)


def test_no_body_on_a_post_is_an_empty_one(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        for headers in ({}, {"Content-Type": "application/json"}):
            for content in (None, b"", b"  \n"):
                answer = await api.alice.post(
                    "conversations/1/toggle_status", content=content, headers=headers
                )
                assert answer.status_code == 200
        client = await api.client_api()
        assert (await client.post("contacts")).status_code == 200
        assert (await client.post("contacts/carla-1/conversations")).status_code == 200

    on_api(url, story)


def test_multipart_carries_booleans_and_objects_as_text(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        message = {
            "content": "Hi",
            "private": "true",
            "content_attributes": '{"in_reply_to": 1}',
            "echo_id": "7",
        }
        form: dict[str, Any] = {name: (None, value) for name, value in message.items()}
        told = (await api.alice.post("conversations/1/messages", files=form)).json()
        assert (told["content"], told["private"], told["echo_id"]) == ("Hi", True, "7")
        assert told["content_attributes"] == {"in_reply_to": 1}
        contact = {
            "contact[name]": "Döra",
            "contact[blocked]": "false",
            "contact[custom_attributes][plan]": "gold",
            "additional_attributes": '{"city": "Graz"}',
        }
        form = {name: (None, value) for name, value in contact.items()}
        made = (await api.alice.post("contacts", files=form)).json()["payload"]["contact"]
        assert (made["name"], made["blocked"]) == ("Döra", False)
        assert (made["custom_attributes"], made["additional_attributes"]) == (
            {"plan": "gold"},
            {"city": "Graz"},
        )

    on_api(url, story)


def test_a_urlencoded_form_is_as_good_as_json(url: str) -> None:
    async def story(api: API) -> None:
        form = {
            "webhook[url]": PUBLIC_HOOK,
            "webhook[subscriptions][]": ["message_created", "message_updated"],
            "webhook[include_private]": "0",
            "webhook[headers]": '{"X-Team": "blue"}',
        }
        made = (await api.alice.post("webhooks", data=form)).json()["payload"]["webhook"]
        assert made["subscriptions"] == ["message_created", "message_updated"]
        assert (made["include_private"], made["headers"]) == (False, {"X-Team": "blue"})
        inbox = {
            "name": "Shop",
            "channel[type]": "web_widget",
            "channel[website_url]": "https://shop.example.com",
        }
        assert (await api.alice.post("inboxes", data=inbox)).json()[
            "website_url"
        ] == "https://shop.example.com"
        conversation = {"source_id": "carla-1", "message[content]": "Grüß Gott & more"}
        begun = (await api.alice.post("conversations", data=conversation)).json()
        assert begun["messages"][0]["content"] == "Grüß Gott & more"

    on_api(url, story)


def test_chunked_bodies_of_every_kind_arrive_whole(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        boundary = b'--b\r\nContent-Disposition: form-data; name="content"\r\n\r\n'
        kinds = {
            "application/json": (b'{"con', b'tent": "H', b'i"}'),
            "application/x-www-form-urlencoded": (b"cont", b"ent=H", b"i"),
            "multipart/form-data; boundary=b": (boundary[:9], boundary[9:] + b"H", b"i\r\n--b--\r\n"),
        }
        for kind, parts in kinds.items():
            answer = await api.alice.post(
                "conversations/1/messages", content=chunked(*parts), headers={"Content-Type": kind}
            )
            assert answer.json()["content"] == "Hi", kind

    on_api(url, story)


def test_json_is_json_whatever_it_is_called(url: str) -> None:
    async def story(api: API) -> None:
        content = json.dumps({"name": "Dora"})
        for kind in ("application/json", "text/plain", "application/vnd.api+json", "nonsense"):
            answer = await api.alice.post("contacts", content=content, headers={"Content-Type": kind})
            assert answer.json()["payload"]["contact"]["name"] == "Dora", kind

    on_api(url, story)


def test_every_answer_calls_itself_json_even_an_empty_one(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        made = await api.world.webhook(PUBLIC_HOOK)
        contact = {"name": "Dora"}
        answers: list[httpx.Response] = [
            await api.alice.post("conversations/1/toggle_priority", json={"priority": "low"}),
            await api.alice.delete(f"webhooks/{made.id}"),
            await api.alice.post("contacts", json=contact),
            await api.alice.get("nowhere"),
            await api.nobody.get("agents"),
            await api.alice.put("agents"),
            await api.alice.post("contacts", content=b"{"),
        ]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 404, 401, 405, 400]
        for answer in answers:
            assert answer.headers["content-type"] == JSON
            assert answer.headers["x-content-type-options"] == "nosniff"
        assert answers[0].content == answers[1].content == b""

    on_api(url, story)


def test_form_fields_that_contradict_each_other_are_refused(url: str) -> None:
    async def story(api: API) -> None:
        before = await api.state()
        for form in ("a=1&a[b]=2", "a[b]=1&a[]=2", "a[]=1&a[b]=2"):
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            refused = await api.alice.post("contacts", content=form, headers=headers)
            assert refused.status_code == 400, form
            assert "contradicts" in refused.json()["error"]
        errors_of(
            await api.alice.post("contacts", data={"custom_attributes[]": ["a", "b"]}), "custom_attributes"
        )
        assert await api.state() == before

    on_api(url, story)
