"""Conversations that nobody has go to whoever works there, is online, and waited longest."""

import asyncio

from deskbell.desk.actor import Actor
from deskbell.desk.commands import agent_bots, agents, conversations, teams
from deskbell.desk.commands.agent_bots import BotChanges
from deskbell.desk.commands.messages import create_message
from deskbell.desk.commands.teams import TeamChanges
from deskbell.desk.commands.thread import Draft
from deskbell.desk.rules.bots import LOOP_MESSAGES
from deskbell.kit.clock import MINUTE
from deskbell.model.conversation import Conversation
from deskbell.model.webhook import Address
from deskbell.store import presence
from tests.support.aio import run
from tests.support.behaving import UPDATED, agent, begun, settle, thread
from tests.support.world import open_world


def test_new_conversations_go_to_one_agent_after_another(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            dora, emil = await agent(world, "Dora"), await agent(world, "Emil")
            await agent(world, "Fay", "busy")
            assert await begun(world, 4) == [dora, emil, dora, emil]
            gus = await agent(world, "Gus")
            assert await begun(world, 4) == [gus, dora, emil, gus]
            assert await world.told() == ["conversation_created"] * 8, "each tells of its assignee itself"
            assert (await world.snapshots())[0].thread is not None
            lines = [one.message.content for one in await thread(world)]
            assert lines == ["Deskbell assigned the conversation to Dora"]

    run(story())


def test_conversations_that_begin_at_once_go_to_different_agents(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            ids = [await agent(world, name) for name in ("Dora", "Emil", "Fay", "Gus")]
            for _ in range(3):
                made = await asyncio.gather(*(world.conversation() for _ in ids))
                assert sorted(one.assignee_id or 0 for one in made) == ids

    run(story())


def test_who_was_not_seen_of_late_is_given_nothing_and_nothing_later(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.do(agents.update_agent, world.alice, world.bob.id, availability="online")
            assert await begun(world, 1) == [None]
            await world.do(presence.seen, world.account_id, world.bob.id)
            assert (await world.get()).assignee_id is None
            assert await begun(world, 1) == [world.bob.id]
            world.clock.advance(2 * MINUTE)
            assert await begun(world, 1) == [None]

    run(story())


def test_nobody_is_given_what_has_an_owner_a_bot_or_an_inbox_that_gives_nothing_away(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            dora = await agent(world, "Dora")
            assert await begun(world, 1, assignee_id=world.alice.id) == [world.alice.id]
            assert await begun(world, 1, status="pending") == [None]
            await settle(world, enable_auto_assignment=False)
            assert await begun(world, 1) == [None]
            await settle(world, enable_auto_assignment=True)
            assert await begun(world, 1) == [dora]

    run(story())


def test_opening_gives_a_conversation_away_and_tells_of_both(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation(status="pending")
            dora = await agent(world, "Dora")
            before = len(await world.told())
            await world.do(conversations.set_status, world.alice, 1, "open")
            assert (await world.told())[before:] == UPDATED
            changed = {change.attribute for change in (await world.snapshots(before))[0].changes}
            assert {"status", "assignee_id"} <= changed
            assert (await world.get()).assignee_id == dora
            await world.do(conversations.set_status, world.alice, 1, "resolved")
            await world.do(conversations.assign_user, world.alice, 1, None)
            before = len(await world.told())
            await world.hear()
            assert (await world.told())[before:] == [*UPDATED, "message_created"]
            assert (await world.get()).assignee_id == dora

    run(story())


def test_an_agent_with_as_many_open_conversations_as_the_inbox_lets_one_have_is_passed_over(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            dora, emil = await agent(world, "Dora"), await agent(world, "Emil")
            await settle(world, auto_assignment_config={"max_assignment_limit": 1})
            assert await begun(world, 3) == [dora, emil, None]
            await world.do(conversations.set_status, world.alice, 1, "resolved")
            assert await begun(world, 2) == [dora, None]

    run(story())


def test_a_team_gives_its_conversations_to_its_own_members(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await agent(world, "Dora")
            emil = await agent(world, "Emil")
            team = await world.do(teams.create_team, world.alice, TeamChanges(name="Sales"))
            await world.do(teams.add_members, world.alice, team.id, [emil])
            assert await begun(world, 2, team_id=team.id) == [emil, emil]
            await settle(world, enable_auto_assignment=False)
            await world.conversation()
            given = await world.do(conversations.assign_team, world.alice, 3, team.id)
            assert given.assignee_id == emil, "setting a team picks one of it"
            await world.do(teams.update_team, world.alice, team.id, TeamChanges(allow_auto_assign=False))
            await world.conversation()
            alone: Conversation = await world.do(conversations.assign_team, world.alice, 4, team.id)
            assert alone.assignee_id is None

    run(story())


def test_conversations_begin_and_agents_leave_at_once(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            ids = [await agent(world, f"Agent{number}") for number in range(6)]

            async def leaves(user_id: int) -> None:
                while not await world.do(agents.remove_agent, world.alice, user_id):
                    pass

            await asyncio.gather(
                *(world.conversation() for _ in range(12)), *(leaves(user_id) for user_id in ids[:4])
            )
            for number in range(1, 13):
                assert (await world.get(number)).assignee_id in (None, *ids[4:])

    run(story())


def test_a_bot_that_is_stopped_leaves_its_conversation_to_somebody(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            changes = BotChanges(name="Helper", address=Address("https://bots.example.com/"))
            bot = (await world.do(agent_bots.create_bot, world.alice, changes)).bot
            await world.do(agent_bots.connect_bot, world.alice, world.api_inbox.id, bot.id)
            await world.conversation()
            dora = await agent(world, "Dora")
            helper = Actor(kind="agent_bot", account_id=world.account_id, id=bot.id, name="Helper")
            for _ in range(LOOP_MESSAGES + 1):
                await world.do(create_message, helper, 1, Draft(content="Hello"))
            stopped = await world.get()
            assert (stopped.status, stopped.assignee_id) == ("open", dora)

    run(story())


def test_who_left_the_account_is_given_nothing(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            dora = await agent(world, "Dora")
            await world.do(agents.remove_agent, world.alice, dora)
            assert await begun(world, 1) == [None]

    run(story())


def test_an_agent_who_leaves_while_opening_a_conversation_does_not_keep_it(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation(status="pending")

            async def leaves() -> None:
                while not await world.do(agents.remove_agent, world.alice, world.bob.id):
                    pass

            async with world.database.unit() as unit:
                await conversations.set_status(unit, world.bob, 1, "open")
                leaving = asyncio.create_task(leaves())
                await asyncio.sleep(0.1)
            await leaving
            assert (await world.get()).assignee_id is None

    run(story())
