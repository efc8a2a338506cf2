"""`/cable`: the protocol, who hears what, and what nobody hears."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from deskbell.desk.commands import contacts as contact_commands
from deskbell.desk.commands import conversations, inboxes, messages
from deskbell.desk.commands.contacts import ContactChanges
from deskbell.desk.commands.thread import Draft
from deskbell.kit.clock import SECOND
from tests.support.api import API, on_api
from tests.support.cable import Station, on_air

Story = Callable[[Station], Awaitable[None]]


def live(url: str, story: Story, **settings: Any) -> None:
    """Run a story against an application on a socket."""

    async def told(api: API) -> None:
        async with on_air(api) as station:
            await story(station)

    on_api(url, told, **settings)


def test_a_connection_is_welcomed_pinged_and_speaks_the_subprotocol_it_is_offered(url: str) -> None:
    async def story(on: Station) -> None:
        for offered in (["actioncable-v1-json", "actioncable-unsupported"], None):
            async with on.cable(subprotocols=offered) as cable:
                assert cable.socket.subprotocol == ("actioncable-v1-json" if offered else None)
                await cable.until(lambda cable=cable: cable.of_type(None, "ping"), "a ping")
                assert cable.frames[0] == {"type": "welcome"}
                assert cable.of_type(None, "ping")[0]["message"] == on.api.world.clock.now() // SECOND

    live(url, story)


def test_an_administrator_hears_what_happens_in_the_account(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        async with on.cable() as cable:
            alice = await on.agent(cable, world.alice.id)
            await world.conversation()
            await world.hear(1, "Anybody there?")
            answered = await on.api.alice.post("conversations/1/messages", json={"content": "Yes"})
            await on.api.alice.post("conversations/1/assignments", json={"assignee_id": world.bob.id})
            await on.api.alice.post("conversations/1/toggle_status", json={"status": "resolved"})
            await world.do(conversations.mark_seen_by_contact, world.contact, world.place, 1)
            await alice.hears("conversation.read")
            assert alice.names == [
                "conversation.created",
                "message.created",
                "message.created",
                "first.reply.created",
                "conversation.updated",
                "assignee.changed",
                "conversation.updated",
                "conversation.status_changed",
                "conversation.updated",
                "conversation.read",
            ]
            said = alice.messages[2]
            assert (said["data"]["id"], said["data"]["content"]) == (answered.json()["id"], "Yes")
            assert said["data"]["sender"]["type"] == "user"
            assert said["id"] == f"evt_{world.account_id}_{said['number']}"
            numbers = [one["number"] for one in alice.messages]
            assert numbers == [1, 2, 3, 3, 4, 4, 5, 6, 7, 7]
            assigned = await alice.hears("assignee.changed")
            assert (assigned["id"], assigned["account_id"]) == (1, world.account_id)
            assert assigned["meta"]["assignee"]["id"] == world.bob.id
            assert world.place.pubsub_token not in json.dumps(cable.frames)

    live(url, story)


def test_a_private_note_and_a_change_within_the_team_never_reach_the_visitor(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        async with on.cable() as cable, on.cable() as other:
            carla = await cable.subscribe(world.place.pubsub_token)
            alice = await on.agent(other, world.alice.id)
            await world.conversation()
            await world.say(1, "Between us", private=True)
            await on.api.alice.post("conversations/1/labels", json={"labels": ["vip"]})
            await on.api.alice.post("conversations/1/assignments", json={"assignee_id": world.bob.id})
            await world.say(1, "Hello Carla")
            await on.api.alice.post("conversations/1/toggle_status", json={"status": "resolved"})
            await alice.hears("conversation.status_changed")
            await carla.hears("conversation.status_changed")
            assert alice.names.count("message.created") == 2
            assert carla.names == [
                "conversation.created",
                "message.created",
                "conversation.updated",
                "conversation.status_changed",
            ]
            shown = carla.messages[1]["data"]
            assert shown["content"] == "Hello Carla"
            assert shown["sender"] == {
                "id": world.alice.id,
                "name": "Alice",
                "available_name": "Alice",
                "avatar_url": "",
                "thumbnail": "",
                "type": "user",
            }
            assert "Between us" not in json.dumps(cable.frames)
            assert "vip" not in json.dumps(cable.frames)
            assert "@" not in json.dumps(cable.frames), "a visitor learns no email"

    live(url, story)


def test_an_activity_line_reaches_nobody_by_itself(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        async with on.cable() as cable:
            alice = await on.agent(cable, world.alice.id)
            await world.conversation()
            await on.api.alice.post("conversations/1/assignments", json={"assignee_id": world.bob.id})
            await world.say(1, "After it")
            await alice.hears("message.created")
            assert alice.names.count("message.created") == 1
            assert "conversation.updated" in alice.names

    live(url, story)


def test_a_visitor_hears_nothing_of_another(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        visitors = [await on.api.visitor() for _ in range(2)]
        tokens = []
        for place, visitor in enumerate(visitors):
            await visitor.post("messages", json={"message": {"content": f"I am {place}"}})
            tokens.append((await visitor.get("contact")).json()["pubsub_token"])
        async with on.cable() as first, on.cable() as second:
            one, other = await first.subscribe(tokens[0]), await second.subscribe(tokens[1])
            for place, visitor in enumerate(visitors):
                await visitor.post("messages", json={"message": {"content": f"Still {place}"}})
                await visitor.post("conversations/toggle_typing", json={"typing_status": "on"})
            for number in (1, 2):
                await world.say(number, f"Answer to {number}")
                await on.api.alice.post(
                    f"conversations/{number}/toggle_typing_status", json={"typing_status": "on"}
                )
            for channel in (one, other):
                await channel.hears("conversation.typing_on")
                await channel.hears("message.created", 2)
            assert [message["data"].get("content") for message in one.messages] == [
                "Still 0",
                "Answer to 1",
                None,
            ]
            assert {one_told["data"]["conversation"]["id"] for one_told in other.messages} == {2}

    live(url, story)


def test_a_proven_identity_hears_of_the_contacts_other_proven_addresses_and_an_unproven_one_does_not(
    url: str,
) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        places = []
        for source_id, verified in (("p-1", True), ("p-2", True), ("u-1", False)):
            _, place = await world.do(
                contact_commands.register,
                world.api_inbox,
                ContactChanges(identifier="carla-in-our-books"),
                source_id,
                verified=verified,
            )
            places.append(place)
        assert len({place.contact_id for place in places}) == 1
        assert [place.hmac_verified for place in places] == [True, True, False]
        async with on.cable() as cable:
            heard = [await cable.subscribe(place.pubsub_token) for place in places]
            client = await on.api.client_api()
            await client.post("/contacts/p-1/conversations", json={})
            await client.post("/contacts/p-1/conversations/1/messages", json={"content": "From the first"})
            await client.post("/contacts/u-1/conversations", json={})
            for channel in heard[:2]:
                await channel.hears("message.created")
            await heard[2].hears("conversation.created")
            assert heard[0].names == heard[1].names == ["conversation.created", "message.created"]
            assert heard[2].names == ["conversation.created"]

    live(url, story)


def test_an_agent_hears_of_the_inboxes_they_work_in_and_a_change_holds_without_a_new_connection(
    url: str,
) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        visitor = await on.api.visitor()
        async with on.cable() as cable:
            bob = await on.agent(cable, world.bob.id)
            await visitor.post("messages", json={"message": {"content": "On the website"}})
            await world.conversation()
            await bob.hears("conversation.created")
            assert [one["data"]["inbox_id"] for one in bob.messages] == [world.api_inbox.id]
            await world.do(inboxes.add_members, world.alice, world.website.id, [world.bob.id])

            async def hears_of_the_website() -> bool:
                await visitor.post("messages", json={"message": {"content": "And now?"}})
                return any(one["data"]["inbox_id"] == world.website.id for one in bob.messages)

            await cable.until(hears_of_the_website, "the other inbox")
            await on.api.alice.delete(f"agents/{world.bob.id}")
            await cable.until(lambda: cable.of_type(bob.identifier, "reject_subscription"), "the end of it")
            heard = len(bob.messages)
            await world.say(2, "Among ourselves")
            await asyncio.sleep(0.3)
            assert len(bob.messages) == heard

    live(url, story)


def test_nobody_listens_with_another_token_account_or_user(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        alice, bob = await on.pubsub_token(world.alice.id), await on.pubsub_token(world.bob.id)
        olga_id = (await on.api.state())["users"]
        olga = await on.pubsub_token(olga_id)
        mine: dict[str, Any] = {"account_id": world.account_id, "user_id": world.alice.id}
        wrong: list[tuple[str, dict[str, Any]]] = [
            ("", {}),
            ("nobody's", {}),
            ("nobody's", mine),
            (alice, {}),
            (alice, {"user_id": world.alice.id}),
            (alice, mine | {"account_id": on.api.other_account}),
            (alice, mine | {"user_id": world.bob.id}),
            (bob, mine),
            (olga, mine | {"user_id": olga_id}),
            (world.place.pubsub_token, mine),
            (alice, mine | {"channel": "AdminChannel"}),
            (alice, mine | {"account_id": "1; DROP TABLE users"}),
            (alice, mine | {"account_id": 10**30}),
        ]
        for token, more in wrong:
            async with on.cable() as cable:
                asked = await cable.ask(token, **more)
                assert not asked.confirmed, (token, more)
                await world.conversation()
                await asyncio.sleep(0.02)
                assert not asked.messages
        async with on.cable() as cable:
            channel = await cable.subscribe(
                alice, account_id=str(world.account_id), user_id=str(world.alice.id)
            )
            await world.conversation()
            await channel.hears("conversation.created")

    live(url, story)


def test_who_tries_tokens_out_is_disconnected(url: str) -> None:
    async def story(on: Station) -> None:
        async with on.cable() as cable:
            for guess in range(5):
                assert not (await cable.ask(f"guess {guess}")).confirmed
            ended = await cable.ended()
            assert ended == {"type": "disconnect", "reason": "unauthorized", "reconnect": False}

    live(url, story)


def test_what_is_not_of_the_protocol_ends_the_connection_and_nothing_else(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        async with on.cable() as bystander:
            alice = await on.agent(bystander, world.alice.id)
            for said in (
                "hello",
                "[]",
                "{}",
                '{"command":"subscribe"}',
                '{"command":"subscribe","identifier":7}',
                '{"command":"subscribe","identifier":"no json"}',
                '{"command":"rule","identifier":"{}"}',
                '{"command":"message","identifier":"{}","data":"["}',
                '{"command":"subscribe","identifier":"' + "x" * 5_000 + '"}',
                "[" * 10_000,
            ):
                async with on.cable() as cable:
                    await cable.say(said)
                    ended = await cable.ended()
                    assert ended is not None, said[:50]
                    assert ended["reason"] == "invalid_request"
            async with on.cable() as cable:
                await cable.say("x" * 20_000)
                await cable.ended()
                assert cable.closed == 1009
            await world.conversation()
            await alice.hears("conversation.created")

    live(url, story)


def test_who_says_too_much_is_disconnected(url: str) -> None:
    async def story(on: Station) -> None:
        async with on.cable() as cable:
            for _ in range(130):
                await cable.say({"command": "unsubscribe", "identifier": "{}"})
            ended = await cable.ended()
            assert ended is not None
            assert ended["reason"] == "too_many_requests"

    live(url, story)


def test_who_listens_to_nothing_is_disconnected_in_the_end(url: str) -> None:
    async def story(on: Station) -> None:
        async with on.cable() as idle, on.cable() as busy:
            await busy.subscribe(on.api.world.place.pubsub_token)
            on.api.world.clock.advance(60 * SECOND)
            ended = await idle.ended()
            assert ended is not None
            assert ended["reason"] == "idle"
            assert busy.closed is None

    live(url, story)


def test_handshakes_count_for_the_address_that_makes_them(url: str) -> None:
    async def story(on: Station) -> None:
        async def one_too_many() -> None:
            for _ in range(10):
                async with on.cable():
                    pass

        with pytest.raises(InvalidStatus) as refused:
            await one_too_many()
        assert refused.value.response.status_code == 429
        assert "retry-after" in refused.value.response.headers

    live(url, story, rate_limit_address=5)


def test_who_unsubscribes_hears_no_more_and_may_subscribe_again(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        async with on.cable() as cable:
            alice = await on.agent(cable, world.alice.id)
            await alice.unsubscribe()
            await cable.until(lambda: not on.live.feed.followed, "the end of it")
            await world.conversation()
            again = await on.agent(cable, world.alice.id)
            await world.conversation()
            await again.hears("conversation.created")
            assert [one["data"]["id"] for one in again.messages] == [2]

    live(url, story)


def test_a_stop_tells_everybody_to_come_again(url: str) -> None:
    async def story(on: Station) -> None:
        async with on.cable() as cable:
            await cable.subscribe(on.api.world.place.pubsub_token)
            on.web.stop()
            assert await cable.ended() == {
                "type": "disconnect",
                "reason": "server_restart",
                "reconnect": True,
            }
            assert cable.closed == 1001

    live(url, story)


def test_an_event_that_no_webhook_wants_and_one_that_is_rolled_back(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        async with on.cable() as cable:
            alice = await on.agent(cable, world.alice.id)
            conversation = await world.conversation()
            with pytest.raises(RuntimeError):
                await _written_and_undone(on, conversation.number)
            await world.say(1, "Kept")
            await alice.hears("message.created")
            assert [one["data"].get("content") for one in alice.messages] == [None, "Kept", "Kept"]

    live(url, story)


async def _written_and_undone(on: Station, number: int) -> None:
    async with on.api.world.database.unit() as unit:
        await messages.create_message(unit, on.api.world.alice, number, Draft(content="Undone"))
        raise RuntimeError
