"""Pictures and files that go to and fro, and those that do not."""

from typing import Any

import httpx
from playwright.async_api import FilePayload, expect

from tests.browser.conftest import LARGEST_FILE
from tests.support import files
from tests.support.browsing import Stage, screenshot
from tests.support.process import Server
from tests.support.widget import Widget, visited


def payload(name: str, kind: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": data}


async def choose(widget: Widget, *chosen: FilePayload) -> None:
    await widget.frame.locator("input[type=file]").set_input_files(list(chosen))


def test_a_visitor_sends_a_picture_and_a_file_even_before_a_word(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house) as (shop, widget):
            await widget.start()
            picture = payload("bell.png", "image/png", files.png(300, 200))
            paper = payload("receipt.pdf", "application/pdf", files.PDF)
            await choose(widget, picture, paper)
            await expect(widget.frame.get_by_role("button", name="Remove bell.png")).to_be_visible()
            await screenshot(widget.page, "files-chosen")
            await widget.press("Send")
            await expect(widget.log.get_by_text("· Sent")).to_be_visible()
            await expect(widget.log.get_by_role("link", name="Download receipt.pdf")).to_be_visible()
            image = widget.log.get_by_role("img", name="bell.png")
            await image.scroll_into_view_if_needed()
            await image.evaluate("image => image.decode()")
            assert await image.evaluate("image => image.naturalWidth") > 0
            (created,) = await shop.rung("message_created")
            kinds = [one["file_type"] for one in created.json["attachments"]]
            assert kinds == ["image", "file"]
            await screenshot(widget.page, "files-sent")

    stage.run(story())


def test_an_agents_file_appears(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house) as (shop, widget):
            await widget.start()
            await widget.say("Do you have a picture?")
            url = f"{house.address}/api/v1/accounts/{shop.desk.account_id}/conversations/1/messages"
            sent = files.attached(("cat.png", files.png(64, 64), "image/png"))
            async with httpx.AsyncClient(headers={"api_access_token": shop.desk.token}) as client:
                answer = await client.post(url, data={"content": "Here"}, files=sent)
            assert answer.status_code == 200, answer.text
            await expect(widget.log.get_by_role("img", name="cat.png")).to_be_visible()

    stage.run(story())


def test_what_may_not_be_sent_is_refused_with_a_reason(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house, expected="422") as (shop, widget):
            await widget.start()
            await widget.say("Hello")
            alert = widget.frame.get_by_role("alert")
            await choose(widget, payload("setup.exe", "application/x-msdownload", files.EXE))
            await expect(alert).to_have_text("Files like setup.exe cannot be sent.")
            await choose(widget, payload("huge.png", "image/png", b"\x89PNG" + b"x" * LARGEST_FILE))
            await expect(alert).to_have_text("huge.png is too large. At most 49 kB can be sent.")
            await choose(widget, payload("empty.txt", "text/plain", b""))
            await expect(alert).to_have_text("empty.txt is empty.")
            await expect(widget.frame.get_by_role("button", name="Send")).to_be_disabled()
            # The server looks at what is in it, whatever it is called.
            await choose(widget, payload("holiday.png", "image/png", files.EXE))
            await widget.press("Send")
            await expect(widget.log.get_by_text("Not sent")).to_be_visible()
            await expect(widget.log.get_by_role("alert")).to_contain_text(
                "Not sent: Files like holiday.png cannot be sent."
            )
            await screenshot(widget.page, "file-refused")
            await widget.press("Remove")
            await widget.reads("Hello")
            await widget.say("Then without")
            await shop.holds("Hello", "Then without")

    stage.run(story())


def test_files_are_dropped_and_pasted(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with visited(stage, house) as (_, widget):
            await widget.start()
            make = """(event) => {
                const carried = new DataTransfer();
                carried.items.add(new File(["word"], `${event}.txt`, { type: "text/plain" }));
                const target = event === "paste" ? document.querySelector("textarea") : document.body;
                const init = { bubbles: true, cancelable: true };
                target.dispatchEvent(event === "paste"
                    ? new ClipboardEvent(event, { ...init, clipboardData: carried })
                    : new DragEvent(event, { ...init, dataTransfer: carried }));
            }"""
            for event in ("drop", "paste"):
                await widget.frame.locator("body").evaluate(f"(_, event) => ({make})(event)", event)
                remove = widget.frame.get_by_role("button", name=f"Remove {event}.txt")
                await expect(remove).to_be_visible()

    stage.run(story())


def test_a_site_or_an_inbox_may_do_without_files_and_emoji(stage: Stage, house: Server) -> None:
    async def story() -> None:
        settings: dict[str, Any] = {"selected_feature_flags": []}
        async with visited(stage, house, channel=settings) as (_, widget):
            await widget.start()
            await widget.say("Plain words")
            for name in ("Attach a file", "Insert an emoji", "More"):
                await expect(widget.frame.get_by_role("button", name=name)).to_have_count(0)

    stage.run(story())
