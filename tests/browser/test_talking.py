"""A visitor opens the widget and talks; an agent's answer is there at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import expect

from tests.contract.schema import check_body
from tests.support.bells import check_headers, check_signature
from tests.support.browsing import DESKTOP, Stage, screenshot, visiting
from tests.support.cable import Channel, open_cable
from tests.support.faces import Face
from tests.support.process import Server, until
from tests.support.widget import Shop, shop_in, visited


def test_who_only_looks_rings_a_bell_and_leaves_nothing_behind(stage: Stage, each_house: Server) -> None:
    async def story() -> None:
        async with visited(stage, each_house, options={"locale": "de-CH"}) as (shop, widget):
            context = widget.page.context
            assert await shop.contacts() == 0
            await widget.open()
            (first,) = await shop.rung("webwidget_triggered")
            check_signature(first, shop.bell.secret)
            check_headers(first)
            check_body(first.json)
            info = first.json["event_info"]
            assert info["referer"] == widget.page.url
            assert info["widget_language"] == "en"
            assert info["browser_language"] == "de-CH"
            assert first.json["current_conversation"] is None
            await widget.close()
            await widget.bubble.click()
            await shop.rung("webwidget_triggered", 2)
            await widget.page.wait_for_function("document.cookie.includes('cw_conversation')")
            (cookie,) = await context.cookies()  # the site's own: the visitor has acted
            assert cookie["name"] == "cw_conversation"
            stored = "Object.keys(localStorage).length + Object.keys(sessionStorage).length"
            assert await widget.page.evaluate(stored) == 0
            assert await widget.inside("() => document.cookie") == ""
            await widget.page.reload()
            await widget.bubble.click()
            openings = await shop.rung("webwidget_triggered", 3)
            assert {one.json["contact"]["id"] for one in openings} == {first.json["contact"]["id"]}
            assert await shop.contacts() == 1  # whom the bell tells of, on every page the same
            assert (await shop.desk.get("/conversations"))["data"]["payload"] == []

    stage.run(story())


def test_a_visitor_writes_and_reads_the_answer_at_once(stage: Stage, each_house: Server) -> None:
    async def story() -> None:
        async with visited(stage, each_house) as (shop, widget):
            await widget.start()
            await widget.say("Do you ship to Crete?")
            (created,) = await shop.rung("message_created")
            check_body(created.json)
            assert created.json["content"] == "Do you ship to Crete?"
            assert created.json["conversation"]["additional_attributes"]["referer"] == widget.page.url
            assert created.json["conversation"]["additional_attributes"]["browser"]["browser_name"]
            await shop.desk.say(1, "We do, **free of charge**: https://shop.example.com/crete")
            await expect(widget.log.get_by_text("free of charge")).to_be_visible()
            assert await widget.log.locator("strong").inner_text() == "free of charge"
            link = widget.log.get_by_role("link")
            assert await link.get_attribute("href") == "https://shop.example.com/crete"
            assert await link.get_attribute("target") == "_blank"
            await screenshot(widget.page, "chat")

    stage.run(story())


def test_a_bot_may_answer_the_opening_itself(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house) as (shop, widget):
            await widget.open()
            (opened,) = await shop.rung("webwidget_triggered")
            body = {"inbox_id": shop.website["id"], "contact_id": opened.json["contact"]["id"]}
            begun = await shop.desk.post("/conversations", body)
            await shop.desk.say(begun["id"], "Can I help you choose?")
            await widget.frame.get_by_role("button", name="Can I help you choose?").click()
            await widget.say("Please do")
            await widget.page.reload()
            await widget.open()
            await widget.reads("Can I help you choose?", "Please do")
            await shop.holds("Can I help you choose?", "Please do")

    stage.run(story())


def test_a_reload_keeps_the_conversation(stage: Stage, each_house: Server) -> None:
    async def story() -> None:
        async with visited(stage, each_house) as (shop, widget):
            await widget.start()
            await widget.say("Hello")
            await shop.desk.say(1, "Good morning")
            await widget.reads("Hello", "Good morning")
            await widget.page.reload()
            await widget.open()
            await widget.reads("Hello", "Good morning")
            await widget.say("Still me")
            await shop.holds("Hello", "Good morning", "Still me")
            assert await shop.contacts() == 1
            triggered = await shop.rung("webwidget_triggered", 2)
            assert triggered[1].json["current_conversation"]["id"] == 1
            check_body(triggered[1].json)

    stage.run(story())


def test_two_tabs_agree(stage: Stage, each_house: Server) -> None:
    async def story() -> None:
        async with shop_in(stage, each_house) as shop, visiting(shop.chromium) as context:
            address = await shop.address()
            first = await shop.goto(context, address)
            await first.start()
            await first.say("From the first tab")
            second = await shop.goto(context, address)
            await second.open()
            await second.reads("From the first tab")
            await second.say("From the second")
            await first.reads("From the first tab", "From the second")
            await shop.desk.say(1, "To both")
            for tab in (first, second):
                await tab.reads("From the first tab", "From the second", "To both")
            await shop.holds("From the first tab", "From the second", "To both")

    stage.run(story())


@asynccontextmanager
async def agent_listening(shop: Shop) -> AsyncIterator[Channel]:
    """The administrator, as their own screen hears of what happens."""
    async with (
        Face(shop.server, "/api/v1", {"api_access_token": shop.desk.token}) as own,
        open_cable(shop.server.address) as cable,
    ):
        profile = await own.get("/profile")
        yield await cable.subscribe(
            profile["pubsub_token"], account_id=shop.desk.account_id, user_id=profile["id"]
        )


def test_each_sees_the_other_type(stage: Stage, each_house: Server) -> None:
    async def story() -> None:
        async with visited(stage, each_house) as (shop, widget):
            await widget.start()
            await widget.say("Hello")
            async with agent_listening(shop) as agent:
                await widget.writing.press_sequentially("I wonder")
                await agent.hears("conversation.typing_on")
                await widget.writing.press("Enter")
                await agent.hears("conversation.typing_off")
            path = "/conversations/1/toggle_typing_status"
            await shop.desk.post(path, {"typing_status": "on"})
            await expect(widget.log.get_by_text("is typing")).to_be_attached()
            await shop.desk.post(path, {"typing_status": "off"})
            await expect(widget.log.get_by_text("is typing")).to_have_count(0)

    stage.run(story())


def test_the_badge_counts_what_is_unread_and_the_agent_sees_what_was_read(
    stage: Stage, house: Server
) -> None:
    async def story() -> None:
        async with visited(stage, house) as (shop, widget):
            await widget.start()
            await widget.say("Hello")
            await expect(widget.log.get_by_text("· Sent")).to_be_visible()
            await shop.desk.post("/conversations/1/update_last_seen")
            await expect(widget.log.get_by_text("· Seen")).to_be_visible()
            await widget.close()
            await shop.desk.say(1, "Anything **else**?")
            await shop.desk.say(1, "We are here")
            badge = widget.page.get_by_role("button", name="Chat (2)")
            await expect(badge).to_be_visible()
            peek = widget.page.locator("button.p")
            await expect(peek).to_contain_text("We are here")
            await screenshot(widget.page, "unread")
            before = (await shop.conversation())["contact_last_seen_at"]
            await peek.click()
            await widget.reads("Hello", "Anything else?", "We are here")
            await expect(widget.page.get_by_role("button", name="Chat", exact=True)).to_be_visible()
            await expect(peek).to_be_hidden()

            async def read() -> bool:
                return bool((await shop.conversation())["contact_last_seen_at"] > before)

            await until(read, "the visitor's reading to be known")

    stage.run(story())


def test_long_history_is_read_page_by_page(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house, options={"viewport": DESKTOP}) as (shop, widget):
            await widget.start()
            await widget.say("The first")
            for number in range(205):
                await shop.desk.say(1, f"Line {number}")
            await expect(widget.line("Line 204")).to_be_in_viewport()
            await widget.page.reload()
            await widget.open()
            await expect(widget.line("Line 204")).to_be_in_viewport()
            assert await widget.line("The first").count() == 0
            for _ in range(30):
                if await widget.line("The first").count():
                    break
                await widget.log.evaluate("log => (log.scrollTop = 0)")
                await asyncio.sleep(0.1)
            await widget.reads("The first", *(f"Line {number}" for number in range(205)))

    stage.run(story())
