"""What happens shows by itself, the keyboard is enough, and a lost connection is told of and made up for."""

import socket
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.support.browsing import DESKTOP, PHONE, Stage, screenshot, visiting
from tests.support.process import Server, serving
from tests.support.seat import seated, sign_in

LOST = "ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|ERR_FAILED|ERR_EMPTY_RESPONSE|WebSocket connection"
ALL = "/conversations?tab=all"

COUNT = """
  () => {
    window.fetched = 0;
    document.addEventListener("htmx:before:request", () => fetched++);
  }
"""
POKES = """
  () => {
    window.poked = [];
    document.body.addEventListener("deskbell:conversations", () => poked.push(performance.now()));
  }
"""
AWAY = """
  (hidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event("visibilitychange"));
  }
"""


def test_a_burst_of_messages_makes_few_fetches_and_shows_the_last(stage: Stage, each_house: Server) -> None:
    async def story() -> None:
        async with seated(stage, each_house) as seat:
            await seat.desk.begin(2)
            page = await seat.open(ALL)
            await seat.listening()
            rows = page.locator("#conversations a[data-conversation]")
            await expect(rows).to_have_count(2)
            await page.evaluate(POKES)
            for number in range(40):
                await seat.desk.say(1, f"Message {number} of many")
            await expect(page.locator("#conversations")).to_contain_text("Message 39 of many")
            poked = await page.evaluate("poked")
            assert 0 < len(poked) < 40
            assert all(later - sooner > 1500 for sooner, later in pairwise(poked)), poked
            await seat.desk.begin(1)
            await expect(rows).to_have_count(3)

    stage.run(story())


def test_what_comes_while_nobody_looks_is_counted_in_the_title_and_fetched_afterwards(
    stage: Stage, house: Server
) -> None:
    async def story() -> None:
        async with seated(stage, house) as seat:
            await seat.desk.begin(1)
            page = await seat.open(ALL)
            await seat.listening()
            title = await page.title()
            await page.evaluate(COUNT)
            await page.evaluate(AWAY, True)
            for word in ("First", "Second"):
                await seat.desk.say(1, word, message_type="incoming")
            await expect(page).to_have_title(f"(2) {title}")
            await seat.desk.say(1, "My own does not count")
            await seat.desk.say(1, "Third", message_type="incoming")
            await expect(page).to_have_title(f"(3) {title}")
            assert await page.evaluate("fetched") == 0
            await page.evaluate(AWAY, False)
            await expect(page).to_have_title(title)
            await expect(page.locator("#conversations")).to_contain_text("Third")

    stage.run(story())


def test_a_lost_connection_is_told_of_and_what_was_missed_shows(
    stage: Stage, tmp_path: Path, sqlite_url: str
) -> None:
    async def story() -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        async with (
            serving(tmp_path, sqlite_url, port=port) as server,
            seated(stage, server, expected=LOST) as seat,
        ):
            await seat.desk.begin(1)
            page = await seat.open(ALL)
            await seat.listening()
            told = page.locator("#connection")
            await expect(told).to_be_empty()
            await server.kill()
            await expect(told).to_have_text("Connection lost, trying again…")
            await screenshot(page, "dashboard-connection-lost")
            other = Server(tmp_path, sqlite_url, name="other")
            try:
                await other.start()
                seat.desk._server = other
                await seat.desk.say(1, "While you were away")
                await other.stop()
            finally:
                other.destroy()
            await server.start()
            await expect(page.locator("#conversations")).to_contain_text("While you were away")
            await expect(told).to_be_empty()

    stage.run(story())


def test_who_types_is_seen_by_a_colleague(stage: Stage, each_house: Server) -> None:
    async def story() -> None:
        async with seated(stage, each_house) as seat:
            await seat.desk.begin(1)
            agent = await seat.desk.post(
                "/agents", {"email": f"bob-{seat.desk.account_id}@example.com", "name": "Bob"}
            )
            inbox = (await seat.desk.get("/inboxes"))["payload"][0]["id"]
            await seat.desk.post("/inbox_members", {"inbox_id": inbox, "user_ids": [agent["id"]]})
            async with visiting(await stage.browser()) as context:
                await sign_in(each_house, context, agent["id"])
                bob = await context.new_page()
                await bob.goto(seat.at("/conversations/1"))
                await bob.locator("body[data-listening]").wait_for(state="attached")
                page = await seat.open("/conversations/1")
                await seat.listening()
                await bob.locator("#composer textarea").press_sequentially("One moment")
                await expect(page.locator("[data-live-typing]").first).to_have_text("Bob is typing…")
                await bob.locator("#composer textarea").fill("")
                await expect(page.locator("[data-live-typing]").first).to_be_empty()

    stage.run(story())


def test_everywhere_by_keyboard(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with seated(stage, house) as seat:
            await seat.desk.begin(3)
            page = await seat.open()
            await page.keyboard.press("?")
            sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
            await expect(sheet).to_be_visible()
            await expect(sheet).to_contain_text("Conversations")
            await screenshot(page, "dashboard-keys")
            await page.keyboard.press("Escape")
            await expect(sheet).to_be_hidden()
            await page.keyboard.type("gw")
            await expect(page.get_by_role("heading", name="Webhooks")).to_be_visible()
            await page.keyboard.type("gc")
            await expect(page.get_by_role("navigation", name="Whose")).to_be_visible()
            await page.goto(seat.at(ALL))
            rows = page.locator("#conversations a[data-conversation]")
            await page.keyboard.press("j")
            await expect(rows.nth(0)).to_be_focused()
            await page.keyboard.press("j")
            await expect(rows.nth(1)).to_be_focused()
            await page.keyboard.press("ArrowDown")
            await page.keyboard.press("k")
            await expect(rows.nth(1)).to_be_focused()
            number = await rows.nth(1).get_attribute("data-conversation")
            await page.keyboard.press("Enter")
            await expect(page.locator(f'#conversation[data-live-conversation="{number}"]')).to_be_visible()
            await page.keyboard.press("r")
            writing = page.locator("#composer textarea")
            await expect(writing).to_be_focused()
            await page.keyboard.type("gw? jk")
            await expect(writing).to_have_value("gw? jk")
            await page.keyboard.press("Escape")
            await expect(writing).not_to_be_focused()
            await page.keyboard.press("n")
            await expect(writing).to_be_focused()
            await expect(page.locator('[data-mode="note"] input')).to_be_checked()
            await page.keyboard.press("Escape")
            await page.keyboard.press("e")
            await expect(page.locator("#resolve")).to_contain_text("Reopen")

    stage.run(story())


def test_shortcuts_can_be_switched_off_for_good(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with seated(stage, house) as seat:
            page = await seat.open("/profile")
            await page.get_by_label("Shortcuts by single keys").and_(page.locator("main *")).uncheck()
            await page.reload()
            await expect(page.locator("main [data-keys-switch]")).not_to_be_checked()
            await page.keyboard.type("?gw")
            await page.keyboard.press("Control+k")
            palette = page.get_by_role("dialog", name="Go anywhere")
            await expect(palette).to_be_visible()
            await expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_hidden()
            await page.keyboard.press("Escape")
            await expect(page.get_by_role("heading", name="Your profile")).to_be_visible()
            await page.locator("main [data-keys-switch]").check()
            await page.locator("h1").click()
            await page.keyboard.press("?")
            await expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()

    stage.run(story())


@pytest.mark.parametrize(
    ("name", "viewport", "scheme"), [("desktop", DESKTOP, "light"), ("phone", PHONE, "dark")]
)
def test_the_palette_leads_to_places_and_conversations(
    stage: Stage, house: Server, name: str, viewport: dict[str, int], scheme: str
) -> None:
    async def story() -> None:
        async with seated(stage, house, viewport=viewport, color_scheme=scheme) as seat:
            await seat.desk.begin(3)
            page = await seat.open()
            await page.keyboard.press("Control+k")
            field = page.get_by_role("combobox", name="Search conversations")
            await expect(field).to_be_focused()
            await expect(
                page.get_by_role("group", name="Recent conversations").get_by_role("option")
            ).to_have_count(3)
            await screenshot(page, f"dashboard-palette-{name}")
            await field.fill("contact 1")
            found = page.get_by_role("group", name="Conversations", exact=True).get_by_role("option")
            await expect(found).to_have_count(1)
            await expect(found).to_have_attribute("aria-selected", "true")
            active = await field.get_attribute("aria-activedescendant")
            assert active == await found.get_attribute("id")
            await page.keyboard.press("Enter")
            await expect(page.locator('#conversation[data-live-conversation="2"]')).to_be_visible()
            await page.keyboard.press("Control+k")
            await field.fill("webh")
            await expect(page.get_by_role("option", name="Webhooks")).to_have_attribute(
                "aria-selected", "true"
            )
            await field.fill("nothing at all is called so")
            await expect(page.get_by_text("Nothing found")).to_be_visible()
            await field.fill("webh")
            await page.keyboard.press("Enter")
            await expect(page.get_by_role("heading", name="Webhooks")).to_be_visible()

    stage.run(story())
