"""Settings in the dashboard: labels, canned responses, custom attributes, teams, and the account's own."""

from typing import Any

import pytest

from deskbell.desk.queries import labels
from tests.support.api import API, on_api
from tests.support.people import beside, person, words


def at(api: API, rest: str = "") -> str:
    return f"/app/accounts/{api.world.account_id}/settings{rest}"


async def made(api: API, path: str, **body: Any) -> int:
    """Made by the API, to be looked at here."""
    answer = await api.alice.post(path, json=body)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["id"])


def test_empty_settings_say_what_to_do(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        for path, told in (
            ("labels", "Add your first label"),
            ("canned_responses", "Add your first response"),
            ("attributes", "Add your first attribute"),
            ("teams", "Add your first team"),
        ):
            assert told in words(await alice.get(at(api, f"/{path}")))

    on_api(url, story)


def test_labels_are_listed_with_how_many_conversations_carry_them(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        fields = {
            "title": "Billing",
            "description": "<b>money</b>",
            "color": "#c0265a",
            "show_on_sidebar": "1",
        }
        assert await alice.submit(at(api, "/labels/new"), fields) == at(api, "/labels")
        await made(api, "labels", title="quiet")
        for number in (1, 2):
            await api.world.conversation()
            await api.alice.post(f"conversations/{number}/labels", json={"labels": ["billing"]})
        page = await alice.get(at(api, "/labels"))
        assert "billing &lt;b&gt;money&lt;/b&gt; 2 conversations" in words(page).replace(
            "<b>", "&lt;b&gt;"
        ).replace("</b>", "&lt;/b&gt;")
        assert "<b>money" not in page
        assert "quiet No conversations" in words(page)
        assert 'fill="#c0265a"' in page

    on_api(url, story)


def test_of_many_conversations_only_so_many_are_counted(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(api: API) -> None:
        await made(api, "labels", title="billing")
        for number in (1, 2, 3):
            await api.world.conversation()
            await api.alice.post(f"conversations/{number}/labels", json={"labels": ["billing"]})
        alice = await person(api, api.world.alice.id)
        assert "billing 2 or more conversations" in words(await alice.get(at(api, "/labels")))

    monkeypatch.setattr(labels, "MANY", 2)
    on_api(url, story)


def test_a_label_that_others_accounts_have_is_counted_apart(url: str) -> None:
    async def story(api: API) -> None:
        await made(api, "labels", title="billing")
        olga = await api.client(
            f"/api/v1/accounts/{api.other_account}", api.stranger.headers["api_access_token"]
        )
        assert (await olga.post("labels", json={"title": "billing"})).status_code == 200
        await api.world.conversation()
        await api.alice.post("conversations/1/labels", json={"labels": ["billing"]})
        other = await person(api, (await olga.get("agents")).json()[0]["id"])
        page = words(await other.get(f"/app/accounts/{api.other_account}/settings/labels"))
        assert "billing No conversations" in page

    on_api(url, story)


def test_a_label_is_renamed_everywhere_and_deleted(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        label = await made(api, "labels", title="billing", color="#112233", show_on_sidebar=True)
        await api.world.conversation()
        await api.alice.post("conversations/1/labels", json={"labels": ["billing"]})
        path = at(api, f"/labels/{label}")
        page = await alice.get(path)
        assert 'value="billing"' in page
        assert 'value="#112233"' in page
        assert "letters, digits" in beside(await alice.refused(path, {"title": "no spaces!"}), "title")
        await alice.submit(path, {"title": "money", "color": "#112233"})
        assert (await api.alice.get("conversations/1/labels")).json()["payload"] == ["money"]
        assert (await api.alice.get(f"labels/{label}")).json()["show_on_sidebar"] is False
        await alice.submit(f"{path}/delete")
        assert (await api.alice.get("conversations/1/labels")).json()["payload"] == []
        await alice.get(path, status=404)

    on_api(url, story)


def test_a_title_that_is_taken_stays_in_the_form(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        await made(api, "labels", title="billing")
        page = await alice.refused(at(api, "/labels/new"), {"title": "billing", "description": "again"})
        assert "already been taken" in beside(page, "title")
        assert 'value="again"' in page

    on_api(url, story)


def test_agents_keep_canned_responses_find_them_and_see_how_they_look(url: str) -> None:
    async def story(api: API) -> None:
        bob = await person(api, api.world.bob.id)
        path = at(api, "/canned_responses")
        written = {"short_code": "/refund", "content": "**Sorry**\r\n<script>x</script>"}
        assert await bob.submit(f"{path}/new", written) == path
        [kept] = (await api.alice.get("canned_responses")).json()
        assert (kept["short_code"], kept["content"]) == ("refund", "**Sorry**\n<script>x</script>")
        await made(api, "canned_responses", short_code="hello", content="Good day")
        page = await bob.get(path)
        assert "/refund" in words(page)
        assert "<script>x" not in page
        found = (await bob.client.get(path, params={"q": "SORRY"}, headers={"hx-request": "true"})).text
        assert "/refund" in found
        assert "/hello" not in found
        assert "<html" not in found
        assert "Nothing here holds" in words(await bob.get(path, q="nowhere"))
        shown = await bob.post(f"{path}/preview", {"content": "**Sorry** <img src=x>"}, hx_request="true")
        assert "<strong>Sorry</strong>" in shown.text
        assert "<img" not in shown.text

    on_api(url, story)


def test_a_canned_response_is_changed_and_deleted(url: str) -> None:
    async def story(api: API) -> None:
        bob = await person(api, api.world.bob.id)
        path = at(
            api, f"/canned_responses/{await made(api, 'canned_responses', short_code='hi', content='Hi')}"
        )
        page = await bob.refused(path, {"short_code": "", "content": " "})
        assert "blank" in beside(page, "short_code")
        assert "blank" in beside(page, "content")
        await bob.submit(path, {"short_code": "hi", "content": "Hello"})
        assert "Hello</textarea>" in await bob.get(path)
        await bob.submit(f"{path}/delete")
        assert (await api.alice.get("canned_responses")).json() == []

    on_api(url, story)


def test_attributes_of_each_type_are_defined(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        path = at(api, "/attributes")
        order = {
            "model": "conversation",
            "attribute_key": "order_id",
            "attribute_display_name": "Order",
            "attribute_display_type": "text",
            "regex_pattern": "^A-[0-9]+$",
            "regex_cue": "Such as A-1",
            "attribute_values": "left\r\nover",
        }
        await alice.submit(f"{path}/new", order)
        plan = {
            "model": "contact",
            "attribute_key": "plan",
            "attribute_display_name": "Plan",
            "attribute_display_type": "list",
            "attribute_values": " free \r\n\r\npro\r\nfree",
            "regex_pattern": "left over",
        }
        await alice.submit(f"{path}/new", plan)
        kept = (await api.alice.get("custom_attribute_definitions")).json()
        told = {one["attribute_key"]: one for one in kept}
        assert told["order_id"]["regex_pattern"] == "^A-[0-9]+$"
        assert told["order_id"]["attribute_values"] == []
        assert told["plan"]["attribute_values"] == ["free", "pro"]
        assert told["plan"]["attribute_model"] == "contact_attribute"
        assert told["plan"]["regex_pattern"] is None
        page = words(await alice.get(path))
        assert "Of conversations Order order_id Text" in page
        assert "Of contacts Plan plan One of a list" in page
        assert "free\npro</textarea>" in await alice.get(f"{path}/{told['plan']['id']}")
        await alice.submit(f"{path}/{told['plan']['id']}/delete")
        assert "Of contacts" not in words(await alice.get(path))

    on_api(url, story)


def test_a_wrong_attribute_names_its_fields(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        wrong = {"model": "contact", "attribute_key": "email", "attribute_display_name": " "}
        page = await alice.refused(at(api, "/attributes/new"), wrong)
        assert "standard attribute" in beside(page, "attribute_key")
        definition = await made(
            api, "custom_attribute_definitions", attribute_key="plan", attribute_display_name="Plan"
        )
        page = await alice.refused(
            at(api, f"/attributes/{definition}"), {"attribute_key": "plan", "attribute_display_name": " "}
        )
        assert "blank" in beside(page, "attribute_display_name")

    on_api(url, story)


def test_a_list_of_nothing_is_told_with_all_else_that_is_wrong(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        size = {"attribute_key": "size", "attribute_display_name": "Size", "attribute_display_type": "list"}
        page = await alice.refused(at(api, "/attributes/new"), size | {"attribute_key": "two words"})
        assert "letters" in beside(page, "attribute_key")
        assert "blank" in beside(page, "attribute_values")
        await alice.refused(at(api, "/attributes/new"), size)
        assert (await api.alice.get("custom_attribute_definitions")).json() == []
        definition = await made(api, "custom_attribute_definitions", **size, attribute_values=["S", "M"])
        page = await alice.refused(at(api, f"/attributes/{definition}"), size | {"attribute_values": " \n "})
        assert "blank" in beside(page, "attribute_values")
        [kept] = (await api.alice.get("custom_attribute_definitions")).json()
        assert kept["attribute_values"] == ["S", "M"]

    on_api(url, story)


def test_teams_and_who_is_in_them(url: str) -> None:
    async def story(api: API) -> None:
        alice, bob = await person(api, api.world.alice.id), str(api.world.bob.id)
        fields = {"name": "Sales", "description": "", "allow_auto_assign": "1", "user_ids[]": [bob]}
        await alice.submit(at(api, "/teams/new"), fields)
        [team] = (await api.alice.get("teams")).json()
        assert (team["name"], team["allow_auto_assign"]) == ("sales", True)
        assert "Bob Assigned in turn" in words(await alice.get(at(api, "/teams")))
        path = at(api, f"/teams/{team['id']}")
        await alice.submit(path, {"name": "sales", "user_ids[]": [str(api.world.alice.id)]})
        members = (await api.alice.get(f"teams/{team['id']}/team_members")).json()
        assert [one["id"] for one in members] == [api.world.alice.id]
        assert (await api.alice.get(f"teams/{team['id']}")).json()["allow_auto_assign"] is False
        await alice.submit(f"{path}/delete")
        assert (await api.alice.get("teams")).json() == []

    on_api(url, story)


def test_a_team_with_a_stranger_is_not_half_made(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        before = await api.state()
        page = await alice.refused(at(api, "/teams/new"), {"name": "sales", "user_ids[]": ["999999"]})
        assert "not agents of this account" in beside(page, "user_ids")
        assert 'value="sales"' in page
        assert await api.state() == before

    on_api(url, story)


ACCOUNT = {
    "name": "Campana",
    "locale": "de",
    "support_email": "",
    "default_payload_format": "hoory",
    "auto_resolve_after": "3",
    "auto_resolve_unit": "days",
    "auto_resolve_message": "We close this now.",
    "auto_resolve_label": "idle",
    "auto_resolve_ignore_waiting": "1",
    "timezone": "Europe/Berlin",
    "industry": "bells",
}


def test_an_account_says_when_idle_conversations_are_resolved(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        await made(api, "labels", title="idle")
        await alice.submit(at(api, "/account"), ACCOUNT)
        told = (await api.alice.get("")).json()
        assert told["settings"]["auto_resolve_after"] == 3 * 24 * 60
        assert told["settings"]["auto_resolve_message"] == "We close this now."
        assert told["settings"]["auto_resolve_label"] == "idle"
        assert told["settings"]["auto_resolve_ignore_waiting"] is True
        assert told["custom_attributes"]["timezone"] == "Europe/Berlin"
        page = await alice.get(at(api, "/account"))
        assert 'name="auto_resolve_after" inputmode="numeric" autocomplete="off" value="3"' in page
        assert "<option selected>days</option>" in page
        await alice.submit(at(api, "/account"), ACCOUNT | {"auto_resolve_after": ""})
        assert (await api.alice.get("")).json()["settings"]["auto_resolve_after"] is None

    on_api(url, story)


def test_a_time_that_is_none_stays_in_the_form(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        for wrong, told in (
            ("soon", "whole number"),
            ("5", "from 10 minutes"),
            ("9999999", "from 10 minutes"),
        ):
            fields = ACCOUNT | {"auto_resolve_after": wrong, "auto_resolve_unit": "minutes"}
            page = await alice.refused(at(api, "/account"), fields)
            assert told in beside(page, "auto_resolve_after")
            assert f'value="{wrong}"' in page
        before = (await api.alice.get("")).json()
        page = await alice.refused(
            at(api, "/account"), ACCOUNT | {"name": " ", "auto_resolve_after": "soon", "industry": "lamps"}
        )
        assert "whole number" in beside(page, "auto_resolve_after")
        assert "blank" in beside(page, "name"), "all that is wrong is told at once"
        assert (await api.alice.get("")).json() == before

    on_api(url, story)
