"""The list of conversations in a real browser: opened beside it, searched and filtered, several changed at once, one begun."""

from contextlib import suppress

from playwright.async_api import Error, Locator, Page, expect

from tests.support.browsing import PHONE, Stage, screenshot
from tests.support.process import Server
from tests.support.seat import Seat, seated

NAMES = ("Ada", "Ben", "Cleo", "Dana", "Eve")


async def back(page: Page) -> None:
    """As the button does. htmx loads the page anew, so the browser may call its own going back aborted."""
    with suppress(Error):
        await page.go_back(wait_until="commit")


async def furnish(seat: Seat) -> int:
    """A conversation with each of them, in an API inbox; answers the inbox."""
    inbox = (await seat.desk.post("/inboxes", {"name": "Shop", "channel": {"type": "api"}}))["id"]
    for name in NAMES:
        contact = (await seat.desk.post("/contacts", {"name": name, "inbox_id": inbox}))["payload"]
        source_id = contact["contact_inbox"]["source_id"]
        said = {"content": f"{name} asks about a bell"}
        await seat.desk.post("/conversations", {"inbox_id": inbox, "source_id": source_id, "message": said})
    return int(inbox)


def rows(page: Page) -> Locator:
    return page.locator("#conversations a[data-conversation]")


def row(page: Page, name: str) -> Locator:
    return rows(page).filter(has=page.locator("strong", has_text=name))


async def fits(page: Page) -> bool:
    """Nothing makes the page wider than the window."""
    return bool(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_a_conversation_opens_beside_the_list_and_going_back_closes_it(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with seated(stage, house) as seat:
            await furnish(seat)
            page = await seat.open("/conversations?tab=all")
            await expect(rows(page)).to_have_count(5)
            await page.evaluate("document.querySelector('#list').dataset.kept = 'yes'")
            await row(page, "Cleo").focus()
            await page.keyboard.press("Enter")
            await expect(page.get_by_role("article", name="Conversation 3")).to_be_focused()
            await expect(row(page, "Cleo")).to_have_attribute("aria-current", "true")
            await expect(page).to_have_url(seat.at("/conversations/3?tab=all"))
            await expect(page).to_have_title(
                "#3 Cleo · Conversations · " + (await page.title()).rpartition(" · ")[2]
            )
            await row(page, "Eve").click()
            await expect(page.get_by_role("article", name="Conversation 5")).to_be_visible()
            await expect(page.locator("#conversations [aria-current='true']")).to_have_count(1)
            assert await page.evaluate("document.querySelector('#list').dataset.kept") == "yes", (
                "only what is beside it changed"
            )
            await page.get_by_role("navigation", name="Whose").get_by_role("link", name="Unassigned").click()
            await expect(page).to_have_url(seat.at("/conversations/5?tab=unassigned"))
            await expect(page.get_by_role("article", name="Conversation 5")).to_be_visible()
            await expect(row(page, "Eve")).to_have_attribute("aria-current", "true")
            await back(page)
            await expect(page).to_have_url(seat.at("/conversations/5?tab=all"))
            await expect(rows(page)).to_have_count(5)
            await back(page)
            await expect(page).to_have_url(seat.at("/conversations/3?tab=all"))
            await expect(page.get_by_role("article", name="Conversation 3")).to_be_visible()
            await expect(row(page, "Cleo")).to_have_attribute("aria-current", "true")

    stage.run(story())


def test_the_list_is_searched_and_filtered_in_place(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with seated(stage, house) as seat:
            await furnish(seat)
            await seat.desk.post("/conversations/2/toggle_priority", {"priority": "urgent"})
            page = await seat.open("/conversations")
            await expect(page.get_by_role("heading", name="Nothing is yours right now")).to_be_visible()
            await page.get_by_role("link", name="Look at unassigned (5)").click()
            await expect(rows(page)).to_have_count(5)
            await page.keyboard.press("/")
            await page.keyboard.type("dana asks")
            await expect(rows(page)).to_have_count(1)
            await expect(page.locator("#conversations mark")).to_have_text("Dana asks")
            await expect(page.locator("#list-search")).to_be_focused()
            await page.get_by_role("link", name="“dana asks”").click()
            await expect(page.locator("#list-search")).to_have_value("")
            await page.get_by_role("navigation", name="Whose").get_by_role("link", name="All").click()
            await expect(rows(page)).to_have_count(5)
            await page.get_by_role("button", name="Filter", exact=True).click()
            await page.locator("#list-priority").select_option("urgent")
            await expect(rows(page)).to_have_count(1)
            await expect(page.locator("#list-filters")).to_be_visible()
            await page.keyboard.press("Escape")
            await screenshot(page, "dashboard-list-filtered")
            await page.locator(".chip", has_text="Urgent").click()
            await expect(rows(page)).to_have_count(5)
            await expect(page.locator("#list-priority")).to_have_value("")
            await page.locator("#list-status").select_option("resolved")
            await expect(page.get_by_role("heading", name="Nothing is resolved")).to_be_visible()
            await page.reload()
            await expect(page.locator("#list-status")).to_have_value("resolved")

    stage.run(story())


def test_several_are_selected_and_resolved_at_once(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with seated(stage, house) as seat:
            await furnish(seat)
            page = await seat.open("/conversations?tab=all&sort=created")
            picks = page.locator("#conversations .pick input")
            bar = page.get_by_role("form", name="The selected conversations")
            await expect(bar).to_be_hidden()
            await picks.nth(0).check()
            await expect(bar).to_be_visible()
            await picks.nth(2).click(modifiers=["Shift"])
            await expect(page.locator("#bulk-count")).to_have_text("3 selected")
            await screenshot(page, "dashboard-list-selected")
            await seat.listening()
            await seat.desk.post("/conversations/5/toggle_priority", {"priority": "high"})
            await expect(row(page, "Eve").get_by_text("High")).to_be_attached()
            await expect(page.locator("#bulk-count")).to_have_text("3 selected")
            await bar.get_by_role("button", name="Resolve").click()
            await expect(page.get_by_text("3 resolved.")).to_be_visible()
            await expect(rows(page)).to_have_count(2)
            await expect(bar).to_be_hidden()
            await picks.nth(0).focus()
            await page.keyboard.press("Space")
            await bar.get_by_role("button", name="All").click()
            await expect(page.locator("#bulk-count")).to_have_text("2 selected")
            await bar.get_by_role("button", name="Assign").click()
            await bar.get_by_role("button", name="Me", exact=True).click()
            await expect(page.get_by_text("2 assigned.")).to_be_visible()
            await page.get_by_role("navigation", name="Whose").get_by_role("link", name="Mine").click()
            await expect(rows(page)).to_have_count(2)

    stage.run(story())


def test_a_conversation_is_begun_beside_the_list(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with seated(stage, house, "422") as seat:
            await furnish(seat)
            page = await seat.open("/conversations?tab=all")
            await page.get_by_role("link", name="New conversation").click()
            await expect(page.get_by_role("heading", name="New conversation")).to_be_visible()
            await page.get_by_role("searchbox", name="Find a contact").press_sequentially("cle")
            await page.get_by_role("radio", name="Cleo").check()
            await page.get_by_role("button", name="Begin the conversation").click()
            await expect(page.get_by_text("First message can't be blank")).to_be_visible()
            await expect(page.get_by_role("radio", name="Cleo")).to_be_checked()
            await page.get_by_label("Inbox", exact=True).last.select_option(label="Shop")
            await page.get_by_label("First message").fill("Your bell has arrived")
            await screenshot(page, "dashboard-new-conversation")
            await page.get_by_role("button", name="Begin the conversation").click()
            await expect(page.get_by_role("article", name="Conversation 6")).to_contain_text(
                "Your bell has arrived"
            )
            await expect(rows(page).first).to_contain_text("Your bell has arrived")

    stage.run(story())


def test_on_a_phone_list_and_conversation_are_pages_of_their_own(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with seated(stage, house, viewport=PHONE, has_touch=True, color_scheme="dark") as seat:
            await furnish(seat)
            page = await seat.open("/conversations?tab=all")
            await expect(rows(page)).to_have_count(5)
            assert await fits(page)
            await screenshot(page, "dashboard-list-phone")
            await row(page, "Ben").tap()
            await expect(page.get_by_role("article", name="Conversation 2")).to_be_visible()
            await expect(page.locator("#list")).to_be_hidden()
            await back(page)
            await expect(rows(page)).to_have_count(5)
            await page.locator("#conversations .pick").nth(1).tap()
            await page.get_by_role("button", name="More", exact=True).tap()
            await page.get_by_role("button", name="Urgent").tap()
            await expect(page.get_by_text("1 set to urgent.")).to_be_visible()
            await expect(page.locator("#conversations .urgency.urgent")).to_have_count(1)
            assert await fits(page)
            await page.get_by_role("link", name="New conversation").tap()
            await expect(page.get_by_role("heading", name="New conversation")).to_be_visible()
            assert await fits(page)

    stage.run(story())


def test_without_a_script_the_list_works_all_the_same(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with seated(stage, house, java_script_enabled=False) as seat:
            await furnish(seat)
            page = await seat.open("/conversations?tab=all")
            await row(page, "Dana").click()
            await expect(page.get_by_role("article", name="Conversation 4")).to_be_visible()
            await page.locator("#list-search").fill("cleo")
            await page.locator("#list-search").press("Enter")
            await expect(rows(page)).to_have_count(1)
            await page.locator("#conversations .pick input").check()
            await page.get_by_role("button", name="Resolve").first.click()
            await expect(page.get_by_text("1 resolved.")).to_be_visible()
            await page.goto(seat.at("/conversations/new?find=Eve"))
            await page.get_by_role("radio", name="Eve").check()
            await page.get_by_label("Inbox", exact=True).last.select_option(label="Shop")
            await page.get_by_label("First message").fill("Hello Eve")
            await page.get_by_role("button", name="Begin the conversation").click()
            await expect(page.get_by_role("article", name="Conversation 6")).to_contain_text("Hello Eve")

    stage.run(story())
