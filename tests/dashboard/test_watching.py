"""Who else looks at a conversation: told to the colleagues who have it open, to nobody else, and kept nowhere."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from deskbell.kit.clock import SECOND
from deskbell.model.listener import AgentListener
from deskbell.realtime import watchers
from deskbell.realtime.live import Live
from deskbell.store.database import News
from tests.dashboard.test_listening import live, page, signed_in
from tests.support.cable import Cable, Channel, Station
from tests.support.process import until

TOLD = "deskbell.watchers"


@asynccontextmanager
async def sitting(on: Station, user_id: int) -> AsyncIterator[Channel]:
    """A user with a page of the dashboard open."""
    async with Cable(await page(on, await signed_in(on, user_id))) as cable:
        yield await cable.subscribe("")


async def watch(channel: Channel, number: object) -> None:
    data = json.dumps({"action": "watch", "conversation": number})
    await channel.cable.say({"command": "message", "identifier": channel.identifier, "data": data})


def last(channel: Channel) -> dict[str, Any]:
    found = [one["data"] for one in channel.messages if one["event"] == TOLD]
    return found[-1] if found else {}


def names(channel: Channel) -> list[str] | None:
    """The colleagues a page shows; None where it was told nothing."""
    told = last(channel)
    return [one["name"] for one in told["users"]] if told else None


async def sees(channel: Channel, *expected: str) -> None:
    await channel.cable.until(lambda: names(channel) == [*expected], f"to see {expected}")


async def synced(channel: Channel) -> None:
    """Wait until all that was said before is done."""
    await channel.perform("update_presence")
    before = len([one for one in channel.cable.frames if "message" in one])
    await channel.cable.until(
        lambda: len([1 for one in channel.cable.frames if "message" in one]) > before, "it"
    )


def test_who_looks_sees_who_looks_too_and_that_they_left(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        await world.conversation()
        before = await world.told()
        async with sitting(on, world.alice.id) as alice:
            await watch(alice, 1)
            await sees(alice)
            async with sitting(on, world.bob.id) as bob:
                await watch(bob, 1)
                await sees(bob, "Alice")
                await sees(alice, "Bob")
                assert last(alice) == {
                    "account_id": world.account_id,
                    "conversation": 1,
                    "users": [{"id": world.bob.id, "name": "Bob", "avatar_url": ""}],
                    "more": 0,
                }
                await watch(bob, None)
                await sees(alice)
                await watch(bob, 1)
                await sees(alice, "Bob")
            await sees(alice)
        assert await world.told() == before, "looking is no event"

    live(url, story)


def test_a_page_that_goes_on_to_another_conversation_looks_at_that_one_only(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        await world.conversation()
        await world.conversation()
        async with sitting(on, world.alice.id) as alice, sitting(on, world.bob.id) as bob:
            await watch(alice, 1)
            await watch(bob, 1)
            await sees(alice, "Bob")
            await watch(bob, 2)
            await sees(alice)
            await sees(bob)
            assert last(bob)["conversation"] == 2
            await watch(alice, 2)
            await sees(bob, "Alice")
            await sees(alice, "Bob")

    live(url, story)


def test_two_pages_of_one_agent_are_one_face_and_nobody_sees_their_own(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        await world.conversation()
        async with sitting(on, world.alice.id) as alice, sitting(on, world.bob.id) as bob:
            await watch(alice, 1)
            await watch(bob, 1)
            async with sitting(on, world.bob.id) as again:
                await watch(again, 1)
                await sees(again, "Alice")
                await sees(alice, "Bob")
            await sees(bob, "Alice")
            await sees(alice, "Bob")

    live(url, story)


def test_neither_visitors_nor_programs_nor_who_has_it_not_open_are_told(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        await world.conversation()
        async with (
            on.cable() as first,
            on.cable() as second,
            sitting(on, world.alice.id) as elsewhere,
            sitting(on, world.alice.id) as alice,
            sitting(on, world.bob.id) as bob,
        ):
            program = await on.agent(first, world.alice.id)
            carla = await second.subscribe(world.place.pubsub_token)
            # A program of theirs that says so, too, is not heard: only pages show conversations.
            await watch(program, 1)
            await watch(carla, 1)
            await watch(alice, 1)
            await watch(bob, 1)
            await sees(alice, "Bob")
            await sees(bob, "Alice")
            await world.hear(1, "The last of all")
            for one in (program, carla, elsewhere):
                await one.hears("message.created")
                assert TOLD not in one.names

    live(url, story)


def test_who_may_not_see_a_conversation_neither_sees_who_looks_nor_is_seen(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        visitor = await on.api.visitor()
        await visitor.post("messages", json={"message": {"content": "On the website"}})
        await world.conversation()
        async with sitting(on, world.alice.id) as alice, sitting(on, world.bob.id) as bob:
            await watch(alice, 1)
            await sees(alice)
            for number in (1, 999, 0, -1, 2**70, True, "1", [1]):
                await watch(bob, number)
            await synced(bob)
            assert names(bob) is None
            assert names(alice) == []
            await watch(bob, 2)
            await sees(bob)

    live(url, story)


def test_who_loses_the_inbox_is_told_no_more_and_seen_no_more(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deskbell.realtime.live.TURN", 0.05)

    async def story(on: Station) -> None:
        world = on.api.world
        await world.conversation()
        async with sitting(on, world.bob.id) as bob, sitting(on, world.alice.id) as alice:
            await watch(bob, 1)
            await sees(bob)
            gone = await on.api.alice.request(
                "DELETE",
                "inbox_members",
                json={"inbox_id": world.api_inbox.id, "user_ids": [world.bob.id]},
            )
            assert gone.status_code == 200, gone.text
            await until(lambda: _inboxes(on, world.bob.id) == [frozenset()], "Bob to work there no more")
            await watch(alice, 1)
            await sees(alice, "Bob")
            world.clock.advance(6 * SECOND)
            await watch(bob, 1)
            await sees(alice)
            assert names(bob) == [], "nothing was told to Bob since"

    live(url, story)


def test_a_page_that_is_not_heard_of_looks_no_more(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchers, "TURN", 0.05)

    async def story(on: Station) -> None:
        world = on.api.world
        await world.conversation()
        async with sitting(on, world.alice.id) as alice, sitting(on, world.bob.id) as bob:
            await watch(alice, 1)
            await watch(bob, 1)
            await sees(alice, "Bob")
            world.clock.advance(watchers.LIFE - SECOND)
            await watch(alice, 1)
            await synced(alice)
            assert names(alice) == ["Bob"]
            world.clock.advance(2 * SECOND)
            await sees(alice)
            await watch(bob, 1)
            await sees(alice, "Bob")

    live(url, story)


def test_what_one_process_says_is_seen_in_another_and_only_names_of_colleagues_travel(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        await world.conversation()
        other = Live(world.database, world.clock)
        carried: list[str] = []
        other.pass_on(carried.append)
        async with sitting(on, world.alice.id) as alice, sitting(on, world.bob.id) as bob:
            passed: list[str] = []
            on.live.pass_on(passed.append)
            await watch(alice, 1)
            await watch(bob, 1)
            await sees(alice, "Bob")
            on.live.hear(News(passing=["{}", '{"type":"watch"}', "no JSON"]))
            for text in passed:
                other.hear(News(passing=[text]))
                assert len(text) < 1_000
            assert len(passed) == 2
            assert not carried, "what is heard is not said again"
            known = {one.name for one, _ in other.watchers._pages.values()}
            assert known == {"Alice", "Bob"}
            # The other process stands in for a third colleague's, and for its leaving.
            third = next(text for text in passed if '"Bob"' in text)
            third = third.replace('"Bob"', '"Olga"').replace(f'"user_id":{world.bob.id}', '"user_id":900')
            page_of = json.loads(third)["page"]
            on.live.hear(News(passing=[third.replace(page_of, "of-the-other-process")]))
            await sees(alice, "Bob", "Olga")
            ended = third.replace(page_of, "of-the-other-process").replace('"on":true', '"on":false')
            on.live.hear(News(passing=[ended]))
            await sees(alice, "Bob")

    live(url, story)


def test_a_crowd_is_told_by_a_few_names_and_a_number(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        await world.conversation()
        async with sitting(on, world.alice.id) as alice, sitting(on, world.bob.id) as bob:
            passed: list[str] = []
            on.live.pass_on(passed.append)
            await watch(alice, 1)
            await watch(bob, 1)
            await sees(alice, "Bob")
            one = json.loads(next(text for text in passed if '"Bob"' in text))
            for number in range(50):
                more = {"page": f"page-{number}", "user_id": 900 + number, "name": f"Colleague {number:02}"}
                on.live.hear(News(passing=[json.dumps(one | more)]))
            await alice.cable.until(lambda: last(alice)["more"] == 46, "the crowd")
            assert len(last(alice)["users"]) == watchers.SHOWN
            assert alice.names.count(TOLD) < 20, "many changes are told as one"

    live(url, story)


def _inboxes(on: Station, user_id: int) -> list[frozenset[int] | None]:
    """The inboxes that a user who listens here works in, for each of their pages."""
    present = [one.who for one in on.live.hub.subscriptions()]
    return [who.inbox_ids for who in present if isinstance(who, AgentListener) and who.user_id == user_id]
