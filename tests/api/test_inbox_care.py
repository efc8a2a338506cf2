"""An API inbox's webhook_url: the terms it is delivered to by, and what its owner sees and does."""

from typing import Any

import pytest

from deskbell.delivery.signing import public_key
from deskbell.desk.commands import inboxes as commands
from deskbell.desk.commands.inboxes import InboxChanges
from deskbell.model.webhook import Address
from deskbell.runtime.receiver import Received, Receiver
from deskbell.store import health, inboxes, targets
from tests.support.api import API, PUBLIC_HOOK, errors_of, on_api

TERMS = {
    "payload_format",
    "headers",
    "signature",
    "secret",
    "public_key",
    "previous_secret_until",
    "schedule",
    "timeout",
    "concurrency",
    "status",
    "status_reason",
}


async def bridged(api: API, **terms: Any) -> dict[str, Any]:
    """The API inbox, with an address and terms."""
    asked = {"channel": {"webhook_url": PUBLIC_HOOK} | terms}
    answer = await api.alice.patch(place(api), json=asked)
    assert answer.status_code == 200, answer.text
    inbox: dict[str, Any] = answer.json()
    return inbox


def place(api: API) -> str:
    return f"inboxes/{api.world.api_inbox.id}"


async def log(api: API) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await api.alice.get(f"{place(api)}/deliveries")).json()["payload"]
    return found


async def target_id(api: API) -> int:
    async with api.world.database.read() as reader:
        inbox = await inboxes.get(reader, api.world.account_id, api.world.api_inbox.id)
    assert inbox is not None
    assert inbox.target_id is not None
    return inbox.target_id


def test_an_inbox_is_made_with_terms_of_its_own(url: str) -> None:
    async def story(api: API) -> None:
        terms = {
            "payload_format": "chatwoot",
            "headers": {"X-Team": "blue"},
            "secret": "whsec_" + "c2VjcmV0" * 6,
            "schedule": [0, 60],
            "timeout": 5,
            "concurrency": 2,
            "status": "paused",
        }
        channel = {"type": "api", "webhook_url": PUBLIC_HOOK} | terms
        made = (await api.alice.post("inboxes", json={"name": "Bridge", "channel": channel})).json()
        assert {name: made[name] for name in terms} == terms | {"timeout": 5.0}
        assert (made["signature"], made["status_reason"]) == ("hmac", "set by an administrator")
        assert (await api.alice.get(f"inboxes/{made['id']}")).json() == made
        assert made in (await api.alice.get("inboxes")).json()["payload"]

    on_api(url, story)


def test_the_terms_are_changed_with_the_channel_or_as_they_are_shown(url: str) -> None:
    async def story(api: API) -> None:
        inbox = await bridged(api, timeout=5, concurrency=2, headers={"X-Team": "blue"})
        assert (inbox["payload_format"], inbox["timeout"]) == ("hoory", 5.0)
        nested = await api.alice.put(place(api), json={"channel": {"payload_format": "chatwoot"}})
        assert nested.json() == inbox | {"payload_format": "chatwoot"}
        flat = await api.alice.patch(place(api), json={"payload_format": "hoory", "timeout": None})
        assert flat.json() == inbox | {"timeout": None}
        same = await api.alice.patch(place(api), json=flat.json())
        assert same.json() == flat.json(), "sending back what was shown changes nothing"
        renamed = await api.alice.patch(place(api), json={"name": "Renamed"})
        assert renamed.json() == flat.json() | {"name": "Renamed"}

    on_api(url, story)


def test_an_inbox_begins_with_the_accounts_format_and_keeps_its_own(url: str) -> None:
    async def story(api: API) -> None:
        own = await bridged(api, payload_format="hoory")
        await api.alice.patch("", json={"default_payload_format": "chatwoot"})
        channel = {"type": "api", "webhook_url": PUBLIC_HOOK}
        made = (await api.alice.post("inboxes", json={"name": "New", "channel": channel})).json()
        assert made["payload_format"] == "chatwoot"
        assert (await api.alice.get(place(api))).json() == own

    on_api(url, story)


def test_agents_see_the_address_and_none_of_its_terms(url: str) -> None:
    async def story(api: API) -> None:
        inbox = await bridged(api, headers={"Authorization": "hush"})
        assert inbox.keys() > TERMS
        for shown in (
            (await api.bob.get(place(api))).json(),
            (await api.bob.get("inboxes")).json()["payload"][0],
        ):
            assert shown["webhook_url"] == PUBLIC_HOOK
            assert not TERMS & shown.keys()

    on_api(url, story)


def test_an_ed25519_inbox_shows_its_public_key_and_never_its_private_one(url: str) -> None:
    async def story(api: API) -> None:
        inbox = await bridged(api, signature="ed25519")
        assert (inbox["signature"], inbox["secret"]) == ("ed25519", None)
        async with api.world.database.read() as reader:
            target = await targets.get(reader, await target_id(api))
        assert target is not None
        assert inbox["public_key"] == public_key(target.secret)
        for shown in (await api.alice.get("inboxes"), await api.alice.get("audit_logs")):
            assert "whsk_" not in shown.text

    on_api(url, story)


def test_terms_without_a_webhook_url_and_wrong_ones_are_named(url: str) -> None:
    async def story(api: API) -> None:
        site = f"inboxes/{api.world.website.id}"
        before = (await api.alice.get("inboxes")).json()
        table: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [
            (place(api), {"payload_format": "chatwoot", "status": "paused"}, ("payload_format", "status")),
            (place(api), {"channel": {"headers": {"X-A": "b"}, "timeout": 3}}, ("headers", "timeout")),
            (place(api), {"channel": {"webhook_url": "", "secret": "x"}}, ("secret",)),
            (place(api), {"payload_format": "xml"}, ("payload_format",)),
            (place(api), {"channel": {"status": "deleted"}}, ("channel.status",)),
            (
                place(api),
                {"webhook_url": PUBLIC_HOOK, "headers": {"Host": "x"}, "timeout": 1000, "secret": "x"},
                ("headers", "secret", "timeout"),
            ),
            (
                place(api),
                {"name": " ", "webhook_url": "http://127.0.0.1/", "timeout": 3},
                ("name", "webhook_url"),
            ),
            (site, {"channel": {"webhook_url": PUBLIC_HOOK}}, ("webhook_url",)),
            (site, {"payload_format": "chatwoot"}, ("payload_format",)),
        ]
        for path, body, wrong in table:
            errors_of(await api.alice.patch(path, json=body), *wrong)
        body = {"name": "x", "channel": {"type": "web_widget", "webhook_url": PUBLIC_HOOK}}
        errors_of(await api.alice.post("inboxes", json=body), "webhook_url")
        body = {"name": "x", "channel": {"type": "api", "concurrency": 2}}
        errors_of(await api.alice.post("inboxes", json=body), "concurrency")
        assert (await api.alice.get("inboxes")).json() == before

    on_api(url, story)


def test_a_rotated_secret_signs_beside_the_old_one(url: str) -> None:
    async def story(api: API) -> None:
        old = await bridged(api)
        answer = await api.alice.post(f"{place(api)}/rotate_secret", json={"overlap_hours": 2})
        new = answer.json()
        assert new["secret"] != old["secret"]
        assert new["previous_secret_until"] is not None
        async with api.world.database.read() as reader:
            target = await targets.get(reader, await target_id(api))
        assert target is not None
        assert target.secrets(api.world.clock.now()) == [new["secret"], old["secret"]]
        told = (await api.alice.get("audit_logs")).json()["audit_logs"][0]
        assert (told["auditable_type"], told["auditable_id"]) == ("Inbox", api.world.api_inbox.id)
        assert told["audited_changes"] == {"secret": ["[hidden]", "[hidden]"]}

    on_api(url, story)


def test_an_audit_tells_of_the_terms_and_hides_what_is_secret(url: str) -> None:
    async def story(api: API) -> None:
        async def last() -> Any:
            return (await api.alice.get("audit_logs")).json()["audit_logs"][0]["audited_changes"]

        inbox = await bridged(api, headers={"Authorization": "hush"})
        told = await last()
        assert told["webhook_url"] == [None, "https://9.9.9.9/…"]
        assert (told["secret"], told["headers"]) == ([None, "[hidden]"], [None, "Authorization"])
        await api.alice.patch(place(api), json={"payload_format": "chatwoot", "status": "paused"})
        assert await last() == {"payload_format": ["hoory", "chatwoot"], "status": ["enabled", "paused"]}
        everything = (await api.alice.get("audit_logs")).text
        assert "hush" not in everything
        assert inbox["secret"] not in everything

    on_api(url, story)


def test_the_log_health_and_backlog_of_an_inbox(url: str) -> None:
    async def story(api: API) -> None:
        await bridged(api, status="paused")
        await api.world.conversation()
        await api.world.hear()
        waiting = (await api.alice.get(f"{place(api)}/health")).json()["payload"]
        assert (waiting["status"], waiting["waiting"]) == ("paused", 2)
        assert [one["event"] for one in await log(api)] == ["message_created", "conversation_created"]
        story = (await api.alice.get(f"{place(api)}/deliveries/2")).json()
        assert (story["number"], story["state"], story["body"]["event"]) == (2, "pending", "message_created")
        why = (await api.alice.get(f"{place(api)}/why/2")).json()["payload"]
        assert why == {
            "code": "paused",
            "explanation": "It waits because the inbox's webhook_url is paused: set by an administrator",
            "delivery": 2,
        }
        skipped = await api.alice.post(f"{place(api)}/skip_backlog")
        assert (skipped.status_code, skipped.content) == (200, b"")
        assert [one["state"] for one in await log(api)] == ["skipped", "skipped"]
        assert (await api.alice.get(f"{place(api)}/health")).json()["payload"]["waiting"] == 0

    on_api(url, story)


def test_why_an_inbox_did_not_get_an_event(url: str) -> None:
    async def story(api: API) -> None:
        async def why(number: int) -> str:
            code: str = (await api.alice.get(f"{place(api)}/why/{number}")).json()["payload"]["code"]
            return code

        await api.world.conversation()
        api.world.clock.advance(1)
        await bridged(api)
        await (await api.visitor()).post("events", json={"name": "webwidget.triggered", "event_info": {}})
        assert await why(1) == "before_the_address"
        assert len(await api.told()) == 2
        assert await why(2) == "other_inbox"
        await api.world.hear()
        assert await why(3) == "due"
        assert (await api.alice.get(f"{place(api)}/why/4")).status_code == 404

    on_api(url, story)


def test_what_was_sent_for_an_inbox_can_be_replayed_until_its_address_goes(url: str) -> None:
    async def story(api: API) -> None:
        await bridged(api, status="paused")
        await api.world.conversation()
        await api.world.hear()
        await api.alice.post(f"{place(api)}/skip_backlog")
        replays = f"{place(api)}/replays"
        planned = await api.alice.post(replays, json={"first_number": 1, "dry_run": True})
        assert (planned.json()["payload"]["state"], planned.json()["payload"]["total"]) == ("planned", 2)
        begun = (await api.alice.post(replays, json={"number": 2})).json()["payload"]
        assert (await api.alice.get(f"{replays}/{begun['id']}")).json()["payload"] == begun
        ended = await api.alice.post(f"{replays}/{begun['id']}/cancel")
        assert ended.json()["payload"]["state"] == "cancelled"
        await api.alice.post(replays, json={"number": 1})
        assert len((await api.alice.get(replays)).json()["payload"]) == 2
        cleared = await api.alice.patch(place(api), json={"channel": {"webhook_url": ""}})
        assert (cleared.json()["webhook_url"], cleared.json()["secret"]) == (None, None)
        errors_of(await api.alice.get(replays), "webhook_url")
        again = await bridged(api)
        assert again["status"] == "enabled"
        assert (await api.alice.get(replays)).json()["payload"] == []

    on_api(url, story)


def test_a_test_send_reaches_an_inboxs_receiver_in_its_format(url: str) -> None:
    async def story(api: API) -> None:
        got: list[Received] = []

        def hear(received: Received) -> int:
            got.append(received)
            return 204

        async with Receiver([], hear) as receiver:
            changes = InboxChanges(webhook=Address(f"{receiver.url}/bell"), payload_format="chatwoot")
            await api.world.do(commands.update_inbox, api.world.alice, api.world.api_inbox.id, changes)
            answer = await api.alice.post(f"{place(api)}/test", json={"event": "message_created"})
        told = answer.json()["payload"]
        assert (told["event"], told["attempt"]["status"]) == ("message_created", 204)
        [one] = got
        assert one.headers["deskbell-test"] == "true"
        assert one.headers["x-chatwoot-signature"].startswith("sha256=")
        assert await log(api) == []

    on_api(url, story)


@pytest.mark.parametrize("by_deskbell", [True, False])
def test_giving_the_address_again_enables_what_deskbell_disabled_and_nothing_else(
    url: str, by_deskbell: bool
) -> None:
    async def story(api: API) -> None:
        await bridged(api, status=None if by_deskbell else "disabled")
        if by_deskbell:
            async with api.world.database.unit() as unit:
                await health.lock(unit, [await target_id(api)])
                target = await targets.lock(unit, await target_id(api))
                assert await targets.disable(unit, target, "The receiver answered 410 Gone.")
        shown = (await api.alice.get(place(api))).json()
        assert shown["status"] == "disabled"
        same = await api.alice.patch(place(api), json=shown)
        assert same.json() == shown, "what is sent back says that it is disabled"
        again = await bridged(api)
        assert again["status"] == ("enabled" if by_deskbell else "disabled")
        assert (await bridged(api, status="enabled"))["status_reason"] is None

    on_api(url, story)


PATHS: list[tuple[str, str, Any]] = [
    ("GET", "health", None),
    ("GET", "deliveries", None),
    ("GET", "deliveries/1", None),
    ("GET", "why/1", None),
    ("POST", "test", {}),
    ("POST", "skip_backlog", {}),
    ("POST", "rotate_secret", {}),
    ("POST", "replays", {"number": 1}),
    ("GET", "replays", None),
    ("GET", "replays/1", None),
    ("POST", "replays/1/cancel", {}),
]


def test_inboxes_nothing_is_sent_from_say_so(url: str) -> None:
    async def story(api: API) -> None:
        before = await api.state()
        for inbox in (api.world.api_inbox, api.world.website):
            for method, path, body in PATHS:
                answer = await api.alice.request(method, f"inboxes/{inbox.id}/{path}", json=body)
                errors_of(answer, "webhook_url")
        assert await api.state() == before

    on_api(url, story)


def test_only_administrators_care_and_others_inboxes_look_like_none(url: str) -> None:
    async def story(api: API) -> None:
        await bridged(api)
        theirs = await api.client(
            f"/api/v1/accounts/{api.other_account}", api.stranger.headers["api_access_token"]
        )
        channel = {"type": "api", "webhook_url": PUBLIC_HOOK}
        foreign = (await theirs.post("inboxes", json={"name": "T", "channel": channel})).json()["id"]
        before = await api.state()
        for method, path, body in PATHS:
            refused = await api.bob.request(method, f"{place(api)}/{path}", json=body)
            assert refused.status_code == 401, path
            assert "only administrators" in refused.json()["error"], path
            assert (await api.bot.request(method, f"{place(api)}/{path}", json=body)).status_code == 401
            answers = [
                await api.alice.request(method, f"inboxes/{inbox_id}/{path}", json=body)
                for inbox_id in (foreign, 999_999)
            ]
            assert [one.status_code for one in answers] == [404, 404], path
            assert answers[0].content == answers[1].content
        assert await api.state() == before

    on_api(url, story)
