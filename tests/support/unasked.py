"""Steps of the random desk that make more happen than was asked for: an inbox that does things by itself, people who come and go."""

from collections.abc import Awaitable, Callable

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.commands import (
    accounts,
    agent_bots,
    agents,
    contacts,
    conversation_care,
    conversations,
    departures,
    handover,
    inboxes,
    labels,
    message_status,
    messages,
    participants,
    surveys,
    teams,
    timetable,
)
from deskbell.desk.commands.accounts import AccountChanges
from deskbell.desk.commands.agent_bots import BotChanges
from deskbell.desk.commands.contacts import ContactChanges
from deskbell.desk.commands.inboxes import InboxChanges
from deskbell.desk.commands.labels import LabelChanges
from deskbell.desk.commands.teams import TeamChanges
from deskbell.desk.commands.thread import Draft
from deskbell.kit.errors import Conflict, Invalid, NotAllowed, NotFound
from deskbell.model.message import MessageStatus
from deskbell.store import agent_bots as bot_store
from deskbell.store import labels as label_store
from deskbell.store import teams as team_store
from deskbell.store.database import Unit
from deskbell.store.statement import Statement
from tests.support.world import World

Step = Callable[[Unit, World], Awaitable[object]]
Act = Callable[[int], Step]

REFUSED = (Conflict, Invalid, NotAllowed, NotFound)
"""What a step may say to one that comes at a wrong time."""

SETTINGS = {
    "greeting_enabled": True,
    "greeting_message": "Welcome",
    "csat_survey_enabled": True,
    "working_hours_enabled": True,
    "out_of_office_message": "Closed",
}
_LAST = Statement(
    "SELECT MAX(id) AS id FROM messages WHERE conversation_id = :conversation_id AND message_type <> 2"
)


async def enliven(world: World) -> None:
    """Let the API inbox say and give away what it can, to Bob, to a team and to a bot."""
    alice = world.alice
    async with world.database.unit() as unit:
        await inboxes.update_inbox(unit, alice, world.api_inbox.id, InboxChanges(settings=SETTINGS))
        idle = {"auto_resolve_after": 10, "auto_resolve_message": "Bye", "auto_resolve_label": "idle"}
        await accounts.update_account(unit, alice, AccountChanges(settings=idle))
        await agents.update_agent(unit, alice, world.bob.id, availability="online", auto_offline=False)
        team = await teams.create_team(unit, alice, TeamChanges(name="sales"))
        await teams.add_members(unit, alice, team.id, [world.bob.id])
        await labels.create_label(unit, alice, LabelChanges(title="vip"))
        await agent_bots.create_bot(unit, alice, BotChanges(name="Helper"))


def wake(number: int) -> Step:
    return lambda unit, world: timetable.wake(unit, world.account_id, number)


def resolve_idle(number: int) -> Step:
    return lambda unit, world: timetable.resolve_idle(unit, world.account_id, number)


def follow(number: int) -> Step:
    return lambda unit, world: participants.replace_participants(unit, world.alice, number, [world.bob.id])


def mention(number: int) -> Step:
    def step(unit: Unit, world: World) -> Awaitable[object]:
        draft = Draft(content=f"[@Bob](mention://user/{world.bob.id}/Bob)", private=True)
        return messages.create_message(unit, world.alice, number, draft)

    return step


def care(command: Callable[[Unit, Actor, int], Awaitable[object]]) -> Act:
    return lambda number: lambda unit, world: command(unit, world.alice, number)


def to_team(number: int) -> Step:
    async def step(unit: Unit, world: World) -> None:
        [team] = await team_store.all_of(unit, world.account_id)
        await conversations.assign_team(unit, world.alice, number, team.id)

    return step


def to_bot(number: int) -> Step:
    async def step(unit: Unit, world: World) -> None:
        [view] = await bot_store.views(unit, world.account_id)
        await conversations.assign_bot(unit, world.alice, number, view.bot.id)

    return step


def status(wanted: MessageStatus | None) -> Act:
    """A bridge tells what became of the last message; None: it is tried again."""

    def of(number: int) -> Step:
        async def step(unit: Unit, world: World) -> None:
            conversation = await access.lock_conversation(unit, world.alice, number)
            row = await unit.one(_LAST, conversation_id=conversation.id)
            last = (row and row["id"]) or 0
            if wanted is None:
                await message_status.retry(unit, world.alice, number, last)
            else:
                await message_status.set_status(unit, world.alice, number, last, wanted)

        return step

    return of


def rate(number: int) -> Step:
    async def step(unit: Unit, world: World) -> None:
        conversation = await access.lock_conversation(unit, world.alice, number)
        answer = {"csat_survey_response": {"rating": unit.now % 5 + 1}}
        await surveys.answer_page(unit, conversation.uuid, answer)

    return step


async def leave(unit: Unit, world: World) -> None:
    """Bob leaves, some of it at a time; when he is gone he comes back."""
    if await departures.leave(unit, world.alice, world.bob.id):
        await agents.add_agent(
            unit, world.alice, name="Bob", email=await _email(unit, world), auto_offline=False
        )
        await agents.update_agent(unit, world.alice, world.bob.id, availability="online")
        await inboxes.add_members(unit, world.alice, world.api_inbox.id, [world.bob.id])


async def hand_over(unit: Unit, world: World) -> None:
    [view] = await bot_store.views(unit, world.account_id)
    await handover.hand_over_all(unit, view.bot)


async def connect(unit: Unit, world: World) -> None:
    """The bot answers in the inbox, or does no more."""
    [view] = await bot_store.views(unit, world.account_id)
    now = await bot_store.of_inbox(unit, world.api_inbox.id)
    await agent_bots.connect_bot(unit, world.alice, world.api_inbox.id, None if now else view.bot.id)


async def retitle(unit: Unit, world: World) -> None:
    [label] = await label_store.all_of(unit, world.account_id)
    title = "bug" if label.title == "vip" else "vip"
    await labels.update_label(unit, world.alice, label.id, LabelChanges(title=title))


async def unblock(unit: Unit, world: World) -> None:
    await contacts.update_contact(unit, world.alice, world.carla.id, ContactChanges(blocked=False))


async def _email(unit: Unit, world: World) -> str:
    row = await unit.one(Statement("SELECT email FROM users WHERE id = :id"), id=world.bob.id)
    assert row is not None
    return str(row["email"])


ON_ONE: list[Act] = [
    wake,
    resolve_idle,
    follow,
    mention,
    to_team,
    to_bot,
    rate,
    care(conversation_care.mark_unread),
    care(conversation_care.mute),
    care(conversation_care.unmute),
    status("failed"),
    status("read"),
    status(None),
]
ON_ALL: list[Step] = [leave, hand_over, connect, retitle, unblock]
