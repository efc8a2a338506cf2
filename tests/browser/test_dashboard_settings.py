"""Settings in a real browser: what a team keeps, a bot and its token, an invitation accepted, and signing in with a code."""

import re
from pathlib import Path

import httpx
import pyotp
import pytest
from playwright.async_api import Browser, Page, expect

from deskbell.kit.clock import SECOND, SystemClock
from tests.browser.test_dashboard import PASSWORD, fits, go_to, set_up
from tests.support.aio import run
from tests.support.browsing import DESKTOP, PHONE, browser, screenshot, visiting
from tests.support.process import Server, serving

STEP = 30 * SECOND


def step() -> int:
    return SystemClock().now() // STEP


async def sign_in(page: Page, server: Server) -> None:
    """The first step, from the door."""
    await page.goto(f"{server.address}/app/login")
    await page.get_by_label("Email").fill("ada@example.com")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()


async def add_label(page: Page) -> None:
    await go_to(page, "Labels")
    await page.get_by_role("link", name="Add your first label").click()
    await page.get_by_label("Title").fill("no spaces")
    await page.get_by_role("button", name="Add the label").click()
    await expect(page.get_by_label("Title")).to_have_attribute("aria-invalid", "true")
    await page.get_by_label("Title").fill("billing")
    assert await fits(page)
    await page.get_by_role("button", name="Add the label").click()
    await expect(page.get_by_role("link", name="billing")).to_be_visible()
    await expect(page.get_by_text("No conversations")).to_be_visible()


async def add_response(page: Page) -> None:
    await go_to(page, "Canned responses")
    await page.get_by_role("link", name="Add your first response").click()
    await page.get_by_label("Short code").fill("refund")
    await page.get_by_role("button", name="Add the response").click()
    await expect(page.get_by_label("Answer")).to_be_focused()  # where one goes on
    await page.get_by_label("Answer").press_sequentially("We are **so** sorry")
    await expect(page.locator("#preview strong")).to_have_text("so")
    assert await fits(page)
    await page.get_by_role("button", name="Add the response").click()
    await expect(page.get_by_role("link", name="/refund")).to_be_visible()
    await page.get_by_label("Search canned responses").press_sequentially("nowhere")
    await expect(page.get_by_text("Nothing here holds")).to_be_visible()
    await page.get_by_label("Search canned responses").fill("sorry")
    await expect(page.get_by_role("link", name="/refund")).to_be_visible()
    assert await fits(page)


@pytest.mark.parametrize(
    ("name", "viewport", "scheme"), [("desktop", DESKTOP, "light"), ("phone", PHONE, "dark")]
)
def test_labels_and_answers_are_kept_and_a_bot_gets_its_token(
    tmp_path: Path, name: str, viewport: dict[str, int], scheme: str
) -> None:
    async def story() -> None:
        async with (
            serving(tmp_path, "sqlite:///data/deskbell.db", delivery_allow="127.0.0.1") as server,
            browser() as chromium,
            visiting(
                chromium,
                "422",
                viewport=viewport,
                color_scheme=scheme,
                permissions=["clipboard-read", "clipboard-write"],
            ) as ada,
        ):
            page = await ada.new_page()
            await set_up(page, server)
            await add_label(page)
            await add_response(page)
            await screenshot(page, f"settings-canned-{name}")
            await go_to(page, "Agent bots")
            await page.get_by_role("link", name="Add your first bot").click()
            await page.get_by_label("Name").fill("Clara")
            await page.locator("#outgoing_url").fill("http://127.0.0.1:9999/bot")
            await expect(page.get_by_text("This address can be sent to")).to_be_visible()
            await page.get_by_role("button", name="Add the bot").click()
            await expect(page.get_by_text("The bot is there")).to_be_visible()
            await page.locator(".code:has(#token)").get_by_role("button", name="Copy").click()
            await expect(page.get_by_text("Copied.")).to_be_visible()
            token = await page.evaluate("navigator.clipboard.readText()")
            async with httpx.AsyncClient(headers={"api_access_token": token}) as bot:
                answer = await bot.get(f"{server.address}/api/v1/accounts/1/conversations/1")
            assert answer.status_code == 404, "let in, and there is no such conversation yet"
            await page.get_by_label("Campana").check()
            await page.get_by_role("button", name="Save the inboxes").click()
            await expect(page.get_by_text("It answers here.")).to_be_visible()
            assert await fits(page)
            await screenshot(page, f"settings-bot-{name}")

    run(story())


def test_an_invitation_is_accepted_in_another_browser(tmp_path: Path) -> None:
    async def story() -> None:
        async with (
            serving(tmp_path, "sqlite:///data/deskbell.db") as server,
            browser() as chromium,
            visiting(chromium) as ada,
            visiting(chromium, viewport=PHONE) as nina,
        ):
            page = await ada.new_page()
            await set_up(page, server)
            await go_to(page, "Agents")
            await page.get_by_label("Email").fill("nina@example.com")
            await page.get_by_role("button", name="Invite").click()
            link = await page.locator("#link").inner_text()
            await expect(page.get_by_role("heading", name="Invited")).to_be_visible()
            theirs = await nina.new_page()
            await theirs.goto(link)
            await theirs.get_by_label("Your name").fill("Nina Nightingale")
            await theirs.get_by_label("Password").fill(PASSWORD)
            assert await fits(theirs)
            await theirs.get_by_role("button", name="Begin").click()
            await expect(theirs.get_by_role("heading", name="Getting started")).to_be_visible()
            await go_to(page, "Agents")
            await expect(page.get_by_text("Nina Nightingale")).to_be_visible()
            await expect(page.get_by_role("heading", name="Invited")).to_have_count(0)

    run(story())


async def switch_on(page: Page) -> tuple[str, int, list[str]]:
    """The secret, the step its first code was of, and the recovery codes."""
    await go_to(page, "Your profile")
    await page.get_by_role("link", name="Set it up").click()
    await page.get_by_role("button", name="Begin").click()
    await expect(page.get_by_role("img", name="The QR code with your key")).to_be_visible()
    secret = await page.locator("#totp-key").inner_text()
    used = step()
    await page.get_by_label("Code", exact=True).fill(pyotp.HOTP(secret).at(used))
    await page.get_by_role("button", name="Switch it on").click()
    codes = (await page.locator("#recovery-codes").inner_text()).split()
    assert len(codes) == 10
    return secret, used, codes


async def second_step(page: Page, code: str) -> None:
    await expect(page.get_by_role("heading", name="Your code")).to_be_visible()
    await page.get_by_label("Code", exact=True).fill(code)
    await page.get_by_role("button", name="Sign in").click()


async def in_another_browser(chromium: Browser, server: Server, code: str, *, let_in: bool) -> None:
    async with visiting(chromium, "422", viewport=PHONE) as other:
        page = await other.new_page()
        await sign_in(page, server)
        await second_step(page, code)
        if let_in:
            await expect(page.get_by_role("heading", name="Getting started")).to_be_visible()
        else:
            await expect(page.locator("#code-wrong")).to_contain_text("not right")
            assert await fits(page)


def test_a_code_is_asked_for_and_a_recovery_code_lets_in_once(tmp_path: Path) -> None:
    async def story() -> None:
        async with (
            serving(tmp_path, "sqlite:///data/deskbell.db", rate_limit_sign_in=0) as server,
            browser() as chromium,
            visiting(chromium) as ada,
        ):
            page = await ada.new_page()
            await set_up(page, server)
            secret, used, codes = await switch_on(page)
            await screenshot(page, "settings-recovery-codes")
            await page.get_by_role("link", name="I have kept them").click()
            await expect(page.get_by_text("10 of yours are left")).to_be_visible()
            # A code of the step to come is taken, for clocks that are a little ahead: nobody need wait for it.
            await in_another_browser(chromium, server, pyotp.HOTP(secret).at(used + 1), let_in=True)
            await in_another_browser(chromium, server, codes[0], let_in=True)
            await in_another_browser(chromium, server, codes[0], let_in=False)
            await page.reload()
            await expect(page.get_by_text(re.compile("^9 of yours are left"))).to_be_visible()

    run(story())
