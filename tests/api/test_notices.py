"""Administrators are told when Deskbell disables a target, can follow the feed, and say what they have read."""

from typing import Any

import pytest

from deskbell.kit.clock import MINUTE
from deskbell.model.webhook import Address, Target, TargetKind
from deskbell.store import agent_bots, health, inboxes, notices, targets
from tests.support.api import API, PUBLIC_HOOK, on_api

GONE = "The receiver answered 410 Gone."


async def disable(api: API, target_id: int) -> int:
    """What a worker does with a hopeless target."""
    async with api.world.database.unit() as unit:
        target = await targets.get(unit, target_id)
        assert target is not None
        assert await targets.disable(unit, target, GONE)
        return await notices.target_disabled(unit, target, GONE)


async def target(api: API, target_id: int) -> Target:
    async with api.world.database.read() as reader:
        found = await targets.get(reader, target_id)
    assert found is not None
    return found


async def of_a_webhook(api: API) -> tuple[int, int, str]:
    webhook = await api.world.webhook("https://hooks.example.com/secret/path", name="Orders")
    return webhook.target.id, webhook.id, "webhook_id"


async def of_an_inbox(api: API) -> tuple[int, int, str]:
    asked = {"name": "Orders", "channel": {"type": "api", "webhook_url": PUBLIC_HOOK}}
    inbox_id = (await api.alice.post("inboxes", json=asked)).json()["id"]
    return await target_of(api, inbox_id), inbox_id, "inbox_id"


async def target_of(api: API, inbox_id: int) -> int:
    """The target behind an API inbox's webhook_url."""
    async with api.world.database.read() as reader:
        inbox = await inboxes.get(reader, api.world.account_id, inbox_id)
    assert inbox is not None
    assert inbox.target_id is not None
    return inbox.target_id


async def of_a_bot(api: API) -> tuple[int, int, str]:
    async with api.world.database.unit() as unit:
        target_id = await targets.add(
            unit,
            api.world.account_id,
            "agent_bot",
            address=Address("https://bots.example.com/secret"),
            secret="whsec_x",
            payload_format="hoory",
        )
        bot_id = await agent_bots.add(unit, api.world.account_id, name="Orders", target_id=target_id)
    return target_id, bot_id, "agent_bot_id"


MADE = {"webhook": of_a_webhook, "api_inbox": of_an_inbox, "agent_bot": of_a_bot}


@pytest.mark.parametrize("kind", MADE)
def test_administrators_are_told_which_target_was_disabled_and_what_to_do(url: str, kind: TargetKind) -> None:
    async def story(api: API) -> None:
        target_id, owner_id, id_name = await MADE[kind](api)
        notice_id = await disable(api, target_id)
        told = (await api.alice.get("notices")).json()
        assert told["meta"] == {"count": 1, "unread": 1, "current_page": 1}
        [one] = told["payload"]
        host = {"webhook": "hooks.example.com", "api_inbox": "9.9.9.9", "agent_bot": "bots.example.com"}[kind]
        assert (one["id"], one["kind"], one["read_at"]) == (notice_id, f"{kind}_disabled", None)
        assert one["details"] == {id_name: owner_id, "name": "Orders", "host": host, "reason": GONE}
        assert all(part in one["message"] for part in ("Orders", host, GONE, "What waits for it is kept"))
        assert "secret" not in one["message"]

    on_api(url, story)


def test_a_target_nobody_owns_any_more_is_told_of_all_the_same(url: str) -> None:
    async def story(api: API) -> None:
        target_id, webhook_id, _ = await of_a_webhook(api)
        found = await target(api, target_id)
        await api.alice.delete(f"webhooks/{webhook_id}")
        async with api.world.database.unit() as unit:
            await notices.target_disabled(unit, found, GONE)
        [one] = (await api.alice.get("notices")).json()["payload"]
        assert (one["details"]["webhook_id"], one["details"]["host"]) == (None, "hooks.example.com")

    on_api(url, story)


async def told(api: API, count: int) -> list[int]:
    """So many notices, by their ids."""
    async with api.world.database.unit() as unit:
        return [
            await notices.add(unit, api.world.account_id, "webhook_disabled", message=f"number {number}")
            for number in range(count)
        ]


async def ids(api: API, **params: Any) -> list[int]:
    answer = await api.alice.get("notices", params=params)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["payload"]]


def test_notices_come_newest_first_and_in_pages(url: str) -> None:
    async def story(api: API) -> None:
        made = await told(api, 5)
        assert await ids(api) == made[::-1]
        assert [await ids(api, page=page, per_page=2) for page in (1, 2, 3, 4)] == [
            [made[4], made[3]],
            [made[2], made[1]],
            [made[0]],
            [],
        ]
        for wrong in ({"per_page": 0}, {"per_page": 101}, {"page": 0}, {"after": "x"}, {"after": -1}):
            assert (await api.alice.get("notices", params=wrong)).status_code == 422

    on_api(url, story)


def test_a_poller_that_follows_passes_over_none_however_many_came_meanwhile(url: str) -> None:
    async def story(api: API) -> None:
        made = await told(api, 5)
        seen: list[int] = []
        while found := await ids(api, after=max(seen, default=0), per_page=2):
            assert found == sorted(found, reverse=True)
            seen += found[::-1]
        assert seen == made
        more = await told(api, 1)
        assert await ids(api, after=max(seen)) == more

    on_api(url, story)


def test_a_notice_is_read_once_and_all_of_them_up_to_the_last_seen(url: str) -> None:
    async def story(api: API) -> None:
        made = await told(api, 4)
        first = (await api.alice.post(f"notices/{made[0]}/read")).json()["payload"]
        assert first["read_at"] is not None
        api.world.clock.advance(MINUTE)
        assert (await api.alice.post(f"notices/{made[0]}/read")).json()["payload"] == first
        done = await api.alice.post("notices/read_all", json={"up_to": made[2]})
        assert (done.status_code, done.content) == (200, b"")
        listed = (await api.alice.get("notices")).json()
        assert [one["id"] for one in listed["payload"] if one["read_at"] is None] == [made[3]]
        assert (listed["meta"]["count"], listed["meta"]["unread"]) == (4, 1)
        assert listed["payload"][-1] == first, "the first reading counts"
        await api.alice.post("notices/read_all")
        assert (await api.alice.get("notices")).json()["meta"]["unread"] == 0

    on_api(url, story)


def test_another_accounts_notices_are_not_found_and_not_marked(url: str) -> None:
    async def story(api: API) -> None:
        async with api.world.database.unit() as unit:
            theirs = await notices.add(unit, api.other_account, "webhook_disabled", message="theirs")
        [own] = await told(api, 1)
        assert await ids(api) == [own]
        assert (await api.alice.post(f"notices/{theirs}/read")).status_code == 404
        await api.alice.post("notices/read_all")
        assert (await api.stranger.get("notices")).status_code == 404
        async with api.world.database.read() as reader:
            assert await notices.counts(reader, api.other_account) == (1, 1)

    on_api(url, story)


def test_only_administrators_are_told(url: str) -> None:
    async def story(api: API) -> None:
        [made] = await told(api, 1)
        for client, reason in ((api.bob, "only administrators"), (api.bot, "not authorized for bots")):
            for method, path in (
                ("GET", "notices"),
                ("POST", f"notices/{made}/read"),
                ("POST", "notices/read_all"),
            ):
                refused = await client.request(method, path)
                assert refused.status_code == 401, path
                assert reason in refused.json()["error"]
        assert (await api.nobody.get("notices")).status_code == 401
        assert (await api.alice.get("notices")).json()["meta"]["unread"] == 1

    on_api(url, story)


def test_saving_a_disabled_inboxs_address_again_enables_it_and_lets_what_waits_go_out(url: str) -> None:
    async def story(api: API) -> None:
        target_id, inbox_id, _ = await of_an_inbox(api)
        await disable(api, target_id)
        await api.alice.patch(f"inboxes/{inbox_id}", json={"name": "Renamed"})
        assert (await target(api, target_id)).status == "disabled", "nothing was said about the address"
        await api.alice.patch(f"inboxes/{inbox_id}", json={"channel": {"webhook_url": PUBLIC_HOOK}})
        mended = await target(api, target_id)
        assert (mended.status, mended.status_reason) == ("enabled", None)
        async with api.world.database.read() as reader:
            assert (await health.read(reader, [target_id]))[target_id].failing_since is None

    on_api(url, story)
