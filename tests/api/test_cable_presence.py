"""Who types and who is there: told as it happens, kept nowhere but for when an agent was last seen."""

import asyncio

import httpx

from deskbell.kit.clock import SECOND
from deskbell.store import turns
from tests.api.test_cable import live
from tests.support.api import API, errors_of, on_api
from tests.support.cable import Station
from tests.support.process import until

TYPING = "conversations/1/toggle_typing_status"


def test_typing_reaches_the_other_side_and_colleagues_and_not_oneself(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        await world.conversation()
        client = await on.api.client_api()
        async with on.cable() as first, on.cable() as second, on.cable() as third:
            alice = await on.agent(first, world.alice.id)
            bob = await on.agent(second, world.bob.id)
            carla = await third.subscribe(world.place.pubsub_token)
            for status in ("on", "off"):
                typed = await on.api.bob.post(TYPING, json={"typing_status": status})
                assert (typed.status_code, typed.content) == (200, b"")
            await carla.hears("conversation.typing_off")
            for status in ("on", "off"):
                path = "/contacts/carla-1/conversations/1/toggle_typing"
                typed = await client.post(path, json={"typing_status": status})
                assert (typed.status_code, typed.content) == (200, b"")
            await on.api.bot.post(TYPING, json={"typing_status": "on"})
            await bob.hears("conversation.typing_on", 2)
            await alice.hears("conversation.typing_on", 3)
            await carla.hears("conversation.typing_on", 2)
            who = [(one["event"][-2:], one["data"]["user"]["name"]) for one in alice.messages]
            assert who == [("on", "Bob"), ("ff", "Bob"), ("on", "Carla"), ("ff", "Carla"), ("on", "Botty")]
            assert [one["data"]["user"]["type"] for one in bob.messages] == [
                "contact",
                "contact",
                "agent_bot",
            ]
            assert [one["data"]["user"]["name"] for one in carla.messages] == ["Bob", "Bob", "Botty"]
            shown = alice.messages[0]["data"]
            assert shown["conversation"] == {
                "id": 1,
                "account_id": world.account_id,
                "inbox_id": world.api_inbox.id,
            }
            assert shown["is_private"] is False
        assert await world.told() == ["conversation_created"], "typing is no event"

    live(url, story)


def test_typing_a_private_note_is_between_colleagues(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        await world.conversation()
        async with on.cable() as first, on.cable() as second:
            alice = await on.agent(first, world.alice.id)
            carla = await second.subscribe(world.place.pubsub_token)
            await on.api.bob.post(TYPING, json={"typing_status": "on", "is_private": True})
            await on.api.bob.post(TYPING, json={"typing_status": "off"})
            assert (await alice.hears("conversation.typing_on"))["is_private"] is True
            await carla.hears("conversation.typing_off")
            assert carla.names == ["conversation.typing_off"]

    live(url, story)


def test_typing_is_for_those_who_may_take_part_and_says_what_is_wrong(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        for body in ({}, {"typing_status": "maybe"}, {"typing_status": None}, {"typing_status": 1}):
            errors_of(await api.alice.post(TYPING, json=body), "typing_status")
        wrong = {"typing_status": "on", "is_private": "perhaps"}
        errors_of(await api.alice.post(TYPING, json=wrong), "is_private")
        on = {"typing_status": "on"}
        assert (await api.alice.post("conversations/99/toggle_typing_status", json=on)).status_code == 404
        client = await api.client_api()
        for path in ("/contacts/carla-1/conversations/99", "/contacts/nobody/conversations/1"):
            assert (await client.post(f"{path}/toggle_typing", json=on)).status_code == 404
        visitor = await api.visitor()
        nothing_yet = await visitor.post("conversations/toggle_typing", json=on)
        assert (nothing_yet.status_code, nothing_yet.content) == (200, b"")
        errors_of(await visitor.post("conversations/toggle_typing", json={}), "typing_status")

    on_api(url, story)


async def shown(client: httpx.AsyncClient, user_id: int) -> str:
    """How the list of agents shows somebody."""
    status: dict[int, str] = {
        one["id"]: one["availability_status"] for one in (await client.get("agents")).json()
    }
    return status[user_id]


def test_an_agent_is_there_while_they_say_so_and_a_while_longer(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        alice_id, bob_id = world.alice.id, world.bob.id
        await on.api.alice.patch(f"agents/{alice_id}", json={"availability": "offline"})
        assert await shown(on.api.alice, bob_id) == "offline", "nobody has seen Bob"
        async with on.cable() as first, on.cable() as second, on.cable() as third:
            alice = await on.agent(first, alice_id)
            carla = await third.subscribe(world.place.pubsub_token)
            bob = await on.agent(second, bob_id)
            await first.until(
                lambda: alice.presence.get("users", {}).get(str(bob_id)) == "online", "Bob for Alice"
            )
            await third.until(
                lambda: carla.presence.get("users", {}).get(str(bob_id)) == "online", "Bob for Carla"
            )
            assert alice.presence["contacts"] == {str(world.carla.id): "online"}
            assert "contacts" not in carla.presence
            assert await shown(on.api.alice, bob_id) == "online"
            assert await available(on) == {bob_id}
            for _ in range(5):
                world.clock.advance(30 * SECOND)
                before = len(second.frames)
                await bob.perform("update_presence")
                await second.until(lambda before=before: len(second.frames) > before, "an answer")
            assert await shown(on.api.alice, bob_id) == "online"
            world.clock.advance(91 * SECOND)
            assert await shown(on.api.alice, bob_id) == "offline"
            assert await available(on) == set()
            await first.until(lambda: str(bob_id) not in alice.presence["users"], "that Bob is away")

    live(url, story)


async def available(on: Station) -> set[int]:
    """Who may be given what comes to the API inbox."""
    world = on.api.world
    async with world.database.unit() as unit:
        return {one.user_id for one in await turns.there(unit, world.api_inbox.id, always=True)}


def test_whose_last_connection_ended_is_soon_away(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        await on.api.alice.patch(f"agents/{world.bob.id}", json={"availability": "busy"})
        async with on.cable() as one:
            await on.agent(one, world.bob.id)
            async with on.cable() as another:
                await on.agent(another, world.bob.id)
            world.clock.advance(40 * SECOND)
            assert await shown(on.api.alice, world.bob.id) == "busy", "the other page is still open"
        await until(lambda: not on.live.feed.followed, "the end of the connections")
        await asyncio.sleep(0.1)
        assert await shown(on.api.alice, world.bob.id) == "busy", "a page that is loaded anew comes back"
        world.clock.advance(40 * SECOND)
        assert await shown(on.api.alice, world.bob.id) == "offline"

    live(url, story)


def test_who_is_not_offline_when_away_is_what_they_say(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        bob = await on.api.client("/api/v1/profile", "bobs-token")
        in_account = {"account_id": world.account_id}
        await on.api.alice.patch(f"agents/{world.alice.id}", json={"availability": "busy"})
        said = await bob.post("auto_offline", json={"profile": in_account | {"auto_offline": False}})
        assert said.json()["accounts"][0]["auto_offline"] is False
        async with on.cable() as cable:
            alice = await on.agent(cable, world.alice.id)
            for availability in ("online", "busy", "offline"):
                body = {"profile": in_account | {"availability": availability}}
                said = await bob.post("availability", json=body)
                assert said.json()["accounts"][0]["availability_status"] == availability
                assert await shown(on.api.alice, world.bob.id) == availability
                await cable.until(
                    lambda availability=availability: (
                        alice.presence.get("users", {}).get(str(world.bob.id)) == availability
                    ),
                    availability,
                )
                assert await available(on) == ({world.bob.id} if availability == "online" else set())

    live(url, story)


def test_a_visitor_who_is_there_is_shown_so(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        await world.conversation()
        path = f"contacts/{world.carla.id}"

        async def status() -> tuple[str, str]:
            contact = (await on.api.alice.get(path)).json()["payload"]["availability_status"]
            listed = (await on.api.alice.get("conversations/1")).json()["meta"]["sender"]
            return contact, listed["availability_status"]

        assert await status() == ("offline", "offline")
        async with on.cable() as cable:
            carla = await cable.subscribe(world.place.pubsub_token)
            assert await status() == ("online", "online")
            world.clock.advance(60 * SECOND)
            before = len(cable.frames)
            await carla.perform("update_presence")
            await cable.until(lambda: "presence.update" in str(cable.frames[before:]), "an answer")
            world.clock.advance(60 * SECOND)
            assert await status() == ("online", "online")
        await until(lambda: not on.live.feed.followed, "the end of the connection")
        world.clock.advance(91 * SECOND)
        assert await status() == ("offline", "offline")

    live(url, story)


def test_one_says_for_oneself_and_only_where_one_belongs(url: str) -> None:
    async def story(api: API) -> None:
        bob = await api.client("/api/v1/profile", "bobs-token")
        account = {"account_id": api.world.account_id}
        errors_of(await bob.post("availability", json=account), "availability")
        errors_of(await bob.post("availability", json=account | {"availability": "away"}), "availability")
        errors_of(await bob.post("auto_offline", json=account), "auto_offline")
        errors_of(await bob.put("set_active_account", json={}), "account_id")
        elsewhere = {"account_id": api.other_account}
        for method, path, more in (
            ("POST", "availability", {"availability": "busy"}),
            ("POST", "auto_offline", {"auto_offline": False}),
            ("PUT", "set_active_account", {}),
        ):
            refused = await bob.request(method, path, json=elsewhere | more)
            assert refused.status_code == 404
        assert (await bob.put("set_active_account", json={"profile": account})).status_code == 200
        told = (await bob.get("")).json()
        assert told["account_id"] == api.world.account_id
        assert told["accounts"][0]["active_at"] is not None

    on_api(url, story)
