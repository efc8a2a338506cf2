"""Somebody who is faster than the network, or goes elsewhere meanwhile: nothing is lost, mixed up or taken from under their hands."""

from asyncio import Event

from playwright.async_api import FilePayload, Page, Route, expect

from tests.support.browsing import Stage
from tests.support.process import Server
from tests.support.seat import Seat, seated


async def begun(seat: Seat, count: int = 2) -> Page:
    """The first of so many conversations, in which nothing was said yet."""
    await seat.desk.begin(count)
    page = await seat.open("/conversations/1?tab=all")
    await seat.listening()
    return page


async def go_to(page: Page, number: int) -> None:
    await page.locator(f"#go-{number}").click()
    await expect(page.locator(f'#conversation[data-live-conversation="{number}"]')).to_be_visible()


def test_a_conversation_without_a_word_goes_on_saying_so(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with seated(stage, house) as seat:
            page = await begun(seat)
            await seat.desk.say(2, "Elsewhere")
            await expect(page.locator("#row-2")).to_contain_text("Elsewhere")
            await expect(page.get_by_text("Nothing has been said yet.")).to_be_visible()
            await seat.desk.say(1, "Good day")
            await expect(page.locator("[data-messages] .words")).to_have_text("Good day")
            await expect(page.get_by_text("Nothing has been said yet.")).to_have_count(0)

    stage.run(story())


def test_what_came_shows_though_asking_for_it_failed_at_first(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with seated(stage, house, expected="status of 503") as seat:
            page = await begun(seat)
            asked = []

            async def fail_once(route: Route) -> None:
                asked.append(route.request.url)
                if len(asked) == 1:
                    await route.fulfill(status=503, body="")
                else:
                    await route.continue_()

            await page.route("**/conversations/1/messages?*", fail_once)
            await seat.desk.say(1, "Good day", message_type="incoming")
            await expect(page.locator("[data-messages] .words")).to_have_text("Good day")
            assert len(asked) > 1

    stage.run(story())


def test_two_notes_keep_their_order_though_the_names_in_the_first_come_late(
    stage: Stage, house: Server
) -> None:
    async def story() -> None:
        async with seated(stage, house) as seat:
            page = await begun(seat)
            known = Event()

            async def hold(route: Route) -> None:
                await known.wait()
                await route.continue_()

            await page.route("**/mentions", hold)
            await page.locator('[data-mode="note"]').click()
            field = page.locator("#content")
            for text in ("Ask somebody@example.com first", "Then call"):
                await field.fill(text)
                await field.press("Enter")
                await expect(field).to_have_value("")
            known.set()
            await expect(page.locator("[data-messages] .words")).to_have_text(
                ["Ask somebody@example.com first", "Then call"]
            )

    stage.run(story())


def test_files_wait_in_the_conversation_they_were_chosen_for(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with seated(stage, house) as seat:
            page = await begun(seat)
            chosen = page.locator("[data-picked] li")
            prices = FilePayload(name="prices.txt", mimeType="text/plain", buffer=b"A bell: 5")
            await page.locator("[data-files]").set_input_files([prices])
            await expect(chosen).to_have_count(1)
            await go_to(page, 2)
            await expect(chosen).to_have_count(0)
            await go_to(page, 1)
            await expect(chosen).to_contain_text("prices.txt")
            await page.get_by_role("button", name="Send", exact=True).click()
            await expect(page.locator("[data-messages] a.file")).to_contain_text("prices.txt")
            await go_to(page, 2)
            await go_to(page, 1)
            await expect(chosen).to_have_count(0)

    stage.run(story())


def test_a_button_below_what_was_refused_keeps_the_focus(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with seated(stage, house, expected="status of 422") as seat:
            page = await begun(seat)
            answered = Event()

            async def refuse(route: Route) -> None:
                await answered.wait()
                await route.fulfill(status=422, body="Not today.")

            await page.route("**/conversations/1/messages", refuse)
            field = page.locator("#content")
            await field.fill("First")
            await field.press("Enter")
            await expect(page.locator("[data-outbox] .message")).to_have_count(1)
            await field.fill("Meanwhile")
            answered.set()
            discard = page.get_by_role("button", name="Discard")
            await discard.focus()
            await page.evaluate("dispatchEvent(new Event('online'))")
            await expect(discard).to_be_focused()
            await page.keyboard.press("Enter")
            await expect(page.locator("[data-outbox] .message")).to_have_count(0)
            await expect(field).to_have_value("Meanwhile")

    stage.run(story())


def test_whoever_left_a_button_is_not_put_back_on_it_by_what_others_do(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with seated(stage, house) as seat:
            page = await begun(seat)
            await page.locator("#resolve").click()
            await expect(page.locator("#resolve")).to_have_text("Reopen")
            await page.locator("#content").focus()
            await page.keyboard.press("Escape")
            for label in ("vip", "billing"):
                await seat.desk.post("/conversations/1/labels", {"labels": [label]})
                await expect(page.get_by_role("button", name=f"Remove the label {label}")).to_be_visible()
            assert await page.evaluate("document.activeElement === document.body")

    stage.run(story())


def test_enter_in_the_palette_waits_for_what_was_typed_last(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with seated(stage, house) as seat:
            page = await begun(seat, 3)
            await page.keyboard.press("Control+k")
            field = page.get_by_role("combobox", name="Search conversations")
            found = page.get_by_role("group", name="Conversations", exact=True).get_by_role("option")
            await field.fill("contact 1")
            await expect(found).to_have_count(1)
            known = Event()

            async def hold(route: Route) -> None:
                await known.wait()
                await route.continue_()

            await page.route("**/palette?*", hold)
            await field.fill("contact 2")
            await field.press("Enter")
            known.set()
            await expect(page.locator('#conversation[data-live-conversation="3"]')).to_be_visible()

    stage.run(story())


def test_what_is_sent_by_a_double_click_is_done_once(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with seated(stage, house) as seat:
            page = await seat.open("/settings/canned_responses/new")
            await page.locator("#short_code").fill("bye")
            await page.locator("#content").fill("Good bye")
            await page.locator("#main form button.primary").dblclick()
            await expect(page.get_by_text("Type /bye in a reply to use it.")).to_be_visible()
            await begun(seat)
            await page.get_by_label("A note about the contact").fill("Likes brass")
            await page.get_by_role("button", name="Add the note").dblclick()
            await expect(page.locator(".notes")).to_contain_text("Likes brass")
            await page.reload()
            await expect(page.locator(".notes > li")).to_have_count(1)

    stage.run(story())
