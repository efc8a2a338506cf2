"""When conversation events fire, and what they tell (contract/semantics.md)."""

from typing import Any

import pytest

from deskbell.desk.commands import contacts, conversations, inboxes, messages
from deskbell.desk.commands.contacts import ContactChanges
from deskbell.desk.commands.inboxes import InboxChanges
from deskbell.desk.commands.thread import Draft
from deskbell.events.snapshot import Snapshot
from deskbell.kit.clock import HOUR, MINUTE, SECOND
from deskbell.kit.errors import Invalid
from deskbell.model.message import MessageType
from deskbell.store import agent_bots, targets
from deskbell.store import contacts as contact_store
from tests.support import bodies
from tests.support.aio import run
from tests.support.world import World, open_world

INCOMING = MessageType.INCOMING


def changes(snapshot: Snapshot) -> dict[str, tuple[Any, Any]]:
    return {change.attribute: (change.previous, change.current) for change in snapshot.changes}


async def one_change(world: World, after: int = 1) -> dict[str, tuple[Any, Any]]:
    """What the one event since then, a conversation_updated, lists."""
    (snapshot,) = await world.snapshots(after)
    assert snapshot.event == "conversation_updated"
    return changes(snapshot)


def test_a_conversation_begun_without_a_message_is_told_without_one(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation()
            (created,) = await world.snapshots()
            body = bodies.hoory(created)
            assert (body["event"], body["id"], body["messages"]) == ("conversation_created", 1, [])
            assert (body["status"], body["channel"]) == ("open", "Channel::Api")
            assert body["agent_last_seen_at"] == body["contact_last_seen_at"] == body["unread_count"] == 0

    run(story())


def test_a_conversation_begun_with_a_message_is_told_with_it_and_then_the_message_is(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            async with world.database.unit() as unit:
                conversation = await conversations.begin(
                    unit, world.contact, world.place, conversations.NewConversation()
                )
                draft = Draft(content="First", message_type=INCOMING)
                await messages.write(unit, world.contact, conversation, draft)
            created, told = map(bodies.hoory, await world.snapshots())
            assert (created["event"], told["event"]) == ("conversation_created", "message_created")
            assert [one["content"] for one in created["messages"]] == ["First"]
            assert created["unread_count"] == told["conversation"]["unread_count"] == 1

    run(story())


def test_of_several_messages_a_conversation_begins_with_it_is_told_with_the_first(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            async with world.database.unit() as unit:
                wanted = conversations.NewConversation(source_id=world.place.source_id)
                await conversations.create_conversation(unit, world.alice, wanted)
                for draft in (
                    Draft(content="note", private=True),
                    Draft(content="one"),
                    Draft(content="two"),
                ):
                    await messages.create_message(unit, world.alice, 1, draft)
            created, *told = map(bodies.hoory, await world.snapshots())
            assert [one["content"] for one in created["messages"]] == ["one"]
            assert [one["content"] for one in told] == ["note", "one", "two"]

    run(story())


def test_conversations_are_numbered_within_their_account(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            assert [(await world.conversation()).number for _ in range(3)] == [1, 2, 3]
            assert [bodies.hoory(one)["id"] for one in await world.snapshots()] == [1, 2, 3]

    run(story())


@pytest.mark.parametrize(
    ("attribute", "command", "value", "previous", "current"),
    [
        ("priority", conversations.set_priority, "high", None, "high"),
        ("labels", conversations.set_labels, ["VIP", "vip", " a b "], [], ["vip", "a b"]),
        ("custom_attributes", conversations.set_custom_attributes, {"a": [1, None]}, {}, {"a": [1, None]}),
    ],
)
def test_a_changed_attribute_is_told_with_before_and_after(
    url: str, attribute: str, command: Any, value: Any, previous: Any, current: Any
) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation()
            await world.do(command, world.alice, 1, value)
            assert await one_change(world) == {attribute: (previous, current)}
            await world.do(command, world.alice, 1, value)
            assert len(await world.events()) == 2, "no change, no event"

    run(story())


def test_assigning_and_taking_back_is_told_with_who_has_it(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation()
            await world.do(conversations.assign_user, world.alice, 1, world.bob.id)
            assert await one_change(world) == {"assignee_id": (None, world.bob.id)}
            (told,) = await world.snapshots(1)
            assert bodies.hoory(told)["meta"]["assignee"]["name"] == "Bob"
            await world.do(conversations.assign_user, world.alice, 1, world.bob.id)
            assert len(await world.events()) == 2
            await world.do(conversations.assign_user, world.alice, 1, None)
            assert await one_change(world, 2) == {"assignee_id": (world.bob.id, None)}

    run(story())


def test_a_bot_lets_go_when_a_person_is_assigned_and_both_are_told_at_once(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation()
            bot_id = await world.do(agent_bots.add, world.account_id, name="Helper")
            await world.do(conversations.assign_bot, world.alice, 1, bot_id)
            assert await one_change(world) == {"assignee_agent_bot_id": (None, bot_id)}
            await world.do(conversations.assign_user, world.alice, 1, world.bob.id)
            assert await one_change(world, 2) == {
                "assignee_id": (None, world.bob.id),
                "assignee_agent_bot_id": (bot_id, None),
            }

    run(story())


@pytest.mark.parametrize("status", ["resolved", "pending", "snoozed"])
def test_a_status_change_is_told_as_an_update_and_right_after_as_itself(url: str, status: Any) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation()
            until = world.clock.now() + HOUR if status == "snoozed" else None
            await world.do(conversations.set_status, world.alice, 1, status, until)
            updated, changed = await world.snapshots(1)
            assert (updated.event, changed.event) == ("conversation_updated", "conversation_status_changed")
            expected = {"status": ("open", status)} | ({"snoozed_until": (None, until)} if until else {})
            assert changes(updated) == expected
            assert bodies.hoory(changed)["status"] == status
            await world.do(conversations.set_status, world.alice, 1, status, until)
            assert len(await world.events()) == 3, "no change, no event"

    run(story())


def test_a_status_changed_and_an_assignee_set_by_one_request_are_one_update_and_no_status_change_is_lost(
    url: str,
) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation(status="resolved")
            await world.do(conversations.set_status, world.bob, 1, "open")
            updated, changed = await world.snapshots(1)
            assert changes(updated) == {"status": ("resolved", "open"), "assignee_id": (None, world.bob.id)}
            assert changed.event == "conversation_status_changed"
            assert bodies.hoory(changed)["meta"]["assignee"]["id"] == world.bob.id

    run(story())


def test_several_commands_of_one_request_make_one_update_that_lists_every_change(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation()
            async with world.database.unit() as unit:
                await conversations.set_priority(unit, world.alice, 1, "low")
                await conversations.set_labels(unit, world.alice, 1, ["vip"])
                await conversations.set_status(unit, world.alice, 1, "resolved")
                await conversations.set_priority(unit, world.alice, 1, "urgent")
                await messages.create_message(unit, world.alice, 1, Draft(content="Bye"))
            assert await world.told(1) == [
                "conversation_updated",
                "conversation_status_changed",
                "message_created",
            ]
            updated = (await world.snapshots(1))[0]
            assert changes(updated) == {
                "status": ("open", "resolved"),
                "priority": (None, "urgent"),
                "labels": ([], ["vip"]),
            }

    run(story())


def test_what_one_request_changes_and_changes_back_is_no_change(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation()
            async with world.database.unit() as unit:
                await conversations.set_status(unit, world.alice, 1, "resolved")
                await conversations.set_status(unit, world.alice, 1, "open")
            assert await world.told(1) == []

    run(story())


def test_a_yes_that_was_a_one_is_a_change(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation(custom_attributes={"vip": 1, "deep": [{"a": 0}]})
            wanted = {"vip": True, "deep": [{"a": False}]}
            await world.do(conversations.set_custom_attributes, world.alice, 1, wanted)
            assert list(await one_change(world)) == ["custom_attributes"]
            assert (await world.get()).custom_attributes["vip"] is True

    run(story())


def test_messages_alone_update_no_conversation_though_its_values_follow(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation()
            world.clock.advance(MINUTE)
            await world.hear()
            world.clock.advance(MINUTE)
            await world.say()
            assert await world.told(1) == ["message_created", "message_created"]
            heard, said = (bodies.hoory(one)["conversation"] for one in await world.snapshots(1))
            assert (heard["unread_count"], said["unread_count"]) == (1, 1)
            assert said["timestamp"] - heard["timestamp"] == 60
            assert heard["waiting_since"] > 0
            assert said["waiting_since"] == 0
            assert heard["first_reply_created_at"] is None
            assert said["first_reply_created_at"] is not None

    run(story())


@pytest.mark.parametrize(
    ("before", "after"), [("resolved", "open"), ("snoozed", "open"), ("pending", "pending")]
)
def test_an_incoming_message_moves_the_status(url: str, before: Any, after: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            until = world.clock.now() + HOUR
            await world.conversation(status=before, snoozed_until=until if before == "snoozed" else None)
            await world.hear()
            assert (await world.get()).status == after
            moved = ["conversation_updated", "conversation_status_changed"] if before != after else []
            assert await world.told(1) == [*moved, "message_created"]
            if before == "snoozed":
                assert changes((await world.snapshots(1))[0])["snoozed_until"] == (until, None)

    run(story())


def test_a_blocked_contact_moves_nothing(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            until = world.clock.now() + HOUR
            await world.conversation(status="snoozed", snoozed_until=until)
            await world.do(contacts.update_contact, world.alice, world.carla.id, ContactChanges(blocked=True))
            await world.hear()
            assert await world.told(1) == ["message_created"]
            assert ((await world.get()).status, (await world.get()).snoozed_until) == ("snoozed", until)
            assert (await world.conversation()).status == "resolved"

    run(story())


def test_an_agents_seen_mark_is_told_when_something_was_unread_and_else_once_an_hour(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation()
            await world.do(conversations.mark_seen, world.bob, 1)
            assert await one_change(world) == {"agent_last_seen_at": (None, world.clock.now())}
            world.clock.advance(HOUR - SECOND)
            await world.do(conversations.mark_seen, world.bob, 1)
            assert len(await world.events()) == 2
            await world.hear()
            await world.do(conversations.mark_seen, world.bob, 1)
            assert await world.told(2) == ["message_created", "conversation_updated"]
            assert bodies.hoory((await world.snapshots(3))[0])["unread_count"] == 0
            world.clock.advance(HOUR)
            await world.do(conversations.mark_seen, world.bob, 1)
            assert len(await world.events()) == 5

    run(story())


def test_the_assignees_own_seen_mark_is_told_beside_the_agents(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation(assignee_id=world.bob.id)
            await world.do(conversations.mark_seen, world.bob, 1)
            assert set(await one_change(world)) == {"agent_last_seen_at", "assignee_last_seen_at"}

    run(story())


def test_a_contacts_seen_mark_is_told_when_something_was_unread_and_else_once_an_hour(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation()

            async def see() -> None:
                await world.do(conversations.mark_seen_by_contact, world.contact, world.place, 1)

            await see()
            assert await one_change(world) == {"contact_last_seen_at": (None, world.clock.now())}
            world.clock.advance(MINUTE)
            await see()
            assert len(await world.events()) == 2
            await world.say()
            world.clock.advance(MINUTE)
            await see()
            assert await world.told(2) == ["message_created", "conversation_updated"]
            world.clock.advance(HOUR)
            await see()
            assert len(await world.events()) == 5

    run(story())


@pytest.mark.parametrize("until", [-1, 253_402_300_800 * SECOND, 2**62])
def test_a_moment_no_event_could_tell_of_is_refused(url: str, until: int) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation()
            with pytest.raises(Invalid) as refused:
                await world.do(conversations.set_status, world.alice, 1, "snoozed", until)
            assert set(refused.value.fields) == {"snoozed_until"}
            with pytest.raises(Invalid):
                await world.conversation(status="snoozed", snoozed_until=until)
            assert len(await world.events()) == 1

    run(story())


def test_the_contact_ends_the_conversation_and_it_is_told(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation()
            await world.do(conversations.resolve_own, world.contact, world.place, 1)
            assert await world.told(1) == ["conversation_updated", "conversation_status_changed"]

    run(story())


def test_conversations_that_pass_to_another_contact_are_each_told_with_who_has_them_now(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            known = await world.do(
                contacts.create_contact, world.alice, ContactChanges(name="Dora", identifier="dora")
            )
            await world.conversation()
            await world.hear()
            await world.conversation()
            said = ContactChanges(identifier="dora")
            await world.do(contacts.identify, world.api_inbox, world.place, said, verified=False)
            told = await world.snapshots(3)
            assert [(one.event, changes(one)) for one in told] == [
                ("conversation_updated", {"contact_id": (world.carla.id, known.id)})
            ] * 2
            assert {bodies.hoory(one)["meta"]["sender"]["name"] for one in told} == {"Dora"}
            nested = [message for one in told for message in bodies.hoory(one)["messages"]]
            assert [message["sender"]["id"] for message in nested] == [known.id], "her words are hers"

    run(story())


def test_whether_one_can_reply_follows_the_inboxs_window(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            window = InboxChanges(settings={"additional_attributes": {"agent_reply_time_window": 2}})
            await world.do(inboxes.update_inbox, world.alice, world.api_inbox.id, window)
            await world.conversation()
            await world.hear()
            world.clock.advance(2 * HOUR)
            await world.do(conversations.set_priority, world.alice, 1, "low")
            can = [
                bodies.hoory(one).get("conversation", bodies.hoory(one))["can_reply"]
                for one in await world.snapshots()
            ]
            assert can == [False, True, False]

    run(story())


def test_a_proven_identity_is_told_as_proven(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.do(contact_store.verify_inbox, world.place.id)
            await world.conversation()
            (told,) = await world.snapshots()
            assert bodies.hoory(told)["contact_inbox"]["hmac_verified"] is True
            assert await world.do(targets.candidates, world.account_id, world.api_inbox.id, None) == []

    run(story())
