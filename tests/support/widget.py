"""The widget on a site's page, as its visitor uses it, and the shop behind it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, BrowserContext, Locator, Page, expect
from playwright.async_api import TimeoutError as Timeout

from deskbell.kit.clock import SystemClock
from deskbell.model.event import EVENT_NAMES
from deskbell.runtime.receiver import Received
from deskbell.store import open_database
from deskbell.store.statement import Statement
from tests.support.bells import Bell, listening
from tests.support.browsing import Stage, embedding, site, visiting
from tests.support.faces import Desk, Face, JSONObject, desk_in
from tests.support.process import Server, until

_CONTACTS = Statement("SELECT count(*) AS count FROM contacts WHERE account_id = :account_id")


class Widget:
    """What a visitor has before them. Everything is found by its role and name, as a screen reader finds it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.bubble = page.get_by_role("button", name="Chat", exact=False).first
        self.frame = page.frame_locator("iframe#frame")
        self.log = self.frame.get_by_role("log")
        self.writing = self.frame.get_by_role("textbox", name="Write a message…")

    async def open(self) -> None:
        await self.bubble.click()
        await expect(self.frame.get_by_role("main")).to_be_visible()

    async def close(self) -> None:
        await self.frame.get_by_role("button", name="Close chat").click()
        await expect(self.frame.get_by_role("main")).to_be_hidden()

    async def start(self) -> None:
        """Open it, and come to where one writes."""
        await self.open()
        button = self.frame.get_by_role("button", name="Start a conversation", exact=True)
        await button.click()
        # While the frame still slides in, a busy browser may take the click for one beside the button.
        with suppress(Timeout):
            await button.wait_for(state="hidden", timeout=5_000)
            return
        await button.click()

    async def press(self, name: str) -> None:
        await self.frame.get_by_role("button", name=name, exact=True).click()

    async def write(self, text: str) -> None:
        await self.writing.fill(text)
        await self.writing.press("Enter")

    async def say(self, text: str) -> None:
        """Write, and see that it was sent."""
        await self.write(text)
        await expect(self.line(text)).to_be_visible()
        await expect(self.log.get_by_text("Sending…")).to_have_count(0)

    def line(self, text: str) -> Locator:
        """A message that says just this."""
        return self.log.get_by_text(text, exact=True)

    async def reads(self, *texts: str) -> None:
        """Wait until just these messages are there, in this order."""
        await expect(self.log.locator(".words")).to_have_text(list(texts))

    async def inside(self, script: str, argument: object = None) -> Any:
        """Evaluate a script within the frame."""
        return await self.frame.locator(":root").evaluate(script, argument)


@dataclass
class Shop:
    """A website with its inbox, those who answer, the receiver its bells ring, and a browser to visit it with."""

    server: Server
    desk: Desk
    website: JSONObject
    bell: Bell
    chromium: Browser
    _sites: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def token(self) -> str:
        found: str = self.website["website_token"]
        return found

    async def change(self, **settings: Any) -> None:
        """The inbox's settings, such as `greeting_message`, or its channel's in `channel`."""
        await self.desk.patch(f"/inboxes/{self.website['id']}", settings)

    async def address(self, settings: str = "{}", html: str | None = None) -> str:
        """A site with this page; without one, a page with our own snippet."""
        shown = site(html if html is not None else embedding(self.server, self.token, settings))
        return await self._sites.enter_async_context(shown)

    async def page(self, context: BrowserContext, settings: str = "{}", html: str | None = None) -> Widget:
        """A page of the shop, in a browser that a visitor has."""
        return await self.goto(context, await self.address(settings, html))

    async def goto(self, context: BrowserContext, address: str) -> Widget:
        page = await context.new_page()
        await page.goto(address)
        await page.wait_for_function("window.$deskbell")
        return Widget(page)

    async def rung(self, event: str, count: int = 1) -> list[Received]:
        """Wait for that many events of this name."""

        def there() -> list[Received]:
            return [one for one in self.bell.first() if one.event == event]

        await until(
            lambda: len(there()) >= count,
            f"{count} {event}; there are {[one.event for one in self.bell.first()]}",
        )
        return there()

    async def conversation(self, number: int = 1) -> JSONObject:
        found: JSONObject = await self.desk.get(f"/conversations/{number}")
        return found

    async def contents(self, number: int = 1) -> list[str]:
        """What the conversation's messages say, to agents, as of now."""
        told = await self.desk.get(f"/conversations/{number}/messages")
        return [one["content"] for one in told["payload"] if one["message_type"] != 2]

    async def holds(self, *texts: str, number: int = 1) -> None:
        """Wait until the server has just these messages in the conversation, in this order."""

        async def so() -> bool:
            there = await self.desk.get("/conversations?status=all&assignee_type=all")
            numbers = [one["id"] for one in there["data"]["payload"]]
            return number in numbers and await self.contents(number) == list(texts)

        await until(so, f"the messages {texts}")

    async def contacts(self) -> int:
        """How many contacts the account has. The API lists only those that somebody could be reached at."""
        opened = await open_database(self.server.database, SystemClock())
        try:
            async with opened.read() as reader:
                row = await reader.one(_CONTACTS, account_id=self.desk.account_id)
        finally:
            await opened.close()
        assert row is not None
        return int(row["count"])


@asynccontextmanager
async def shop_in(stage: Stage, server: Server, **settings: Any) -> AsyncIterator[Shop]:
    """A shop of an account of its own; `settings` are its inbox's."""
    async with desk_in(server) as desk, listening() as bell:
        async with Face(server, "/api/v1", {"api_access_token": desk.token}) as own:
            await own.patch("/profile", {"profile": {"display_name": "Ada Bell"}})
        shop = Shop(server, desk, await desk.website(), bell, await stage.browser())
        if settings:
            await shop.change(**settings)
        await desk.webhook(bell.url, EVENT_NAMES, secret=bell.secret)
        async with shop._sites:
            yield shop


@asynccontextmanager
async def visited(
    stage: Stage,
    server: Server,
    *,
    expected: str | None = None,
    options: dict[str, Any] | None = None,
    html: str | None = None,
    page: str = "{}",
    **settings: Any,
) -> AsyncIterator[tuple[Shop, Widget]]:
    """A shop, and one visitor's page of it. `page` is its `deskbellSettings`, `options` are the browser's."""
    async with (
        shop_in(stage, server, **settings) as shop,
        visiting(shop.chromium, expected, **(options or {})) as context,
    ):
        yield shop, await shop.page(context, page, html)
