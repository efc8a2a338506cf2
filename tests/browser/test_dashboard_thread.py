"""Two agents before the dashboard and a visitor on the shop's page: what one says, the others see, once and in its order."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import BrowserContext, FilePayload, Locator, Page, Route, expect

from tests.support.axe import check
from tests.support.browsing import PHONE, Stage, screenshot, visiting
from tests.support.process import Server
from tests.support.seat import sign_in
from tests.support.widget import Shop, Widget, shop_in

LOST = "Failed to fetch|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|ERR_FAILED|ERR_NETWORK_CHANGED|WebSocket connection|status of 50|status of 422"


@dataclass
class Place:
    """An agent before a conversation."""

    page: Page

    @property
    def field(self) -> Locator:
        return self.page.locator("#content")

    @property
    def said(self) -> Locator:
        """What the server has, in its order, but for what was done."""
        return self.page.locator("[data-messages] .message:not(.activity) .words")

    @property
    def waiting(self) -> Locator:
        return self.page.locator("[data-outbox] .message")

    async def write(self, text: str) -> None:
        await self.field.fill(text)
        await self.field.press("Enter")

    async def reads(self, *texts: str) -> None:
        """Wait until just these messages are there, in this order, and none is on its way."""
        await expect(self.said).to_have_text(list(texts))
        await expect(self.waiting).to_have_count(0)


@asynccontextmanager
async def agents(shop: Shop, count: int = 2, **options: object) -> AsyncIterator[list[BrowserContext]]:
    """Browsers of the shop's people: the administrator's, and Vera's."""
    made = await shop.desk.post(
        "/agents", {"name": "Vera Berg", "email": f"vera{shop.desk.account_id}@example.com", "role": "agent"}
    )
    members = {"inbox_id": shop.website["id"], "user_ids": [made["id"]]}
    await shop.desk.post("/inbox_members", members)
    async with AsyncExitStack() as stack:
        contexts = []
        for user_id in (shop.desk.user_id, made["id"])[:count]:
            context = await stack.enter_async_context(visiting(shop.chromium, LOST, **options))
            await sign_in(shop.server, context, user_id)
            contexts.append(context)
        yield contexts


async def at(shop: Shop, context: BrowserContext, number: int = 1) -> Place:
    page = await context.new_page()
    await page.goto(f"{shop.server.address}/app/accounts/{shop.desk.account_id}/conversations/{number}")
    await page.locator("body[data-listening]").wait_for(state="attached")
    return Place(page)


@asynccontextmanager
async def talking(
    stage: Stage, server: Server, count: int = 2, **options: object
) -> AsyncIterator[tuple[Shop, Widget, list[Place]]]:
    """A visitor who has said hello, and those who may answer."""
    async with shop_in(stage, server) as shop, visiting(shop.chromium) as visitor:
        widget = await shop.page(visitor)
        await widget.start()
        await widget.say("Hello")
        async with agents(shop, count, **options) as contexts:
            yield shop, widget, [await at(shop, context) for context in contexts]


def test_a_visitor_and_two_agents_see_at_once_what_each_says(stage: Stage, each_house: Server) -> None:
    async def story() -> None:
        async with talking(stage, each_house) as (shop, widget, (ada, vera)):
            for one in (ada, vera):
                await one.reads("Hello")
            await widget.say("Do you ship to Crete?")
            for one in (ada, vera):
                await one.reads("Hello", "Do you ship to Crete?")
            await vera.field.press_sequentially("We")
            await expect(ada.page.locator("[data-live-typing]").last).to_have_text("Vera Berg is typing…")
            await vera.write("We do")
            await expect(widget.line("We do")).to_be_visible()
            for one in (ada, vera):
                await one.reads("Hello", "Do you ship to Crete?", "We do")
            await expect(vera.page.locator(".fate.seen, .fate.read")).to_have_count(1)
            await ada.page.keyboard.press("n")
            await expect(ada.field).to_be_focused()
            await ada.write("She is a regular")
            await vera.reads("Hello", "Do you ship to Crete?", "We do", "She is a regular")
            await expect(vera.page.locator(".message.private")).to_have_count(1)
            await widget.say("Thanks")
            await vera.reads("Hello", "Do you ship to Crete?", "We do", "She is a regular", "Thanks")
            await widget.reads("Hello", "Do you ship to Crete?", "We do", "Thanks")
            assert (await shop.conversation())["unread_count"] in (0, 1)
            await screenshot(vera.page, "dashboard-thread")
            await check(vera.page)

    stage.run(story())


def test_what_cannot_be_sent_is_kept_and_sent_once_in_its_order(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with talking(stage, house, 1) as (shop, _, (ada,)):
            await ada.page.context.set_offline(True)
            await ada.write("First")
            await ada.write("Second")
            await expect(ada.waiting).to_have_count(2)
            await expect(ada.waiting.first).to_contain_text("Not sent")
            await ada.page.context.set_offline(False)
            await ada.reads("Hello", "First", "Second")
            await shop.holds("Hello", "First", "Second")

    stage.run(story())


def test_a_message_whose_answer_was_lost_is_made_once_though_the_page_is_loaded_anew(
    stage: Stage, house: Server
) -> None:
    async def story() -> None:
        async with talking(stage, house, 1) as (shop, _, (ada,)):
            page = ada.page

            async def lose(route: Route) -> None:
                await route.fetch()  # the server does it, and nobody hears of it
                await route.fulfill(status=502, body="")

            # Nor may the page learn of it by itself: its pulls come to nothing.
            await page.route("**/messages?*", lambda route: route.abort())
            await page.route("**/messages", lose)
            await ada.write("Only once")
            await expect(ada.waiting).to_contain_text("Not sent")
            await shop.holds("Hello", "Only once")
            await page.unroute_all()
            await page.reload()
            await ada.reads("Hello", "Only once")
            await shop.holds("Hello", "Only once")

    stage.run(story())


def test_what_the_server_will_not_have_comes_back_to_be_mended(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with talking(stage, house, 1) as (shop, _, (ada,)):

            async def refuse(route: Route) -> None:
                await route.fulfill(status=422, content_type="text/html", body="<p>Content is odd.</p>")

            await ada.page.route("**/messages", refuse)
            await ada.write("An odd thing")
            await expect(ada.page.locator("#content-wrong")).to_have_text("Content is odd.")
            await expect(ada.field).to_have_value("An odd thing")
            await ada.page.unroute_all()
            await ada.field.press("Enter")
            await ada.reads("Hello", "An odd thing")
            await shop.holds("Hello", "An odd thing")

    stage.run(story())


def test_the_keyboard_is_enough_to_answer_with_a_canned_response_and_to_name_a_colleague(
    stage: Stage, house: Server
) -> None:
    async def story() -> None:
        async with talking(stage, house, 1) as (shop, widget, (ada,)):
            for code, content in (
                ("bye", "Good bye"),
                ("ship", "To {{inbox.name}} customers we ship for free"),
            ):
                await shop.desk.post("/canned_responses", {"short_code": code, "content": content})
            await ada.page.keyboard.press("r")
            await expect(ada.field).to_be_focused()
            await ada.page.keyboard.type("/sh")
            options = ada.page.locator("#suggestions [role=option]")
            await expect(options).to_have_count(1)
            await ada.page.keyboard.press("Enter")
            await expect(ada.field).to_have_value("To Website customers we ship for free")
            await ada.page.keyboard.press("Enter")
            await expect(widget.line("To Website customers we ship for free")).to_be_visible()
            await ada.page.keyboard.press("Escape")
            await ada.page.keyboard.press("n")
            await ada.page.keyboard.type("Ask @ver")
            await expect(options).to_have_count(1)
            await ada.page.keyboard.press("Tab")
            await expect(ada.field).to_have_value("Ask @Vera Berg ")
            await ada.page.keyboard.press("Enter")
            await expect(ada.said).to_have_count(3)
            told = (await shop.desk.get("/conversations/1/messages"))["payload"][-1]["content"]
            assert told.startswith("Ask [@Vera Berg](mention://user/")

    stage.run(story())


def test_files_are_looked_at_taken_back_and_sent(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with talking(stage, house, 1) as (_, widget, (ada,)):
            chosen = ada.page.locator("[data-picked] li")
            files = {"prices.txt": b"A bell: 5", "wrong.txt": b"No", "large.txt": b"x" * 60_000}
            payloads = [
                FilePayload(name=name, mimeType="text/plain", buffer=data) for name, data in files.items()
            ]
            await ada.page.locator("[data-files]").set_input_files(payloads)
            await expect(chosen).to_have_count(2)
            await expect(ada.page.locator("#content-wrong")).to_contain_text("large.txt is larger than")
            await ada.page.get_by_role("button", name="Remove wrong.txt").click()
            await expect(chosen).to_have_count(1)
            await ada.page.get_by_role("button", name="Send").click()
            await expect(ada.page.locator("[data-messages] a.file")).to_contain_text("prices.txt")
            await expect(widget.log.get_by_text("prices.txt")).to_be_visible()

    stage.run(story())


def test_one_keeps_ones_place_while_others_write_and_older_ones_are_fetched(
    stage: Stage, house: Server
) -> None:
    async def story() -> None:
        async with talking(stage, house, 1) as (shop, widget, (ada,)):
            for number in range(60):
                await shop.desk.say(1, f"Line {number}")
            await expect(ada.said.last).to_have_text("Line 59")
            await ada.page.reload()
            await expect(ada.said.last).to_be_in_viewport()
            thread = ada.page.locator("#thread")
            for before, first in (("Line 40", "Line 20"), ("Line 20", "Line 0"), ("Line 0", "Hello")):
                await thread.evaluate("one => one.scrollTo(0, 0)")
                await expect(ada.said.first).to_have_text(first)
                await expect(ada.page.get_by_text(before, exact=True)).to_be_in_viewport()
            await expect(ada.page.locator("[data-older]")).to_have_count(0)
            await expect(ada.said).to_have_count(61)
            await thread.evaluate("one => one.scrollTo(0, 0)")
            await expect(ada.said.first).to_be_in_viewport()
            await widget.say("Are you there?")
            jump = ada.page.locator("[data-jump]")
            await expect(jump).to_have_text("1 new")
            await expect(ada.said.first).to_be_in_viewport()
            await jump.click()
            await expect(ada.said.last).to_be_in_viewport()
            await expect(jump).to_be_hidden()

    stage.run(story())


def test_drafts_wait_for_each_kind_and_survive_a_reload(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with talking(stage, house, 1) as (_, _, (ada,)):
            async with ada.page.expect_response("**/draft"):
                await ada.field.fill("A reply, not yet")
            await ada.page.get_by_text("Private note", exact=True).first.click()
            await expect(ada.field).to_have_value("")
            await ada.field.fill("A note, not yet")
            await ada.page.reload()
            await expect(ada.field).to_have_value("A reply, not yet")
            await ada.page.locator('[data-mode="note"]').click()
            await expect(ada.field).to_have_value("A note, not yet")

    stage.run(story())


def test_a_message_is_deleted_for_everybody_at_once(stage: Stage, house: Server) -> None:
    async def story() -> None:
        async with talking(stage, house, 2, viewport=PHONE) as (_, widget, (ada, vera)):
            await ada.write("A slip")
            await vera.reads("Hello", "A slip")
            ada.page.on("dialog", lambda dialog: dialog.accept())
            await ada.page.locator(".message.outgoing .message-more").click()
            await ada.page.get_by_role("button", name="Delete message").locator("visible=true").click()
            for one in (ada, vera):
                await one.reads("Hello", "This message was deleted")
            await expect(widget.log.get_by_text("A slip")).to_have_count(0)
            assert await ada.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            await screenshot(ada.page, "dashboard-thread-phone")

    stage.run(story())
