"""What happens because its time has come: conversations wake, and idle ones are resolved."""

import asyncio

from deskbell.desk.commands import conversations
from deskbell.kit.clock import DAY, HOUR, MINUTE, SECOND
from deskbell.model.conversation import Status
from deskbell.model.message import MessageType
from deskbell.upkeep.timetable import Waker
from tests.support.aio import run
from tests.support.behaving import UPDATED, resolving, said, settle, thread
from tests.support.world import open_world


def test_a_snoozed_conversation_wakes_when_its_time_has_come_and_rings_its_bell_once(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation()
            await world.conversation()
            until = world.clock.now() + HOUR
            await world.do(conversations.set_status, world.alice, 1, "snoozed", until)
            await world.do(conversations.set_status, world.alice, 2, "snoozed", None)
            before = len(await world.told())
            wakers = [Waker(world.database, world.clock) for _ in range(3)]
            world.clock.advance(HOUR - SECOND)
            assert [await one.step() for one in wakers] == [0, 0, 0]
            world.clock.advance(SECOND)
            assert sum(await asyncio.gather(*(one.step() for one in wakers))) == 1
            assert (await world.told())[before:] == UPDATED
            woken = await world.get(1)
            assert (woken.status, woken.snoozed_until) == ("open", None)
            assert (await thread(world))[-1].message.content == "Deskbell reopened the conversation"
            assert (await world.get(2)).status == "snoozed", "until somebody writes"
            await world.hear(2)
            assert (await world.get(2)).status == "open"

    run(story())


def test_what_was_put_off_again_meanwhile_does_not_wake(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation()
            first = world.clock.now() + HOUR
            await world.do(conversations.set_status, world.alice, 1, "snoozed", first)
            await world.do(conversations.set_status, world.alice, 1, "snoozed", first + HOUR)
            world.clock.advance(HOUR)
            assert await Waker(world.database, world.clock).step() == 0
            assert (await world.get()).snoozed_until == first + HOUR

    run(story())


def test_an_idle_conversation_is_resolved_with_a_last_word_and_a_label(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation()
            resolver = await resolving(
                world, auto_resolve_after=60, auto_resolve_message="Bye", auto_resolve_label="Idle"
            )
            world.clock.advance(HOUR)
            assert await resolver.step() == 0, "not longer than that"
            before = len(await world.told())
            world.clock.advance(SECOND)
            assert await resolver.step() == 1
            assert (await world.told())[before:] == [*UPDATED, "message_created"]
            resolved = await world.get()
            assert (resolved.status, resolved.labels) == ("resolved", ["idle"])
            assert [(one.message.message_type, one.message.content) for one in await thread(world)] == [
                (MessageType.TEMPLATE, "Bye"),
                (MessageType.ACTIVITY, "Nothing happened for 1 hour"),
                (MessageType.ACTIVITY, "Deskbell marked the conversation resolved"),
                (MessageType.ACTIVITY, "Deskbell added idle"),
            ]
            world.clock.advance(DAY)
            assert await resolver.step() == 0

    run(story())


def test_whoever_waits_is_left_waiting_only_where_the_account_says_so(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation()
            await world.hear()
            await world.conversation()
            await world.hear(2)
            await world.say(2)
            resolver = await resolving(world, auto_resolve_after=10, auto_resolve_ignore_waiting=True)
            world.clock.advance(10 * MINUTE + SECOND)
            assert await resolver.step() == 1
            assert [(await world.get(number)).status for number in (1, 2)] == ["open", "resolved"]
            await resolving(world, auto_resolve_ignore_waiting=False)
            assert await resolver.step() == 1
            assert (await world.get(1)).status == "resolved"

    run(story())


def test_only_open_conversations_are_resolved_and_only_where_it_is_wanted(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            others: tuple[Status, ...] = ("pending", "snoozed", "open")
            for number, status in enumerate(others, 1):
                await world.conversation()
                await world.do(conversations.set_status, world.alice, number, status)
            resolver = await resolving(world)
            world.clock.advance(30 * DAY)
            assert await resolver.step() == 0
            await resolving(world, auto_resolve_after=10)
            assert await resolver.step() == 1
            await resolving(world, auto_resolve_after=None)
            await world.do(conversations.set_status, world.alice, 3, "open")
            world.clock.advance(30 * DAY)
            assert await resolver.step() == 0
            statuses = [(await world.get(number)).status for number in (1, 2, 3)]
            assert statuses == ["pending", "snoozed", "open"]

    run(story())


def test_several_processes_resolve_a_conversation_once(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            for _ in range(4):
                await world.conversation()
            resolvers = [
                await resolving(world, auto_resolve_after=10, auto_resolve_message="Bye") for _ in range(3)
            ]
            world.clock.advance(HOUR)
            assert sum(await asyncio.gather(*(one.step() for one in resolvers))) == 4
            assert [await said(world, number) for number in range(1, 5)] == [["Bye"]] * 4

    run(story())


def test_an_idle_conversation_is_asked_about_too(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await settle(world, csat_survey_enabled=True, csat_config={"message": "Well?"})
            await world.conversation()
            resolver = await resolving(world, auto_resolve_after=10, auto_resolve_message="Bye")
            world.clock.advance(HOUR)
            assert await resolver.step() == 1
            assert await said(world) == ["Bye", "Well?"]

    run(story())
