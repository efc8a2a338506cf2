"""Measures are part of the unit that makes them true, and cost nothing where there are none."""

from typing import cast

import pytest
from msgspec.structs import replace

from deskbell.desk.commands import conversations, measures, messages
from deskbell.desk.commands.thread import Draft
from deskbell.desk.rules.conversations import after_message
from deskbell.kit.clock import MINUTE
from deskbell.store import reporting_events
from deskbell.store.database import Unit
from tests.support.aio import run
from tests.support.world import World, open_world

NO_DATABASE = cast("Unit", object())
"""Any statement fails."""


async def names(world: World) -> list[str]:
    async with world.database.read() as reader:
        found = await reporting_events.page(reader, world.account_id, {}, limit=100, offset=0)
    return [one.name for one in found]


def test_an_incoming_message_costs_no_statement(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            before = await world.conversation()
            message = await world.hear()
            after = after_message(before, message, blocked=False, has_bot=False)
            await measures.take(NO_DATABASE, world.contact, before, after, message)
            note = replace(message, message_type=1, private=True, sender_type="user", sender_id=world.bob.id)
            await measures.take(NO_DATABASE, world.bob, before, before, note)
            labelled = replace(before, labels=["vip"], assignee_id=world.bob.id)
            await measures.take(NO_DATABASE, world.bob, before, labelled)
            with pytest.raises(AttributeError):
                await measures.take(NO_DATABASE, world.bob, before, replace(before, status="resolved"))

    run(story())


def test_what_is_rolled_back_was_not_measured(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation()
            world.clock.advance(MINUTE)
            with pytest.raises(ZeroDivisionError):
                async with world.database.unit() as unit:
                    await messages.create_message(unit, world.bob, 1, Draft(content="Hello"))
                    await conversations.set_status(unit, world.bob, 1, "resolved")
                    raise ZeroDivisionError
            assert await names(world) == []
            async with world.database.unit() as unit:
                await messages.create_message(unit, world.bob, 1, Draft(content="Hello"))
                await conversations.set_status(unit, world.bob, 1, "resolved")
            assert await names(world) == ["conversation_resolved", "first_response"]

    run(story())


def test_one_unit_may_open_and_answer(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation(status="pending")
            world.clock.advance(MINUTE)
            async with world.database.unit() as unit:
                await conversations.set_status(unit, world.bob, 1, "open")
                await messages.create_message(unit, world.bob, 1, Draft(content="Hello"))
            async with world.database.read() as reader:
                found = await reporting_events.page(reader, world.account_id, {}, limit=9, offset=0)
            assert [(one.name, one.value) for one in found] == [
                ("first_response", 0),
                ("conversation_opened", 0),
            ], "the answer counts from the opening on"

    run(story())
