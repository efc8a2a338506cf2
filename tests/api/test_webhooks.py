"""Webhooks, and the log of what was delivered."""

from typing import Any

import httpx

from deskbell.model.event import EVENT_NAMES
from tests.support.api import API, PUBLIC_HOOK, errors_of, on_api

SECRET = "whsec_" + "c2VjcmV0" * 4


def hook(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    webhook: dict[str, Any] = answer.json()["payload"]["webhook"]
    return webhook


def wanted(**more: Any) -> dict[str, Any]:
    return {"url": PUBLIC_HOOK, "subscriptions": ["message_created"]} | more


def test_a_webhook_is_made_with_sensible_defaults(url: str) -> None:
    async def story(api: API) -> None:
        made = hook(await api.alice.post("webhooks", json=wanted()))
        assert made.pop("secret").startswith("whsec_")
        assert made == {
            "id": made["id"],
            "name": None,
            "url": PUBLIC_HOOK,
            "account_id": api.world.account_id,
            "subscriptions": ["message_created"],
            "inbox_ids": [],
            "include_private": True,
            "payload_format": "hoory",
            "headers": {},
            "signature": "hmac",
            "public_key": None,
            "previous_secret_until": None,
            "schedule": None,
            "timeout": None,
            "concurrency": None,
            "status": "enabled",
            "status_reason": None,
        }

    on_api(url, story)


def test_everything_said_of_a_webhook_is_kept_flat_and_wrapped(url: str) -> None:
    async def story(api: API) -> None:
        said = wanted(
            name="CRM",
            subscriptions=list(EVENT_NAMES),
            inbox_ids=[api.world.website.id],
            include_private=False,
            payload_format="chatwoot",
            headers={"X-Team": "blue"},
            secret=SECRET,
            status="paused",
        )
        flat = hook(await api.alice.post("webhooks", json=said))
        wrapped = hook(await api.alice.post("webhooks", json={"webhook": said | {"url": PUBLIC_HOOK + "/2"}}))
        for name, value in said.items():
            assert flat[name] == value, name
        assert {**wrapped, "id": flat["id"], "url": PUBLIC_HOOK} == flat
        listed = (await api.alice.get("webhooks")).json()
        assert listed == {"payload": {"webhooks": [flat, wrapped]}}

    on_api(url, story)


def test_put_and_patch_change_what_is_said_and_leave_the_rest(url: str) -> None:
    async def story(api: API) -> None:
        made = hook(await api.alice.post("webhooks", json=wanted(name="CRM", secret=SECRET)))
        path = f"webhooks/{made['id']}"
        for method, changes in (
            ("PUT", {"name": None}),
            ("PATCH", {"webhook": {"name": "Again"}}),
            ("PATCH", {"subscriptions": ["conversation_created"], "payload_format": None, "status": ""}),
            ("PUT", {"inbox_id": str(api.world.api_inbox.id)}),
            ("PATCH", {"status": "disabled"}),
        ):
            assert hook(await api.alice.request(method, path, json=changes))["id"] == made["id"]
        (changed,) = (await api.alice.get("webhooks")).json()["payload"]["webhooks"]
        assert (changed["name"], changed["secret"], changed["url"]) == ("Again", SECRET, PUBLIC_HOOK)
        assert (changed["subscriptions"], changed["payload_format"]) == (["conversation_created"], "hoory")
        assert changed["inbox_ids"] == [api.world.api_inbox.id]
        assert (changed["status"], changed["status_reason"]) == ("disabled", "set by an administrator")
        resumed = hook(await api.alice.patch(path, json={"status": "enabled"}))
        assert (resumed["status"], resumed["status_reason"]) == ("enabled", None)

    on_api(url, story)


def test_a_client_may_send_back_what_it_was_shown(url: str) -> None:
    async def story(api: API) -> None:
        made = hook(await api.alice.post("webhooks", json=wanted(headers={"X-Team": "blue"})))
        assert hook(await api.alice.put(f"webhooks/{made['id']}", json=made)) == made
        assert hook(await api.alice.put(f"webhooks/{made['id']}", json={"webhook": made})) == made

    on_api(url, story)


def test_a_deleted_webhook_is_gone_and_its_address_free_again(url: str) -> None:
    async def story(api: API) -> None:
        made = hook(await api.alice.post("webhooks", json=wanted()))
        gone = await api.alice.delete(f"webhooks/{made['id']}")
        assert (gone.status_code, gone.content) == (200, b"")
        for request in (
            api.alice.delete(f"webhooks/{made['id']}"),
            api.alice.patch(f"webhooks/{made['id']}", json={"name": "x"}),
            api.alice.get(f"webhooks/{made['id']}/deliveries"),
        ):
            assert (await request).status_code == 404
        assert hook(await api.alice.post("webhooks", json=wanted()))["id"] != made["id"]

    on_api(url, story)


def test_two_webhooks_do_not_share_an_address(url: str) -> None:
    async def story(api: API) -> None:
        await api.alice.post("webhooks", json=wanted())
        errors_of(
            await api.alice.post("webhooks", json=wanted(url=PUBLIC_HOOK.upper().replace("HOOK", "hook"))),
            "url",
        )
        other = hook(await api.alice.post("webhooks", json=wanted(url=PUBLIC_HOOK + "/2")))
        errors_of(await api.alice.patch(f"webhooks/{other['id']}", json={"url": PUBLIC_HOOK}), "url")
        assert (
            hook(await api.alice.patch(f"webhooks/{other['id']}", json={"url": PUBLIC_HOOK + "/2"})) == other
        )

    on_api(url, story)


def test_the_log_shows_deliveries_newest_first(url: str) -> None:
    async def story(api: API) -> None:
        path = f"webhooks/{(await api.world.webhook(PUBLIC_HOOK)).id}/deliveries"
        assert (await api.alice.get(path)).json() == {"meta": {"next_before": None}, "payload": []}
        await api.world.conversation()
        for _ in range(2):
            await api.alice.post("conversations/1/messages", json={"content": "Hello"})
        listed = (await api.alice.get(path)).json()["payload"]
        assert [one["number"] for one in listed] == [3, 2, 1]
        assert listed[0] == {
            "number": 3,
            "event_id": f"evt_{api.world.account_id}_3",
            "event": "message_created",
            "state": "pending",
            "replay": False,
            "created_at": "2025-10-09T08:53:20.000Z",
            "settled_at": None,
            "next_attempt_at": listed[0]["next_attempt_at"],
            "attempts": [],
        }
        story_of_one = (await api.alice.get(f"{path}/1")).json()
        assert story_of_one.pop("body")["event"] == "conversation_created"
        assert story_of_one == listed[2]
        assert (await api.alice.get(f"{path}/4")).status_code == 404

    on_api(url, story)


def test_the_log_is_paged_and_filtered(url: str) -> None:
    async def story(api: API) -> None:
        path = f"webhooks/{(await api.world.webhook(PUBLIC_HOOK)).id}/deliveries"
        for _ in range(3):
            await api.world.conversation()
        await api.alice.post("conversations/1/messages", json={"content": "Hello"})

        async def page(query: str) -> tuple[list[int], int | None]:
            answer = (await api.alice.get(f"{path}?{query}")).json()
            return [one["number"] for one in answer["payload"]], answer["meta"]["next_before"]

        assert await page("per_page=2") == ([4, 3], 3)
        assert await page("per_page=2&before=3") == ([2, 1], 1)
        assert await page("per_page=2&before=1") == ([], None)
        assert await page("event=message_created") == ([4], None)
        assert await page("state=pending&event=conversation_created") == ([3, 2, 1], None)
        assert await page("state=dead") == ([], None)
        errors_of(await api.alice.get(f"{path}?state=lost&event=x&before=0"), "state", "event", "before")

    on_api(url, story)


def test_a_webhooks_wrong_fields_are_named_all_at_once(url: str) -> None:
    async def story(api: API) -> None:
        made = hook(await api.alice.post("webhooks", json=wanted(url=PUBLIC_HOOK + "/first")))
        before = await api.state()
        table: list[tuple[dict[str, Any], tuple[str, ...]]] = [
            ({}, ("url", "subscriptions")),
            ({"url": "", "subscriptions": []}, ("url", "subscriptions")),
            (
                {"url": "http://127.0.0.1", "subscriptions": ["conversation_exploded"]},
                ("url", "subscriptions"),
            ),
            (wanted(subscriptions=["message_created", "contact_created"]), ("subscriptions",)),
            (wanted(subscriptions=["message_created", "message_created"]), ("subscriptions",)),
            (wanted(subscriptions="message_created"), ("subscriptions",)),
            (wanted(subscriptions=[1]), ("subscriptions.0",)),
            (wanted(secrte=SECRET, inboxes=[1]), ("secrte", "inboxes")),
            (wanted(name="x" * 256, secret="letmein"), ("name", "secret")),
            (wanted(secret="whsec_c2hvcnQ="), ("secret",)),
            (wanted(inbox_ids=[999_999]), ("inbox_ids",)),
            (wanted(inbox_ids=["x", True]), ("inbox_ids.0", "inbox_ids.1")),
            (wanted(headers={"Webhook-Id": "x"}), ("headers",)),
            (wanted(headers={"X Team": "x"}), ("headers",)),
            (wanted(headers={"X-Team": "a\r\nb"}), ("headers",)),
            (wanted(headers=["X-Team"]), ("headers",)),
            (
                wanted(payload_format="xml", status="deleted", signature="rot13"),
                ("payload_format", "status", "signature"),
            ),
            (wanted(include_private="some"), ("include_private",)),
        ]
        for body, wrong in table:
            errors_of(await api.alice.post("webhooks", json=body), *wrong)
            if body and "url" not in wrong:
                errors_of(await api.alice.patch(f"webhooks/{made['id']}", json=body), *wrong)
        errors_of(await api.alice.patch(f"webhooks/{made['id']}", json={"url": None}), "url")
        assert (await api.alice.get("webhooks")).json()["payload"]["webhooks"] == [made]
        assert await api.state() == before

    on_api(url, story)
