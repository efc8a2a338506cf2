"""Inboxes in a real browser: from the wizard to a site on which the chat looks, and asks, as was set; order by keyboard alone."""

from pathlib import Path

import pytest
from playwright.async_api import FrameLocator, Page, expect

from tests.browser.test_dashboard import fits, go_to, set_up
from tests.support import axe
from tests.support.aio import run
from tests.support.browsing import DESKTOP, PHONE, browser, embedding, screenshot, site, visiting
from tests.support.process import Server, serving
from tests.support.widget import Widget

BRASS = "#8a5a14"


async def add_website(page: Page) -> None:
    """By the wizard; back once, on the way."""
    await go_to(page, "Inboxes")
    await page.get_by_role("link", name="Add an inbox").click()
    await page.get_by_role("button", name="Next").click()
    name = page.get_by_role("textbox", name="Name")
    await name.fill("Campana bells")
    await expect(shown(page).get_by_role("button", name="Start a conversation")).to_be_visible()
    await page.get_by_role("button", name="Next").click()
    await expect(page.get_by_role("checkbox", name="Ada Arden")).to_be_checked()
    await page.get_by_role("button", name="Back").click()
    await expect(name).to_have_value("Campana bells")
    await page.get_by_role("button", name="Next").click()
    await page.get_by_role("button", name="Add the inbox").click()
    await expect(page.get_by_role("heading", name="Campana bells is ready")).to_be_visible()
    await expect(page.locator("#snippet")).to_contain_text("data-website-token")


async def open_tab(page: Page, name: str) -> None:
    await page.get_by_role("navigation", name="This inbox").get_by_role("link", name=name).click()
    await expect(page.get_by_role("link", name=name, exact=True)).to_have_attribute("aria-current", "page")


async def add_attribute(page: Page, server: Server) -> None:
    """What is asked besides the standard: made by a program with the administrator's own token."""
    await go_to(page, "Your profile")
    token = await page.locator("#token").text_content()
    answer = await page.request.post(
        f"{server.address}/api/v1/accounts/1/custom_attribute_definitions",
        headers={"api_access_token": token or ""},
        data={
            "attribute_display_name": "Topic",
            "attribute_key": "topic",
            "attribute_display_type": "list",
            "attribute_values": ["Orders", "Bells"],
            "attribute_model": 0,
        },
    )
    assert answer.ok, await answer.text()
    await go_to(page, "Inboxes")
    await page.get_by_role("link", name="Campana bells").click()


def shown(page: Page) -> FrameLocator:
    """What the preview's frame shows."""
    return page.frame_locator("iframe[title='Preview of the chat']")


async def questions(page: Page) -> list[str]:
    """What the builder lists, in its order."""
    names = await page.locator(".question .ask > span").all_inner_texts()
    return [one.partition("\n")[0].strip() for one in names if "Required" not in one]


async def is_painted(frame: FrameLocator, colour: str) -> None:
    """The chat in a frame has this colour."""
    await expect(frame.locator(f"html[style*='{colour}']")).to_be_attached()


async def set_look(page: Page, name: str) -> None:
    """Colour and words; the preview follows before they are kept."""
    await open_tab(page, "Look")
    await page.get_by_role("textbox", name="Colour", exact=True).fill(BRASS)
    await page.get_by_role("textbox", name="Welcome").fill("Ahoy!")
    await is_painted(shown(page), BRASS)
    await expect(shown(page).get_by_role("heading", name="Ahoy!")).to_be_visible()
    await page.get_by_role("textbox", name="Colour", exact=True).fill("#ffe680")
    await expect(page.get_by_text("the chat writes on it in black")).to_be_visible()
    await page.get_by_role("textbox", name="Colour", exact=True).fill(BRASS)
    await expect(page.get_by_text("the chat writes on it in black")).to_be_hidden()
    await page.get_by_text("Dark", exact=True).click()
    await expect(shown(page).locator("html[data-theme='dark']")).to_be_attached()
    assert await fits(page)
    await axe.check(page)
    await screenshot(page, f"dashboard-inbox-look-{name}")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("The chat looks so from the next visit on")).to_be_visible()


async def set_questions(page: Page, name: str) -> None:
    """An email address, and a topic of the account's own."""
    await open_tab(page, "Pre-chat form")
    await page.get_by_label("Ask before a conversation begins").check()
    await page.get_by_role("checkbox", name="Topic").check()
    await page.get_by_role("checkbox", name="Email address").check()
    topic = page.locator(".question", has=page.get_by_role("checkbox", name="Topic"))
    await topic.get_by_label("Label").fill("What is it about?")
    await topic.get_by_role("checkbox", name="Required").check()
    await expect(shown(page).get_by_label("What is it about?")).to_be_visible()
    assert await fits(page)
    await axe.check(page)
    await screenshot(page, f"dashboard-inbox-form-{name}")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("asked so from now on")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "viewport", "scheme"), [("desktop", DESKTOP, "light"), ("phone", PHONE, "dark")]
)
def test_a_website_is_set_up_and_its_chat_looks_and_asks_so(
    tmp_path: Path, name: str, viewport: dict[str, int], scheme: str
) -> None:
    async def story() -> None:
        async with (
            serving(tmp_path, "sqlite:///data/deskbell.db") as server,
            browser() as chromium,
            visiting(chromium, viewport=viewport, color_scheme=scheme) as ada,
            visiting(chromium) as visitor,
        ):
            page = await ada.new_page()
            await set_up(page, server)
            await add_website(page)
            token = (
                str(await page.locator("#snippet").text_content())
                .split('data-website-token="')[1]
                .split('"')[0]
            )
            await add_attribute(page, server)

            await set_look(page, name)
            await set_questions(page, name)
            async with site(embedding(server, token)) as address:
                shop = await visitor.new_page()
                await shop.goto(address)
                await shop.wait_for_function("window.$deskbell")
                widget = Widget(shop)
                await widget.open()
                await is_painted(widget.frame, BRASS)
                await expect(widget.frame.get_by_role("heading", name="Ahoy!")).to_be_visible()
                await widget.press("Start a conversation")
                await expect(widget.frame.get_by_label("Email address")).to_be_visible()
                await widget.frame.get_by_label("What is it about?").select_option("Bells")
                await widget.frame.get_by_label("Write a message").fill("Which is loudest?")
                await widget.press("Start a conversation")
                await expect(widget.line("Which is loudest?")).to_be_visible()

    run(story())


def test_questions_are_put_into_order_by_the_keyboard_alone(tmp_path: Path) -> None:
    async def story() -> None:
        async with (
            serving(tmp_path, "sqlite:///data/deskbell.db") as server,
            browser() as chromium,
            visiting(chromium) as ada,
        ):
            page = await ada.new_page()
            await set_up(page, server)
            await add_website(page)
            await page.get_by_role("link", name="questions before a conversation begins").click()
            await expect(page.get_by_role("heading", name="Questions")).to_be_visible()
            assert await questions(page) == ["Email address", "Your name", "Phone number"]
            await page.get_by_label("Ask before a conversation begins").focus()
            await page.keyboard.press("Space")
            ask = page.get_by_role("checkbox", name="Phone number")
            await ask.focus()
            await page.keyboard.press("Space")
            await page.keyboard.press("Alt+ArrowUp")
            assert await questions(page) == ["Email address", "Phone number", "Your name"]
            await expect(ask).to_be_focused()
            up = page.get_by_role("button", name="Move Phone number up")
            await up.focus()
            await page.keyboard.press("Enter")
            await expect(up).to_be_focused()
            assert await questions(page) == ["Phone number", "Email address", "Your name"]
            await expect(page.get_by_text("Phone number: place 1 of 3")).to_be_attached()
            await page.keyboard.press("Enter")
            await expect(page.get_by_text("Phone number: still place 1 of 3")).to_be_attached()
            email = page.get_by_role("checkbox", name="Email address")
            await email.focus()
            await page.keyboard.press("Space")
            await expect(shown(page).get_by_label("Email address")).to_be_visible()
            labels = shown(page).locator(".fields label")
            await expect(labels.first).to_contain_text("Phone number")
            await page.get_by_role("button", name="Save").focus()
            await page.keyboard.press("Enter")
            await expect(page.get_by_text("asked so from now on")).to_be_visible()
            assert await questions(page) == ["Phone number", "Email address", "Your name"]

    run(story())


def test_a_days_hours_are_copied_on_the_spot_and_the_focus_stays(tmp_path: Path) -> None:
    async def story() -> None:
        async with (
            serving(tmp_path, "sqlite:///data/deskbell.db") as server,
            browser() as chromium,
            visiting(chromium) as ada,
        ):
            page = await ada.new_page()
            await set_up(page, server)
            await add_website(page)
            await page.get_by_role("link", name="business hours").click()
            await page.get_by_label("While you are closed, say").fill("We sleep.")
            await page.get_by_label("Tuesday opens").fill("07:15")
            copy = page.get_by_role("button", name="Copy to weekdays from Tuesday")
            await copy.press("Enter")
            await expect(page.get_by_label("Friday opens")).to_have_value("07:15")
            await expect(copy).to_be_focused()
            await expect(page.get_by_label("While you are closed, say")).to_have_value("We sleep.")
            await expect(page.get_by_label("Saturday opens")).to_be_hidden()
            await page.get_by_label("Saturday hours").select_option("open")
            await expect(page.get_by_label("Saturday opens")).to_have_value("09:00")
            assert await fits(page)
            await axe.check(page)

    run(story())


def test_the_wizard_the_hours_and_the_builder_work_without_a_script(tmp_path: Path) -> None:
    async def story() -> None:
        async with (
            serving(tmp_path, "sqlite:///data/deskbell.db") as server,
            browser() as chromium,
            visiting(chromium, java_script_enabled=False) as ada,
        ):
            page = await ada.new_page()
            await set_up(page, server)
            await page.get_by_role("link", name="Inboxes").click()
            await page.get_by_role("link", name="Add an inbox").click()
            await page.get_by_role("button", name="Next").click()
            await page.get_by_role("textbox", name="Name").fill("Bells")
            await page.keyboard.press("Enter")
            await page.get_by_role("button", name="Add the inbox").click()
            await page.get_by_role("link", name="business hours").click()
            await page.get_by_label("Tuesday opens").fill("07:15")
            await page.get_by_role("button", name="Copy to weekdays from Tuesday").click()
            await expect(page.get_by_label("Friday opens")).to_have_value("07:15")
            await page.get_by_role("button", name="Save").click()
            await expect(page.get_by_text("Saved.")).to_be_visible()
            await expect(page.get_by_label("Monday opens")).to_have_value("07:15")
            await open_tab(page, "Pre-chat form")
            await page.get_by_role("button", name="Move Your name up").click()
            assert await questions(page) == ["Your name", "Email address", "Phone number"]

    run(story())
