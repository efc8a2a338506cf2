"""Teams and labels that are deleted or renamed while others use them: each comes before or after the other."""

import asyncio
from collections.abc import Awaitable

from deskbell.desk.commands import conversations, labels, teams
from deskbell.desk.commands.labels import LabelChanges
from deskbell.desk.commands.teams import TeamChanges
from deskbell.kit.errors import NotFound
from deskbell.model.team import Team
from tests.support.aio import run
from tests.support.world import World, open_world

AWHILE = 0.1
"""Long enough for another unit to get as far as it can."""


async def outcome(deed: Awaitable[object]) -> str:
    try:
        await deed
    except NotFound:
        return "gone"
    return "done"


async def sales(world: World) -> Team:
    """A team, and two conversations."""
    for _ in range(2):
        await world.conversation()
    return await world.do(teams.create_team, world.alice, TeamChanges(name="sales"))


def test_a_team_that_is_being_assigned_is_deleted_after_that(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            team = await sales(world)
            async with world.database.unit() as unit:
                await conversations.assign_team(unit, world.alice, 1, team.id)
                deleting = asyncio.create_task(world.do(teams.delete_team, world.alice, team.id))
                await asyncio.sleep(AWHILE)
                assert not deleting.done()
            await deleting
            assert (await world.get(1)).team_id is None
            told = [one.changes[0] for one in await world.snapshots() if one.changes]
            assert [(one.previous, one.current) for one in told] == [(None, team.id), (team.id, None)]

    run(story())


def test_a_team_that_is_being_deleted_can_no_longer_be_assigned(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            team = await sales(world)
            async with world.database.unit() as unit:
                await teams.delete_team(unit, world.alice, team.id)
                assign = world.do(conversations.assign_team, world.alice, 1, team.id)
                assigning = asyncio.create_task(outcome(assign))
                await asyncio.sleep(AWHILE)
                assert not assigning.done()
            assert await assigning == "gone"
            assert (await world.get(1)).team_id is None

    run(story())


def test_a_label_taken_off_while_it_is_renamed_stays_off(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await sales(world)
            label = await world.do(labels.create_label, world.alice, LabelChanges(title="vip"))
            for number in (1, 2):
                await world.do(conversations.set_labels, world.alice, number, ["vip", "b2"])
            async with world.database.unit() as unit:
                await conversations.set_labels(unit, world.alice, 1, ["b2"])
                rename = world.do(labels.update_label, world.alice, label.id, LabelChanges(title="gold"))
                renaming = asyncio.create_task(rename)
                await asyncio.sleep(AWHILE)
                assert not renaming.done()
            await renaming
            assert [(await world.get(number)).labels for number in (1, 2)] == [["b2"], ["gold", "b2"]]

    run(story())


def test_everyone_assigning_deleting_and_renaming_at_once_never_lock_each_other_out(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            for _ in range(4):
                await world.conversation()
            made = [
                await world.do(teams.create_team, world.alice, TeamChanges(name=f"team {number}"))
                for number in range(4)
            ]
            kept = [
                await world.do(labels.create_label, world.alice, LabelChanges(title=f"label{number}"))
                for number in range(4)
            ]
            for number in range(1, 5):
                titles = [one.title for one in kept]
                await world.do(conversations.set_labels, world.alice, number, titles)
            deeds: list[Awaitable[object]] = []
            for team, label in zip(made, kept, strict=True):
                deeds += [
                    world.do(conversations.assign_team, world.alice, number, team.id)
                    for number in (1, 2, 3, 4)
                ]
                changes = LabelChanges(title=f"new-{label.title}")
                deeds.append(world.do(labels.update_label, world.alice, label.id, changes))
                deeds.append(world.do(teams.delete_team, world.alice, team.id))
            ends = await asyncio.gather(*map(outcome, deeds))
            assert set(ends) <= {"done", "gone"}
            for number in range(1, 5):
                found = await world.get(number)
                assert found.team_id is None, "every team was deleted after all"
                assert found.labels == [f"new-{one.title}" for one in kept]

    run(story())
