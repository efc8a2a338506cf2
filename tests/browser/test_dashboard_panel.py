"""A conversation's head and its contact's panel in a real browser: with the mouse, with the keyboard alone, on a phone, and by two at once."""

import re

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from tests.support import axe
from tests.support.browsing import DESKTOP, PHONE, Stage, screenshot, visiting
from tests.support.faces import JSONObject
from tests.support.process import Server
from tests.support.seat import Seat, seated, sign_in

SERVED = {"browser": {"browser_name": "Firefox", "browser_version": "130.0", "platform_name": "Linux"}}


async def peopled(seat: Seat) -> JSONObject:
    """An account with an agent, a team, labels, attributes and a contact who wrote in; answers the contact."""
    desk = seat.desk
    inbox = await desk.api_inbox()
    omar = await desk.post("/agents", {"name": "Omar Haddad", "email": f"omar-{desk.account_id}@example.com"})
    await desk.post("/inbox_members", {"inbox_id": inbox["id"], "user_ids": [omar["id"]]})
    await desk.post("/teams", {"name": "support"})
    for title, color in (("billing", "#a4261a"), ("shipping", "#1f6b3d"), ("vip", "#85560f")):
        await desk.post("/labels", {"title": title, "color": color})
    for name, kind, model in (("plan", 6, 1), ("birthday", 5, 1), ("order", 0, 0)):
        body = {
            "attribute_display_name": name.title(),
            "attribute_key": name,
            "attribute_display_type": kind,
            "attribute_model": model,
            "attribute_values": ["Gold", "Silver"] if kind == 6 else [],
        }
        await desk.post("/custom_attribute_definitions", body)
    said = {
        "name": "Carla Bell",
        "email": f"carla-{desk.account_id}@example.com",
        "phone_number": "+14155550123",
        "inbox_id": inbox["id"],
        "additional_attributes": {"company_name": "Bells of Graz", "city": "Graz", "timezone": "Asia/Tokyo"},
        "custom_attributes": {"plan": "Gold"},
    }
    made = await desk.post("/contacts", said)
    source_id = made["payload"]["contact_inbox"]["source_id"]
    told = {**SERVED, "browser_language": "de-AT", "referer": "https://shop.example/cart"}
    for _ in range(2):
        body = {"source_id": source_id, "inbox_id": inbox["id"], "additional_attributes": told}
        number = (await desk.post("/conversations", body))["id"]
        await desk.say(number, "Good day! My bell is cracked.", message_type="incoming")
    contact: JSONObject = made["payload"]["contact"]
    return contact


def head(page: Page) -> Locator:
    return page.locator("#conversation-head")


async def colleague(seat: Seat, context: BrowserContext) -> Page:
    """Omar before the same conversation."""
    agents = await seat.desk.get("/agents")
    await sign_in(seat.server, context, next(one["id"] for one in agents if one["name"] == "Omar Haddad"))
    page = await context.new_page()
    await page.goto(seat.at("/conversations/2?tab=all"))
    await page.locator("body[data-listening]").wait_for(state="attached")
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_conversation_is_assigned_labelled_snoozed_and_resolved(
    stage: Stage, house: Server, scheme: str
) -> None:
    async def story() -> None:
        async with seated(stage, house, color_scheme=scheme) as seat:
            await peopled(seat)
            page = await seat.open("/conversations/2?tab=all")
            await page.get_by_role("button", name="Assignee: Nobody").click()
            await screenshot(page, f"panel-assign-{scheme}")
            await page.get_by_role("button", name="Omar Haddad").click()
            await expect(page.get_by_role("button", name="Assignee: Omar Haddad")).to_be_focused()
            await page.get_by_role("button", name="Priority: No priority").click()
            await page.get_by_role("button", name="High").click()
            await expect(page.get_by_role("button", name="Priority: High")).to_be_visible()
            for title in ("billing", "vip"):
                await page.get_by_role("button", name="Add a label").click()
                await page.locator("#do-labels").get_by_role("button", name=title).click()
                await expect(
                    head(page).get_by_role("button", name=f"Remove the label {title}")
                ).to_be_visible()
            await head(page).get_by_role("button", name="Remove the label billing").click()
            await expect(head(page).get_by_role("button", name="Remove the label billing")).to_have_count(0)
            await screenshot(page, f"panel-desktop-{scheme}")
            await axe.check(page)
            await page.get_by_role("button", name="Snooze", exact=True).click()
            await screenshot(page, f"panel-snooze-{scheme}")
            await page.get_by_role("button", name="Until tomorrow, 9:00").click()
            await expect(head(page)).to_contain_text("Snoozed, ends in")
            await page.get_by_role("button", name="Reopen", exact=True).click()
            await expect(head(page)).to_contain_text("Open")
            await page.get_by_role("button", name="Resolve", exact=True).click()
            await expect(head(page)).to_contain_text("Resolved")

    stage.run(story())


def test_two_agents_see_each_other_and_the_second_is_told(stage: Stage, each_house: Server) -> None:
    async def story() -> None:
        async with (
            seated(stage, each_house, expected="409") as seat,
            visiting(await stage.browser(), "409") as context,
        ):
            await peopled(seat)
            page = await seat.open("/conversations/2?tab=all")
            await seat.listening()
            other = await colleague(seat, context)
            await other.get_by_role("button", name="Team: No team").click()
            await other.get_by_role("button", name="support").click()
            await expect(page.get_by_role("button", name="Team: support")).to_be_visible()
            # While one has the choices open they stay as they are, and so does what the choice rests on.
            await page.get_by_role("button", name="Assignee: Nobody").click()
            await other.get_by_role("button", name="Assignee: Nobody").click()
            await other.get_by_role("button", name="Me", exact=True).click()
            await expect(other.get_by_role("button", name="Assignee: Omar Haddad")).to_be_visible()
            await page.locator("#do-assignee").get_by_role("button", name="Me", exact=True).click()
            told = head(page).get_by_role("alert")
            await expect(told).to_contain_text("Omar Haddad assigned the conversation to themselves")
            await screenshot(page, "panel-outdated")
            await expect(page.get_by_role("button", name="Assignee: Omar Haddad")).to_be_visible()
            # What is fetched anew takes nothing away that one is still to read; what one does next does.
            await other.get_by_role("button", name="Priority: No priority").click()
            await other.get_by_role("button", name="Low", exact=True).click()
            await expect(page.get_by_role("button", name="Priority: Low")).to_be_visible()
            await expect(told).to_contain_text("Omar Haddad assigned the conversation")
            await page.get_by_role("button", name="Priority: Low").click()
            await page.get_by_role("button", name="High", exact=True).click()
            await expect(page.get_by_role("button", name="Priority: High")).to_be_visible()
            await expect(told).to_have_count(0)

    stage.run(story())


def test_what_somebody_types_stays_while_others_change_things(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with seated(stage, house) as seat:
            await peopled(seat)
            page = await seat.open("/conversations/2?tab=all")
            await seat.listening()
            note = page.get_by_label("A note about the contact")
            await note.fill("Half a thou")
            await seat.desk.post("/conversations/2/labels", {"labels": ["vip"]})
            await expect(head(page).get_by_role("button", name="Remove the label vip")).to_be_visible()
            await expect(note).to_have_value("Half a thou")
            await note.fill("A whole thought")
            await page.get_by_role("button", name="Add the note").click()
            await expect(page.locator(".notes")).to_contain_text("A whole thought")
            await expect(note).to_have_value("")

    stage.run(story())


def test_a_contact_is_edited_in_a_dialog_and_an_attribute_in_its_place(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with seated(stage, house, expected="422") as seat:
            await peopled(seat)
            page = await seat.open("/conversations/2?tab=all")
            await page.locator("#panel").get_by_role("link", name="Edit").click()
            dialog = page.get_by_role("dialog", name="Edit Carla Bell")
            await expect(dialog.get_by_label("Name")).to_be_focused()
            await dialog.get_by_label("Phone").fill("12")
            await dialog.get_by_role("button", name="Save").click()
            await expect(dialog).to_contain_text("e164")
            await screenshot(page, "panel-edit")
            await dialog.get_by_label("Phone").fill("+43 1 234567")
            await dialog.get_by_label("Name").fill("Carla Klang")
            await dialog.get_by_role("button", name="Save").click()
            await expect(dialog).to_be_hidden()
            await expect(page.locator("#panel")).to_contain_text("+431234567")
            await expect(head(page).get_by_role("heading", name="Carla Klang")).to_be_visible()
            await page.locator("#panel summary", has_text="Plan").click()
            await page.get_by_label("Plan").select_option("Silver")
            await page.locator("#panel details[open]").get_by_role("button", name="Save").click()
            await expect(page.locator("#panel summary", has_text="Plan")).to_contain_text("Silver")
            await expect(page.locator("#panel details.attribute[open]")).to_have_count(0)

    stage.run(story())


def test_the_keyboard_is_enough(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with seated(stage, house) as seat:
            await peopled(seat)
            page = await seat.open("/conversations/2?tab=all")
            await page.keyboard.press("a")
            await expect(page.locator("#do-assignee")).to_be_visible()
            await page.keyboard.press("ArrowDown")
            await page.keyboard.press("Enter")
            await expect(page.get_by_role("button", name=re.compile("Assignee: Omar"))).to_be_focused()
            await page.keyboard.press("s")
            await expect(page.get_by_role("button", name="For an hour")).to_be_focused()
            await page.keyboard.press("Escape")
            await expect(page.locator("#do-snooze")).to_be_hidden()
            await page.keyboard.press("e")
            await expect(head(page)).to_contain_text("Resolved")

    stage.run(story())


def test_on_a_phone_the_panel_is_a_sheet_that_leads_back(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with seated(stage, house, viewport=PHONE, color_scheme="dark", has_touch=True) as seat:
            await peopled(seat)
            page = await seat.open("/conversations/2?tab=all")
            panel = page.locator("#panel")
            await expect(panel).to_be_hidden()
            await screenshot(page, "panel-phone")
            await page.get_by_role("button", name="Contact", exact=True).click()
            await expect(panel).to_be_visible()
            box = await panel.bounding_box()
            assert box is not None
            assert (box["x"], box["width"]) == (0, PHONE["width"])
            await screenshot(page, "panel-phone-sheet")
            await panel.get_by_role("button", name="Conversation").click()
            await expect(panel).to_be_hidden()
            await page.get_by_role("button", name="Assignee: Nobody").click()
            await screenshot(page, "panel-phone-assign")
            await page.get_by_role("button", name="Me", exact=True).click()
            await expect(page.locator("#do-assignee")).to_be_hidden()
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            await page.get_by_role("link", name="All conversations").click()
            await expect(page).to_have_url(re.compile(r"/conversations\?tab=all$"))

    stage.run(story())


@pytest.mark.parametrize(("name", "viewport"), [("desktop", DESKTOP), ("phone", PHONE)])
def test_two_contacts_are_found_compared_and_merged(
    stage: Stage, house: Server, name: str, viewport: dict[str, int]
) -> None:
    async def story() -> None:
        async with seated(stage, house, viewport=viewport) as seat:
            carla = await peopled(seat)
            await seat.desk.post("/contacts", {"name": "C. Bell", "identifier": f"c-{seat.desk.account_id}"})
            page = await seat.open("/contacts")
            await screenshot(page, f"contacts-{name}")
            await axe.check(page)
            await page.get_by_label("Search by name, email, phone or identifier").fill("carla")
            rows = page.locator("#contacts .contact-rows li")
            await expect(rows).to_have_count(1)
            await rows.get_by_role("link").click()
            await expect(page.get_by_role("heading", name="Conversations 2")).to_be_visible()
            await screenshot(page, f"contact-{name}")
            await axe.check(page)
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            await page.get_by_role("button", name="More to do with the contact").click()
            await page.get_by_role("link", name="Merge with another contact").click()
            await page.get_by_label("Find the other contact").fill("c. bell")
            await page.get_by_role("link", name="C. Bell").click()
            await expect(page.get_by_text("Which of them stays?")).to_be_visible()
            await screenshot(page, f"merge-{name}")
            await axe.check(page)
            await page.get_by_role("button", name="Merge them").click()
            await expect(page.get_by_text("They are one now: Carla Bell.")).to_be_visible()
            await expect(page.locator("#panel")).to_contain_text(f"c-{seat.desk.account_id}")
            assert page.url.endswith(f"/contacts/{carla['id']}")

    stage.run(story())
