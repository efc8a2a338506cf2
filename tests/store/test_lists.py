"""Lists are put together from filters: every combination runs on both databases and finds the same."""

import itertools
from typing import Any

from deskbell.desk.commands import contacts as contact_commands
from deskbell.desk.commands import conversations as commands
from deskbell.desk.commands import messages as message_commands
from deskbell.desk.commands.contacts import ContactChanges
from deskbell.desk.commands.thread import Draft
from deskbell.kit.clock import SECOND
from deskbell.store import contacts, conversation_lists, deliveries, messages
from deskbell.store.conversation_lists import Filter
from tests.support.aio import run
from tests.support.world import World, open_world


async def three_conversations(world: World) -> None:
    """1 is Bob's, labelled and urgent; 2 is pending and was answered; 3 is resolved."""
    for status in ("open", "pending", "resolved"):
        world.clock.advance(SECOND)
        await world.conversation(status=status)
    async with world.database.unit() as unit:
        await commands.assign_user(unit, world.alice, 1, world.bob.id)
        await commands.set_labels(unit, world.alice, 1, ["vip", "billing"])
        await commands.set_priority(unit, world.alice, 1, "urgent")
        await message_commands.create_message(
            unit, world.alice, 2, Draft(content="50% off_ is_ not! a wild*card")
        )


async def numbers(world: World, wanted: dict[str, Any], **more: Any) -> list[int]:
    async with world.database.read() as reader:
        found = await conversation_lists.views(
            reader, Filter(account_id=world.account_id, **wanted), limit=10, offset=0, **more
        )
    return [view.conversation.number for view in found]


def test_every_combination_of_conversation_filters_runs(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await three_conversations(world)
            filters: dict[str, Any] = {
                "status": "open",
                "inbox_ids": [world.api_inbox.id],
                "contact_id": world.carla.id,
                "labels": ("vip", "billing"),
                "text": "card",
                "unattended": True,
            }
            async with world.database.read() as reader:
                for chosen in itertools.product([False, True], repeat=len(filters)):
                    some = {name: filters[name] for name, used in zip(filters, chosen, strict=True) if used}
                    wanted = Filter(account_id=world.account_id, **some)
                    found = await conversation_lists.views(reader, wanted, limit=10, offset=0)
                    counted = await conversation_lists.counts(reader, wanted, world.bob.id)
                    assert counted["all_count"] == len(found)
                    assert counted["assigned_count"] + counted["unassigned_count"] == len(found)
                    few = await conversation_lists.few(reader, wanted, 4)
                    assert few == {view.conversation.id: view.assignee and view.assignee.id for view in found}

    run(story())


def test_all_there_are_are_told_only_where_they_are_few(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await three_conversations(world)
            everything = Filter(account_id=world.account_id)
            async with world.database.read() as reader:
                few = await conversation_lists.few(reader, everything, 4)
                assert few is not None
                assert sorted(few.values(), key=str) == [world.bob.id, None, None]
                assert await conversation_lists.few(reader, everything, 3) is None
                of_others = Filter(account_id=world.account_id + 1, labels=("vip",))
                assert await conversation_lists.few(reader, of_others, 3) == {}

    run(story())


def test_each_conversation_filter_finds_what_it_says(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await three_conversations(world)
            for wanted, found in (
                ({}, [1, 2, 3]),
                ({"status": "pending"}, [2]),
                ({"inbox_id": world.website.id}, []),
                ({"inbox_ids": [world.api_inbox.id, world.website.id]}, [1, 2, 3]),
                ({"inbox_ids": []}, []),
                ({"contact_inbox_id": world.place.id}, [1, 2, 3]),
                ({"labels": ("vip",)}, [1]),
                ({"labels": ("vip", "other")}, []),
                ({"text": "50% OFF_"}, [2]),
                ({"text": "50_ off"}, []),
                ({"text": "not! a"}, [2]),
                ({"text": "wild*"}, [2]),
                ({"unattended": True}, [1, 3]),
                ({"assignee_id": world.bob.id}, [1]),
                ({"priority": "urgent"}, [1]),
                ({"ids": []}, []),
                ({"updated_since": world.clock.now() + 1}, []),
            ):
                assert sorted(await numbers(world, wanted)) == found, wanted

    run(story())


def test_conversations_are_sorted_and_divided_as_asked(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await three_conversations(world)
            for sort in conversation_lists.SORTS:
                for way in ("", "-"):
                    assert sorted(await numbers(world, {}, sort=way + sort)) == [1, 2, 3]
            assert await numbers(world, {}, sort="created_at") == [1, 2, 3]
            assert (await numbers(world, {}, sort="-priority"))[0] == 1
            assert await numbers(world, {}, assignee="me", user_id=world.bob.id) == [1]
            assert sorted(await numbers(world, {}, assignee="unassigned")) == [2, 3]
            assert await numbers(world, {}, assignee="assigned") == [1]

    run(story())


def test_the_first_of_every_status_are_in_one_order(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            for status in ("resolved", "open", "pending", "open", "resolved"):
                world.clock.advance(SECOND)
                await world.conversation(status=status)
            async with world.database.read() as reader:
                wanted = Filter(account_id=world.account_id)
                for sort, found in (("last_activity_at", [3, 4]), ("-last_activity_at", [3, 2])):
                    views = await conversation_lists.views(reader, wanted, sort=sort, limit=2, offset=2)
                    assert [view.conversation.number for view in views] == found

    run(story())


def test_bounded_counts_go_no_further_than_told(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await three_conversations(world)
            async with world.database.read() as reader:
                wanted = Filter(account_id=world.account_id)
                for most, every, unassigned in ((10, 3, 2), (2, 2, 2), (1, 1, 1)):
                    counted = await conversation_lists.bounded_counts(reader, wanted, world.bob.id, most)
                    assert counted == {"mine_count": 1, "unassigned_count": unassigned, "all_count": every}

    run(story())


def test_contacts_are_found_and_sorted_on_both_alike(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            async with world.database.unit() as unit:
                for name, email in (("ada", "z@example.com"), ("Bea_", None), ("Çem", "a%b@example.com")):
                    changes = ContactChanges(name=name, email=email)
                    await contact_commands.create_contact(unit, world.alice, changes)
            async with world.database.read() as reader:
                for sort, query in itertools.product(contacts.SORTS, [None, "a"]):
                    for way in ("", "-"):
                        count, found = await contacts.page(
                            reader, world.account_id, query=query, sort=way + sort, limit=10, offset=0
                        )
                        assert count == len(found)
                for query, names in (("EA_", ["Bea_"]), ("%", ["Çem"]), ("z@", ["ada"]), ("nobody", [])):
                    _, found = await contacts.page(
                        reader, world.account_id, query=query, sort="name", limit=10, offset=0
                    )
                    assert [one.name for one in found] == names

    run(story())


def test_messages_are_paged_from_either_end(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            conversation = await world.conversation()
            async with world.database.unit() as unit:
                ids = [
                    (await message_commands.create_message(unit, world.alice, 1, draft)).message.id
                    for draft in (Draft(content="a"), Draft(content="b", private=True), Draft(content="c"))
                ]
            async with world.database.read() as reader:

                async def page(**more: Any) -> list[str | None]:
                    found = await messages.page(reader, conversation.id, **{"limit": 2, **more})
                    return [one.message.content for one in found]

                assert await page() == ["b", "c"]
                assert await page(before=ids[2]) == ["a", "b"]
                assert await page(after=ids[0]) == ["b", "c"]
                assert await page(after=ids[0], before=ids[2]) == ["b"]
                assert await page(public_only=True) == ["a", "c"]
                assert await messages.views(reader, []) == []

    run(story())


def test_the_log_of_deliveries_is_filtered_as_asked(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            webhook = await world.webhook()
            await three_conversations(world)
            async with world.database.read() as reader:
                for state, event, before in itertools.product(
                    [None, "pending", "dead"], [None, "conversation_created"], [None, 3]
                ):
                    found = await deliveries.page(
                        reader, webhook.target.id, state=state, event_name=event, before=before, limit=50
                    )
                    assert bool(found) == (state != "dead")
                    assert all(one.event_name == (event or one.event_name) for one in found)
                    assert all(one.number < (before or 1_000) for one in found)
                    assert found == sorted(found, key=lambda one: -one.number)

    run(story())
