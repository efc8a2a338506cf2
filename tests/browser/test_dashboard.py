"""The dashboard in a real browser: from an empty installation to a webhook whose every delivery can be looked at."""

from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.support.aio import Visit, receiver, run
from tests.support.browsing import DESKTOP, PHONE, browser, screenshot, visiting
from tests.support.process import Server, serving

PASSWORD = "correct horse battery"


async def answer(visit: Visit) -> None:
    """A receiver that accepts everything."""
    while True:
        await visit.read_request()
        await visit.say(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nthank you")


async def set_up(page: Page, server: Server) -> None:
    await page.goto(server.address)
    await page.get_by_label("Account").fill("Campana")
    await page.get_by_label("Your name").fill("Ada Arden")
    await page.get_by_label("Email").fill("ada@example.com")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Open the desk").click()
    await expect(page.get_by_role("heading", name="Getting started")).to_be_visible()


async def fits(page: Page) -> bool:
    """Nothing makes the page wider than the window."""
    return bool(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


async def go_to(page: Page, place: str) -> None:
    """By the menu, where the window is too small to have it beside the page."""
    menu = page.get_by_role("button", name="Menu")
    if await menu.is_visible():
        await menu.click()
    await page.get_by_role("navigation", name="Main").get_by_role("link", name=place).click()
    await expect(page.get_by_role("heading", name=place, exact=True)).to_be_visible()


async def write(page: Page, server: Server) -> None:
    """A conversation, begun by a program with the administrator's own token."""
    await go_to(page, "Your profile")
    await page.get_by_text("Show it", exact=True).click()
    headers = {"api_access_token": await page.locator("#token").inner_text()}
    async with httpx.AsyncClient(base_url=f"{server.address}/api/v1/accounts/1", headers=headers) as ada:
        inbox = (await ada.post("inboxes", json={"name": "API", "channel": {"type": "api"}})).json()["id"]
        contact = (await ada.post("contacts", json={"name": "Carla", "inbox_id": inbox})).json()
        source_id = contact["payload"]["contact_inbox"]["source_id"]
        body = {"source_id": source_id, "inbox_id": inbox, "message": {"content": "Hello there"}}
        assert (await ada.post("conversations", json=body)).status_code == 200


@pytest.mark.parametrize(
    ("name", "viewport", "scheme"), [("desktop", DESKTOP, "light"), ("phone", PHONE, "dark")]
)
def test_a_webhook_is_made_tested_and_looked_at(
    tmp_path: Path, name: str, viewport: dict[str, int], scheme: str
) -> None:
    async def story() -> None:
        async with (
            receiver(answer) as hook,
            serving(tmp_path, "sqlite:///data/deskbell.db", delivery_allow="127.0.0.1") as server,
            browser() as chromium,
            visiting(chromium, viewport=viewport, color_scheme=scheme) as ada,
        ):
            page = await ada.new_page()
            await set_up(page, server)
            await screenshot(page, f"dashboard-home-{name}")
            await go_to(page, "Webhooks")
            await page.get_by_role("link", name="Add your first webhook").click()
            await page.get_by_label("Address").fill("http://10.0.0.1/")
            await expect(page.get_by_text("10.0.0.1 is a private address")).to_be_visible()
            await page.get_by_label("Address").fill(hook.url("/bell"))
            await expect(page.get_by_text("This address can be sent to")).to_be_visible()
            assert await fits(page)
            await page.get_by_role("button", name="Add the webhook").click()
            await expect(page.get_by_text("The webhook is ready")).to_be_visible()
            await expect(page.locator("#secret-text")).to_contain_text("whsec_")
            overview = page.url
            await page.get_by_role("button", name="Send test event").click()
            await expect(page.locator("#tested")).to_contain_text("200 accepted")
            await expect(page.locator("#tested")).to_contain_text("thank you")
            await write(page, server)
            await page.goto(overview)
            await expect(page.get_by_text("Healthy")).to_be_visible(timeout=15_000)
            assert await fits(page)
            await screenshot(page, f"dashboard-webhook-{name}")
            await page.get_by_role("link", name="Deliveries", exact=True).click()
            rows = page.locator(".log tbody tr")
            await expect(rows).to_have_count(2)
            await page.get_by_label("Event").select_option("message_created")
            await expect(rows).to_have_count(1)
            assert await fits(page)
            await page.get_by_role("link", name="Delivery 2").click()
            await expect(page.locator("#body")).to_contain_text("Hello there")
            await expect(page.locator("#curl")).to_contain_text("webhook-signature: v1,")
            assert await fits(page)
            await screenshot(page, f"dashboard-delivery-{name}")
            await page.get_by_role("button", name="Replay").click()
            await expect(page.get_by_text("It goes out again")).to_be_visible()
            await page.get_by_role("link", name="127.0.0.1").click()
            await expect(rows.first).to_contain_text("replay", timeout=15_000)

    run(story())


def test_who_is_there_is_online_and_what_comes_shows_without_a_reload(tmp_path: Path) -> None:
    async def story() -> None:
        async with (
            serving(tmp_path, "sqlite:///data/deskbell.db") as server,
            browser() as chromium,
            visiting(chromium) as ada,
        ):
            page = await ada.new_page()
            await set_up(page, server)
            await go_to(page, "Agents")
            while not await page.locator("#main .badge", has_text="Online").is_visible():
                await page.reload()
            await go_to(page, "Getting started")
            other = await ada.new_page()
            await other.goto(server.address)
            await write(other, server)
            await expect(page.get_by_text("It has arrived.")).to_be_visible(timeout=15_000)

    run(story())


def test_the_colours_one_chooses_stay_and_signing_out_leads_to_the_door(tmp_path: Path) -> None:
    async def story() -> None:
        async with (
            serving(tmp_path, "sqlite:///data/deskbell.db") as server,
            browser() as chromium,
            visiting(chromium, color_scheme="light") as ada,
        ):
            page = await ada.new_page()
            await set_up(page, server)
            light = await page.evaluate("getComputedStyle(document.body).backgroundColor")
            await page.get_by_role("button", name="Dark").click()
            await page.wait_for_function(
                "before => getComputedStyle(document.body).backgroundColor != before", arg=light
            )
            await page.reload()
            assert await page.evaluate("document.documentElement.dataset.theme") == "dark"
            await page.get_by_role("button", name="Sign out").click()
            await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
            await page.get_by_label("Email").fill("ada@example.com")
            await page.get_by_label("Password").fill(PASSWORD)
            await page.get_by_role("button", name="Sign in").click()
            await expect(page.get_by_role("heading", name="Getting started")).to_be_visible()

    run(story())


def test_where_people_answer_the_places_are_a_rail_that_unfolds(tmp_path: Path) -> None:
    async def story() -> None:
        async with (
            serving(tmp_path, "sqlite:///data/deskbell.db") as server,
            browser() as chromium,
            visiting(chromium, viewport=DESKTOP) as ada,
        ):
            page = await ada.new_page()
            await set_up(page, server)
            places = page.get_by_role("navigation", name="Main")
            leave = page.get_by_role("button", name="Sign out")
            await expect(leave).to_be_visible()
            await go_to(page, "Conversations")
            box = await places.bounding_box()
            assert box is not None
            assert box["width"] < 80
            await expect(places.get_by_role("link", name="Webhooks")).to_be_visible()
            await expect(leave).not_to_be_visible()
            await page.get_by_role("button", name="Menu").click()
            await expect(leave).to_be_visible()
            await page.keyboard.press("Escape")
            await expect(leave).not_to_be_visible()
            await places.get_by_role("link", name="Webhooks").click()
            await expect(page.get_by_role("heading", name="Webhooks")).to_be_visible()
            await expect(leave).to_be_visible()

    run(story())
