"""Contacts, changed by many at once."""

import asyncio

from deskbell.desk.access import the_contact
from deskbell.desk.commands.contacts import ContactChanges, update_contact
from tests.support.aio import run
from tests.support.world import open_world


def test_what_many_say_of_a_contact_at_once_is_all_kept(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            said = {f"key_{number}": number for number in range(20)}
            await asyncio.gather(
                *(
                    world.do(
                        update_contact,
                        world.alice,
                        world.carla.id,
                        ContactChanges(custom_attributes={key: value}),
                    )
                    for key, value in said.items()
                )
            )
            async with world.database.read() as reader:
                found = await the_contact(reader, world.alice, world.carla.id)
            assert found.custom_attributes == said

    run(story())
