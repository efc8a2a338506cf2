"""Who gets what (contract/semantics.md)."""

from typing import Any

import pytest

from deskbell.desk.commands import conversations, inboxes, messages, webhooks, widget
from deskbell.desk.commands.conversations import NewConversation
from deskbell.desk.commands.inboxes import InboxChanges
from deskbell.desk.commands.webhooks import WebhookChanges
from deskbell.events.audience import hears
from deskbell.events.samples import SAMPLES
from deskbell.model.event import EVENT_NAMES, EventName
from deskbell.model.webhook import Address
from deskbell.store import agent_bots, deliveries, targets
from deskbell.store.targets import Candidate
from tests.support.aio import run
from tests.support.world import World, open_account, open_world

INFO = SAMPLES["webwidget_triggered"].event_info


async def heard(world: World, target_id: int) -> list[str]:
    """The events a target's deliveries carry, in order."""
    async with world.database.read() as reader:
        log = await deliveries.page(reader, target_id, limit=1_000)
    return [one.event_name for one in reversed(log)]


async def a_bit_of_everything(world: World) -> list[str]:
    """Every event there is, and a private note."""
    await world.conversation()
    message = await world.hear()
    await world.say(content="note", private=True)
    await world.do(conversations.set_status, world.alice, 1, "resolved")
    await world.do(messages.delete_message, world.alice, 1, message.id)
    await world.do(widget.open_widget, world.website, "visitor-1", INFO)
    return await world.told()


async def bot(world: World, *, status: Any = None) -> tuple[int, int]:
    """An agent bot; its own id and its target's."""
    async with world.database.unit() as unit:
        address = Address("https://bots.example.com/")
        target_id = await targets.add(
            unit, world.account_id, "agent_bot", address=address, secret="s", payload_format="hoory"
        )
        if status:
            await targets.set_status(unit, target_id, status, None)
        return await agent_bots.add(unit, world.account_id, name="Helper", target_id=target_id), target_id


async def listen_at_the_inbox(world: World) -> int:
    changes = InboxChanges(webhook=Address("https://bridge.example.com/"))
    inbox = await world.do(inboxes.update_inbox, world.alice, world.api_inbox.id, changes)
    assert inbox.target_id is not None
    return inbox.target_id


@pytest.mark.parametrize("event", EVENT_NAMES)
def test_a_webhook_hears_what_it_subscribed_to_and_nothing_else(event: EventName) -> None:
    candidate = Candidate(
        target_id=1, kind="webhook", payload_format="hoory", subscriptions=[event], inbox_ids=[], include_private=True
    )  # fmt: skip
    assert [name for name in EVENT_NAMES if hears(candidate, name, 1, private=False)] == [event]


def test_a_webhook_hears_its_events_in_their_order(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            everything = await world.webhook()
            some = await world.webhook(
                "https://b.example.com/", ["message_created", "conversation_status_changed"]
            )
            told = await a_bit_of_everything(world)
            assert set(told) == set(EVENT_NAMES)
            assert await heard(world, everything.target.id) == told
            assert await heard(world, some.target.id) == [
                "message_created",
                "message_created",
                "conversation_status_changed",
            ]

    run(story())


def test_a_webhook_for_some_inboxes_hears_only_those(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            website = await world.webhook("https://a.example.com/", inbox_ids=[world.website.id])
            both = await world.webhook(
                "https://b.example.com/", inbox_ids=[world.website.id, world.api_inbox.id]
            )
            told = await a_bit_of_everything(world)
            assert await heard(world, website.target.id) == ["webwidget_triggered"]
            assert await heard(world, both.target.id) == told

    run(story())


def test_a_webhook_without_private_notes_hears_neither_them_nor_their_changes(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            webhook = await world.webhook(include_private=False)
            await world.conversation()
            await world.hear()
            note = await world.say(content="note", private=True)
            await world.do(messages.delete_message, world.alice, 1, note.id)
            await world.say(content="public")
            assert await heard(world, webhook.target.id) == [
                "conversation_created",
                "message_created",
                "message_created",
            ]
            assert len(await world.events()) == 5

    run(story())


def test_a_bot_of_the_inbox_hears_everything_there_but_status_changes(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            bot_id, target_id = await bot(world)
            await world.do(agent_bots.connect, bot_id, world.api_inbox.id)
            told = await a_bit_of_everything(world)
            wanted = [
                name for name in told if name not in ("conversation_status_changed", "webwidget_triggered")
            ]
            assert await heard(world, target_id) == wanted
            assert (await world.get()).status == "resolved"

    run(story())


def test_a_bot_hears_a_conversation_as_long_as_it_is_assigned_to_it(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            bot_id, target_id = await bot(world)
            await world.conversation()
            await world.conversation()
            await world.do(conversations.assign_bot, world.alice, 1, bot_id)
            await world.hear(1)
            await world.hear(2)
            assert await heard(world, target_id) == ["conversation_updated", "message_created"]
            await world.do(conversations.assign_user, world.alice, 1, world.bob.id)
            await world.hear(1)
            assert await heard(world, target_id) == ["conversation_updated", "message_created"]

    run(story())


def test_a_bot_both_of_the_inbox_and_assigned_hears_once(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            bot_id, target_id = await bot(world)
            await world.do(agent_bots.connect, bot_id, world.api_inbox.id)
            await world.conversation()
            await world.do(conversations.assign_bot, world.alice, 1, bot_id)
            await world.hear()
            assert await heard(world, target_id) == [
                "conversation_created",
                "conversation_updated",
                "message_created",
            ]

    run(story())


def test_a_visitors_opening_is_heard_by_the_bot_assigned_to_their_conversation(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            bot_id, target_id = await bot(world)
            _, place = await world.do(widget.visitor, world.website, "visitor-1")
            wanted = NewConversation(inbox_id=world.website.id, source_id=place.source_id)
            await world.do(conversations.create_conversation, world.alice, wanted)
            await world.do(conversations.assign_bot, world.alice, 1, bot_id)
            await world.do(widget.open_widget, world.website, "visitor-1", INFO)
            assert (await heard(world, target_id))[-1] == "webwidget_triggered"

    run(story())


def test_an_api_inbox_hears_all_of_its_own_conversations_and_of_no_others(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            target_id = await listen_at_the_inbox(world)
            told = await a_bit_of_everything(world)
            assert await heard(world, target_id) == [name for name in told if name != "webwidget_triggered"]

    run(story())


def test_an_api_inbox_that_stops_listening_gets_nothing_more(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            target_id = await listen_at_the_inbox(world)
            await world.conversation()
            await world.do(inboxes.update_inbox, world.alice, world.api_inbox.id, InboxChanges(webhook=None))
            await world.hear()
            assert await heard(world, target_id) == ["conversation_created"]
            again = await listen_at_the_inbox(world)
            await world.hear()
            assert await heard(world, again) == ["message_created"]

    run(story())


@pytest.mark.parametrize("status", ["paused", "disabled"])
def test_a_target_that_is_not_sent_to_keeps_its_backlog(url: str, status: Any) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            webhook = await world.webhook(status=status)
            _, bots_target = await bot(world, status=status)
            told = await a_bit_of_everything(world)
            assert await heard(world, webhook.target.id) == told
            assert await heard(world, bots_target) == []
            async with world.database.read() as reader:
                assert {one.state for one in await deliveries.page(reader, webhook.target.id, limit=50)} == {
                    "pending"
                }

    run(story())


def test_a_deleted_target_gets_nothing(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            webhook = await world.webhook()
            await world.conversation()
            await world.do(webhooks.delete_webhook, world.alice, webhook.id)
            await world.hear()
            assert await heard(world, webhook.target.id) == ["conversation_created"]

    run(story())


def test_changed_subscriptions_count_from_then_on(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            webhook = await world.webhook(subscriptions=["conversation_created"])
            await world.conversation()
            await world.hear()
            changes = WebhookChanges(subscriptions=["message_created"])
            await world.do(webhooks.update_webhook, world.alice, webhook.id, changes)
            await world.hear()
            assert await heard(world, webhook.target.id) == ["conversation_created", "message_created"]

    run(story())


def test_nobody_hears_another_accounts_events(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            other = await open_account(world.database, world.clock, "Globex", "globex.example")
            theirs = await other.webhook()
            bot_id, bots_target = await bot(other)
            await other.do(agent_bots.connect, bot_id, other.api_inbox.id)
            inbox_target = await listen_at_the_inbox(other)
            await a_bit_of_everything(world)
            for target_id in (theirs.target.id, bots_target, inbox_target):
                assert await heard(world, target_id) == []
            await a_bit_of_everything(other)
            assert len(await world.events()) == len(await other.events())

    run(story())


def test_the_bell_rings_for_exactly_those_who_got_something(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            created = await world.webhook("https://a.example.com/", ["conversation_created"])
            messages_too = await world.webhook("https://b.example.com/", ["message_created"])
            rung: list[set[int]] = []
            world.database.bell = rung.append
            await world.conversation()
            await world.hear()
            await world.do(conversations.set_priority, world.alice, 1, "low")
            assert rung == [{created.target.id}, {messages_too.target.id}]

    run(story())
