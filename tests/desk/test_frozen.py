"""What is recorded never changes: later changes leak into no earlier event, and the bytes stay the same."""

from msgspec.structs import replace

from deskbell.desk.commands import agents, contacts, conversations, inboxes, messages, webhooks
from deskbell.desk.commands.contacts import ContactChanges
from deskbell.desk.commands.inboxes import InboxChanges
from deskbell.desk.commands.webhooks import WebhookChanges
from deskbell.events.snapshot import Snapshot, freeze, thaw
from deskbell.kit import json
from deskbell.kit.clock import HOUR
from deskbell.model.webhook import Webhook
from deskbell.store import deliveries
from tests.support import bodies
from tests.support.aio import run
from tests.support.world import World, open_world


async def sent(world: World, webhook: Webhook) -> list[bytes]:
    """What the webhook gets, first to last."""
    async with world.database.read() as reader:
        log = await deliveries.page(reader, webhook.target.id, limit=1_000)
        found = [await deliveries.body(reader, webhook.target.id, one.number) for one in reversed(log)]
    return [body for body in found if body is not None]


def test_nothing_done_later_changes_what_was_recorded(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            webhook = await world.webhook()
            await world.conversation()
            message = await world.say(content="before")
            before = await sent(world, webhook)
            kept = [event.snapshot for event in await world.events()]
            world.clock.advance(HOUR)
            await world.do(messages.delete_message, world.alice, 1, message.id)
            await world.do(conversations.set_status, world.alice, 1, "resolved")
            await world.do(contacts.update_contact, world.alice, world.carla.id, ContactChanges(name="Dora"))
            await world.do(agents.update_agent, world.alice, world.alice.id, name="Alicia")
            await world.do(
                inboxes.update_inbox, world.alice, world.api_inbox.id, InboxChanges(name="Renamed")
            )
            await world.say(content="after")
            assert (await sent(world, webhook))[:2] == before
            assert [event.snapshot for event in await world.events()][:2] == kept
            last = json.loads((await sent(world, webhook))[-1])
            assert (last["inbox"]["name"], last["sender"]["name"]) == ("Renamed", "Alicia")

    run(story())


def test_a_new_conversations_event_never_shows_a_message_that_came_later(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            webhook = await world.webhook()
            await world.conversation()
            await world.hear(content="first")
            await world.say(content="second")
            created, heard, said = map(json.loads, await sent(world, webhook))
            assert created["messages"] == []
            assert created["unread_count"] == 0
            assert [one["content"] for one in heard["conversation"]["messages"]] == ["first"]
            assert [one["content"] for one in said["conversation"]["messages"]] == ["second"]

    run(story())


def test_events_outlive_the_conversation_they_tell_of(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            webhook = await world.webhook()
            await world.conversation()
            await world.hear()
            before = await sent(world, webhook)
            await world.do(contacts.delete_contact, world.alice, world.carla.id)
            assert await sent(world, webhook) == before
            assert len(await world.events()) == 2

    run(story())


def test_each_target_gets_its_own_format_of_the_same_event(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            ours = await world.webhook()
            theirs = await world.webhook("https://hooks.example.com/b", payload_format="chatwoot")
            await world.conversation()
            await world.hear()
            told = await world.snapshots()
            assert [json.loads(body) for body in await sent(world, ours)] == list(map(bodies.hoory, told))
            assert [json.loads(body) for body in await sent(world, theirs)] == list(
                map(bodies.chatwoot, told)
            )

    run(story())


def test_the_format_a_target_changes_to_is_the_one_of_what_is_recorded_next(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            webhook = await world.webhook()
            await world.conversation()
            wanted = WebhookChanges(payload_format="chatwoot")
            await world.do(webhooks.update_webhook, world.alice, webhook.id, wanted)
            await world.hear()
            (body,) = await sent(world, webhook)
            assert json.loads(body)["message_type"] == "incoming", (
                "the first is rendered when it is first needed"
            )

    run(story())


def test_a_snapshot_comes_back_as_it_was_frozen_and_older_ones_stay_readable(url: str) -> None:
    async def story() -> list[Snapshot]:
        async with open_world(url) as world:
            await world.conversation()
            await world.say()
            return await world.snapshots()

    for told in run(story()):
        assert thaw(freeze(told)) == told
        older = json.loads(freeze(told))
        assert thaw(json.dumps({**older, "a_field_of_a_later_release": 1})) == told
        assert thaw(freeze(replace(told, changes=[]))).changes == []
