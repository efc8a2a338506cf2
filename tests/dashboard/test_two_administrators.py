"""Two administrators who fill in the same form at once: both win where they changed different fields, and nobody is overwritten unseen."""

import asyncio
import html
import re
from typing import Any

import pytest

from tests.support.api import API, PUBLIC_HOOK, on_api
from tests.support.people import Person, person, words

HOOK = {
    "url": PUBLIC_HOOK,
    "subscriptions[]": ["message_created"],
    "which_inboxes": "all",
    "include_private": "1",
    "payload_format": "hoory",
    "signature": "hmac",
}


async def alice(api: API) -> Person:
    return await person(api, api.world.alice.id)


def at(api: API, rest: str) -> str:
    return f"/app/accounts/{api.world.account_id}/settings{rest}"


def shown(page: str, number: int = 0) -> str:
    """What a form says it showed."""
    return html.unescape(re.findall(r'name="seen" value="([^"]*)"', page)[number])


def inbox_form(**more: Any) -> dict[str, Any]:
    return {"name": "Programs", "csat_display": "emoji", "csat_operator": "contains"} | more


def account_form(**more: Any) -> dict[str, Any]:
    return {
        "name": "Acme",
        "locale": "en",
        "default_payload_format": "hoory",
        "auto_resolve_unit": "minutes",
    } | more


async def torn(someone: Person, path: str, fields: dict[str, Any]) -> str:
    """A form that comes back, as somebody else was first."""
    answer = await someone.post(path, fields)
    assert answer.status_code == 409, (answer.status_code, answer.text)
    return answer.text


def test_both_win_who_changed_different_fields(url: str) -> None:
    async def story(api: API) -> None:
        path = at(api, f"/inboxes/{api.world.api_inbox.id}")
        one, two = await alice(api), await alice(api)
        saw = shown(await one.get(path))
        kept = await _inbox(api)
        await one.submit(path, inbox_form(name=kept["name"], greeting_message="Hello", seen=saw))
        await two.submit(path, inbox_form(name="Renamed", business_name="", seen=saw))
        now = await _inbox(api)
        assert (now["name"], now["greeting_message"]) == ("Renamed", "Hello")

    on_api(url, story)


def test_who_changed_the_same_field_sees_what_it_is_now_and_chooses(url: str) -> None:
    async def story(api: API) -> None:
        path = at(api, f"/inboxes/{api.world.api_inbox.id}")
        one, two = await alice(api), await alice(api)
        saw = shown(await one.get(path))
        name = (await _inbox(api))["name"]
        await one.submit(path, inbox_form(name=name, greeting_message="<b>Hello</b>", seen=saw))
        page = await torn(two, path, inbox_form(name="Renamed", greeting_message="Good day", seen=saw))
        assert (await _inbox(api))["name"] == name, "nothing of it is kept yet"
        assert "Greeting message was changed meanwhile: it is “<b>Hello</b>” now." in words(page)
        assert "&lt;b&gt;Hello" in page
        assert "<b>Hello" not in page
        assert "Good day</textarea>" in page
        assert 'value="Renamed"' in page
        again = inbox_form(name="Renamed", greeting_message="Good day", seen=shown(page))
        await two.submit(path, again)
        now = await _inbox(api)
        assert (now["name"], now["greeting_message"]) == ("Renamed", "Good day")

    on_api(url, story)


def test_a_field_that_was_left_alone_takes_what_is_there_now_into_the_form(url: str) -> None:
    async def story(api: API) -> None:
        path = at(api, "/account")
        one, two = await alice(api), await alice(api)
        saw = shown(await one.get(path))
        await one.submit(path, account_form(name="Ours", support_email="help@example.com", seen=saw))
        page = await torn(two, path, account_form(name="Theirs", support_email="", seen=saw))
        assert 'value="help@example.com"' in page
        assert 'value="Theirs"' in page
        assert words(page).count("meanwhile") >= 1
        assert "Support email was changed" not in words(page)

    on_api(url, story)


def test_lists_take_what_each_added_and_let_go_of_what_each_took(url: str) -> None:
    async def story(api: API) -> None:
        one, two = await alice(api), await alice(api)
        path = at(api, f"/inboxes/{api.world.api_inbox.id}/members")
        alice_id, bob_id = api.world.alice.id, api.world.bob.id
        await one.submit(path, {"user_ids[]": [str(bob_id)]})
        saw = shown(await one.get(path))
        await one.submit(path, {"user_ids[]": [str(bob_id), str(alice_id)], "seen": saw})
        await two.submit(path, {"seen": saw})
        members = (await api.alice.get(f"inbox_members/{api.world.api_inbox.id}")).json()["payload"]
        assert [one["id"] for one in members] == [alice_id]

    on_api(url, story)


def test_of_webhooks_events_and_address_are_changed_by_two_and_a_header_by_both(url: str) -> None:
    async def story(api: API) -> None:
        made = (
            await api.alice.post("webhooks", json={"url": PUBLIC_HOOK, "subscriptions": ["message_created"]})
        ).json()
        path = at(api, f"/webhooks/{made['payload']['webhook']['id']}/edit")
        one, two = await alice(api), await alice(api)
        saw = shown(await one.get(path))
        other = "https://9.9.9.9/other"
        await one.submit(path, HOOK | {"url": other, "headers": "X-One: 1", "seen": saw})
        events = ["message_created", "conversation_created"]
        await two.submit(path, HOOK | {"subscriptions[]": events, "seen": saw})
        [now] = (await api.alice.get("webhooks")).json()["payload"]["webhooks"]
        assert (now["url"], sorted(now["subscriptions"])) == (other, sorted(events))
        page = await torn(two, path, HOOK | {"headers": "X-Two: 2", "seen": saw})
        assert "Headers was changed meanwhile: it is “X-One: 1” now." in words(page)

    on_api(url, story)


@pytest.mark.parametrize("what", ["account", "inbox", "webhook", "label"])
def test_of_those_who_change_the_same_at_the_same_moment_one_wins_and_all_others_hear_of_it(
    url: str, what: str
) -> None:
    async def story(api: API) -> None:
        path, fields = await _place(api, what)
        people = [await alice(api) for _ in range(6)]
        saw = shown(await people[0].get(path))
        answers = await asyncio.gather(
            *(one.post(path, fields(f"name-{number}") | {"seen": saw}) for number, one in enumerate(people))
        )
        assert sorted(one.status_code for one in answers) == [303] + [409] * 5
        [winner] = [number for number, one in enumerate(answers) if one.status_code == 303]
        assert f"name-{winner}" in await people[0].get(path)
        for number, answer in enumerate(answers):
            if number != winner:
                assert f"it is “name-{winner}” now" in words(answer.text)
                assert f"name-{number}" in answer.text

    on_api(url, story)


def test_a_form_that_came_back_for_something_else_keeps_what_it_showed(url: str) -> None:
    async def story(api: API) -> None:
        one, two = await alice(api), await alice(api)
        path = at(api, "/account")
        saw = shown(await one.get(path))
        page = await two.refused(path, account_form(name="", seen=saw))
        await one.submit(path, account_form(name="First", seen=saw))
        await torn(two, path, account_form(name="Second", seen=shown(page)))

    on_api(url, story)


@pytest.mark.parametrize("said", ["", "null", "[]", "{", '{"name": {"a": []}}', "[" * 5000])
def test_what_a_form_says_it_showed_may_be_anything(url: str, said: str) -> None:
    async def story(api: API) -> None:
        answer = await (await alice(api)).post(at(api, "/account"), account_form(name="Changed", seen=said))
        assert answer.status_code in (303, 409)

    on_api(url, story)


def test_two_who_choose_another_bot_for_an_inbox_hear_of_each_other(url: str) -> None:
    async def story(api: API) -> None:
        path = at(api, f"/inboxes/{api.world.api_inbox.id}")
        one, two = await alice(api), await alice(api)
        saw = shown(await one.get(f"{path}/members"), 1)
        other = (await api.alice.post("agent_bots", json={"name": "Second"})).json()["id"]
        await one.submit(f"{path}/bot", {"agent_bot": str(other), "seen": saw})
        page = await torn(two, f"{path}/bot", {"agent_bot": str(api.bot_id), "seen": saw})
        assert "Agent bot was changed meanwhile" in words(page)
        assert f'<a href="{path}/members">take what is there now</a>' in page
        await two.submit(f"{path}/bot", {"agent_bot": str(api.bot_id), "seen": shown(page, 1)})

    on_api(url, story)


async def _inbox(api: API) -> dict[str, Any]:
    found: dict[str, Any] = (await api.alice.get(f"inboxes/{api.world.api_inbox.id}")).json()
    return found


async def _place(api: API, what: str) -> tuple[str, Any]:
    """A form's address, and the form with a name of one's own."""
    if what == "account":
        return at(api, "/account"), lambda name: account_form(name=name)
    if what == "inbox":
        return at(api, f"/inboxes/{api.world.api_inbox.id}"), lambda name: inbox_form(name=name)
    if what == "label":
        made = (await api.alice.post("labels", json={"title": "billing"})).json()["id"]
        return at(api, f"/labels/{made}"), lambda name: {"title": name, "color": "#1f93ff"}
    body = {"url": PUBLIC_HOOK, "subscriptions": ["message_created"], "name": "Hook"}
    made = (await api.alice.post("webhooks", json=body)).json()["payload"]["webhook"]["id"]
    return at(api, f"/webhooks/{made}/edit"), lambda name: HOOK | {"name": name}
