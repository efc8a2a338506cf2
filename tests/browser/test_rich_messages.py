"""Messages that ask: each answer becomes the message's submitted values, and rings message_updated."""

from typing import Any

from playwright.async_api import expect

from tests.support.browsing import Stage, screenshot
from tests.support.process import Server
from tests.support.widget import Shop, Widget, visited

PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="


async def ask(shop: Shop, kind: str, content: str = "Please", **attributes: Any) -> None:
    await shop.desk.say(1, content, content_type=kind, content_attributes=attributes)


async def answered(shop: Shop, count: int = 1) -> dict[str, Any]:
    """What the last message_updated tells of its message."""
    found: dict[str, Any] = (await shop.rung("message_updated", count))[-1].json["content_attributes"]
    return found


def test_a_choice_is_taken_by_pressing_it(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house) as (shop, widget):
            await widget.start()
            await widget.say("Hello")
            items = [{"title": "A small bell", "value": "small"}, {"title": "A big bell", "value": "big"}]
            await ask(shop, "input_select", "Which one?", items=items)
            await screenshot(widget.page, "input-select")
            await widget.press("A big bell")
            assert (await answered(shop))["submitted_values"] == [{"title": "A big bell", "value": "big"}]
            await expect(widget.log.get_by_role("button", name="A small bell")).to_have_count(0)
            await expect(widget.log.get_by_text("A big bell")).to_be_visible()
            await widget.page.reload()
            await widget.open()
            await expect(widget.log.get_by_text("A big bell")).to_be_visible()
            await expect(widget.log.get_by_role("button", name="A big bell")).to_have_count(0)

    stage.run(story())


def test_a_form_is_checked_and_sent(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house) as (shop, widget):
            await widget.start()
            await widget.say("Hello")
            items = [
                {"name": "email", "type": "email", "label": "Where to?", "placeholder": "you@example.com"},
                {
                    "name": "size",
                    "type": "select",
                    "label": "Which size?",
                    "options": [{"label": "Large", "value": "l"}],
                },
                {"name": "note", "type": "text_area", "label": "Anything else?", "required": False},
            ]
            await ask(shop, "form", "Your order", items=items, button_label="Order it")
            await widget.press("Order it")
            await expect(widget.log.get_by_text("Please fill this in.")).to_have_count(2)
            await widget.log.get_by_label("Where to?").fill("ada@example.com")
            await widget.log.get_by_label("Which size?").select_option("Large")
            await screenshot(widget.page, "form")
            await widget.press("Order it")
            given = (await answered(shop))["submitted_values"]
            assert {one["name"]: one["value"] for one in given} == {
                "email": "ada@example.com",
                "size": "l",
                "note": "",
            }
            await expect(widget.log.get_by_text("Large")).to_be_visible()
            await expect(widget.log.get_by_text("Thank you, your answer was sent.")).to_be_visible()

    stage.run(story())


def test_an_email_address_is_asked_for_and_kept_with_the_visitor(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house) as (shop, widget):
            await widget.start()
            await widget.say("Hello")
            await ask(shop, "input_email", "Where can we reach you?")
            field = widget.log.get_by_label("Your email address")
            await field.fill("not an address")
            await widget.press("Submit")
            await expect(widget.log.get_by_text("Please enter an email address")).to_be_visible()
            await field.fill("ada@example.com")
            await widget.press("Submit")
            assert (await answered(shop))["submitted_email"] == "ada@example.com"
            await expect(widget.log.get_by_text("ada@example.com")).to_be_visible()
            assert (await shop.conversation())["meta"]["sender"]["email"] == "ada@example.com"

    stage.run(story())


async def survey(shop: Shop, widget: Widget) -> None:
    await ask(shop, "input_csat", "How was it?")
    await widget.log.get_by_role("radio", name="Very good").check(force=True)
    await widget.log.get_by_label("Tell us more (optional)").fill("Loud and clear")


def test_a_conversation_is_rated(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house) as (shop, widget):
            await widget.start()
            await widget.say("Hello")
            await survey(shop, widget)
            await screenshot(widget.page, "survey")
            await widget.press("Submit")
            given = (await answered(shop))["submitted_values"]
            assert given == {"csat_survey_response": {"rating": 5, "feedback_message": "Loud and clear"}}
            await expect(widget.log.get_by_text("Thank you, your answer was sent.")).to_be_visible()

    stage.run(story())


def test_cards_and_articles_are_shown_and_a_postback_reaches_the_site(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house) as (shop, widget):
            await widget.start()
            await widget.say("Hello")
            await widget.page.evaluate(
                "addEventListener('chatwoot:postback', (told) => (window.postback = told.detail))"
            )
            actions = [
                {"type": "link", "text": "See it", "uri": "https://shop.example.com/bell"},
                {"type": "postback", "text": "Reserve it", "payload": "RESERVE_BELL"},
                {"type": "link", "text": "Not to be followed", "uri": "javascript:alert(1)"},
            ]
            cards = [
                {
                    "title": f"Bell {number}",
                    "description": "Rings well",
                    "media_url": PIXEL,
                    "actions": actions,
                }
                for number in range(3)
            ]
            await ask(shop, "cards", items=cards)
            link = widget.log.get_by_role("link", name="See it").first
            assert await link.get_attribute("href") == "https://shop.example.com/bell"
            assert await link.get_attribute("rel") == "noopener noreferrer"
            await expect(widget.log.get_by_text("Not to be followed")).to_have_count(0)
            await widget.log.get_by_role("button", name="Reserve it").first.click()
            assert (await widget.page.evaluate("postback"))["payload"] == "RESERVE_BELL"
            articles = [
                {
                    "title": "How to ring",
                    "description": "From above.",
                    "link": "https://shop.example.com/how",
                },
                {
                    "title": "How to polish",
                    "description": "With a cloth.",
                    "link": "https://shop.example.com/polish",
                },
            ]
            await ask(shop, "article", items=articles)
            article = widget.log.get_by_role("link", name="How to polish")
            assert await article.get_attribute("href") == "https://shop.example.com/polish"
            await screenshot(widget.page, "cards-and-articles")

    stage.run(story())


def test_what_is_dangerous_in_a_message_does_nothing(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house) as (shop, widget):
            await widget.start()
            evil = '<img src=x onerror="top.evil=1"> [link](javascript:alert(1)) <script>evil()</script>'
            await widget.say(evil)
            await shop.desk.say(1, evil)
            await expect(widget.log.locator(".words")).to_have_count(2)
            assert (
                await widget.log.locator(".words :is(img, script, [onerror], [href^=javascript])").count()
                == 0
            )

    stage.run(story())
