"""When message events fire, and what they tell (contract/semantics.md)."""

import pytest

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.commands import conversations, messages
from deskbell.desk.commands.messages import DELETED
from deskbell.desk.commands.thread import Draft
from deskbell.events.record import Recorder
from deskbell.kit.clock import MINUTE
from deskbell.kit.errors import NotAllowed, NotFound
from deskbell.model.message import Message, MessageType
from deskbell.store import agent_bots
from deskbell.store import messages as message_store
from deskbell.store.database import Unit
from tests.support import bodies
from tests.support.aio import run
from tests.support.world import World, open_world


async def bot(world: World) -> Actor:
    bot_id = await world.do(agent_bots.add, world.account_id, name="Helper")
    return Actor(kind="agent_bot", account_id=world.account_id, id=bot_id, name="Helper")


async def greet(unit: Unit, world: World) -> Message:
    """A template message, as nobody in particular sends it."""
    system = Actor(kind="system", account_id=world.account_id)
    conversation = await access.lock_conversation(unit, world.alice, 1)
    draft = Draft(content="Welcome", message_type=MessageType.TEMPLATE)
    return (await messages.write(unit, system, conversation, draft)).message


async def attach(unit: Unit, world: World, message: Message) -> None:
    unit.companion(Recorder).message_touched(message)
    await message_store.add_attachment(
        unit, message.id, file_type="file", file_name="a.txt", content_type="text/plain", file_size=3,
        external_url=None,
    )  # fmt: skip


def test_each_kind_of_message_but_activity_is_told_with_its_kind_and_sender(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation()
            await world.hear(content="in")
            await world.say(content="out")
            await world.do(messages.create_message, await bot(world), 1, Draft(content="bot"))
            await world.do(greet, world)
            told = [bodies.hoory(one) for one in await world.snapshots(1)]
            assert {one["event"] for one in told} == {"message_created"}
            assert [(one["content"], one["message_type"]) for one in told] == [
                ("in", 0), ("out", 1), ("bot", 1), ("Welcome", 3),
            ]  # fmt: skip
            assert [one["sender"] and one["sender"]["type"] for one in told] == [
                "contact",
                "user",
                "agent_bot",
                None,
            ]
            assert [one["conversation"]["messages"][0]["content"] for one in told] == [
                "in",
                "out",
                "bot",
                "Welcome",
            ]

    run(story())


def test_activity_messages_are_written_and_ring_nothing(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            conversation = await world.conversation()
            await world.hear()
            await world.do(conversations.set_priority, world.alice, 1, "urgent")
            assert await world.told(2) == ["conversation_updated"]
            async with world.database.read() as reader:
                written = await message_store.page(reader, conversation.id, limit=10)
            assert [one.message.message_type for one in written] == [
                MessageType.INCOMING,
                MessageType.ACTIVITY,
            ]
            (told,) = await world.snapshots(2)
            assert [one["content"] for one in bodies.hoory(told)["messages"]] == ["Hi"]

    run(story())


def test_a_private_note_is_told_as_private_and_never_stands_in_the_conversation(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation()
            await world.hear()
            await world.say(content="between us", private=True)
            (told,) = await world.snapshots(2)
            body = bodies.hoory(told)
            assert (body["event"], body["private"], body["content"]) == (
                "message_created",
                True,
                "between us",
            )
            assert [one["content"] for one in body["conversation"]["messages"]] == ["Hi"]
            assert [event.private for event in await world.events()] == [False, False, True]

    run(story())


def test_submitted_values_are_told_once(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation()
            form = await world.say(content="Your email?", content_type="input_email")
            answers = {"submitted_email": "c@example.com"}

            async def answer() -> None:
                await world.do(messages.submit_values, world.contact, world.place, 1, form.id, answers)

            await answer()
            (told,) = await world.snapshots(2)
            body = bodies.hoory(told)
            assert body["event"] == "message_updated"
            assert body["content_attributes"] == {"submitted_email": "c@example.com"}
            await answer()
            assert len(await world.events()) == 3, "no change, no event"

    run(story())


def test_a_deleted_message_is_told_without_its_words_and_files(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation()
            async with world.database.unit() as unit:
                draft = Draft(content="secret")
                message = (await messages.create_message(unit, world.alice, 1, draft)).message
                await attach(unit, world, message)
            await world.do(messages.delete_message, world.alice, 1, message.id)
            (told,) = await world.snapshots(2)
            body = bodies.hoory(told)
            assert (body["event"], body["content"]) == ("message_updated", DELETED)
            assert body["content_attributes"] == {"deleted": True}
            assert body["attachments"] == []
            assert body["conversation"]["messages"][0]["content"] == DELETED
            await world.do(messages.delete_message, world.alice, 1, message.id)
            assert len(await world.events()) == 3

    run(story())


def test_deleting_a_private_note_is_told_as_private_and_deleting_activity_is_not_told(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            conversation = await world.conversation()
            note = await world.say(content="note", private=True)
            await world.do(messages.delete_message, world.alice, 1, note.id)
            assert [event.private for event in await world.events()] == [False, True, True]
            await world.do(conversations.set_priority, world.alice, 1, "low")
            async with world.database.read() as reader:
                activity = (await message_store.page(reader, conversation.id, limit=1))[0].message
            await world.do(messages.delete_message, world.alice, 1, activity.id)
            assert await world.told(3) == ["conversation_updated"]

    run(story())


def test_a_message_changed_by_the_request_that_wrote_it_is_told_once_as_it_ended_up(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation()
            async with world.database.unit() as unit:
                message = (
                    await messages.create_message(unit, world.alice, 1, Draft(content="draft"))
                ).message
                await messages.delete_message(unit, world.alice, 1, message.id)
            (told,) = await world.snapshots(1)
            assert (told.event, bodies.hoory(told)["content"]) == ("message_created", DELETED)

    run(story())


def test_messages_of_one_request_are_told_in_the_order_they_were_written(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation()
            earlier = await world.say(content="earlier")
            async with world.database.unit() as unit:
                await messages.delete_message(unit, world.alice, 1, earlier.id)
                for content in ("one", "two"):
                    await messages.create_message(unit, world.alice, 1, Draft(content=content))
                await conversations.set_priority(unit, world.alice, 1, "low")
            told = [bodies.hoory(one) for one in await world.snapshots(2)]
            assert [(one["event"], one.get("content")) for one in told] == [
                ("conversation_updated", None),
                ("message_created", "one"),
                ("message_created", "two"),
                ("message_updated", DELETED),
            ]
            assert [one["content"] for one in told[0]["messages"]] == ["two"]
            assert [one["content"] for one in told[1]["conversation"]["messages"]] == ["one"]

    run(story())


def test_a_contact_answers_only_what_they_can_see(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation()
            note = await world.say(private=True)
            with pytest.raises(NotFound):
                await world.do(messages.submit_values, world.contact, world.place, 1, note.id, {"a": 1})
            with pytest.raises(NotAllowed):
                await world.do(messages.delete_message, await bot(world), 1, note.id)
            assert len(await world.events()) == 2

    run(story())


def test_the_first_reply_is_a_persons_and_stays_the_first(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation()
            await world.do(messages.create_message, await bot(world), 1, Draft(content="bot"))
            await world.say(private=True)
            assert (await world.get()).first_reply_created_at is None
            await world.say()
            first = world.clock.now()
            world.clock.advance(MINUTE)
            await world.say()
            assert (await world.get()).first_reply_created_at == first
            assert await world.told(1) == ["message_created"] * 4

    run(story())


def test_unread_messages_are_counted_without_end(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation()
            for _ in range(12):
                await world.hear()
            told = (await world.snapshots())[-1]
            assert bodies.hoory(told)["conversation"]["unread_count"] == 12
            assert bodies.chatwoot(told)["conversation"]["unread_count"] == 10

    run(story())
