"""The dashboard's own way to `/cable`: by the session's cookie, for our own pages, as long as the session goes on."""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from deskbell.desk.commands import browser_sessions
from deskbell.kit.clock import DAY
from deskbell.store import users
from deskbell.web.dashboard import cable as desk_cable
from deskbell.web.dashboard.session import COOKIE
from tests.support.api import API, on_api
from tests.support.cable import Cable, Channel, Station, on_air
from tests.support.people import person

Story = Callable[[Station], Awaitable[None]]


def live(url: str, story: Story, **settings: Any) -> None:
    async def told(api: API) -> None:
        async with on_air(api) as station:
            await story(station)

    on_api(url, told, **settings)


async def signed_in(on: Station, user_id: int) -> str:
    async with on.api.world.database.unit() as unit:
        return await browser_sessions.open_session(
            unit, user_id, user_agent="Mozilla/5.0", address="192.0.2.7", life=DAY
        )


async def page(
    on: Station, session: str | None, account_id: object = None, origin: str | None = ""
) -> ClientConnection:
    """A page's connection, as a browser opens it."""
    address = on.url.replace("http://", "ws://", 1)
    return await connect(
        f"{address}/app/accounts/{account_id or on.api.world.account_id}/cable",
        origin=on.url if origin == "" else origin,  # type: ignore[arg-type]
        additional_headers={"cookie": f"{COOKIE}={session}"} if session else {},
        compression=None,
    )


async def types(channel: Channel, **said: object) -> None:
    data = json.dumps({"action": "typing", **said})
    await channel.cable.say({"command": "message", "identifier": channel.identifier, "data": data})


def test_who_is_signed_in_hears_what_happens_and_counts_as_there(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        async with Cable(await page(on, await signed_in(on, world.alice.id))) as cable:
            alice = await cable.subscribe("")
            await world.conversation()
            await world.hear(1, "Anybody there?")
            assert (await alice.hears("message.created"))["conversation_id"] == 1
            await cable.until(lambda: str(world.alice.id) in alice.presence["users"], "Alice to be there")

    live(url, story)


def test_a_page_hears_what_happened_since_it_was_rendered(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        await world.conversation()
        alice = await person(on.api, world.alice.id)
        found = re.search(r'data-heard="(\d+)"', await alice.get(f"/app/accounts/{world.account_id}"))
        assert found is not None
        await world.hear(1, "In between")
        async with Cable(await page(on, alice.token)) as cable:
            channel = await cable.subscribe("", after=found[1])
            await world.hear(1, "Afterwards")
            await channel.hears("message.created", 2)
            assert "conversation.created" not in channel.names

    live(url, story)


def test_an_agent_hears_of_their_own_inboxes_only(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        async with Cable(await page(on, await signed_in(on, world.bob.id))) as cable:
            bob = await cable.subscribe("")
            visitor = await on.api.visitor()
            said = await visitor.post("messages", json={"message": {"content": "On the website"}})
            assert said.status_code == 200
            number = (await world.conversation()).number
            await world.say(number, "In the API inbox")
            await bob.hears("message.created")
            assert [one["data"]["content"] for one in bob.messages if one["event"] == "message.created"] == [
                "In the API inbox"
            ]

    live(url, story)


def test_nobody_hears_anything_who_is_not_signed_in_or_not_in_the_account(url: str) -> None:
    async def story(on: Station) -> None:
        api, world = on.api, on.api.world
        async with world.database.read() as reader:
            olga = await users.by_email(reader, "olga@example.org")
        assert olga is not None
        stranger = await signed_in(on, olga.id)
        for session, account_id in (
            (None, None),
            ("made-up", None),
            (stranger, world.account_id),
            (stranger, 999_999),
            (await signed_in(on, world.alice.id), api.other_account),
            (stranger, "x1"),
        ):
            async with Cable(await page(on, session, account_id)) as cable:
                assert await cable.ended() == {
                    "type": "disconnect",
                    "reason": "unauthorized",
                    "reconnect": False,
                }
                assert len(cable.frames) == 1

    live(url, story)


@pytest.mark.parametrize("origin", [None, "https://evil.example.com", "null", "http://["])
def test_another_sites_page_cannot_listen_with_somebodys_cookie(url: str, origin: str | None) -> None:
    async def story(on: Station) -> None:
        session = await signed_in(on, on.api.world.alice.id)
        with pytest.raises(InvalidStatus) as refused:
            await page(on, session, origin=origin)
        assert refused.value.response.status_code == 403

    live(url, story)


def test_no_token_lets_anybody_else_listen_there(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        token = await on.pubsub_token(world.alice.id)
        async with Cable(await page(on, await signed_in(on, world.bob.id))) as cable:
            asked = await cable.ask(token, account_id=world.account_id, user_id=world.alice.id)
            assert not asked.confirmed
        async with on.cable() as cable:
            assert not (await cable.ask("", account_id=world.account_id, user_id=world.alice.id)).confirmed

    live(url, story)


def test_who_is_signed_out_is_cut_off(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_cable, "LOOK", 0.05)

    async def story(on: Station) -> None:
        world = on.api.world
        alice = await person(on.api, world.alice.id)
        session, elsewhere = alice.token, await signed_in(on, world.alice.id)
        async with Cable(await page(on, session)) as here, Cable(await page(on, elsewhere)) as there:
            await here.subscribe("")
            await there.subscribe("")
            await alice.submit(f"/app/accounts/{world.account_id}/profile/sessions/end_others")
            ended = await there.ended()
            assert ended is not None
            assert (ended["reason"], ended["reconnect"]) == ("unauthorized", False)
            assert here.closed is None

    live(url, story)


def test_colleagues_and_the_visitor_see_an_agent_type_and_notes_are_colleagues_business(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        await world.conversation()
        async with (
            Cable(await page(on, await signed_in(on, world.alice.id))) as cable,
            on.cable() as other,
            on.cable() as outside,
        ):
            alice, bob = await cable.subscribe(""), await on.agent(other, world.bob.id)
            carla = await outside.subscribe(world.place.pubsub_token)
            await types(alice, conversation=1, on=True, private=True)
            assert (await bob.hears("conversation.typing_on"))["is_private"] is True
            await types(alice, conversation=1, on=True, private=False)
            await bob.hears("conversation.typing_off")
            assert (await bob.hears("conversation.typing_on", 2))["user"]["name"] == "Alice"
            await carla.hears("conversation.typing_on")
            await types(alice, conversation=1, on=False)
            await carla.hears("conversation.typing_off")
            assert carla.names == ["conversation.typing_on", "conversation.typing_off"]
            assert not [name for name in alice.names if "typing" in name], "not to oneself"

    live(url, story)


def test_who_closes_the_page_types_no_more(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        await world.conversation()
        async with on.cable() as other:
            bob = await on.agent(other, world.bob.id)
            async with Cable(await page(on, await signed_in(on, world.alice.id))) as cable:
                await types(await cable.subscribe(""), conversation=1, on=True)
                await bob.hears("conversation.typing_on")
            await bob.hears("conversation.typing_off")

    live(url, story)


def test_nobody_types_where_they_may_not_write(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        visitor = await on.api.visitor()
        await visitor.post("messages", json={"message": {"content": "On the website"}})
        await world.conversation()
        async with on.cable() as other, Cable(await page(on, await signed_in(on, world.bob.id))) as cable:
            alice, bob = await on.agent(other, world.alice.id), await cable.subscribe("")
            for number in (1, 999, 0, -1, 2**70, True, "2", None):
                await types(bob, conversation=number, on=True)
            await types(bob, conversation=2, on=True)
            assert (await alice.hears("conversation.typing_on"))["conversation"]["id"] == 2
            assert alice.names.count("conversation.typing_on") == 1

    live(url, story)
