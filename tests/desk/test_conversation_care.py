"""Caring for a conversation while others write in it: each comes before or after the other."""

import asyncio
from typing import Any

import pytest

from deskbell.desk.commands import conversation_care, drafts, participants
from deskbell.desk.commands import conversations as conversation_commands
from deskbell.desk.commands import messages as message_commands
from deskbell.desk.commands.conversations import NewConversation
from deskbell.desk.commands.thread import Draft
from deskbell.desk.queries import conversation_care as queries
from deskbell.kit.errors import NotFound
from deskbell.model.message import MessageType
from tests.support.aio import run
from tests.support.world import World, open_world

INCOMING = Draft(content="Hi", message_type=MessageType.INCOMING)
ROUNDS = 5


def on_world(url: str, story: Any) -> None:
    async def told() -> None:
        async with open_world(url) as world:
            await story(world)

    run(told())


async def begin(world: World) -> int:
    """As the contact's own chat begins a conversation where an inbox wants a single one."""
    async with world.database.unit() as unit:
        begun = await conversation_commands.begin(
            unit, world.contact, world.place, NewConversation(), single=True
        )
        await message_commands.write(unit, world.contact, begun, INCOMING)
        return begun.number


async def outcome(deed: Any) -> str:
    try:
        await deed
    except NotFound:
        return "gone"
    return "done"


def test_beginnings_at_once_in_a_locked_inbox_find_one_conversation(url: str) -> None:
    async def story(world: World) -> None:
        begun = await asyncio.gather(*(begin(world) for _ in range(8)))
        assert set(begun) == {1}
        assert (await world.get()).unread_count == 8
        assert (await world.told()).count("conversation_created") == 1

    on_world(url, story)


def test_a_locked_inbox_goes_on_while_the_conversation_is_written_in(url: str) -> None:
    async def story(world: World) -> None:
        await begin(world)
        await asyncio.gather(*(deed for _ in range(8) for deed in (begin(world), world.hear(), world.say())))
        assert len([name for name in await world.told() if name == "message_created"]) == 25

    on_world(url, story)


def test_deleting_a_conversation_while_others_use_it_loses_and_breaks_nothing(url: str) -> None:
    async def story(world: World) -> None:
        await world.webhook()
        for number in range(1, ROUNDS + 1):
            await world.conversation()
            done = await asyncio.gather(
                outcome(world.hear(number)),
                outcome(world.do(conversation_care.delete_conversation, world.alice, number)),
                outcome(world.say(number)),
                outcome(world.do(drafts.write_draft, world.bob, number, "Dear")),
                outcome(world.do(participants.add_participants, world.alice, number, [world.bob.id])),
                outcome(world.do(conversation_care.mute, world.bob, number)),
            )
            assert done[1] == "done"
            assert await outcome(world.hear(number)) == "gone"

    on_world(url, story)


def test_muting_while_the_contact_writes_ends_resolved_or_opened_before(url: str) -> None:
    async def story(world: World) -> None:
        await world.conversation()
        await asyncio.gather(
            *(world.hear() for _ in range(4)),
            world.do(conversation_care.mute, world.bob, 1),
            *(world.hear() for _ in range(4)),
        )
        assert (await world.get()).status == "resolved"

    on_world(url, story)


def test_a_mentioned_agent_is_kept_with_the_note_or_not_at_all(url: str) -> None:
    async def story(world: World) -> None:
        await world.conversation()
        note = Draft(content=f"mention://user/{world.bob.id}/Bob ", private=True)

        async def following() -> list[int]:
            async with world.database.read() as reader:
                found = await queries.participants_of(reader, world.alice, 1)
            return [agent.user.id for agent in found]

        with pytest.raises(RuntimeError):
            async with world.database.unit() as unit:
                await message_commands.create_message(unit, world.alice, 1, note)
                raise RuntimeError("the request failed")
        assert await following() == []
        await world.do(message_commands.create_message, world.alice, 1, note)
        assert await following() == [world.bob.id]

    on_world(url, story)
