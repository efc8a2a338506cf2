"""Custom filters: each user's own."""

from typing import Any

import httpx
import pytest

from deskbell.desk.commands import custom_filters
from tests.support.api import API, errors_of, on_api

QUERY = {"payload": [{"attribute_key": "status", "filter_operator": "equal_to", "values": ["open"]}]}


async def keep(client: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await client.post("custom_filters", json={"name": "Mine", **fields})
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def ids(client: httpx.AsyncClient, **params: Any) -> list[int]:
    listed = await client.get("custom_filters", params=params)
    assert listed.status_code == 200, listed.text
    return [one["id"] for one in listed.json()]


def test_a_filter_is_kept_with_its_query_under_either_name_of_its_kind(url: str) -> None:
    async def story(api: API) -> None:
        made = await keep(api.bob, query=QUERY)
        assert made == {
            "id": made["id"],
            "name": "Mine",
            "type": "conversation",
            "filter_type": "conversation",
            "query": QUERY,
            "created_at": made["created_at"],
            "updated_at": made["created_at"],
        }
        contact = await keep(api.bob, filter_type="contact")
        report = await keep(api.bob, type="report", query=None)
        assert (contact["type"], report["filter_type"], report["query"]) == ("contact", "report", {})
        wrapped = await api.bob.post("custom_filters", json={"custom_filter": {"name": "W", "query": QUERY}})
        assert await ids(api.bob) == [made["id"], wrapped.json()["id"]], "a conversation's unless asked"
        assert await ids(api.bob, filter_type="contact") == [contact["id"]]
        assert await ids(api.bob, filter_type="report") == [report["id"]]
        assert (await api.bob.get(f"custom_filters/{made['id']}")).json() == made

    on_api(url, story)


def test_a_filter_is_changed_and_deleted(url: str) -> None:
    async def story(api: API) -> None:
        made = await keep(api.bob, query=QUERY)
        path = f"custom_filters/{made['id']}"
        assert (await api.bob.put(path, json={"query": None, "filter_type": ""})).json() == made
        changed = (await api.bob.patch(path, json={"name": "New", "query": {}, "type": "contact"})).json()
        assert (changed["name"], changed["query"], changed["filter_type"]) == ("New", {}, "contact")
        gone = await api.bob.delete(path)
        assert (gone.status_code, gone.content) == (200, b"")
        for method in ("GET", "PATCH", "DELETE"):
            assert (await api.bob.request(method, path)).status_code == 404

    on_api(url, story)


def test_nobody_sees_or_touches_anothers_filter(url: str) -> None:
    async def story(api: API) -> None:
        made = await keep(api.bob)
        path = f"custom_filters/{made['id']}"
        theirs = await api.client(
            f"/api/v1/accounts/{api.other_account}", api.stranger.headers["api_access_token"]
        )
        for client in (api.alice, theirs):
            assert await ids(client) == []
            for method in ("GET", "PATCH", "PUT", "DELETE"):
                answer = await client.request(method, path, json={"name": "x"})
                assert answer.status_code == 404, method
        for method, where in (
            ("GET", "custom_filters"),
            ("POST", "custom_filters"),
            ("GET", path),
            ("PATCH", path),
            ("DELETE", path),
        ):
            refused = await api.bot.request(method, where, json={"name": "x"})
            assert (refused.status_code, "bots" in refused.json()["error"]) == (401, True)
        assert (await api.bob.get("custom_filters")).json() == [made]

    on_api(url, story)


def test_what_is_wrong_is_named_all_at_once(url: str) -> None:
    async def story(api: API) -> None:
        made = await keep(api.bob)
        before = await api.state()
        errors_of(await api.bob.post("custom_filters"), "name")
        errors_of(
            await api.bob.post("custom_filters", json={"name": [], "filter_type": "label", "query": "x"}),
            "name",
            "filter_type",
            "query",
        )
        errors_of(await api.bob.patch(f"custom_filters/{made['id']}", json={"name": " "}), "name")
        errors_of(await api.bob.get("custom_filters", params={"filter_type": "label"}), "filter_type")
        assert await api.state() == before

    on_api(url, story)


def test_a_user_keeps_only_so_many(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(custom_filters, "MOST", 2)

    async def story(api: API) -> None:
        await keep(api.bob)
        await keep(api.bob, type="contact")
        refused = await api.bob.post("custom_filters", json={"name": "One more"})
        assert "delete one first" in errors_of(refused, "name")["name"]
        assert await keep(api.alice), "others have their own"

    on_api(url, story)
