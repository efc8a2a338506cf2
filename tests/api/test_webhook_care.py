"""Taking care of a webhook by the API: rotate, test, skip, replay, its own terms."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks.webhooks import Webhook

from deskbell.desk.commands import messages
from deskbell.desk.commands.thread import Draft
from deskbell.kit.clock import HOUR, ManualClock
from deskbell.runtime.receiver import Received, Receiver
from deskbell.store import webhooks
from tests.support.aio import run
from tests.support.api import API, open_api


async def created(api: API, **more: Any) -> dict[str, Any]:
    asked = {"url": "https://9.9.9.9/hook", "subscriptions": ["message_created"]} | more
    answer = await api.alice.post("/webhooks", json=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["payload"]["webhook"]
    return found


def test_a_rotated_secret_signs_beside_the_old_one_until_the_overlap_ends(url: str) -> None:
    async def story() -> None:
        async with open_api(url) as api:
            old = await created(api)
            answer = await api.alice.post(f"/webhooks/{old['id']}/rotate_secret", json={"overlap_hours": 2})
            new = answer.json()["payload"]["webhook"]
            assert new["secret"] != old["secret"]
            assert new["previous_secret_until"] is not None
            async with api.world.database.read() as reader:
                kept = await webhooks.get(reader, api.world.account_id, new["id"])
            assert kept is not None
            now = api.world.clock.now()
            assert kept.target.secrets(now) == [new["secret"], old["secret"]]
            assert kept.target.secrets(now + 2 * HOUR) == [new["secret"]]

    run(story())


def test_an_ed25519_webhook_shows_its_public_key_and_never_its_private_one(url: str) -> None:
    async def story() -> None:
        async with open_api(url) as api:
            webhook = await created(api, signature="ed25519")
            assert (webhook["signature"], webhook["secret"]) == ("ed25519", None)
            assert webhook["public_key"].startswith("whpk_")
            listed = (await api.alice.get("/webhooks")).text
            assert "whsk_" not in listed
            back = await api.alice.patch(f"/webhooks/{webhook['id']}", json={"signature": "hmac"})
            assert back.json()["payload"]["webhook"]["secret"].startswith("whsec_")

    run(story())


@pytest.mark.parametrize("signature", ["hmac", "ed25519"])
def test_a_test_send_is_signed_and_its_answer_shown_at_once_and_nothing_is_recorded(
    url: str, signature: str
) -> None:
    async def story() -> None:
        got: list[Received] = []

        def hear(received: Received) -> int:
            got.append(received)
            return 201

        async with open_api(url) as api, Receiver([], hear) as receiver:
            clock = api.world.clock
            assert isinstance(clock, ManualClock)
            clock.advance(int(datetime.now(UTC).timestamp() * 1_000_000) - clock.now())
            webhook = await api.world.webhook(
                f"{receiver.url}/hook", ["message_created"], signature=signature
            )
            answer = await api.alice.post(
                f"/webhooks/{webhook.id}/test", json={"event": "conversation_created"}
            )
            told = answer.json()["payload"]
            assert (told["event"], told["attempt"]["verdict"], told["attempt"]["status"]) == (
                "conversation_created",
                "delivered",
                201,
            )
            [one] = got
            assert (one.event, one.headers["deskbell-test"]) == ("conversation_created", "true")
            if signature == "hmac":
                Webhook(webhook.target.secret).verify(one.body, one.headers)
            else:
                shown = (await api.alice.get("/webhooks")).json()["payload"]["webhooks"][0]
                key = Ed25519PublicKey.from_public_bytes(
                    base64.b64decode(shown["public_key"].removeprefix("whpk_"))
                )
                version, _, value = one.headers["webhook-signature"].partition(",")
                assert version == "v1a"
                content = (
                    f"{one.headers['webhook-id']}.{one.headers['webhook-timestamp']}.".encode() + one.body
                )
                key.verify(base64.b64decode(value), content)
            assert await api.world.events() == []
            assert (await api.alice.get(f"/webhooks/{webhook.id}/deliveries")).json()["payload"] == []

    run(story())


def test_a_skipped_backlog_is_marked_and_can_be_replayed(url: str) -> None:
    async def story() -> None:
        async with open_api(url) as api:
            webhook = await created(api, status="paused")
            await api.world.conversation()
            for content in "ab":
                async with api.world.database.unit() as unit:
                    await messages.create_message(unit, api.world.alice, 1, Draft(content=content))
            assert (await api.alice.post(f"/webhooks/{webhook['id']}/skip_backlog")).status_code == 200
            log = (await api.alice.get(f"/webhooks/{webhook['id']}/deliveries")).json()["payload"]
            assert [one["state"] for one in log] == ["skipped", "skipped"]
            planned = await api.alice.post(
                f"/webhooks/{webhook['id']}/replays", json={"first_number": 1, "dry_run": True}
            )
            assert (planned.json()["payload"]["state"], planned.json()["payload"]["total"]) == ("planned", 2)
            assert (await api.alice.get(f"/webhooks/{webhook['id']}/replays")).json()["payload"] == []
            begun = (
                await api.alice.post(f"/webhooks/{webhook['id']}/replays", json={"number": 2, "rate": 5})
            ).json()["payload"]
            shown = (await api.alice.get(f"/webhooks/{webhook['id']}/replays/{begun['id']}")).json()[
                "payload"
            ]
            assert (shown["state"], shown["total"], shown["rate"]) == ("running", 1, 5)
            ended = await api.alice.post(f"/webhooks/{webhook['id']}/replays/{begun['id']}/cancel")
            assert ended.json()["payload"]["state"] == "cancelled"

    run(story())


def test_a_webhook_has_terms_of_its_own_and_null_gives_them_back(url: str) -> None:
    async def story() -> None:
        async with open_api(url) as api:
            webhook = await created(api, schedule=[0, 60], timeout=5, concurrency=2)
            assert (webhook["schedule"], webhook["timeout"], webhook["concurrency"]) == ([0, 60], 5.0, 2)
            renamed = await api.alice.patch(f"/webhooks/{webhook['id']}", json={"name": "kept"})
            assert renamed.json()["payload"]["webhook"]["schedule"] == [0, 60]
            back = await api.alice.patch(
                f"/webhooks/{webhook['id']}", json={"schedule": None, "timeout": None}
            )
            shown = back.json()["payload"]["webhook"]
            assert (shown["schedule"], shown["timeout"], shown["concurrency"]) == (None, None, 2)

    run(story())


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("", {"schedule": []}, "schedule"),
        ("", {"schedule": [-1]}, "schedule"),
        ("", {"timeout": 0}, "timeout"),
        ("", {"concurrency": 100_000}, "concurrency"),
        ("/rotate_secret", {"overlap_hours": 1000}, "overlap_hours"),
        ("/rotate_secret", {"overlap": 1}, "overlap"),
        ("/test", {"event": "nonsense"}, "event"),
        ("/replays", {}, "number"),
        ("/replays", {"number": "x"}, "number"),
        ("/replays", {"since": "yesterday"}, "since"),
        ("/replays", {"number": 1, "rate": -1}, "rate"),
    ],
)
def test_wrong_terms_are_named(sqlite_url: str, path: str, body: dict[str, Any], field: str) -> None:
    async def story() -> None:
        async with open_api(sqlite_url) as api:
            webhook = await created(api)
            send = api.alice.post if path else api.alice.patch
            answer = await send(f"/webhooks/{webhook['id']}{path}", json=body)
            assert answer.status_code == 422
            assert answer.json()["attributes"] == [field]

    run(story())
