"""Refusals look alike wherever they come from; lists say how long they are; who has an answer already is told so."""

from collections.abc import MutableMapping
from typing import Any

import httpx
import pytest

from deskbell.store.database import DatabaseUnavailable
from tests.support.api import API, PUBLIC_HOOK, on_api


def told(answer: httpx.Response, status: int, code: str) -> str:
    """The sentence of a refusal, whose form is checked."""
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    error: str = body["error"]
    assert error
    return error


def test_every_refusal_has_a_sentence_and_a_code(url: str) -> None:
    async def story(api: API) -> None:
        root = await api.root()
        told(await root.get("/nowhere"), 404, "not_found")
        told(await api.alice.get("conversations/999"), 404, "not_found")
        told(await api.nobody.get("agents"), 401, "unauthenticated")
        told(await api.bob.post("agents", json={"email": "x@example.com"}), 401, "not_allowed")
        told(await api.alice.post("labels", content=b"{"), 400, "invalid_request")
        told(await api.alice.post("labels", content=b"x" * 600_000), 413, "too_large")
        told(await api.alice.post("labels", json={}), 422, "invalid")
        told(await api.alice.get("contacts?page=x"), 422, "invalid")
        refused = await root.put("/health")
        assert "PUT" in told(refused, 405, "method_not_allowed")
        assert refused.headers["allow"] == "GET"

    on_api(url, story, max_body_bytes=500_000)


def test_a_method_that_is_not_for_a_path_is_told_which_are(url: str) -> None:
    async def story(api: API) -> None:
        for path, methods in (
            ("labels", "GET, POST"),
            ("labels/1", "DELETE, GET, PATCH, PUT"),
            ("conversations/1/toggle_status", "POST"),
            ("", "GET, PATCH, PUT"),
        ):
            refused = await api.alice.request("OPTIONS", path)
            assert told(refused, 405, "method_not_allowed")
            assert refused.headers["allow"] == methods

    on_api(url, story)


def test_too_many_requests_are_told_in_the_same_form(url: str) -> None:
    async def story(api: API) -> None:
        assert (await api.nobody.get("agents")).status_code == 401
        often = await api.nobody.get("agents")
        assert "Try again" in told(often, 429, "too_many_requests")
        assert int(often.headers["retry-after"]) > 0

    on_api(url, story, rate_limit_address=1)


def test_a_database_that_is_gone_is_told_in_the_same_form(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(api: API) -> None:
        def gone() -> None:
            raise DatabaseUnavailable("The database does not answer.")

        root = await api.root()
        with monkeypatch.context() as patched:
            patched.setattr(api.services.database, "glance", gone)
            patched.setattr(api.services.database, "read", gone)
            told(await root.get("/api/v1/profile"), 503, "unavailable")
            told(await root.get("/ready"), 503, "unavailable")
            assert (await root.get("/ready")).json()["status"] == "unavailable"
        assert (await root.get("/ready")).status_code == 200

    on_api(url, story)


async def many(api: API, count: int) -> list[dict[str, Any]]:
    for number in range(count):
        await api.alice.post("canned_responses", json={"short_code": f"c{number}", "content": "x"})
    listed: list[dict[str, Any]] = (await api.alice.get("canned_responses")).json()
    return listed


def test_a_list_is_whole_until_a_page_is_asked_for(url: str) -> None:
    async def story(api: API) -> None:
        whole = await many(api, 5)
        assert len(whole) == 5
        everything = await api.alice.get("canned_responses")
        assert everything.headers["x-total-count"] == "5"
        assert "link" not in everything.headers
        seen: list[dict[str, Any]] = []
        page = await api.alice.get("canned_responses?per_page=2&search=c")
        while True:
            assert page.headers["x-total-count"] == "5"
            seen += page.json()
            following = page.links.get("next")
            if following is None:
                break
            assert "search=c" in following["url"]
            page = await (await api.root()).get(following["url"])
        assert seen == whole
        assert set(page.links) == {"first", "last", "prev"}
        beyond = await api.alice.get("canned_responses?page=9&per_page=2")
        assert (beyond.json(), beyond.links["prev"]["url"][-17:]) == ([], "page=3&per_page=2")

    on_api(url, story)


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        ("agents", None),
        ("agent_bots", None),
        ("teams", None),
        ("teams/{team}/team_members", None),
        ("canned_responses", None),
        ("custom_attribute_definitions", None),
        ("custom_filters", None),
        ("contacts/{contact}/notes", None),
        ("conversations/1/participants", None),
        ("labels", "payload"),
        ("inboxes", "payload"),
        ("inbox_members/{inbox}", "payload"),
        ("webhooks", "payload.webhooks"),
    ],
)
def test_every_list_that_can_grow_has_pages_and_a_total(url: str, path: str, inside: str | None) -> None:
    async def story(api: API) -> None:
        team = (await api.alice.post("teams", json={"name": "t"})).json()["id"]
        place = path.format(team=team, contact=api.world.carla.id, inbox=api.world.api_inbox.id)
        await api.world.conversation()
        people = [api.world.alice.id, api.world.bob.id]
        await api.alice.post("conversations/1/participants", json={"user_ids": people})

        async def listed(query: str) -> tuple[list[Any], int]:
            answer = await api.alice.get(place + query)
            value = answer.json()
            for name in (inside or "").split("."):
                value = value[name] if name else value
            return value, int(answer.headers["x-total-count"])

        whole, total = await listed("")
        assert len(whole) == total
        assert await listed("?per_page=1") == (whole[:1], total)
        assert await listed("?page=2&per_page=1") == (whole[1:2], total)
        for wrong in ("page=0", "per_page=0", "per_page=101", "page=x"):
            told(await api.alice.get(f"{place}?{wrong}"), 422, "invalid")

    on_api(url, story)


def test_a_visitors_conversations_have_pages_of_a_hundred(url: str) -> None:
    async def story(api: API) -> None:
        for _ in range(103):
            await api.world.conversation()
        client = await api.client_api()
        path = f"contacts/{api.world.place.source_id}/conversations"
        first = await client.get(path)
        assert [one["id"] for one in first.json()] == list(range(1, 101))
        assert first.headers["x-total-count"] == "103"
        second = await (await api.root()).get(first.links["next"]["url"])
        assert [one["id"] for one in second.json()] == [101, 102, 103]
        few = await client.get(f"{path}?page=2&per_page=2")
        assert [one["id"] for one in few.json()] == [3, 4]
        told(await client.get(f"{path}?per_page=101"), 422, "invalid")

    on_api(url, story)


def test_a_contacts_conversations_have_pages_of_twenty(url: str) -> None:
    async def story(api: API) -> None:
        for _ in range(22):
            await api.world.conversation()
        path = f"contacts/{api.world.carla.id}/conversations"
        first = await api.alice.get(path)
        assert [one["id"] for one in first.json()["payload"]] == list(range(22, 2, -1))
        assert first.headers["x-total-count"] == "22"
        second = await (await api.root()).get(first.links["next"]["url"])
        assert [one["id"] for one in second.json()["payload"]] == [2, 1]
        assert "next" not in second.links
        few = await api.alice.get(f"{path}?page=2&per_page=3")
        assert [one["id"] for one in few.json()["payload"]] == [19, 18, 17]

    on_api(url, story)


def test_who_has_an_answer_already_is_told_so_until_it_differs(url: str) -> None:
    async def story(api: API) -> None:
        await many(api, 1)
        first = await api.alice.get("canned_responses")
        mark = first.headers["etag"]
        for said in (mark, f"W/{mark}", f'"other", {mark}', "*"):
            again = await api.alice.get("canned_responses", headers={"if-none-match": said})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", mark)
        for said in ('"other"', mark.strip('"'), ""):
            other = await api.alice.get("canned_responses", headers={"if-none-match": said})
            assert (other.status_code, other.content) == (200, first.content)
        await many(api, 2)
        changed = await api.alice.get("canned_responses", headers={"if-none-match": mark})
        assert (changed.status_code, changed.headers["etag"] == mark) == (200, False)
        stranger = await api.stranger.get("canned_responses", headers={"if-none-match": mark})
        assert stranger.status_code == 404, "a mark opens nothing"
        assert "etag" not in (await api.alice.post("labels", json={"title": "xx"})).headers
        visitor = await api.visitor()
        assert "etag" not in (await visitor.get("contact")).headers

    on_api(url, story)


@pytest.mark.parametrize("kind", [b"application/json", b"multipart/form-data; boundary=b"])
def test_who_hangs_up_within_a_body_is_no_failure_of_ours(
    url: str, caplog: pytest.LogCaptureFixture, kind: bytes
) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        begun = b'--b\r\nContent-Disposition: form-data; name="attachments[]"; filename="a"\r\n\r\nx'
        heard: list[dict[str, Any]] = [
            {"type": "http.request", "body": begun, "more_body": True},
            {"type": "http.disconnect"},
        ]

        async def receive() -> dict[str, Any]:
            return heard.pop(0)

        async def send(message: MutableMapping[str, Any]) -> None:
            assert message.get("status", 400) == 400

        path = f"/api/v1/accounts/{api.world.account_id}/conversations/1/messages"
        headers = [(b"api_access_token", api.world.token.encode()), (b"content-type", kind)]
        scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers}
        await api.app(scope, receive, send)
        assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []

    on_api(url, story)


def test_what_is_wrong_reads_as_a_sentence(url: str) -> None:
    async def story(api: API) -> None:
        hook = {"url": PUBLIC_HOOK, "subscriptions": ["message_created"], "nonsense": 1}
        for answer, message in (
            (await api.alice.get("conversations?page=0"), "Page should be greater than or equal to 1"),
            (await api.alice.post("webhooks", json=hook), "Nonsense is not known here"),
            (await api.alice.post("inbox_members", json={}), "Inbox id is missing, User ids is missing"),
        ):
            told(answer, 422, "invalid")
            assert answer.json()["message"] == message

    on_api(url, story)
