"""What the palette finds, and for whom."""

import re

from deskbell.desk.commands import contacts
from deskbell.desk.commands.contacts import ContactChanges
from tests.support.api import API, on_api
from tests.support.people import Person, person, words


def at(api: API, rest: str = "") -> str:
    return f"/app/accounts/{api.world.account_id}{rest}"


async def found(someone: Person, api: API, typed: str = "") -> list[str]:
    """Where what is found leads."""
    page = await someone.get(at(api, "/palette"), q=typed)
    assert "<html" not in page, "it is a part of a page"
    return re.findall(r'role="option"[^>]*href="[^"]*/accounts/\d+([^"]*)"', page)


def test_nothing_typed_shows_the_conversations_in_which_something_happened_last(url: str) -> None:
    async def story(api: API) -> None:
        world = api.world
        alice = await person(api, world.alice.id)
        assert await found(alice, api) == []
        for _ in range(8):
            await world.conversation()
            world.clock.advance(1_000_000)
        await world.hear(1, "It is me again")
        assert await found(alice, api) == [f"/conversations/{number}" for number in (1, 8, 7, 6, 5, 4)]
        assert "#1 · Open · It is me again" in words(await alice.get(at(api, "/palette")))

    on_api(url, story)


def test_conversations_and_contacts_are_found_by_number_name_and_email(url: str) -> None:
    async def story(api: API) -> None:
        world = api.world
        await world.conversation()
        alice = await person(api, world.alice.id)
        carla = f"/contacts/{world.carla.id}"
        assert await found(alice, api, "carl") == ["/conversations/1", carla]
        assert await found(alice, api, " CARLA@example.com ") == ["/conversations/1", carla]
        assert await found(alice, api, "#1") == ["/conversations/1"]
        assert await found(alice, api, "%") == []
        assert (await alice.client.get(at(api, "/palette"), params={"q": "x" * 201})).status_code == 404

    on_api(url, story)


def test_just_that_number_comes_before_those_who_are_called_so(url: str) -> None:
    async def story(api: API) -> None:
        world = api.world
        alice = await person(api, world.alice.id)
        for _ in range(12):
            await world.conversation()
            world.clock.advance(1_000_000)
        async with world.database.unit() as unit:
            await contacts.update_contact(unit, world.alice, world.carla.id, ContactChanges(name="Carla 2"))
        assert await found(alice, api, "2") == [
            *(f"/conversations/{number}" for number in (2, 12, 11, 10, 9, 8)),
            f"/contacts/{world.carla.id}",
        ]

    on_api(url, story)


def test_agents_find_conversations_of_their_inboxes_only(url: str) -> None:
    async def story(api: API) -> None:
        visitor = await api.visitor()
        await visitor.post("messages", json={"message": {"content": "On the website"}})
        await api.world.conversation()
        bob, alice = await person(api, api.world.bob.id), await person(api, api.world.alice.id)
        assert await found(bob, api) == ["/conversations/2"]
        assert sorted(await found(alice, api)) == ["/conversations/1", "/conversations/2"]
        assert await found(bob, api, "#1") == []

    on_api(url, story)


def test_a_contact_leads_to_their_page(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        (path,) = await found(alice, api, "carla")
        assert "Carla" in words(await alice.get(at(api, path)))

    on_api(url, story)


def test_what_visitors_call_themselves_stays_text(url: str) -> None:
    async def story(api: API) -> None:
        world = api.world
        changes = ContactChanges(name="<img src=x onerror=alert(1)>")
        await world.do(contacts.update_contact, world.alice, world.carla.id, changes)
        await world.conversation()
        await world.hear(1, "<script>alert(1)</script>")
        page = await (await person(api, world.alice.id)).get(at(api, "/palette"))
        assert "<img" not in page
        assert "<script" not in page
        assert "&lt;img src=x" in page

    on_api(url, story)
