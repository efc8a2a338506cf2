"""Coming back to `/cable`: what was missed comes first, in order, nothing twice and nothing lost."""

import asyncio
from typing import Any

import pytest

from deskbell.desk.commands import messages
from deskbell.desk.commands.thread import Draft
from deskbell.store import events
from deskbell.store.statement import Statement
from tests.api.test_cable import live
from tests.support.cable import Channel, Station
from tests.support.chance import chance

FORGET = Statement("UPDATE event_counters SET pruned_number = :number WHERE account_id = :account_id")
BACK = Statement(
    "UPDATE event_counters SET last_number = last_number - 20000, pruned_number = 0 WHERE account_id = :account_id"
)
JSONObject = dict[str, Any]


def keys(messages: list[JSONObject]) -> list[tuple[int, str]]:
    """Each message's number and name, which nobody may be told twice."""
    return [(one["number"], one["event"]) for one in messages]


async def all_told(on: Station) -> list[tuple[int, str]]:
    """What somebody hears who listens from the beginning."""
    async with on.cable() as cable:
        alice = await on.agent(cable, on.api.world.alice.id, after=0)
        last = (await on.api.world.events())[-1].number
        await cable.until(lambda: alice.messages and alice.messages[-1]["number"] == last, "all of it")
        return keys(alice.messages)


async def talk(on: Station, turns: int) -> None:
    """People talk, assign and read, so that events make one message and several."""
    world = on.api.world
    for turn in range(turns):
        assignee = (world.bob.id, None)[turn % 2]
        await on.api.alice.post("conversations/1/assignments", json={"assignee_id": assignee})
        await world.say(1, f"Said {turn}")


def test_what_was_missed_comes_first_and_then_what_happens(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        await world.conversation()
        async with on.cable() as cable:
            alice = await on.agent(cable, world.alice.id)
            assert alice.answer["cursor"] == "1"
        await talk(on, 3)
        async with on.cable() as cable:
            alice = await on.agent(cable, world.alice.id, after=alice.answer["cursor"])
            await talk(on, 1)
            await alice.hears("message.created", 4)
            numbers = [one["number"] for one in alice.messages]
            assert numbers == sorted(numbers)
            assert [
                one["data"]["content"] for one in alice.messages if one["event"] == "message.created"
            ] == [
                "Said 0",
                "Said 1",
                "Said 2",
                "Said 0",
            ]
        assert len(set(keys(alice.messages))) == len(alice.messages)

    live(url, story)


def test_a_cursor_within_an_event_gets_the_rest_of_it(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        await world.conversation()
        await on.api.alice.post("conversations/1/assignments", json={"assignee_id": world.bob.id})
        told = await all_told(on)
        assert told == [(1, "conversation.created"), (2, "conversation.updated"), (2, "assignee.changed")]
        await world.say(1, "The end of it")
        told += [(3, "message.created"), (3, "first.reply.created")]
        for after, had in ((0, 0), ("0", 0), (1, 1), ("1", 1), ("2.1", 2), ("2", 3), (2, 3), ("3.1", 4)):
            async with on.cable() as cable:
                alice = await on.agent(cable, world.alice.id, after=after)
                await alice.hears("first.reply.created")
                assert keys(alice.messages) == told[had:], after

    live(url, story)


def test_connections_cut_at_random_lose_nothing_and_hear_nothing_twice(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        await world.conversation()
        dice = chance("cable")
        heard: list[JSONObject] = []
        cursor: str | int = 0
        talking = asyncio.create_task(talk(on, 60))
        cuts = 0
        while not talking.done() or not heard or heard[-1]["number"] < await _last(on):
            async with on.cable() as cable:
                alice = await on.agent(cable, world.alice.id, after=cursor)
                await asyncio.sleep(dice.random() * 0.06)
                cable.socket.transport.abort()
                await cable.ended()
                heard += alice.messages
                cursor = heard[-1]["cursor"] if heard else 0
                cuts += 1
        await talking
        assert keys(heard) == await all_told(on)
        assert len(heard) >= 60 * 3
        print(f"{cuts} cuts, {len(heard)} messages")

    live(url, story)


async def _last(on: Station) -> int:
    async with on.api.world.database.read() as reader:
        return (await events.last_numbers(reader, [on.api.world.account_id]))[on.api.world.account_id]


def test_a_visitor_gets_what_they_missed_and_nothing_of_others(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        visitor = await on.api.visitor()
        await visitor.post("messages", json={"message": {"content": "I am somebody else"}})
        await world.conversation()
        await world.say(2, "For Carla")
        await world.say(2, "Of Carla", private=True)
        await world.say(1, "For the other one")
        async with on.cable() as cable:
            carla = await cable.subscribe(world.place.pubsub_token, after=0)
            await world.say(2, "And now")
            await carla.hears("message.created", 2)
            said = [one["data"].get("content") for one in carla.messages]
            assert said == [None, "For Carla", "And now"]

    live(url, story)


def test_what_was_taken_back_meanwhile_is_not_said_to_who_comes_back(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        await world.conversation()
        await world.say(content="The password is swordfish")
        await on.api.alice.delete("conversations/1/messages/1")
        await world.say(content="Good morning")
        async with on.cable() as cable:
            carla = await cable.subscribe(world.place.pubsub_token, after=0)
            alice = await on.agent(cable, world.alice.id, after=0)
            for channel in (carla, alice):
                await channel.hears("message.created")
                said = [one["data"].get("content") for one in channel.messages]
                assert "This message was deleted" in said
                assert "swordfish" not in str(channel.messages)

    live(url, story)


@pytest.mark.parametrize("after", [99, "99.1", "yesterday", -1, "", [1], True, 1.5])
def test_a_cursor_that_nobody_was_told_starts_anew(url: str, after: object) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        await world.conversation()
        async with on.cable() as cable:
            alice = await on.agent(cable, world.alice.id, after=after)
            await world.say(1, "Go on")
            await alice.hears("message.created")
            assert alice.names[:2] == ["resume.failed", "message.created"]
            assert alice.messages[0]["cursor"] == "1"

    live(url, story)


def test_who_missed_too_much_or_what_is_no_more_kept_is_told_so(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        await world.conversation()
        async with world.database.unit() as unit:
            for place in range(1_000):
                await messages.create_message(unit, world.alice, 1, Draft(content=str(place)))
        assert await _resumes(on, 0) == ["resume.failed"]
        async with on.cable() as cable:
            alice = await on.agent(cable, world.alice.id, after=1)
            await alice.hears("message.created", 1_000)
            said = [one["data"]["content"] for one in alice.messages if one["event"] == "message.created"]
            assert said == [str(place) for place in range(1_000)]
        async with world.database.unit() as unit:
            await unit.run(FORGET, account_id=world.account_id, number=990)
        assert await _resumes(on, 989) == ["resume.failed"]
        assert "resume.failed" not in await _resumes(on, 990)
        async with world.database.unit() as unit:
            await events.take_numbers(unit, world.account_id, 20_000)
        assert await _resumes(on, 1_000) == ["resume.failed"]
        async with world.database.unit() as unit:
            await unit.run(BACK, account_id=world.account_id)  # so that the journal is without a gap again

    live(url, story)


async def _resumes(on: Station, after: int) -> list[str]:
    async with on.cable() as cable:
        alice: Channel = await on.agent(cable, on.api.world.alice.id, after=after)
        await cable.until(lambda: alice.messages, "something")
        return alice.names


def test_a_second_process_that_reads_the_journal_later_tells_nothing_twice(url: str) -> None:
    """Whoever was told of an event by one process may come to another that has not read so far."""

    async def story(on: Station) -> None:
        world = on.api.world
        await world.conversation()
        async with on.cable() as first:
            await on.agent(first, world.alice.id)
            world.database.press = lambda _: None  # this process is told of nothing for a while
            await world.say(1, "Told elsewhere")
            async with on.cable() as second:
                alice = await on.agent(second, world.alice.id, after=2)
                await world.say(1, "Told here")
                await alice.hears("message.created")
                assert [one["number"] for one in alice.messages if one["event"] == "message.created"] == [3]

    live(url, story)
