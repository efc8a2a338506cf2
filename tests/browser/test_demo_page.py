"""The demo's page in a real browser: it is looked at, tried by keyboard, and shows the bells that ring."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.support.aio import run
from tests.support.browsing import DESKTOP, PHONE, Stage, screenshot, visiting
from tests.support.process import Server


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo, for all tests: bells that rang before are there still."""
    server = Server(tmp_path_factory.mktemp("demo"), "sqlite:///data/deskbell.db", "--demo", port=0)
    try:
        run(server.start())
        yield server
    finally:
        server.destroy()


@asynccontextmanager
async def administrator(demo: Server) -> AsyncIterator[httpx.AsyncClient]:
    found = re.search(r"access token +(\S+)", demo.log)
    assert found is not None, demo.log
    headers = {"api_access_token": found[1]}
    async with httpx.AsyncClient(base_url=f"{demo.address}/api/v1/accounts/1", headers=headers) as dana:
        yield dana


async def ring(dana: httpx.AsyncClient, content: str) -> None:
    """Two bells, by way of the Application API."""
    inboxes = (await dana.get("inboxes")).json()["payload"]
    (inbox,) = [one["id"] for one in inboxes if one["channel_type"] == "Channel::Api"]
    body = {"source_id": "demo-visitor", "inbox_id": inbox, "message": {"content": content}}
    assert (await dana.post("conversations", json=body)).status_code == 200


async def fits(page: Page) -> bool:
    """Nothing makes the page wider than the window."""
    return bool(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


LOOKS = [
    (name, viewport, scheme)
    for name, viewport in (("desktop", DESKTOP), ("phone", PHONE))
    for scheme in ("light", "dark")
]


def test_each_bell_shows_as_it_rings(stage: Stage, demo: Server) -> None:
    async def story() -> None:
        async with administrator(demo) as dana:
            for before, (name, viewport, scheme) in enumerate(LOOKS):
                async with visiting(await stage.browser(), viewport=viewport, color_scheme=scheme) as visitor:
                    page = await visitor.new_page()
                    await page.goto(f"{demo.address}/demo")
                    bells = page.get_by_role("log").get_by_role("listitem")
                    await expect(bells).to_have_count(2 * before)
                    await expect(page.get_by_text("Quiet so far")).to_be_visible(visible=not before)
                    await ring(dana, "Hello <b>there</b>")
                    await expect(bells).to_have_count(2 * before + 2, timeout=15_000)
                    await expect(bells.nth(0)).to_contain_text("message_created")
                    await expect(bells.nth(0)).to_contain_text('"Hello <b>there</b>"')
                    await expect(bells.nth(0)).to_contain_text("signature verified")
                    await expect(bells.nth(1)).to_contain_text("conversation_created")
                    await expect(page.get_by_text("Quiet so far")).to_be_hidden()
                    assert await fits(page)
                    await screenshot(page, f"demo-{name}-{scheme}")
                    await page.reload()
                    await expect(bells).to_have_count(2 * before + 2)

    stage.run(story())


def test_the_buttons_say_by_keyboard_what_a_sites_script_says(stage: Stage, demo: Server) -> None:
    async def story() -> None:
        async with visiting(await stage.browser()) as visitor:
            page = await visitor.new_page()
            await page.goto(f"{demo.address}/demo")
            await page.wait_for_function("window.$deskbell")
            said = page.locator("#answer")
            for button, call in (
                ("Describe the visitor", '$deskbell.setCustomAttributes({"plan":"collector"'),
                ("Forget the visitor", "$deskbell.reset()"),
                ("Sign in as Vera Visitor", '$deskbell.setUser("customer-7"'),
            ):
                await page.get_by_role("button", name=button).focus()
                await page.keyboard.press("Enter")
                await expect(said).to_contain_text(call)
            await page.get_by_role("radio", name="Auto").focus()
            await page.keyboard.press("ArrowRight")
            await expect(said).to_contain_text('$deskbell.setColorScheme("light")')
            await page.get_by_label("Language").select_option("de")
            await expect(said).to_contain_text('$deskbell.setLocale("de")')
            snippet = await page.locator("#code").inner_text()
            assert f'src="{demo.address}/packs/js/sdk.js"' in snippet

    stage.run(story())


def test_opening_the_chat_rings_the_first_bell(stage: Stage, demo: Server) -> None:
    async def story() -> None:
        async with visiting(await stage.browser()) as visitor:
            page = await visitor.new_page()
            await page.goto(f"{demo.address}/demo")
            await page.wait_for_function("window.$deskbell")
            await page.get_by_role("button", name="Ask us something").click()
            bells = page.get_by_role("log").get_by_role("listitem")
            await expect(bells.first).to_contain_text("webwidget_triggered", timeout=15_000)
            await screenshot(page, "demo-open")

    stage.run(story())
