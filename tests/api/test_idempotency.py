"""Idempotency-Key: the same POST again is answered the same again, and done once."""

import asyncio
from typing import Any

import httpx
import pytest

from deskbell.kit.clock import HOUR
from deskbell.store import idempotency
from deskbell.store.database import Unit
from deskbell.store.joined import Joined
from deskbell.upkeep.retention import Pruner
from tests.support.api import API, PUBLIC_HOOK, on_api

KEY = {"Idempotency-Key": "7f1c7f4e-5d0b-4b53-9d0e-2f2d2a0c9a11"}
REPLAYED = "idempotent-replayed"


async def twice(
    client: httpx.AsyncClient, path: str, body: Any = None
) -> tuple[httpx.Response, httpx.Response]:
    """The same request with the same key two times."""
    first = await client.post(path, json=body, headers=KEY)
    return first, await client.post(path, json=body, headers=KEY)


def check_replayed(first: httpx.Response, second: httpx.Response) -> None:
    assert first.status_code in (200, 204), first.text
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert second.headers.get("content-type") == first.headers.get("content-type")
    assert (REPLAYED in first.headers, second.headers.get(REPLAYED)) == (False, "true")


def test_a_file_is_made_anew_and_not_kept(url: str) -> None:
    async def story(api: API) -> None:
        first, second = await twice(api.alice, "contacts/export", {})
        for answer in (first, second):
            assert (answer.status_code, answer.headers["content-type"][:8]) == (200, "text/csv")
            assert REPLAYED not in answer.headers
        assert first.content == second.content

    on_api(url, story)


def test_the_same_post_again_is_answered_the_same_and_done_once(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        posts: list[tuple[str, Any]] = [
            ("conversations/1/messages", {"content": "Hello"}),
            ("conversations/1/toggle_status", {}),
            ("conversations/1/toggle_priority", {"priority": "high"}),
            ("conversations/1/update_last_seen", None),
            ("conversations", {"source_id": "carla-1", "message": {"content": "Hi"}}),
            ("contacts", {"name": "Dora", "email": "dora@example.com"}),
            ("inboxes", {"name": "x", "channel": {"type": "api", "webhook_url": PUBLIC_HOOK}}),
            ("webhooks", {"url": PUBLIC_HOOK, "subscriptions": ["message_created"]}),
            ("agents", {"email": "dan@example.com"}),
        ]
        for path, body in posts:
            first = await api.alice.post(path, json=body, headers=KEY)
            state, told = await api.state(), await api.told()
            second = await api.alice.post(path, json=body, headers=KEY)
            check_replayed(first, second)
            assert (await api.state(), await api.told()) == (state, told), path
        assert (await api.alice.get("conversations/1")).json()["status"] == "resolved"
        assert (await api.state())["conversations"] == 2

    on_api(url, story)


def test_the_order_of_fields_and_how_they_are_written_down_make_no_other_request(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        path = "conversations/1/messages"
        first = await api.alice.post(path, json={"content": "Hello", "echo_id": "1"}, headers=KEY)
        again = await api.alice.post(path, json={"echo_id": "1", "content": "Hello"}, headers=KEY)
        form = await api.alice.post(path, data={"content": "Hello", "echo_id": "1"}, headers=KEY)
        check_replayed(first, again)
        check_replayed(first, form)

    on_api(url, story)


def test_a_key_used_for_another_request_is_refused(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        path = "conversations/1/messages"
        await api.alice.post(path, json={"content": "Hello"}, headers=KEY)
        before = await api.state()
        for other in (
            await api.alice.post(path, json={"content": "Goodbye"}, headers=KEY),
            await api.alice.post(path + "?locale=de", json={"content": "Hello"}, headers=KEY),
        ):
            assert other.status_code == 422, other.text
            assert other.json()["attributes"] == ["idempotency_key"]
        assert await api.state() == before

    on_api(url, story)


def test_keys_of_others_and_of_other_places_do_not_meet(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        await api.world.conversation()
        body = {"content": "Hello"}
        for client, number in ((api.alice, 1), (api.bob, 1), (api.bot, 1), (api.alice, 2)):
            said = await client.post(f"conversations/{number}/messages", json=body, headers=KEY)
            assert (said.status_code, REPLAYED in said.headers) == (200, False)
        assert (await api.state())["messages"] == 4

    on_api(url, story)


def test_what_was_refused_is_not_remembered(url: str) -> None:
    async def story(api: API) -> None:
        path = "conversations/1/messages"
        assert (await api.alice.post(path, json={"content": "Hi"}, headers=KEY)).status_code == 404
        await api.world.conversation()
        wrong = await api.alice.post(path, json={"content": ""}, headers=KEY)
        assert wrong.status_code == 422
        right = await api.alice.post(path, json={"content": "Hi"}, headers=KEY)
        assert (right.status_code, REPLAYED in right.headers) == (200, False)

    on_api(url, story)


def test_who_may_not_any_more_is_not_told_what_was_answered(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        first, second = await twice(api.bob, "conversations/1/messages", {"content": "Hi"})
        check_replayed(first, second)
        assert (await api.alice.delete(f"agents/{api.world.bob.id}")).status_code == 200
        third = await api.bob.post("conversations/1/messages", json={"content": "Hi"}, headers=KEY)
        assert third.status_code == 404

    on_api(url, story)


def test_while_the_first_is_under_way_the_second_is_told_so_and_nothing_is_done_twice(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()

        async def say() -> httpx.Response:
            return await api.alice.post("conversations/1/messages", json={"content": "Hi"}, headers=KEY)

        answers = await asyncio.gather(*(say() for _ in range(10)))
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses[0] == 200
        assert statuses[-1] == 409
        assert set(statuses) == {200, 409}
        assert (await api.state())["messages"] == 1
        assert (await say()).headers[REPLAYED] == "true"

    on_api(url, story)


def test_another_process_that_has_the_key_is_noticed_or_replayed(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        body = {"content": "Hi"}

        async def say() -> httpx.Response:
            return await api.alice.post("conversations/1/messages", json=body, headers=KEY)

        def forget() -> None:
            api.app.state.under_way.clear()  # as it is in another process

        first = asyncio.create_task(say())
        answers = []
        while not first.done():
            await asyncio.sleep(0)
            forget()
            answers.append(await say())
        assert (await first).status_code == 200
        assert {answer.status_code for answer in answers} <= {200, 409}
        assert (await api.state())["messages"] == 1

    on_api(url, story)


def test_a_crash_between_doing_and_remembering_leaves_neither(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(*_: Any) -> None:
        raise KeyboardInterrupt

    async def story(api: API) -> None:
        await api.world.conversation()
        before, told = await api.state(), await api.told()
        with monkeypatch.context() as broken:
            broken.setattr(idempotency, "keep", crash)
            with pytest.raises(KeyboardInterrupt):
                await api.alice.post("conversations/1/messages", json={"content": "Hi"}, headers=KEY)
        assert (await api.state(), await api.told()) == (before, told)
        said = await api.alice.post("conversations/1/messages", json={"content": "Hi"}, headers=KEY)
        assert (said.status_code, REPLAYED in said.headers) == (200, False)

    on_api(url, story)


def test_keys_live_for_their_hours_and_are_pruned_then(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        path, body = "conversations/1/messages", {"content": "Hi"}
        pruner = Pruner(api.world.database, days=90, key_hours=2)
        await api.alice.post(path, json=body, headers=KEY)
        api.world.clock.advance(2 * HOUR - 1)
        assert await pruner.step() == 0
        assert REPLAYED in (await api.alice.post(path, json=body, headers=KEY)).headers
        api.world.clock.advance(1)
        again = await api.alice.post(path, json=body, headers=KEY)
        assert REPLAYED not in again.headers
        assert (await api.state())["messages"] == 2
        api.world.clock.advance(2 * HOUR)
        assert await pruner.step() == 1
        assert await pruner.step() == 0

    on_api(url, story, idempotency_hours=2)


def test_customers_and_visitors_have_keys_of_their_own(url: str) -> None:
    async def story(api: API) -> None:
        customer, visitor, other = await api.client_api(), await api.visitor(), await api.visitor()
        check_replayed(*await twice(customer, "contacts", {"name": "Dora"}))
        check_replayed(*await twice(customer, "contacts/carla-1/conversations", {}))
        said = "contacts/carla-1/conversations/1/messages"
        check_replayed(*await twice(customer, said, {"content": "Hi"}))
        for browser in (visitor, other):
            check_replayed(*await twice(browser, "messages", {"message": {"content": "Hi"}}))
            check_replayed(*await twice(browser, "events", {"name": "webwidget.triggered"}))
        assert (await api.state())["contacts"] == 1 + 1 + 2

    on_api(url, story)


def test_a_session_is_a_secret_and_never_answered_twice(url: str) -> None:
    async def story(api: API) -> None:
        first, second = await twice(await api.browser(), "config")
        tokens = {one.json()["website_channel_config"]["auth_token"] for one in (first, second)}
        assert len(tokens) == 2

    on_api(url, story)


def test_keys_that_are_none_or_could_be_guessed_are_refused(url: str) -> None:
    async def story(api: API) -> None:
        customer = await api.client_api()
        before = await api.state()
        for client, key in ((api.alice, " "), (api.alice, "x" * 256), (customer, "order-1")):
            refused = await client.post("contacts", json={"name": "x"}, headers={"Idempotency-Key": key})
            assert (refused.status_code, refused.json()["code"]) == (400, "invalid_request"), key
        assert await api.state() == before

    on_api(url, story)


def test_a_failed_part_spoils_the_whole_even_where_it_is_caught(url: str) -> None:
    async def story(api: API) -> None:
        async def begun(_: Unit) -> None:
            return None

        async def swallow() -> None:
            async with Joined(api.world.database, begun) as joined:
                try:
                    async with joined.unit():
                        raise ValueError("half done")
                except ValueError:
                    pass
                async with joined.unit():
                    raise AssertionError("unreachable")

        with pytest.raises(ValueError, match="half done"):
            await swallow()

    on_api(url, story)
