"""What a change records (contract/semantics.md, Recording)."""

import pytest

from deskbell.desk.commands import conversations, messages
from deskbell.desk.commands.thread import Draft
from deskbell.model.message import MessageType
from tests.support.aio import run
from tests.support.world import open_world


class Boom(Exception):
    pass


def test_a_rolled_back_change_rings_no_bell(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation()
            with pytest.raises(Boom):
                async with world.database.unit() as unit:
                    await conversations.set_status(unit, world.alice, 1, "resolved")
                    raise Boom
            assert [event.name for event in await world.events()] == ["conversation_created"]

    run(story())


def test_an_incoming_message_to_a_resolved_conversation_reopens_it_and_tells_in_the_documents_order(
    url: str,
) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation(status="resolved")
            async with world.database.unit() as unit:
                draft = Draft(content="Anyone there?", message_type=MessageType.INCOMING)
                await messages.write_own(unit, world.contact, world.place, 1, draft)
            told = [(event.number, event.name) for event in await world.events(after=1)]
            assert told == [
                (2, "conversation_updated"),
                (3, "conversation_status_changed"),
                (4, "message_created"),
            ]

    run(story())
