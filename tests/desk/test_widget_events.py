"""The widget's own event (contract/semantics.md)."""

from deskbell.desk.actor import Actor
from deskbell.desk.commands import conversations, messages, widget
from deskbell.desk.commands.thread import Draft
from deskbell.events.samples import SAMPLES
from deskbell.model.message import MessageType
from tests.support import bodies
from tests.support.aio import run
from tests.support.world import World, open_world

INFO = SAMPLES["webwidget_triggered"].event_info


async def visit(world: World, content: str) -> None:
    """A visitor writes their first message in the widget."""
    async with world.database.unit() as unit:
        contact, place = await widget.visitor(unit, world.website, "visitor-1")
        actor = Actor(kind="contact", account_id=world.account_id, id=contact.id)
        begun = await conversations.begin(unit, actor, place, conversations.NewConversation())
        draft = Draft(content=content, message_type=MessageType.INCOMING)
        await messages.write(unit, actor, begun, draft)


def test_a_first_visitor_opens_the_widget_and_no_conversation_is_told(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.do(widget.open_widget, world.website, "visitor-1", INFO)
            (told,) = await world.snapshots()
            body = bodies.hoory(told)
            assert (body["event"], body["current_conversation"]) == ("webwidget_triggered", None)
            assert (body["source_id"], body["event_info"]) == ("visitor-1", INFO)
            assert body["contact"]["name"] == "Visitor visi"
            assert body["id"] == told.contact_inbox.id
            assert (await world.events())[0].conversation_id is None

    run(story())


def test_whoever_talks_with_us_opens_the_widget_and_the_conversation_is_told(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await visit(world, "Hello")
            await world.do(widget.open_widget, world.website, "visitor-1", INFO)
            (told,) = await world.snapshots(2)
            current = bodies.hoory(told)["current_conversation"]
            assert (current["id"], current["channel"], current["unread_count"]) == (
                1,
                "Channel::WebWidget",
                1,
            )
            assert [one["content"] for one in current["messages"]] == ["Hello"]

    run(story())


def test_every_opening_is_told_and_the_visitor_stays_one(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            for _ in range(3):
                await world.do(widget.open_widget, world.website, "visitor-1", INFO)
            told = await world.snapshots()
            assert len(told) == 3
            assert len({one.contact.id for one in told}) == 1

    run(story())


def test_openings_go_in_order_with_the_conversation_they_tell_of(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            webhook = await world.webhook()
            await world.do(widget.open_widget, world.website, "visitor-1", INFO)
            await visit(world, "Hello")
            await world.do(widget.open_widget, world.website, "visitor-1", INFO)
            conversation = await world.get()
            lanes = await world.lanes(webhook)
            contact_id = conversation.contact_id
            assert lanes == {f"contact:{contact_id}": 1, f"conversation:{conversation.id}": 3}

    run(story())
