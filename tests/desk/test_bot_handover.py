"""Bots that fail, as the desk sees them: what waits is handed to people once, and told once."""

import asyncio

from deskbell.desk import access
from deskbell.desk.commands import agent_bots, conversations, handover
from deskbell.desk.commands.agent_bots import BotChanges
from deskbell.desk.commands.conversations import NewConversation
from deskbell.desk.rules.bots import LOOP_MESSAGES, LOOP_WINDOW, Said, is_loop
from deskbell.kit.clock import HOUR, MINUTE, SECOND
from deskbell.kit.errors import NotFound
from deskbell.model.agent_bot import AgentBot
from deskbell.model.notice import Notice
from deskbell.model.webhook import Address, Health
from deskbell.store import agent_bots as bots
from deskbell.store import health, notices, targets
from deskbell.store.agent_bots import Failing
from tests.support.aio import run
from tests.support.behaving import agent
from tests.support.world import World, open_world


async def connected(world: World) -> AgentBot:
    """A bot that answers in the API inbox."""
    changes = BotChanges(name="Helper", address=Address("https://bots.example.com/"))
    bot = (await world.do(agent_bots.create_bot, world.alice, changes)).bot
    await world.do(agent_bots.connect_bot, world.alice, world.api_inbox.id, bot.id)
    return bot


async def fail(world: World, bot: AgentBot, failures: int) -> None:
    """Let the bot have failed since now."""
    assert bot.target_id is not None
    now = world.clock.now()
    async with world.database.unit() as unit:
        await health.write(unit, [Health(target_id=bot.target_id, failures=failures, failing_since=now)])


async def failing(world: World) -> list[Failing]:
    async with world.database.read() as reader:
        return await bots.failing(reader, failures=3, since=world.clock.now() - 10 * MINUTE)


async def disable(world: World, bot: AgentBot, reason: str) -> None:
    assert bot.target_id is not None
    async with world.database.unit() as unit:
        await targets.set_status(unit, bot.target_id, "disabled", reason)


async def told(world: World) -> list[Notice]:
    async with world.database.read() as reader:
        return await notices.page(reader, world.account_id, after=None, limit=100, offset=0)


def test_a_bot_fails_after_ten_minutes_and_three_attempts_while_somebody_waits_for_it(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            bot = await connected(world)
            await world.conversation()
            assert await failing(world) == []
            await fail(world, bot, 3)
            world.clock.advance(10 * MINUTE - SECOND)
            assert await failing(world) == []
            world.clock.advance(SECOND)
            assert [one.id for one in await failing(world)] == [bot.id]
            await world.do(conversations.set_status, world.alice, 1, "resolved")
            assert await failing(world) == []
            await world.conversation()
            await fail(world, bot, 2)
            world.clock.advance(HOUR)
            assert await failing(world) == []

    run(story())


def test_a_bot_that_deskbell_disabled_fails_and_one_its_owner_disabled_does_not(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            bot = await connected(world)
            await world.conversation()
            await world.do(agent_bots.update_bot, world.alice, bot.id, BotChanges(status="disabled"))
            assert await failing(world) == []
            await world.do(agent_bots.update_bot, world.alice, bot.id, BotChanges(status="enabled"))
            await disable(world, bot, "The receiver answered 410 Gone.")
            assert [(one.id, one.disabled) for one in await failing(world)] == [(bot.id, True)]

    run(story())


def test_what_waits_for_a_bot_is_opened_once_and_told_in_the_thread_and_by_events(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            bot = await connected(world)
            await world.conversation()
            await world.conversation()
            await world.conversation(status="open")
            await world.do(conversations.assign_bot, world.alice, 2, bot.id)
            await world.do(conversations.assign_user, world.alice, 1, world.bob.id)
            await disable(world, bot, "Gone.")
            [found] = await failing(world)
            seen = len(await world.events())
            assert await world.do(handover.hand_over, found) == 2
            assert await world.told(seen) == [
                "conversation_updated",
                "conversation_updated",
                "conversation_status_changed",
                "conversation_status_changed",
            ]
            states = [await world.get(number) for number in (1, 2, 3)]
            assert [one.status for one in states] == ["open", "open", "open"]
            assert [one.assignee_agent_bot_id for one in states] == [None, None, None]
            assert states[0].assignee_id == world.bob.id
            assert await failing(world) == []
            assert await world.do(handover.hand_over, found) == 0
            assert len(await world.events()) == seen + 4

    run(story())


def test_a_conversation_another_bot_has_is_left_to_it(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            bot = await connected(world)
            other = (await world.do(agent_bots.create_bot, world.alice, BotChanges(name="Other"))).bot
            await world.conversation()
            await world.do(conversations.assign_bot, world.alice, 1, other.id)
            await disable(world, bot, "Gone.")
            assert await failing(world) == []

    run(story())


def test_owners_are_told_once_for_each_time_a_bot_fails(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            bot = await connected(world)
            for failure in (1, 2):
                await world.conversation()
                world.clock.advance(SECOND)
                await fail(world, bot, 3)
                world.clock.advance(HOUR)
                for _ in range(3):
                    [found] = await failing(world)
                    await world.do(handover.announce, found)
                assert len(await told(world)) == failure
            newest = (await told(world))[0]
            assert (newest.kind, newest.details["agent_bot_id"]) == ("agent_bot_handed_over", bot.id)
            assert "'Helper' has not answered for a while" in newest.message

    run(story())


def test_more_is_handed_over_than_one_step_takes(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            bot = await connected(world)
            for _ in range(handover.STEP + 2):
                await world.conversation()
            await disable(world, bot, "Gone.")
            [found] = await failing(world)
            assert [await world.do(handover.hand_over, found) for _ in range(3)] == [handover.STEP, 2, 0]

    run(story())


def test_a_loop_is_more_than_so_many_messages_of_bots_alone_within_the_window() -> None:
    row = [Said(True, LOOP_WINDOW - at) for at in range(LOOP_MESSAGES + 1)]
    assert is_loop(row)
    assert not is_loop(row[:-1])
    assert is_loop([*row, Said(False, 0)])
    assert not is_loop([*row[:-1], Said(False, 0)])
    slow = [*row[:-1], Said(True, -1)]
    assert not is_loop(slow)


def test_a_bot_is_deleted_while_others_give_it_conversations_and_none_is_left_with_it(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            bot = await connected(world)
            for _ in range(20):
                await world.conversation()

            async def delete() -> None:
                while not await world.do(agent_bots.delete_bot, world.alice, bot.id):
                    pass

            async def assign(number: int) -> bool:
                try:
                    await world.do(conversations.assign_bot, world.alice, number, bot.id)
                except NotFound:
                    return False
                return True

            _, *assigned = await asyncio.gather(delete(), *(assign(number) for number in range(1, 21)))
            states = [await world.get(number) for number in range(1, 21)]
            assert {(one.status, one.assignee_agent_bot_id) for one in states} == {("open", None)}
            told = [(one.event, one.thread) for one in await world.snapshots()]
            updates = [
                thread.conversation.assignee_agent_bot_id
                for event, thread in told
                if event == "conversation_updated" and thread is not None
            ]
            assert updates.count(bot.id) == assigned.count(True)

    run(story())


def test_a_conversation_is_opened_while_those_of_its_bot_are_handed_over_to_the_same_agent(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            bot = await connected(world)
            for _ in range(2):
                await world.conversation()
            dora = await agent(world, "Dora")
            async with world.database.unit() as unit:
                await access.lock_conversation(unit, world.alice, 2)
                handing = asyncio.create_task(world.do(handover.hand_over_all, bot))
                await asyncio.sleep(0.1)
                await conversations.set_status(unit, world.alice, 2, "open")
            await handing
            assert [(await world.get(number)).assignee_id for number in (1, 2)] == [dora, dora]

    run(story())


def test_what_begins_while_its_bot_is_being_deleted_does_not_wait_for_it(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            bot = await connected(world)

            async def delete() -> None:
                while not await world.do(agent_bots.delete_bot, world.alice, bot.id):
                    pass

            async with world.database.unit() as unit:
                begun = await conversations.begin(unit, world.contact, world.place, NewConversation())
                assert begun.status == "pending"
                deleting = asyncio.create_task(delete())
                await asyncio.sleep(0.1)
            await deleting
            assert (await world.get()).status == "open"

    run(story())
