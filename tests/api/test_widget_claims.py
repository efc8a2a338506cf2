"""Who only claims to be a known contact is taken for them by the team, and shown nothing of theirs."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from tests.support.api import API, contents, identified, on_api, proof, written
from tests.support.cable import on_air

KNOWN: dict[str, Any] = {
    "name": "Dora Secret",
    "email": "dora@example.com",
    "phone_number": "+14155550199",
    "identifier": "dora-4711",
    "avatar_url": "https://pictures.example/dora-secret.png",
    "additional_attributes": {"city": "secretville"},
    "custom_attributes": {"plan": "secret plan"},
}
SECRETS = ("Secret", "14155550199", "dora-4711", "secret")
Claim = Callable[[API, httpx.AsyncClient], Awaitable[httpx.AsyncClient]]


async def _before_the_chat(_api: API, visitor: httpx.AsyncClient) -> httpx.AsyncClient:
    body = {"contact": {"email": "dora@example.com"}, "message": {"content": "Hi"}}
    answer = await visitor.post("conversations", json=body)
    assert answer.status_code == 200
    _shows_nothing(answer)
    return visitor


async def _when_asked_for_an_email(api: API, visitor: httpx.AsyncClient) -> httpx.AsyncClient:
    number = (await written(visitor, "Hi"))["conversation_id"]
    asked = {"content": "Your email?", "content_type": "input_email"}
    form = (await api.alice.post(f"conversations/{number}/messages", json=asked)).json()
    _shows_nothing(
        await visitor.patch(f"messages/{form['id']}", json={"contact": {"email": "dora@example.com"}})
    )
    return visitor


async def _by_the_sites_word(api: API, visitor: httpx.AsyncClient) -> httpx.AsyncClient:
    answer = await visitor.patch("contact/set_user", json={"email": "dora@example.com"})
    assert answer.status_code == 200
    _shows_nothing(answer)
    return visitor


async def _by_saying_more(_api: API, visitor: httpx.AsyncClient) -> httpx.AsyncClient:
    _shows_nothing(await visitor.patch("contact", json={"email": "dora@example.com"}))
    return visitor


async def _by_a_phone_number(_api: API, visitor: httpx.AsyncClient) -> httpx.AsyncClient:
    answer = await visitor.patch("contact", json={"phone_number": KNOWN["phone_number"]})
    assert answer.json()["email"] is None
    return visitor


async def _after_having_been_another(api: API, visitor: httpx.AsyncClient) -> httpx.AsyncClient:
    other = await identified(api, visitor, identifier="mallory", name="Mallory")
    return await identified(api, other, identifier="dora-4711")


def _shows_nothing(answer: httpx.Response, said: tuple[str, ...] = ()) -> None:
    assert answer.status_code in (200, 404), answer.text
    for secret in SECRETS:
        assert secret in said or secret not in answer.text, answer.text


async def _asks_for_everything(visitor: httpx.AsyncClient, said: tuple[str, ...]) -> None:
    await written(visitor, "It is me")
    for answer in (
        await visitor.get("contact"),
        await visitor.post("config"),
        await visitor.get("conversations"),
        await visitor.get("messages"),
        await visitor.patch("contact", json={"custom_attributes": {"mine": 1}}),
        await visitor.post("contact/destroy_custom_attributes", json={"custom_attributes": ["mine"]}),
        await visitor.post("messages", json={"message": {"content": "And now?"}}),
        await visitor.post("conversations", json={"message": {"content": "Or now?"}}),
    ):
        _shows_nothing(answer, said)


async def _dora(api: API, *, identifier: bool) -> dict[str, Any]:
    """A contact with a conversation of their own. An email alone never leads to one who has an identifier."""
    fields = KNOWN if identifier else {**KNOWN, "identifier": None}
    made = (await api.alice.post("contacts", json=fields)).json()["payload"]["contact"]
    source = (
        await api.alice.post(
            f"contacts/{made['id']}/contact_inboxes", json={"inbox_id": api.world.api_inbox.id}
        )
    ).json()["source_id"]
    client = await api.client_api()
    number = (await client.post(f"contacts/{source}/conversations", json={})).json()["id"]
    said = {"content": "Dora's secret"}
    assert (
        await client.post(f"contacts/{source}/conversations/{number}/messages", json=said)
    ).status_code == 200
    found: dict[str, Any] = made
    return found


@pytest.mark.parametrize(
    ("claim", "identifier", "said"),
    [
        (_before_the_chat, False, ()),
        (_when_asked_for_an_email, False, ()),
        (_by_the_sites_word, False, ()),
        (_by_saying_more, False, ()),
        (_by_a_phone_number, False, ("14155550199",)),
        (_after_having_been_another, True, ("dora-4711",)),
    ],
)
def test_an_unproven_visitor_is_shown_only_what_they_said_themselves(
    url: str, claim: Claim, identifier: bool, said: tuple[str, ...]
) -> None:
    async def story(api: API) -> None:
        dora = await _dora(api, identifier=identifier)
        claimant = await claim(api, await api.visitor())
        await _asks_for_everything(claimant, said)
        assert (await claimant.get("contact")).json()["id"] == dora["id"], "the team sees one contact"
        now = (await api.alice.get(f"contacts/{dora['id']}")).json()["payload"]
        assert [now[name] for name in ("name", "email", "phone_number")] == [
            KNOWN[name] for name in ("name", "email", "phone_number")
        ]
        assert now["custom_attributes"] == KNOWN["custom_attributes"]

    on_api(url, story)


def test_what_an_unproven_visitor_said_stays_theirs_to_see(url: str) -> None:
    async def story(api: API) -> None:
        await _dora(api, identifier=True)
        told = {"identifier": "dora-4711", "name": "Dolly", "custom_attributes": {"cart": 3}}
        visitor = await identified(api, await api.visitor(), **told)
        shown = (await visitor.get("contact")).json()
        assert (shown["name"], shown["email"], shown["identifier"]) == ("Dolly", None, "dora-4711")
        begun = (await visitor.post("conversations", json={"message": {"content": "Hi"}})).json()
        assert begun["contact"]["custom_attributes"] == {"cart": 3}
        assert begun["messages"][0]["sender"]["name"] == "Dolly"
        assert begun["contact"]["last_activity_at"] is None

    on_api(url, story)


def test_what_another_claims_to_be_or_the_team_writes_down_changes_nothing_a_visitor_sees(url: str) -> None:
    async def story(api: API) -> None:
        first, second = await api.visitor(), await api.visitor()
        shown = (await first.patch("contact", json={"email": "dora@example.com", "name": "Dora"})).json()
        await second.patch(
            "contact", json={"email": "dora@example.com", "name": "Mallory", "phone_number": "+14155550123"}
        )
        for visitor, name, phone in ((first, "Dora", None), (second, "Mallory", "+14155550123")):
            shown = (await visitor.get("contact")).json()
            assert (shown["name"], shown["phone_number"], shown["email"]) == (name, phone, "dora@example.com")
        await api.alice.patch(f"contacts/{shown['id']}", json={"name": "Difficult customer"})
        assert (await first.get("contact")).json()["name"] == "Dora"

    on_api(url, story)


def test_a_visitor_whom_the_team_takes_for_somebody_learns_nothing_of_it(url: str) -> None:
    async def story(api: API) -> None:
        dora = await _dora(api, identifier=True)
        visitor = await api.visitor()
        await written(visitor, "Hi")
        own = (await visitor.get("contact")).json()
        merged = {"base_contact_id": dora["id"], "mergee_contact_id": own["id"]}
        assert (await api.alice.post("actions/contact_merge", json=merged)).status_code == 200
        assert (await visitor.get("contact")).json() == own | {"id": dora["id"]}
        await _asks_for_everything(visitor, ())

    on_api(url, story)


def test_a_proven_visitor_sees_all_that_is_theirs(url: str) -> None:
    async def story(api: API) -> None:
        dora = await _dora(api, identifier=True)
        claimed = await identified(api, await api.visitor(), identifier="dora-4711")
        assert (await claimed.get("contact")).json()["email"] is None
        proven = await identified(
            api, claimed, identifier="dora-4711", identifier_hash=proof(api, "dora-4711")
        )
        shown = (await proven.get("contact")).json()
        assert [shown[name] for name in ("id", "name", "email", "phone_number", "identifier")] == [
            dora["id"],
            *(KNOWN[name] for name in ("name", "email", "phone_number", "identifier")),
        ]
        begun = (await proven.post("conversations", json={"message": {"content": "Hi"}})).json()
        assert begun["contact"]["custom_attributes"] == KNOWN["custom_attributes"]
        assert begun["messages"][0]["sender"]["name"] == "Dora Secret"
        await api.alice.patch(f"contacts/{dora['id']}", json={"name": "Dora Renamed"})
        assert (await proven.get("contact")).json()["name"] == "Dora Renamed"

    on_api(url, story)


def test_a_proof_is_not_carried_to_whoever_is_claimed_next(url: str) -> None:
    """Where the team takes the identifier off a proven contact, its address stays proven, and stays theirs."""

    async def story(api: API) -> None:
        await _dora(api, identifier=True)
        mallory = await identified(
            api, await api.visitor(), identifier="mallory", identifier_hash=proof(api, "mallory")
        )
        await written(mallory, "Mine")
        own = (await mallory.get("contact")).json()
        await api.alice.patch(f"contacts/{own['id']}", json={"identifier": None})
        assert (await mallory.patch("contact", json={"email": "dora@example.com"})).json()["id"] == own["id"]
        claimed = await identified(api, mallory, identifier="dora-4711")
        _shows_nothing(await claimed.get("contact"), ("dora-4711",))
        assert await contents(claimed) == []
        assert await contents(mallory) == ["Mine"]

    on_api(url, story)


def test_the_greeting_calls_an_unproven_visitor_by_what_they_said(url: str) -> None:
    async def story(api: API) -> None:
        await _dora(api, identifier=False)
        greeting = {
            "greeting_enabled": True,
            "greeting_message": "Hello {{contact.name}}, {{contact.phone}} {{contact.custom_attribute.plan}}",
        }
        await api.alice.patch(f"inboxes/{api.world.website.id}", json=greeting)
        visitor = await _before_the_chat(api, await api.visitor())
        assert (await contents(visitor))[1].startswith("Hello Visitor "), "a greeting followed"
        await _asks_for_everything(visitor, ())

    on_api(url, story)


def test_a_chat_interface_of_the_sites_own_is_told_no_more(url: str) -> None:
    async def story(api: API) -> None:
        await _dora(api, identifier=False)
        client = await api.client_api()
        presented = await client.post("contacts", json={"email": "dora@example.com"})
        _shows_nothing(presented)
        path = f"contacts/{presented.json()['source_id']}"
        began = await client.post(f"{path}/conversations", json={})
        said = f"{path}/conversations/{began.json()['id']}/messages"
        for answer in (
            began,
            await client.get(path),
            await client.patch(path, json={"name": "Mallory"}),
            await client.post(said, json={"content": "Hi"}),
            await client.get(said),
            await client.get(f"{path}/conversations"),
        ):
            _shows_nothing(answer)
        assert (await client.get(path)).json()["name"] == "Mallory"
        team = (await client.patch("contacts/carla-1", json={"email": "carla@example.com"})).json()
        assert team["name"] == "Carla", "an address that the team gave shows whose it is"

    on_api(url, story)


def test_nothing_of_the_claimed_contact_comes_in_real_time(url: str) -> None:
    async def story(api: API) -> None:
        await _dora(api, identifier=False)
        visitor = await _before_the_chat(api, await api.visitor())
        token = (await visitor.get("contact")).json()["pubsub_token"]
        async with on_air(api) as station, station.cable() as cable:
            heard = await cable.subscribe(token)
            await written(visitor, "It is me")
            await heard.hears("message.created")
            assert heard.messages[0]["data"]["sender"]["name"].startswith("Visitor ")
            for secret in SECRETS:
                assert secret not in json.dumps(cable.frames)

    on_api(url, story)
