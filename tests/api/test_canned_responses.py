"""Canned responses: answers every agent keeps ready."""

from typing import Any

from deskbell.kit.clock import MINUTE
from tests.support.api import API, errors_of, on_api


async def keep(api: API, short_code: str, content: str = "Hello") -> dict[str, Any]:
    answer = await api.bob.post("canned_responses", json={"short_code": short_code, "content": content})
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def codes(api: API, **params: Any) -> list[str]:
    listed = await api.bob.get("canned_responses", params=params)
    assert listed.status_code == 200, listed.text
    return [one["short_code"] for one in listed.json()]


def test_every_agent_keeps_changes_and_deletes_them(url: str) -> None:
    async def story(api: API) -> None:
        made = await keep(api, " Welcome ", "Hello, {{contact.name}}!\n")
        assert made == {
            "id": made["id"],
            "account_id": api.world.account_id,
            "short_code": "Welcome",
            "content": "Hello, {{contact.name}}!\n",
            "created_at": made["created_at"],
            "updated_at": made["created_at"],
        }
        assert made["created_at"].endswith("Z")
        api.world.clock.advance(MINUTE)
        path = f"canned_responses/{made['id']}"
        changed = (await api.alice.put(path, json={"canned_response": {"content": "Hi"}})).json()
        assert (changed["short_code"], changed["content"]) == ("Welcome", "Hi")
        assert (changed["created_at"], changed["updated_at"] > made["updated_at"]) == (
            made["created_at"],
            True,
        )
        assert (await api.bob.patch(path, json={"short_code": "hi"})).json()["short_code"] == "hi"
        assert [one["id"] for one in (await api.alice.get("canned_responses")).json()] == [made["id"]]
        gone = await api.bob.delete(path)
        assert (gone.status_code, gone.content) == (200, b"")
        assert (await api.bob.delete(path)).status_code == 404
        assert await codes(api) == []

    on_api(url, story)


def test_a_search_finds_by_short_code_first_and_then_by_content_whatever_the_case(url: str) -> None:
    async def story(api: API) -> None:
        await keep(api, "bye", "We WELCOME your feedback: 100% of it")
        await keep(api, "most-welcome")
        await keep(api, "Welcome", "Grüß Gott, ÖSTERREICH")
        await keep(api, "refund", "We will refund you")
        assert await codes(api) == ["bye", "most-welcome", "Welcome", "refund"]
        assert await codes(api, search="") == await codes(api)
        assert await codes(api, search="welcOME") == ["Welcome", "most-welcome", "bye"]
        assert await codes(api, search="österreich") == ["Welcome"]
        assert await codes(api, search="100%") == ["bye"]
        assert await codes(api, search="%") == ["bye"]
        assert await codes(api, search="nothing like it") == []
        assert (await api.bob.get("canned_responses", params={"search": "x" * 201})).status_code == 422

    on_api(url, story)


def test_what_is_wrong_is_named_all_at_once_and_a_short_code_is_there_once(url: str) -> None:
    async def story(api: API) -> None:
        await keep(api, "one")
        two = await keep(api, "two")
        before = await api.state()
        errors_of(await api.bob.post("canned_responses"), "short_code", "content")
        errors_of(
            await api.bob.post("canned_responses", json={"short_code": " ", "content": "\n"}),
            "short_code",
            "content",
        )
        errors_of(
            await api.bob.post("canned_responses", json={"short_code": "x" * 256, "content": "x" * 150_001}),
            "short_code",
            "content",
        )
        errors_of(
            await api.bob.post("canned_responses", json={"short_code": "one", "content": "x"}), "short_code"
        )
        path = f"canned_responses/{two['id']}"
        errors_of(await api.bob.patch(path, json={"short_code": "one"}), "short_code")
        errors_of(await api.bob.patch(path, json={"content": None}), "content")
        assert await api.state() == before
        assert (await api.bob.get("canned_responses")).json()[1] == two

    on_api(url, story)


def test_another_accounts_are_not_found_and_bots_have_none(url: str) -> None:
    async def story(api: API) -> None:
        made = await keep(api, "one")
        path = f"canned_responses/{made['id']}"
        theirs = await api.client(
            f"/api/v1/accounts/{api.other_account}", api.stranger.headers["api_access_token"]
        )
        assert (await theirs.get("canned_responses")).json() == []
        assert (await theirs.patch(path, json={"content": "x"})).status_code == 404
        assert (await theirs.delete(path)).status_code == 404
        same = await theirs.post("canned_responses", json={"short_code": "one", "content": "theirs"})
        assert same.status_code == 200
        for method, where in (
            ("GET", "canned_responses"),
            ("POST", "canned_responses"),
            ("PATCH", path),
            ("DELETE", path),
        ):
            refused = await api.bot.request(method, where)
            assert refused.status_code == 401
            assert "not authorized for bots" in refused.json()["error"]
        assert (await api.bob.get("canned_responses")).json() == [made]

    on_api(url, story)
