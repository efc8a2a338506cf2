"""Events are numbered per account and deliveries per target, without gaps, in commit order, whoever works at the same time.

That no number is missing is checked at the end of every test, by tests/support/truth.py.
"""

import asyncio
import sys
from contextlib import suppress

from deskbell.desk.commands import conversations, messages
from deskbell.desk.commands.thread import Draft
from deskbell.store import open_database
from deskbell.store.statement import Statement
from tests.support.aio import run
from tests.support.world import World, open_account, open_world

ELSEWHERE = """
import asyncio, sys
from deskbell.desk.actor import Actor
from deskbell.desk.commands import messages
from deskbell.desk.commands.thread import Draft
from deskbell.kit.clock import SystemClock
from deskbell.store import open_database

async def write(database, actor, n):
    try:
        async with database.unit() as unit:
            await messages.create_message(unit, actor, n % 3 + 1, Draft(content=f"elsewhere {n}"))
            if n % 5 == 0:
                raise RuntimeError
    except RuntimeError:
        pass

async def main(url, account_id, user_id):
    database = await open_database(url, SystemClock())
    actor = Actor(kind="user", account_id=account_id, id=user_id, name="Alice", role="administrator")
    await asyncio.gather(*(write(database, actor, n) for n in range(40)))
    await database.close()

asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
"""


class Boom(Exception):
    pass


async def busy(world: World, n: int) -> None:
    """One request of many: every third fails after its work is done."""
    async with world.database.unit() as unit:
        await messages.create_message(unit, world.alice, n % 4 + 1, Draft(content=f"{n}"))
        if n % 2:
            await conversations.set_labels(unit, world.alice, n % 4 + 1, [f"label {n}"])
        if n % 3 == 0:
            raise Boom


async def four_conversations(world: World) -> None:
    await world.webhook()
    await world.webhook("https://hooks.example.com/some", subscriptions=["conversation_updated"])
    for _ in range(4):
        await world.conversation()


def test_fifty_units_at_once_with_failing_ones_between_leave_no_gap(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await four_conversations(world)
            results = await asyncio.gather(*(busy(world, n) for n in range(50)), return_exceptions=True)
            assert [n for n, result in enumerate(results) if result] == list(range(0, 50, 3))
            told = await world.snapshots(4)
            kept = {f"{n}" for n in range(50) if n % 3}
            assert {one.message.message.content for one in told if one.message} == kept

    run(story())


def test_events_of_one_unit_have_numbers_that_follow_each_other(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await four_conversations(world)
            await asyncio.gather(*(busy(world, n) for n in range(50) if n % 3))
            told = [
                (one.event, one.at, one.thread and one.thread.conversation.number)
                for one in await world.snapshots(4)
            ]
            updates = [place for place, (event, *_) in enumerate(told) if event == "conversation_updated"]
            assert updates
            for place in updates:
                assert told[place + 1][0] == "message_created"
                assert told[place][2] == told[place + 1][2]

    run(story())


def test_numbers_are_in_commit_order(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await four_conversations(world)
            seen: list[int] = []
            done = asyncio.Event()

            async def watch() -> None:
                """A reader that goes on from the last number it saw may never miss one."""
                while not done.is_set():
                    seen.extend(event.number for event in await world.events(len(seen)))
                    await asyncio.sleep(0)

            watching = asyncio.create_task(watch())
            await asyncio.gather(*(busy(world, n) for n in range(60) if n % 3))
            done.set()
            await watching
            assert seen == list(range(1, len(seen) + 1))

    run(story())


def test_processes_and_pools_that_share_an_account_leave_no_gap(postgres_url: str) -> None:
    async def story() -> None:
        async with open_world(postgres_url) as world:
            await four_conversations(world)
            second = await open_database(postgres_url, world.clock)
            arguments = [postgres_url, str(world.account_id), str(world.alice.id)]
            process = await asyncio.create_subprocess_exec(sys.executable, "-c", ELSEWHERE, *arguments)
            try:
                both = [World(**{**vars(world), "database": one}) for one in (world.database, second)]
                work = [busy(both[n % 2], n) for n in range(60)]
                await asyncio.gather(*work, return_exceptions=True)
                async with asyncio.timeout(60):
                    assert await process.wait() == 0
            finally:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
                await second.close()
            told = [one.message.message.content or "" for one in await world.snapshots(4) if one.message]
            assert len([content for content in told if content.startswith("elsewhere")]) == 32
            assert len(told) == 32 + 40

    run(story())


def test_each_account_counts_its_own(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            other = await open_account(world.database, world.clock, "Globex", "globex.example")
            heard, others = await world.webhook(), await other.webhook()
            for one in (world, other, world, other, other):
                await one.conversation()
            await asyncio.gather(*(one.say(number) for one in (world, other) for number in (1, 2)))
            assert [event.number for event in await world.events()] == [1, 2, 3, 4]
            assert [event.number for event in await other.events()] == [1, 2, 3, 4, 5]
            assert (await world.get(2)).number == (await other.get(2)).number
            assert sum((await world.lanes(heard)).values()) == 4
            assert sum((await other.lanes(others)).values()) == 5
            assert {one.account.name for one in await other.snapshots()} == {"Globex"}

    run(story())


def test_a_unit_that_changes_nothing_worth_telling_takes_no_number(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.conversation()
            await world.do(conversations.set_priority, world.alice, 1, None)
            async with world.database.read() as reader:
                row = await reader.one(Statement("SELECT last_number FROM event_counters"))
            assert row is not None
            assert row["last_number"] == 1

    run(story())
