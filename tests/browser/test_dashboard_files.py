"""Files in the dashboard's forms, in a real browser: a conversation that begins with some, pictures, and a key made anew."""

from playwright.async_api import Dialog, FilePayload, Page, expect

from tests.support import axe
from tests.support.browsing import Stage, screenshot
from tests.support.files import png
from tests.support.process import Server
from tests.support.seat import Seat, seated

CARRY = """({ place, event, name }) => {
  const carried = new DataTransfer();
  carried.items.add(new File(["words"], name, { type: "text/plain" }));
  const told = event === "paste" ? new ClipboardEvent(event, { clipboardData: carried, bubbles: true }) : new DragEvent(event, { dataTransfer: carried, bubbles: true });
  document.querySelector(place).dispatchEvent(told);
}"""


def payload(name: str, buffer: bytes, kind: str) -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": buffer}


PICTURE = payload("cat.png", png(40, 30), "image/png")


async def with_a_contact(seat: Seat) -> None:
    await seat.desk.post("/contacts", {"name": "Carla Costa", "email": "carla@example.com"})
    await seat.desk.post("/inboxes", {"name": "Bridge", "channel": {"type": "api"}})
    await seat.desk.post("/teams", {"name": "logistics"})


async def attach(page: Page) -> None:
    """Chosen, pasted and dropped; one of them taken back, one refused."""
    chosen = page.get_by_role("list", name="Files to send").get_by_role("listitem")
    await page.locator("[data-files]").set_input_files([PICTURE])
    await expect(chosen).to_have_count(1)
    await page.evaluate(CARRY, {"place": "#first-words", "event": "paste", "name": "pasted.txt"})
    await page.evaluate(CARRY, {"place": "form[data-beginning]", "event": "drop", "name": "dropped.txt"})
    await expect(chosen).to_have_count(3)
    await page.get_by_role("button", name="Remove pasted.txt").click()
    await expect(chosen).to_have_count(2)
    await page.locator("[data-files]").set_input_files([payload("large.bin", b"x" * 60_000, "text/plain")])
    await expect(page.locator("#attachments-wrong")).to_contain_text("large.bin is larger than")
    await expect(chosen).to_have_count(2)


def test_a_conversation_begins_with_files_that_stay_chosen_when_it_comes_back(
    stage: Stage, house: Server
) -> None:
    async def story() -> None:
        async with seated(stage, house, "422") as seat:
            await with_a_contact(seat)
            page = await seat.open("/conversations/new?find=Carla")
            await attach(page)
            await page.get_by_label("Team", exact=True).last.select_option(label="logistics")
            await page.get_by_role("button", name="Begin the conversation").click()
            await expect(page.locator("#contact-wrong")).to_contain_text("should be chosen")
            chosen = page.get_by_role("list", name="Files to send").get_by_role("listitem")
            await expect(chosen).to_have_count(2)
            await screenshot(page, "begin-with-files")
            await axe.check(page)
            await page.get_by_role("radio", name="Carla Costa").check()
            await page.get_by_label("Inbox", exact=True).last.select_option(label="Bridge")
            await page.get_by_role("button", name="Begin the conversation").click()
            thread = page.get_by_role("article", name="Conversation 1")
            await expect(thread.get_by_role("img", name="cat.png")).to_be_visible()
            await expect(thread).to_contain_text("dropped.txt")
            told = await seat.desk.get("/conversations/1")
            assert told["meta"]["team"]["name"] == "logistics"

    stage.run(story())


def test_a_logo_is_seen_in_the_preview_before_it_is_kept_and_taken_away_again(
    stage: Stage, house: Server
) -> None:
    async def story() -> None:
        async with seated(stage, house) as seat:
            channel = {"type": "web_widget", "website_url": "https://shop.example.com"}
            made = await seat.desk.post("/inboxes", {"name": "Shop", "channel": channel})
            page = await seat.open(f"/settings/inboxes/{made['id']}/look")
            choose = page.get_by_label("Choose a picture")
            await choose.set_input_files([payload("a.txt", b"words", "text/plain")])
            await expect(page.locator("#avatar-wrong")).to_contain_text("a.txt is not a picture")
            await choose.set_input_files([PICTURE])
            await expect(page.locator("#avatar-wrong")).to_be_hidden()
            await expect(page.get_by_role("img", name="The picture you chose")).to_be_visible()
            await expect(
                page.frame_locator(".rehearsal iframe").locator('img[src^="blob:"]').first
            ).to_be_visible()
            await screenshot(page, "logo")
            await page.get_by_role("button", name="Save").click()
            await expect(page.get_by_text("Saved.")).to_be_visible()
            kept = page.locator("[data-picture-shown] img")
            await expect(kept).to_be_visible()
            await page.wait_for_function(
                "document.querySelector('[data-picture-shown] img').naturalWidth === 40"
            )
            await axe.check(page)
            await page.get_by_label("Remove the one there is").check()
            await page.get_by_role("button", name="Save").click()
            await expect(kept).to_have_count(0)

    stage.run(story())


def test_a_new_identity_key_is_asked_about_first(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with seated(stage, house) as seat:
            channel = {"type": "web_widget", "website_url": "https://shop.example.com"}
            made = await seat.desk.post("/inboxes", {"name": "Shop", "channel": channel})
            page = await seat.open(f"/settings/inboxes/{made['id']}/security")
            asked: list[str] = []
            answers = iter([False, True])

            async def reply(dialog: Dialog) -> None:
                asked.append(dialog.message)
                await (dialog.accept() if next(answers) else dialog.dismiss())

            page.on("dialog", reply)
            await page.get_by_text("Make a new key").first.click()
            await page.get_by_role("button", name="Make a new key").click()
            await expect(page.locator("#hmac-token")).to_have_text(made["hmac_token"])
            await page.get_by_role("button", name="Make a new key").click()
            await expect(page.get_by_text("The key is new")).to_be_visible()
            await expect(page.locator("#hmac-token")).not_to_have_text(made["hmac_token"])
            assert len(asked) == 2
            assert "refused at once" in asked[0]

    stage.run(story())
