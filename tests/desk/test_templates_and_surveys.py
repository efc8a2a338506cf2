"""What an inbox says by itself: a greeting, a closed office, and how it was."""

from deskbell.desk.commands import conversations
from deskbell.desk.commands.contacts import ContactChanges, update_contact
from deskbell.desk.commands.conversation_care import mute
from deskbell.events.formats import render
from deskbell.kit import json
from deskbell.kit.clock import DAY, HOUR, MINUTE
from deskbell.model.survey import URL
from deskbell.store import installation
from tests.support.aio import run
from tests.support.behaving import UPDATED, said, settle, thread
from tests.support.world import World, open_world


def test_a_contact_is_greeted_once_and_the_beginning_shows_their_own_words(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await settle(world, greeting_enabled=True, greeting_message="Welcome")
            await world.conversation()
            assert await said(world) == [], "nobody wrote yet"
            before = len(await world.told())
            await world.hear()
            assert (await world.told())[before:] == ["message_created", "message_created"]
            told = [one.message for one in (await world.snapshots(before))]
            assert [one and (one.message.content, one.sender and one.sender.type) for one in told] == [
                ("Hi", "contact"),
                ("Welcome", None),
            ]
            assert (await world.get()).waiting_since is not None, "a greeting is no answer"
            await world.hear()
            assert await said(world) == ["Welcome"]
            await world.conversation()
            await world.say(2)
            await world.hear(2)
            assert await said(world, 2) == [], "somebody of us spoke first"

    run(story())


def test_a_greeting_names_whoever_it_greets(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            greeting = "Hello {{contact.name}}, this is {{inbox.name}}. {{nobody.knows}}"
            await settle(world, greeting_enabled=True, greeting_message=greeting)
            await world.conversation()
            await world.hear()
            assert await said(world) == [f"Hello {world.carla.name}, this is API. {{{{nobody.knows}}}}"]

    run(story())


def test_a_blocked_contact_is_told_nothing(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await settle(
                world,
                greeting_enabled=True,
                greeting_message="Welcome",
                working_hours_enabled=True,
                out_of_office_message="Closed",
                csat_survey_enabled=True,
            )
            await world.conversation()
            await world.do(update_contact, world.alice, world.carla.id, ContactChanges(blocked=True))
            await world.hear()
            await world.do(conversations.set_status, world.alice, 1, "resolved")
            assert await said(world) == []

    run(story())


async def at(world: World, hour: int) -> None:
    """Let it be that hour of the next Wednesday, in UTC."""
    monday = 4 * DAY  # the epoch began on a Thursday
    weeks = (world.clock.now() - monday) // (7 * DAY) + 1
    wednesday = monday + weeks * 7 * DAY + 2 * DAY
    world.clock.advance(wednesday + hour * HOUR - world.clock.now())


def test_who_writes_when_the_office_is_closed_is_told_once_a_day(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await settle(
                world, working_hours_enabled=True, out_of_office_message="Closed", timezone="Asia/Tokyo"
            )
            await world.conversation()
            await at(world, 1)  # ten in the morning in Tokyo
            await world.hear()
            assert await said(world) == []
            world.clock.advance(8 * HOUR)
            await world.say()
            world.clock.advance(4 * MINUTE)
            await world.hear()
            assert await said(world) == [], "somebody is answering"
            world.clock.advance(MINUTE)
            await world.hear()
            world.clock.advance(HOUR)
            await world.hear()
            assert await said(world) == ["Closed"]
            world.clock.advance(6 * HOUR)  # past midnight in Tokyo
            await world.hear()
            assert await said(world) == ["Closed", "Closed"]

    run(story())


def test_a_closed_office_is_told_instead_of_a_greeting(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await settle(
                world,
                greeting_enabled=True,
                greeting_message="Welcome",
                working_hours_enabled=True,
                out_of_office_message="Closed",
            )
            await at(world, 20)
            await world.conversation()
            await world.hear()
            assert await said(world) == ["Closed"]

    run(story())


def test_a_resolved_conversation_is_asked_about_once(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await world.do(installation.write, installation.PUBLIC_URL, "https://desk.example.com")
            await settle(
                world, csat_survey_enabled=True, csat_config={"message": "Well?", "display_type": "star"}
            )
            conversation = await world.conversation(assignee_id=world.bob.id)
            await world.hear()
            before = len(await world.told())
            await world.do(conversations.set_status, world.alice, 1, "resolved")
            assert (await world.told())[before:] == [*UPDATED, "message_created"]
            asked = (await world.snapshots(before))[-1]
            assert asked.message is not None
            address = f"https://desk.example.com/survey/responses/{conversation.uuid}"
            assert asked.message.message.content_type == "input_csat"
            assert asked.message.message.content_attributes == {
                "display_type": "star",
                "assigned_agent_id": world.bob.id,
                URL: address,
            }
            assert json.loads(render(asked, "chatwoot"))["content"] == f"Well? {address}"
            assert json.loads(render(asked, "hoory"))["content"] == "Well?"
            await world.hear()
            await world.do(conversations.set_status, world.alice, 1, "resolved")
            assert await said(world) == ["Well?"]

    run(story())


def test_labels_and_the_channels_window_decide_whether_a_contact_is_asked(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            rules = {"operator": "does_not_contain", "values": ["spam"]}
            await settle(world, csat_survey_enabled=True, csat_config={"survey_rules": rules})
            await world.conversation()
            await world.do(conversations.set_labels, world.alice, 1, ["spam"])
            await world.do(conversations.set_status, world.alice, 1, "resolved")
            assert await said(world) == []
            await settle(world, csat_config={}, additional_attributes={"agent_reply_time_window": 1})
            await world.conversation()
            await world.hear(2)
            world.clock.advance(HOUR)
            await world.do(conversations.set_status, world.alice, 2, "resolved")
            assert await said(world, 2) == []
            lines = [one.message.content or "" for one in await thread(world, 2)]
            assert any("survey was not sent" in line for line in lines)

    run(story())


def test_who_is_muted_is_not_asked_how_it_was(url: str) -> None:
    async def story() -> None:
        async with open_world(url) as world:
            await settle(world, csat_survey_enabled=True)
            await world.conversation()
            await world.do(mute, world.alice, 1)
            assert (await world.get()).status == "resolved"
            assert await said(world) == []

    run(story())
