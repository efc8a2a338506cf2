"""By keyboard and screen reader, on phones, in the dark, from right to left, in every language, and without a jump of the page."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.support.axe import check
from tests.support.browsing import PHONE, Stage, screenshot, visiting
from tests.support.process import Server, serving
from tests.support.widget import Shop, Widget, shop_in, visited

LANGUAGES = {"en": "ltr", "de": "ltr", "fr": "ltr", "es": "ltr", "pt_BR": "ltr", "ar": "rtl"}


async def check_frame(widget: Widget) -> None:
    frame = next(one for one in widget.page.frames if "/widget?" in one.url)
    await check(frame)


RICH: list[tuple[str, dict[str, Any]]] = [
    ("input_select", {"items": [{"title": "Yes", "value": "yes"}, {"title": "No", "value": "no"}]}),
    (
        "cards",
        {
            "items": [
                {
                    "title": "A bell",
                    "description": "It rings",
                    "actions": [{"type": "link", "text": "See it", "uri": "https://example.com"}],
                }
            ]
        },
    ),
    (
        "form",
        {
            "items": [
                {"name": "email", "type": "email", "label": "Email"},
                {"name": "ok", "type": "checkbox", "label": "Agreed"},
            ]
        },
    ),
    ("article", {"items": [{"title": "How", "description": "So.", "link": "https://example.com"}]}),
    ("input_email", {}),
    ("input_csat", {}),
]


async def rich_thread(shop: Shop, widget: Widget) -> None:
    await widget.say("Hello, see https://example.com")
    await shop.desk.say(1, "**Bold** words, a [link](https://example.com) and `code`")
    for kind, attributes in RICH:
        await shop.desk.say(1, "Please", content_type=kind, content_attributes=attributes)
    await expect(widget.log.get_by_role("radio", name="Very good")).to_be_attached()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_any_view(stage: Stage, house: Server, scheme: str) -> None:
    async def story() -> None:
        field = {
            "name": "emailAddress",
            "type": "email",
            "label": "Email",
            "required": True,
            "enabled": True,
            "field_type": "standard",
        }
        asking = {"pre_chat_form_enabled": True, "pre_chat_form_options": {"pre_chat_fields": [field]}}
        async with visited(stage, house, page=f"{{ darkMode: '{scheme}' }}", channel=asking) as (
            shop,
            widget,
        ):
            await check(widget.page)
            await widget.open()
            await check(widget.page)
            await check_frame(widget)
            await screenshot(widget.page, f"home-{scheme}")
            await widget.press("Start a conversation")
            await widget.press("Start a conversation")
            await expect(widget.frame.get_by_text("Please fill this in.")).to_have_count(2)
            await check_frame(widget)
            await widget.frame.get_by_label("Email").fill("ada@example.com")
            await widget.frame.get_by_label("Write a message").fill("Hello")
            await widget.press("Start a conversation")
            await rich_thread(shop, widget)
            await check_frame(widget)
            await widget.log.evaluate("log => (log.scrollTop = 0)")
            await screenshot(widget.page, f"rich-{scheme}")
            await widget.press("Insert an emoji")
            await expect(widget.frame.get_by_role("button", name="😀")).to_be_visible()
            await check_frame(widget)
            await screenshot(widget.page, f"emoji-{scheme}")

    stage.run(story())


@pytest.mark.parametrize("colour", ["#ffd400", "#000000", "#9aa0a6", "#e11d48"])
def test_whatever_the_inboxes_colour_texts_can_be_read(stage: Stage, house: Server, colour: str) -> None:
    async def story() -> None:
        async with visited(stage, house, channel={"widget_color": colour}) as (shop, widget):
            await widget.open()
            await check_frame(widget)
            await widget.press("Start a conversation")
            await widget.say("Hello")
            await shop.desk.say(1, "Which?", content_type="input_select", content_attributes=RICH[0][1])
            await expect(widget.log.get_by_role("button", name="Yes")).to_be_visible()
            await check_frame(widget)
            await widget.page.evaluate("$deskbell.setColorScheme('dark')")
            await expect(widget.frame.locator("html[data-theme=dark]")).to_be_attached()
            await check_frame(widget)

    stage.run(story())


def test_axe_finds_nothing_serious_on_the_demos_page(stage: Stage, tmp_path: Path) -> None:
    async def story() -> None:
        async with serving(tmp_path, "sqlite:///data/deskbell.db", "--demo") as server:
            for scheme in ("light", "dark"):
                async with visiting(await stage.browser(), color_scheme=scheme) as context:
                    page = await context.new_page()
                    await page.goto(f"{server.address}/demo")
                    await page.wait_for_function("window.$deskbell")
                    await check(page)

    stage.run(story())


async def tab_to(widget: Widget, name: str) -> None:
    """Press Tab until what has this name is focused, in the frame."""
    target = widget.frame.get_by_role("button", name=name, exact=True)
    for _ in range(15):
        await widget.page.keyboard.press("Tab")
        if await target.count() and await target.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"Tab never reaches {name}")


def test_a_whole_conversation_by_keyboard(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house, allow_messages_after_resolved=False) as (shop, widget):
            keyboard = widget.page.keyboard
            await keyboard.press("Tab")
            assert await widget.bubble.evaluate("one => one === one.getRootNode().activeElement")
            await keyboard.press("Enter")
            await expect(widget.frame.get_by_role("main")).to_be_visible()
            await tab_to(widget, "Start a conversation")
            await keyboard.press("Enter")
            await expect(widget.writing).to_be_focused()
            await keyboard.type("First line")
            await keyboard.press("Shift+Enter")
            await keyboard.type("second line")
            await keyboard.press("Enter")
            await expect(widget.log.get_by_text("· Sent")).to_be_visible()
            await shop.holds("First line\nsecond line")
            await expect(widget.writing).to_be_focused()
            await shop.desk.say(1, "Is that all?", content_type="input_select", content_attributes=RICH[0][1])
            announced = widget.frame.get_by_role("status").get_by_text("Ada Bell: Is that all?")
            await expect(announced).to_be_attached()
            await keyboard.press("Shift+Tab")
            await keyboard.press("Shift+Tab")
            await expect(widget.frame.get_by_role("button", name="No", exact=True)).to_be_attached()
            await widget.frame.get_by_role("button", name="Yes", exact=True).focus()
            await keyboard.press("Enter")
            await shop.rung("message_updated")
            await widget.writing.focus()
            await tab_to(widget, "Insert an emoji")
            await keyboard.press("Enter")
            await expect(widget.frame.get_by_role("button", name="😀")).to_be_focused()
            await keyboard.press("ArrowRight")
            await keyboard.press("Enter")
            await keyboard.press("Escape")
            await expect(widget.writing).to_have_value("😃")
            await expect(widget.writing).to_be_focused()
            await widget.frame.get_by_role("button", name="More").focus()
            await keyboard.press("Enter")
            await expect(widget.frame.get_by_role("button", name="End conversation")).to_be_focused()
            await keyboard.press("Enter")
            await expect(widget.frame.get_by_role("button", name="Cancel")).to_be_focused()
            await keyboard.press("Tab")
            await keyboard.press("Enter")
            await expect(widget.frame.get_by_role("button", name="Start a new conversation")).to_be_visible()
            await keyboard.press("Escape")
            await expect(widget.frame.get_by_role("main")).to_be_hidden()
            assert await widget.bubble.evaluate("one => one === one.getRootNode().activeElement")

    stage.run(story())


def test_on_a_phone_the_chat_has_the_whole_screen(stage: Stage, house: Server) -> None:
    async def story() -> None:
        options = {"viewport": PHONE, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
        async with visited(stage, house, options=options) as (shop, widget):
            await widget.page.get_by_role("button", name="Chat").tap()
            await expect(widget.frame.get_by_role("main")).to_be_visible()
            await screenshot(widget.page, "phone-home")
            await widget.press("Start a conversation")
            await rich_thread(shop, widget)
            box = await widget.page.locator("iframe#frame").bounding_box()
            assert box == {"x": 0, "y": 0, **PHONE}
            assert await widget.inside("root => root.scrollWidth <= innerWidth")
            await expect(widget.bubble).to_be_hidden()
            await screenshot(widget.page, "phone-chat")
            await widget.close()
            await expect(widget.bubble).to_be_visible()

    stage.run(story())


def test_long_words_and_names_stay_within_their_place(stage: Stage, house: Server) -> None:
    async def story() -> None:
        channel = {
            "welcome_title": "Donaudampfschifffahrtsgesellschaftskapitän " * 3,
            "welcome_tagline": "x" * 300,
        }
        async with visited(
            stage, house, options={"viewport": {"width": 320, "height": 568}}, channel=channel
        ) as (shop, widget):
            await widget.open()
            await screenshot(widget.page, "narrow-home")
            fits = "root => root.scrollWidth <= innerWidth"
            assert await widget.inside(fits)
            await widget.press("Start a conversation")
            await widget.say("https://example.com/" + "long" * 60)
            await shop.desk.say(1, "w" * 400)
            titles = [{"title": "A very long choice of many words indeed " * 3, "value": "1"}]
            await shop.desk.say(
                1, "Which?", content_type="input_select", content_attributes={"items": titles}
            )
            await expect(widget.log.get_by_role("button")).to_have_count(1)
            assert await widget.inside(fits)
            assert await widget.log.evaluate("log => log.scrollWidth <= log.clientWidth")
            await screenshot(widget.page, "narrow-chat")

    stage.run(story())


def test_every_language_has_every_text_and_its_direction(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with shop_in(stage, house) as shop, visiting(shop.chromium) as context:
            seen: dict[str, str] = {}
            for language, direction in LANGUAGES.items():
                widget = await shop.page(context, f"{{ locale: '{language}' }}")
                await widget.open()
                await expect(widget.frame.locator("html")).to_have_attribute("dir", direction)
                await expect(widget.frame.locator("html")).to_have_attribute(
                    "lang", language.replace("_", "-")
                )
                shown = await widget.frame.get_by_role("main").inner_text()
                assert "undefined" not in shown
                seen[language] = shown
                await widget.frame.locator(".card .main").click()
                await widget.frame.get_by_role("textbox").fill("Hello")
                await expect(widget.frame.locator(".send")).to_be_enabled()
                if language == "ar":
                    await screenshot(widget.page, "chat-arabic")
                await widget.page.close()
            assert len(set(seen.values())) == len(LANGUAGES), seen

    stage.run(story())


def test_right_to_left_is_mirrored(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house, page="{ locale: 'ar' }") as (shop, widget):
            await widget.open()
            await screenshot(widget.page, "home-arabic")
            await widget.frame.locator(".card .main").click()
            await widget.frame.get_by_role("textbox").fill("مرحبا، هل تشحنون إلى كريت؟")
            await widget.frame.get_by_role("textbox").press("Enter")
            await expect(widget.log.locator(".is-own .words")).to_have_count(1)
            await shop.desk.say(1, "نعم، مجانًا.")
            await expect(widget.log.locator(".words")).to_have_count(2)
            own = await widget.log.locator(".is-own .words").bounding_box()
            theirs = await widget.log.locator(".is-theirs .words").bounding_box()
            assert own is not None
            assert theirs is not None
            assert own["x"] < theirs["x"]
            await check_frame(widget)
            await screenshot(widget.page, "right-to-left")

    stage.run(story())


SHIFTS = """
  window.shifted = 0;
  new PerformanceObserver((list) => { for (const one of list.getEntries()) shifted += one.value; })
    .observe({ type: "layout-shift", buffered: true });
"""


def test_the_page_does_not_move(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with shop_in(stage, house) as shop, visiting(shop.chromium) as context:
            await context.add_init_script(SHIFTS)
            widget = await shop.page(context)
            await widget.start()
            await widget.say("Hello")
            await widget.close()
            await shop.desk.say(1, "Something unread")
            await expect(widget.page.locator("button.p")).to_be_visible()
            assert await widget.page.evaluate("shifted") == 0
            assert await widget.page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    stage.run(story())
