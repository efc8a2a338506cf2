"""An API inbox's receiver that never gets a message: the message failed, which is told once, and can be tried again."""

import asyncio
from typing import Any

import pytest

from deskbell.delivery import replay
from deskbell.desk.commands import conversation_care, inboxes, message_status
from deskbell.desk.commands import messages as message_commands
from deskbell.desk.commands.inboxes import InboxChanges
from deskbell.desk.commands.thread import Draft
from deskbell.kit.errors import Conflict, Invalid
from deskbell.model.message import Message, MessageType
from deskbell.model.webhook import Address
from deskbell.store import inbox_failures, messages, retention
from deskbell.store.statement import Statement
from deskbell.upkeep.failures import Failures
from tests.support.aio import run
from tests.support.delivering import PATIENCE, Scene, scene

ONCE: dict[str, Any] = {"delivery_schedule": (0,)}
"""One attempt, and a delivery that fails is dead."""

_PENDING = Statement("SELECT COUNT(*) AS count FROM deliveries WHERE state = 'pending'")


async def bridged(play: Scene, **more: Any) -> None:
    """The API inbox has an address, and a conversation."""
    changes = InboxChanges(webhook=Address(play.url), **more)
    await play.world.do(inboxes.update_inbox, play.world.alice, play.world.api_inbox.id, changes)
    await play.world.conversation()


async def settled(play: Scene) -> None:
    """Wait until nothing waits any more."""
    async with asyncio.timeout(PATIENCE):
        while True:
            async with play.world.database.read() as reader:
                row = await reader.one(_PENDING)
            if row is not None and row["count"] == 0:
                return
            await asyncio.sleep(0.01)


async def now(play: Scene, message: Message) -> Message:
    async with play.world.database.read() as reader:
        return (await messages.views(reader, [message.id]))[0].message


async def let_go(play: Scene) -> None:
    """Retention empties every event."""
    async with play.world.database.unit() as unit:
        assert await retention.prune(unit, play.world.account_id, unit.now + 1, 100)


async def untold(play: Scene) -> int:
    async with play.world.database.read() as reader:
        return len(await inbox_failures.some(reader, 100))


def on_scene(url: str, story: Any, **settings: Any) -> None:
    async def told() -> None:
        async with scene(url, **(ONCE | settings)) as play:
            await story(play)

    run(told())


def test_what_the_receiver_never_got_failed_and_says_why(url: str) -> None:
    async def story(play: Scene) -> None:
        await bridged(play)
        play.answer = lambda _received: 503
        [said] = await play.say(1, "Your parcel is on its way")
        async with play.working():
            await settled(play)
        assert (await now(play, said)).status == "sent", "delivering itself records nothing"
        before = len(await play.world.events())
        assert await Failures(play.world.database).step() == 1
        failed = await now(play, said)
        assert failed.status == "failed"
        assert failed.content_attributes == {
            "external_error": "Not delivered to the inbox's webhook_url: the receiver answered 503."
        }
        assert await play.world.told(before) == ["message_updated"]
        assert await Failures(play.world.database).step() == 0

    on_scene(url, story)


def test_telling_of_a_failure_never_fails_in_turn(url: str) -> None:
    async def story(play: Scene) -> None:
        await bridged(play)
        play.answer = lambda _received: 500
        await play.say(1, "Hello")
        failures = Failures(play.world.database)
        async with play.working():
            for _ in range(3):
                await settled(play)
                await failures.step()
        assert await play.world.told() == ["conversation_created", "message_created", "message_updated"]
        assert await untold(play) == 0

    on_scene(url, story)


def test_only_what_the_team_says_to_the_contact_fails(url: str) -> None:
    async def story(play: Scene) -> None:
        await bridged(play)
        play.answer = lambda _received: 500
        heard = await play.world.hear()
        note = await play.world.say(content="Careful", private=True)
        told = await play.world.say(content="Read already")
        async with play.working():
            await settled(play)
        await play.world.do(message_status.set_status, play.world.alice, 1, told.id, "read")
        await Failures(play.world.database).step()
        assert [(await now(play, one)).status for one in (heard, note, told)] == ["sent", "sent", "read"]

    on_scene(url, story)


def test_other_targets_deaths_are_nobodys_failure(url: str) -> None:
    async def story(play: Scene) -> None:
        await play.world.webhook(play.url)
        await play.world.conversation()
        play.answer = lambda _received: 500
        await play.say(1, "Hello")
        async with play.working():
            await settled(play)
        assert await untold(play) == 0

    on_scene(url, story)


def test_a_failure_of_what_is_gone_is_let_go(url: str) -> None:
    async def story(play: Scene) -> None:
        await bridged(play)
        await play.world.conversation()
        play.answer = lambda _received: 500
        [said] = await play.say(1, "Hello")
        await play.say(2, "Hello")
        async with play.working():
            await settled(play)
        await play.world.do(conversation_care.delete_conversation, play.world.alice, 2)
        await let_go(play)
        assert await Failures(play.world.database).step() == 2
        assert (await now(play, said)).status == "sent"
        assert await untold(play) == 0

    on_scene(url, story)


def test_a_deleted_conversations_failure_is_let_go(url: str) -> None:
    async def story(play: Scene) -> None:
        await bridged(play)
        play.answer = lambda _received: 500
        await play.say(1, "Hello")
        async with play.working():
            await settled(play)
        await play.world.do(conversation_care.delete_conversation, play.world.alice, 1)
        before = await play.world.told()
        assert await Failures(play.world.database).step() == 1
        assert (await untold(play), await play.world.told()) == (0, before)

    on_scene(url, story)


def test_a_failed_message_is_sent_once_more(url: str) -> None:
    async def story(play: Scene) -> None:
        await bridged(play)
        play.answer = lambda _received: 500
        said, other = await play.say(1, "Hello", "And this")
        async with play.working():
            await settled(play)
        await Failures(play.world.database).step()
        play.answer = lambda _received: 200
        play.received.clear()
        before = len(await play.world.events())
        again = await play.world.do(message_status.retry, play.world.alice, 1, said.id)
        assert (again.status, again.content_attributes) == ("sent", {})
        assert await play.world.told(before) == ["message_updated"]
        async with play.working():
            assert await replay.step(play.world.database)
            assert not await replay.step(play.world.database)
            await settled(play)
        resent = [one.json["id"] for one in play.received if one.event == "message_created"]
        assert resent == [said.id], "the other message was not asked for"
        assert (await now(play, said)).status == "sent"
        assert (await now(play, other)).status == "failed"
        assert await play.world.do(message_status.retry, play.world.alice, 1, said.id) == await now(
            play, said
        )

    on_scene(url, story)


def test_a_message_that_fails_again_says_so_again(url: str) -> None:
    async def story(play: Scene) -> None:
        await bridged(play)
        play.answer = lambda _received: 500
        [said] = await play.say(1, "Hello")
        for _ in range(2):
            async with play.working():
                await settled(play)
            await Failures(play.world.database).step()
            assert (await now(play, said)).status == "failed"
            await play.world.do(message_status.retry, play.world.alice, 1, said.id)
            assert (await now(play, said)).status == "sent"
            assert await replay.step(play.world.database)

    on_scene(url, story)


def test_a_failure_that_a_replay_may_still_mend_is_not_told(url: str) -> None:
    async def story(play: Scene) -> None:
        await bridged(play)
        play.answer = lambda _received: 500
        [said] = await play.say(1, "Hello")
        async with play.working():
            await settled(play)
        await play.world.do(message_status.set_status, play.world.alice, 1, said.id, "failed")
        await play.world.do(message_status.retry, play.world.alice, 1, said.id)
        assert await replay.step(play.world.database)
        await Failures(play.world.database).step()
        assert (await now(play, said)).status == "sent"

    on_scene(url, story)


def test_a_message_whose_event_is_not_kept_cannot_be_sent_again(url: str) -> None:
    async def story(play: Scene) -> None:
        await bridged(play)
        play.answer = lambda _received: 500
        [said] = await play.say(1, "Hello")
        async with play.working():
            await settled(play)
        await Failures(play.world.database).step()
        await let_go(play)
        with pytest.raises(Conflict):
            await play.world.do(message_status.retry, play.world.alice, 1, said.id)
        assert (await now(play, said)).status == "failed"

    on_scene(url, story)


def test_what_a_contact_said_is_not_sent_again(url: str) -> None:
    async def story(play: Scene) -> None:
        await play.world.conversation()
        incoming = Draft(content="Hi", message_type=MessageType.INCOMING)
        heard = await play.world.do(message_commands.create_message, play.world.alice, 1, incoming)
        await play.world.do(message_status.set_status, play.world.alice, 1, heard.message.id, "failed")
        with pytest.raises(Invalid):
            await play.world.do(message_status.retry, play.world.alice, 1, heard.message.id)

    on_scene(url, story)
