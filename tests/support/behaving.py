"""Helpers for what happens by itself: an inbox that does it, people who are there, and what was said."""

from typing import Any

from deskbell.desk.commands import accounts, agents, inboxes
from deskbell.desk.commands.accounts import AccountChanges
from deskbell.desk.commands.inboxes import InboxChanges
from deskbell.model.message import MessageType, MessageView
from deskbell.model.user import Availability
from deskbell.store import messages
from deskbell.upkeep.timetable import Resolver
from tests.support.world import World

UPDATED = ["conversation_updated", "conversation_status_changed"]


async def settle(world: World, **settings: Any) -> None:
    """Change the API inbox's settings."""
    changes = InboxChanges(settings=settings)
    await world.do(inboxes.update_inbox, world.alice, world.api_inbox.id, changes)


async def thread(world: World, number: int = 1) -> list[MessageView]:
    conversation = await world.get(number)
    async with world.database.read() as reader:
        return await messages.page(reader, conversation.id, limit=100)


async def said(world: World, number: int = 1) -> list[str | None]:
    """What was said by itself."""
    return [
        one.message.content
        for one in await thread(world, number)
        if one.message.message_type == MessageType.TEMPLATE
    ]


async def agent(world: World, name: str, availability: Availability = "online") -> int:
    """Somebody who works in the API inbox, and stays there when away."""
    made = await world.do(
        agents.add_agent,
        world.alice,
        name=name,
        email=f"{name.lower()}@example.com",
        availability=availability,
        auto_offline=False,
    )
    await world.do(inboxes.add_members, world.alice, world.api_inbox.id, [made.user.id])
    return made.user.id


async def begun(world: World, count: int, **more: Any) -> list[int | None]:
    """Whom each of some new conversations was given to."""
    return [(await world.conversation(**more)).assignee_id for _ in range(count)]


async def resolving(world: World, **settings: Any) -> Resolver:
    changes = AccountChanges(settings=settings)
    await world.do(accounts.update_account, world.alice, changes)
    return Resolver(world.database, world.clock)
