"""What a site's own script may say of its visitor and their conversation, and what the visitor is shown of both."""

from typing import Any

import httpx
import pytest

from tests.support.api import API, contents, errors_of, on_api, written


async def talking(api: API) -> httpx.AsyncClient:
    """A visitor who has written."""
    visitor = await api.visitor()
    await written(visitor, "Hi")
    return visitor


async def kept(api: API) -> dict[str, Any]:
    """The conversation as agents see it."""
    shown: dict[str, Any] = (await api.alice.get("conversations/1")).json()
    return shown


async def label(api: API, title: str) -> None:
    assert (await api.alice.post("labels", json={"title": title})).status_code == 200


def test_attributes_of_the_conversation_are_merged_and_taken_off_and_each_rings(url: str) -> None:
    async def story(api: API) -> None:
        visitor = await talking(api)
        said = len(await api.told())
        for given in ({"order": 7, "vip": True}, {"order": 8}, {"order": 8}):
            set_ = await visitor.post(
                "conversations/set_custom_attributes", json={"custom_attributes": given}
            )
            assert (set_.status_code, set_.content) == (200, b"")
        assert (await kept(api))["custom_attributes"] == {"order": 8, "vip": True}
        body = {"custom_attribute": ["vip", "never there"]}
        assert (await visitor.post("conversations/destroy_custom_attributes", json=body)).status_code == 200
        assert (await kept(api))["custom_attributes"] == {"order": 8}
        assert (await api.told())[said:] == ["conversation_updated"] * 3, "what changes nothing rings nothing"

    on_api(url, story)


def test_attributes_of_the_visitor_are_merged_and_taken_off(url: str) -> None:
    async def story(api: API) -> None:
        visitor = await talking(api)
        for given in ({"plan": "gold", "since": 2020}, {"plan": "silver"}):
            await visitor.patch("contact", json={"custom_attributes": given})
        contact = (await visitor.get("contact")).json()["id"]
        body = {"custom_attributes": ["since", "never there"]}
        changed = await visitor.post("contact/destroy_custom_attributes", json=body)
        assert (changed.status_code, changed.json()["id"]) == (200, contact)
        shown = (await api.alice.get(f"contacts/{contact}")).json()["payload"]
        assert shown["custom_attributes"] == {"plan": "silver"}

    on_api(url, story)


def test_a_page_chooses_among_the_accounts_labels_and_each_change_rings(url: str) -> None:
    async def story(api: API) -> None:
        await label(api, "sales")
        visitor = await talking(api)
        said = len(await api.told())
        for title in (" Sales ", "sales"):
            assert (await visitor.post("labels", json={"label": title})).status_code == 200
        assert (await kept(api))["labels"] == ["sales"]
        errors_of(await visitor.post("labels", json={"label": "made-up"}), "label")
        assert (await visitor.delete("labels/made-up")).status_code == 200
        assert (await visitor.delete("labels/sales")).status_code == 200
        assert (await kept(api))["labels"] == []
        assert (await api.told())[said:] == ["conversation_updated"] * 2

    on_api(url, story)


def test_labels_of_another_account_are_none(url: str) -> None:
    async def story(api: API) -> None:
        stranger = await api.client(
            f"/api/v1/accounts/{api.other_account}", api.stranger.headers["api_access_token"]
        )
        assert (await stranger.post("labels", json={"title": "theirs"})).status_code == 200
        visitor = await talking(api)
        errors_of(await visitor.post("labels", json={"label": "theirs"}), "label")
        assert (await kept(api))["labels"] == []

    on_api(url, story)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_visitor_ends_the_conversation_where_the_inbox_lets_them(url: str, method: str) -> None:
    async def story(api: API) -> None:
        visitor = await talking(api)
        path = f"inboxes/{api.world.website.id}"
        off = {"channel": {"selected_feature_flags": ["attachments"]}}
        assert (await api.alice.patch(path, json=off)).status_code == 200
        before = await api.state()
        refused = await visitor.request(method, "conversations/toggle_status")
        assert (refused.status_code, refused.json()["code"]) == (401, "not_allowed")
        assert await api.state() == before
        on = {"channel": {"selected_feature_flags": ["end_conversation"]}}
        await api.alice.patch(path, json=on)
        said = len(await api.told())
        for _ in range(2):
            ended = await visitor.request(method, "conversations/toggle_status")
            assert ended.status_code == 200
            assert (await kept(api))["status"] == "resolved", "ended is ended: nothing is begun again by it"
        told = (await api.told())[said:]
        assert told.count("conversation_status_changed") == 1
        assert (await visitor.get("conversations")).json()["status"] == "resolved"

    on_api(url, story)


def test_before_there_is_a_conversation_nothing_is_said_of_it_and_nothing_made(url: str) -> None:
    async def story(api: API) -> None:
        await label(api, "sales")
        silent, opened = await api.visitor(), await api.visitor()
        await opened.post("events", json={"name": "webwidget.triggered"})
        before = await api.state()
        for visitor in (silent, opened):
            for path, body in (
                ("conversations/set_custom_attributes", {"custom_attributes": {"a": 1}}),
                ("conversations/destroy_custom_attributes", {"custom_attribute": ["a"]}),
                ("labels", {"label": "sales"}),
                ("conversations/toggle_status", None),
            ):
                assert (await visitor.post(path, json=body)).status_code == 404, path
            assert (await visitor.delete("labels/sales")).status_code == 404
        body = {"custom_attributes": ["a"]}
        assert (await silent.post("contact/destroy_custom_attributes", json=body)).status_code == 404
        assert await api.state() == before

    on_api(url, story)


def test_one_visitor_says_nothing_of_anothers_conversation(url: str) -> None:
    async def story(api: API) -> None:
        await label(api, "sales")
        first, second = await talking(api), await talking(api)
        await second.post("conversations/set_custom_attributes", json={"custom_attributes": {"a": 1}})
        await second.post("labels", json={"label": "sales"})
        await second.post("conversations/toggle_status")
        one = await kept(api)
        assert (one["custom_attributes"], one["labels"], one["status"]) == ({}, [], "open")
        assert (await first.get("conversations")).json()["status"] == "open"

    on_api(url, story)


def test_wrong_fields_are_named_and_change_nothing(url: str) -> None:
    async def story(api: API) -> None:
        visitor = await talking(api)
        before = await api.state()
        table: list[tuple[str, Any, str]] = [
            ("conversations/set_custom_attributes", {}, "custom_attributes"),
            ("conversations/set_custom_attributes", {"custom_attributes": [1]}, "custom_attributes"),
            ("conversations/destroy_custom_attributes", {"custom_attribute": "a"}, "custom_attribute"),
            (
                "conversations/destroy_custom_attributes",
                {"custom_attribute": ["a"] * 101},
                "custom_attribute",
            ),
            ("contact/destroy_custom_attributes", {}, "custom_attributes"),
            ("labels", {}, "label"),
            ("labels", {"label": "x" * 101}, "label"),
            ("labels", {"label": ["sales"]}, "label"),
        ]
        for path, body, wrong in table:
            errors_of(await visitor.post(path, json=body), wrong)
        assert await api.state() == before

    on_api(url, story)


def test_visitors_learn_who_answers_but_no_email(url: str) -> None:
    async def story(api: API) -> None:
        body = {"inbox_id": api.world.website.id, "user_ids": [api.world.alice.id, api.world.bob.id]}
        assert (await api.alice.post("inbox_members", json=body)).status_code == 200
        before = await api.state()
        answer = await (await api.browser()).get("inbox_members")
        shown = answer.json()["payload"]
        assert {one["id"] for one in shown} == {api.world.alice.id, api.world.bob.id}
        assert all(sorted(one) == ["availability_status", "avatar_url", "id", "name"] for one in shown)
        assert "@" not in answer.text
        assert (await (await api.browser(website_token="nobody")).get("inbox_members")).status_code == 404
        assert await api.state() == before

    on_api(url, story)


def test_the_widget_gets_every_message_ready_to_show(url: str) -> None:
    async def story(api: API) -> None:
        visitor = await api.visitor()
        html = "<p><strong>Hi</strong> &lt;script&gt;</p>"
        first = (await visitor.post("messages", json={"message": {"content": "**Hi** <script>"}})).json()
        assert (first["content"], first["content_html"]) == ("**Hi** <script>", html)
        asked = {"content": "Your *email*?", "content_type": "input_email"}
        form = (await api.alice.post("conversations/1/messages", json=asked)).json()
        assert "content_html" not in form
        body = {"message": {"submitted_email": "dora@example.com"}}
        answered = (await visitor.patch(f"messages/{form['id']}", json=body)).json()
        assert answered["content_html"] == "<p>Your <em>email</em>?</p>"
        listed = (await visitor.get("messages")).json()["payload"]
        assert [one["content_html"] for one in listed] == [html, "<p>Your <em>email</em>?</p>"]
        assert (await visitor.get("conversations")).json()["messages"] == listed
        begun = await visitor.post("conversations", json={"message": {"content": "_Again_"}})
        assert begun.json()["messages"][0]["content_html"] == "<p><em>Again</em></p>"
        assert await contents(visitor) == ["_Again_"]

    on_api(url, story)


def test_a_message_of_files_alone_has_no_text_to_show(url: str) -> None:
    async def story(api: API) -> None:
        visitor = await api.visitor()
        files = {"message[attachments][]": ("note.txt", b"some text", "text/plain")}
        made = await visitor.post(
            "messages", data={"message[referer_url]": "https://example.com"}, files=files
        )
        assert (made.status_code, made.json()["content"], made.json()["content_html"]) == (200, None, None)

    on_api(url, story)


def test_other_clients_get_messages_as_they_know_them(url: str) -> None:
    async def story(api: API) -> None:
        customer = await api.client_api()
        contact = (await customer.post("contacts", json={"name": "Nina"})).json()
        path = f"contacts/{contact['source_id']}/conversations"
        number = (await customer.post(path)).json()["id"]
        made = await customer.post(f"{path}/{number}/messages", json={"content": "*Hi*"})
        listed = await customer.get(f"{path}/{number}/messages")
        for answer in (made, listed, await customer.get(path)):
            assert "*Hi*" in answer.text
            assert "content_html" not in answer.text

    on_api(url, story)
