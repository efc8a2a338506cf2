"""Bridges say what became of a message; a failed one is tried again."""

from typing import Any

import pytest

from tests.support.api import API, errors_of, on_api


async def written(api: API, inbox: str = "api") -> str:
    """A message of Alice's, as a path."""
    if inbox == "api":
        await api.world.conversation()
    else:
        await (await api.visitor()).post("messages", json={"message": {"content": "Hi"}})
    said = await api.alice.post("conversations/1/messages", json={"content": "Hello"})
    return f"conversations/1/messages/{said.json()['id']}"


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_a_bridge_tells_what_became_of_a_message(url: str, method: str) -> None:
    async def story(api: API) -> None:
        path = await written(api)
        before = len(await api.world.events())
        for status in ("delivered", "read"):
            told = await api.alice.request(method, path, json={"status": status})
            assert (told.status_code, told.json()["status"]) == (200, status)
        late = await api.alice.request(method, path, json={"status": "delivered"})
        assert (late.status_code, late.json()["status"]) == (200, "read"), "receipts come late"
        failed = await api.bob.request(method, path, json={"status": "failed", "external_error": "Blocked"})
        assert failed.json()["content_attributes"] == {"external_error": "Blocked"}
        assert await api.told(before) == ["message_updated"] * 3
        again = await api.bob.request(method, path, json={"status": "sent", "external_error": "x"})
        assert (again.json()["status"], again.json()["content_attributes"]) == ("sent", {})

    on_api(url, story)


def test_only_api_inboxes_are_told(url: str) -> None:
    async def story(api: API) -> None:
        path = await written(api, "website")
        refused = await api.alice.patch(path, json={"status": "read"})
        assert refused.status_code == 403
        assert refused.json()["error"] == "Message status update is only allowed for API inboxes"

    on_api(url, story)


def test_what_is_no_status_is_named(url: str) -> None:
    async def story(api: API) -> None:
        path = await written(api)
        wrong: list[Any] = [{}, {"status": "gone"}, {"status": None}, {"status": 3}, {"content": "x"}]
        for body in wrong:
            errors_of(await api.alice.patch(path, json=body), "status")
        for stranger in ("conversations/1/messages/99", "conversations/9/messages/1"):
            assert (await api.alice.patch(stranger, json={"status": "read"})).status_code == 404
            assert (await api.alice.post(f"{stranger}/retry")).status_code == 404

    on_api(url, story)


def test_a_failed_message_counts_as_sent_once_it_is_tried_again(url: str) -> None:
    async def story(api: API) -> None:
        path = await written(api)
        before = len(await api.world.events())
        same = await api.alice.post(f"{path}/retry")
        assert (same.status_code, same.json()["status"]) == (200, "sent")
        assert await api.told(before) == []
        await api.alice.patch(path, json={"status": "failed", "external_error": "Blocked"})
        again = await api.bob.post(f"{path}/retry")
        assert (again.status_code, again.json()["status"], again.json()["content_attributes"]) == (
            200,
            "sent",
            {},
        )
        assert await api.told(before) == ["message_updated"] * 2

    on_api(url, story)


def test_bots_tell_nothing_of_messages(url: str) -> None:
    async def story(api: API) -> None:
        path = await written(api)
        assert (await api.bot.patch(path, json={"status": "read"})).status_code == 401
        assert (await api.bot.post(f"{path}/retry")).status_code == 401

    on_api(url, story)
