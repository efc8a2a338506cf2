"""The whole life of a webhook in a real browser: made, tested, failing, watched, mended, replayed, rotated."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.test_dashboard import fits, go_to, set_up, write
from tests.support import axe
from tests.support.aio import Visit, receiver, run
from tests.support.browsing import DESKTOP, PHONE, browser, screenshot, visiting
from tests.support.process import serving


class Moody:
    """A receiver that works, or does not."""

    def __init__(self) -> None:
        self.works = True

    async def answer(self, visit: Visit) -> None:
        while True:
            await visit.read_request()
            told = b"200 OK" if self.works else b"500 Broken"
            await visit.say(b"HTTP/1.1 " + told + b"\r\nContent-Length: 9\r\n\r\nas I said")


async def make(page: Page, address: str) -> str:
    """A webhook, from the form; answers where it is."""
    await go_to(page, "Webhooks")
    await page.get_by_role("link", name="Add your first webhook").click()
    await page.get_by_label("Address").fill(address)
    await expect(page.get_by_text("and a server answers there")).to_be_visible()
    await page.get_by_role("button", name="Add the webhook").click()
    await expect(page.get_by_text("The webhook is ready")).to_be_visible()
    await page.get_by_role("button", name="Send test event").click()
    await expect(page.locator("#tested")).to_contain_text("200 accepted")
    return page.url


async def fail(page: Page) -> None:
    """What happens is tried, and given up; the log tells it by itself, and the place one is at is kept."""
    rows = page.locator(".log tbody tr")
    await expect(rows).to_have_count(2)
    await page.locator("#link-1").focus()
    await expect(rows.nth(0)).to_contain_text("Dead")
    await expect(rows.nth(1)).to_contain_text("Dead")
    await expect(page.locator("#link-1")).to_be_focused()
    further = page.get_by_text("More filters")
    if await further.is_visible():
        await further.click()
    await page.get_by_label("Last answer").fill("404")
    await page.get_by_label("Last answer").press("Enter")
    await expect(page.get_by_text("Nothing here matches")).to_be_visible()
    await page.get_by_label("Last answer").fill("5xx")
    await page.get_by_label("Last answer").press("Enter")
    await expect(rows).to_have_count(2)
    await page.get_by_role("link", name="Delivery 1", exact=True).click()
    await expect(page.get_by_text("It failed 3 times and was given up")).to_be_visible()
    await expect(page.locator(".attempts > li")).to_have_count(3)
    await expect(page.locator(".attempts > li").first).to_contain_text("as I said")


async def replay(page: Page, overview: str, name: str) -> None:
    """All that died: counted, sent, watched; and one that is picked."""
    await page.goto(f"{overview}/deliveries")
    await page.get_by_role("link", name="Replay many").click()
    await page.get_by_role("button", name="Count them").first.click()
    await expect(page.get_by_text("This sends 2 deliveries again.")).to_be_visible()
    assert await fits(page)
    await axe.check(page)
    await screenshot(page, f"dashboard-replay-{name}")
    await page.get_by_role("button", name="Send 2 deliveries again").click()
    await expect(page.get_by_text("Done: 2 of 2 are in line again")).to_be_visible()
    rows = page.locator(".log tbody tr")
    await expect(rows).to_have_count(4)
    for place in (0, 1):
        await expect(rows.nth(place)).to_contain_text("replay")
        await expect(rows.nth(place)).to_contain_text("Delivered")
    button = page.get_by_role("button", name="Replay selected")
    await expect(button).to_be_disabled()
    await page.get_by_label("Select delivery 2").check()
    await expect(page.get_by_text("Held while you select.")).to_be_visible()
    assert await fits(page)
    await axe.check(page)
    await screenshot(page, f"dashboard-log-{name}")
    await page.get_by_role("button", name="Replay 1 selected").click()
    await expect(page.get_by_text("This sends 1 delivery again.")).to_be_visible()


async def rotate(page: Page, overview: str) -> None:
    """The new secret is in every snippet, and for how long the old one goes on is told to the second."""
    await page.goto(overview)
    before = await page.locator("#secret-text").inner_text()
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_text("Rotate it").click()
    await page.get_by_role("button", name="Rotate the secret").click()
    await expect(page.get_by_text("Here is the new secret")).to_be_visible()
    await expect(page.locator("#secret-text")).not_to_have_text(before)
    left = page.locator("time[data-countdown]")
    await expect(left).to_contain_text("23 h 59 min")
    told = await left.inner_text()
    await expect(left).not_to_have_text(told)
    await page.get_by_text("Verify in your program").click()
    await page.get_by_text("Go", exact=True).click()
    await expect(page.locator("#snippet-go")).to_contain_text(await page.locator("#secret-text").inner_text())
    await expect(page.locator("#snippet-python")).to_be_hidden()
    assert await fits(page)
    await axe.check(page)


@pytest.mark.parametrize(
    ("name", "viewport", "scheme"), [("desktop", DESKTOP, "light"), ("phone", PHONE, "dark")]
)
def test_a_webhook_lives_fails_is_mended_and_makes_good(
    tmp_path: Path, name: str, viewport: dict[str, int], scheme: str
) -> None:
    async def story() -> None:
        moody = Moody()
        settings = {"delivery_allow": "127.0.0.1", "delivery_schedule": "0,1,1"}
        async with (
            receiver(moody.answer) as hook,
            serving(tmp_path, "sqlite:///data/deskbell.db", **settings) as server,
            browser() as chromium,
            visiting(chromium, viewport=viewport, color_scheme=scheme) as ada,
        ):
            page = await ada.new_page()
            await set_up(page, server)
            overview = await make(page, hook.url("/bell"))
            await page.get_by_role("link", name="Deliveries", exact=True).click()
            await expect(page.get_by_text("Nothing was delivered yet")).to_be_visible()
            moody.works = False
            other = await ada.new_page()
            await other.goto(server.address)
            await write(other, server)
            await other.close()
            await fail(page)
            moody.works = True
            await replay(page, overview, name)
            await rotate(page, overview)
            await screenshot(page, f"dashboard-webhook-{name}")

    run(story())


def test_a_log_works_without_a_script(tmp_path: Path) -> None:
    async def story() -> None:
        moody = Moody()
        async with (
            receiver(moody.answer) as hook,
            serving(tmp_path, "sqlite:///data/deskbell.db", delivery_allow="127.0.0.1") as server,
            browser() as chromium,
            visiting(chromium) as ada,
        ):
            page = await ada.new_page()
            await set_up(page, server)
            overview = await make(page, hook.url("/bell"))
            await write(page, server)
            await page.goto(f"{overview}/deliveries")
            await expect(page.locator(".log .state", has_text="Delivered")).to_have_count(2)
            async with visiting(
                chromium, java_script_enabled=False, storage_state=await ada.storage_state()
            ) as plain:
                bare = await plain.new_page()
                await bare.goto(f"{overview}/deliveries")
                await bare.get_by_label("Event").select_option("message_created")
                await bare.get_by_role("button", name="Filter").click()
                await expect(bare.locator(".log tbody tr")).to_have_count(1)
                await bare.locator(".log input[type=checkbox]").check()
                await bare.get_by_role("button", name="Replay selected").click()
                await bare.get_by_role("button", name="Send 1 delivery again").click()
                await expect(bare.get_by_text("Sending 1 delivery again.")).to_be_visible()

    run(story())
