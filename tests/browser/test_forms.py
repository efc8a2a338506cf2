"""What an inbox asks before a conversation begins, and when nobody is there."""

from datetime import UTC, datetime
from typing import Any

from playwright.async_api import expect

from tests.support.browsing import Stage, screenshot
from tests.support.process import Server
from tests.support.widget import visited

FIELDS: list[dict[str, Any]] = [
    {
        "name": "emailAddress",
        "type": "email",
        "label": "Email address",
        "required": True,
        "enabled": True,
        "field_type": "standard",
    },
    {
        "name": "fullName",
        "type": "text",
        "label": "Your name",
        "placeholder": "Ada Lovelace",
        "required": False,
        "enabled": True,
        "field_type": "standard",
    },
    {
        "name": "phoneNumber",
        "type": "text",
        "label": "Phone",
        "required": False,
        "enabled": True,
        "field_type": "standard",
    },
    {
        "name": "customer_number",
        "type": "text",
        "label": "Customer number",
        "required": True,
        "enabled": True,
        "field_type": "contact_attribute",
        "regex_pattern": "^K-[0-9]{4}$",
        "regex_cue": "It looks like K-1234.",
    },
    {
        "name": "topic",
        "type": "list",
        "label": "What is it about?",
        "values": ["Orders", "Bells"],
        "required": True,
        "enabled": True,
        "field_type": "conversation_attribute",
    },
    {
        "name": "urgent",
        "type": "checkbox",
        "label": "It is urgent",
        "required": False,
        "enabled": True,
        "field_type": "conversation_attribute",
    },
    {
        "name": "hidden",
        "type": "text",
        "label": "Not asked",
        "required": True,
        "enabled": False,
        "field_type": "standard",
    },
]
PRE_CHAT = {
    "pre_chat_form_enabled": True,
    "pre_chat_form_options": {"pre_chat_message": "Tell us who you are.", "pre_chat_fields": FIELDS},
}


def test_a_pre_chat_form_is_checked_and_says_who_writes_and_about_what(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house, channel=PRE_CHAT) as (shop, widget):
            await widget.start()
            frame = widget.frame
            await expect(frame.get_by_text("Tell us who you are.")).to_be_visible()
            await expect(frame.get_by_label("Not asked")).to_have_count(0)
            email = frame.get_by_label("Email address")
            await expect(email).to_be_focused()
            await screenshot(widget.page, "pre-chat")
            await widget.press("Start a conversation")
            await expect(frame.get_by_text("Please fill this in.")).to_have_count(4)
            await expect(email).to_be_focused()
            await email.fill("nonsense")
            await frame.get_by_label("Phone").fill("12")
            await frame.get_by_label("Customer number").fill("1234")
            await widget.press("Start a conversation")
            await expect(frame.get_by_text("Please enter an email address")).to_be_visible()
            await expect(frame.get_by_text("Please enter the number with its country code")).to_be_visible()
            await expect(frame.get_by_text("It looks like K-1234.")).to_be_visible()
            described = await email.get_attribute("aria-describedby")
            assert await frame.locator(f"[id='{described}']").inner_text() == (
                "Please enter an email address, such as name@example.com."
            )
            await screenshot(widget.page, "pre-chat-errors")
            await email.fill("ada@example.com")
            await frame.get_by_label("Your name").fill("Ada")
            await frame.get_by_label("Phone").fill("+44 20 7946 0000")
            await frame.get_by_label("Customer number").fill("K-1234")
            await frame.get_by_label("What is it about?").select_option("Bells")
            await frame.get_by_label("It is urgent").check()
            await frame.get_by_label("Write a message").fill("Which bell is loudest?")
            await widget.press("Start a conversation")
            await expect(widget.log.get_by_text("· Sent")).to_be_visible()
            await widget.reads("Which bell is loudest?")
            (created,) = await shop.rung("message_created")
            assert created.json["sender"]["name"] == "Ada"
            told = await shop.conversation()
            assert told["custom_attributes"] == {"topic": "Bells", "urgent": True}
            sender = told["meta"]["sender"]
            assert (sender["email"], sender["phone_number"]) == ("ada@example.com", "+442079460000")
            assert sender["custom_attributes"] == {"customer_number": "K-1234"}
            await widget.page.reload()
            await widget.open()
            await widget.reads("Which bell is loudest?")

    stage.run(story())


def test_a_greeting_comes_with_the_first_message(stage: Stage, house: Server) -> None:
    async def story() -> None:
        greeting: dict[str, Any] = {"greeting_enabled": True, "greeting_message": "Welcome to the foundry!"}
        async with visited(stage, house, **greeting) as (shop, widget):
            await widget.start()
            await widget.write("Hello")
            await widget.reads("Hello", "Welcome to the foundry!")
            await shop.holds("Hello", "Welcome to the foundry!")

    stage.run(story())


def test_outside_business_hours_visitors_are_told_so_and_may_write(stage: Stage, house: Server) -> None:
    async def story() -> None:
        closed = [{"day_of_week": day, "closed_all_day": True} for day in range(7)]
        settings: dict[str, Any] = {
            "working_hours_enabled": True,
            "working_hours": closed,
            "out_of_office_message": "We are back on Monday at nine.",
        }
        async with visited(stage, house, **settings) as (shop, widget):
            await widget.open()
            await expect(widget.frame.get_by_text("We are away at the moment")).to_be_visible()
            await expect(widget.frame.get_by_text("We are back on Monday at nine.")).to_be_visible()
            await screenshot(widget.page, "away")
            await widget.press("Start a conversation")
            await expect(widget.frame.get_by_text("We are back on Monday at nine.").first).to_be_visible()
            await widget.write("A question for Monday")
            await widget.reads("A question for Monday", "We are back on Monday at nine.")
            opened = [{"day_of_week": day, "closed_all_day": False, "open_all_day": True} for day in range(7)]
            await shop.change(working_hours=opened)
            await widget.page.reload()
            await widget.open()
            await expect(widget.frame.locator(".banner")).to_have_count(0)

    stage.run(story())


def test_visitors_are_told_by_their_own_clock_and_language_when_somebody_is_back(
    stage: Stage, house: Server
) -> None:
    async def story() -> None:
        days = ("Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag")
        opens = (datetime.now(UTC).isoweekday() + 3) % 7
        week: list[dict[str, Any]] = [{"day_of_week": day, "closed_all_day": True} for day in range(7)]
        week[opens] = {
            "day_of_week": opens,
            "closed_all_day": False,
            "open_hour": 9,
            "open_minutes": 0,
            "close_hour": 17,
            "close_minutes": 0,
        }
        async with visited(
            stage,
            house,
            options={"locale": "de-DE", "timezone_id": "Asia/Kolkata"},
            page='{"locale": "de"}',
            working_hours_enabled=True,
            working_hours=week,
            timezone="UTC",
        ) as (_, widget):
            await widget.open()
            back = widget.frame.get_by_text(f"Wieder da am {days[opens]} um 14:30")
            await expect(back).to_be_visible()
            await screenshot(widget.page, "back")
            await widget.press("Unterhaltung beginnen")
            await expect(back).to_be_visible()

    stage.run(story())


def test_agents_who_are_there_are_shown(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house) as (shop, widget):
            await shop.desk.post(
                "/inbox_members", {"inbox_id": shop.website["id"], "user_ids": [shop.desk.user_id]}
            )
            await widget.open()
            await expect(widget.frame.locator(".faces .avatar")).to_have_text("AB")
            await widget.press("Start a conversation")
            await widget.say("Hello")
            await shop.desk.say(1, "Hello yourself")
            await expect(widget.frame.get_by_role("heading", name="Ada Bell")).to_be_visible()
            await expect(widget.log.locator(".name")).to_have_text("Ada Bell")

    stage.run(story())


def test_a_visitor_ends_the_conversation_and_begins_anew(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house, allow_messages_after_resolved=False) as (shop, widget):
            await widget.start()
            await widget.say("That is all")
            await widget.press("More")
            await widget.press("End conversation")
            ask = widget.frame.get_by_role("alertdialog", name="End this conversation?")
            await expect(ask).to_be_visible()
            await widget.press("End it")
            await expect(widget.log.get_by_text("This conversation has ended.")).to_be_visible()
            assert (await shop.conversation())["status"] == "resolved"
            await widget.press("Start a new conversation")
            await widget.say("One more thing")
            await expect(widget.line("That is all")).to_have_count(0)
            await shop.holds("One more thing", number=2)

    stage.run(story())


def test_a_resolved_conversation_may_be_gone_on_with_or_left_for_a_new_one(
    stage: Stage, house: Server
) -> None:
    async def story() -> None:
        async with visited(stage, house) as (shop, widget):
            await widget.start()
            await widget.say("First")
            await shop.desk.post("/conversations/1/toggle_status", {"status": "resolved"})
            await expect(widget.log.get_by_text("This conversation has ended.")).to_be_visible()
            await widget.say("Not quite")
            assert (await shop.conversation())["status"] == "open"
            await expect(widget.log.get_by_text("This conversation has ended.")).to_have_count(0)
            await shop.desk.post("/conversations/1/toggle_status", {"status": "resolved"})
            await widget.press("Start a new conversation")
            await widget.say("Something else")
            await shop.holds("Something else", number=2)
            await widget.reads("Something else")

    stage.run(story())
