"""Somebody signed in to the dashboard of a running server, in a browser of their own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import BrowserContext, Page

from deskbell.desk.commands import browser_sessions
from deskbell.kit.clock import DAY, SystemClock
from deskbell.store import open_database
from deskbell.web.dashboard.session import COOKIE
from tests.support.browsing import Stage, visiting
from tests.support.faces import Desk, desk_in
from tests.support.process import Server


async def sign_in(server: Server, context: BrowserContext, user_id: int) -> None:
    """Give a browser a user's session, without the sign-in page."""
    opened = await open_database(server.database, SystemClock())
    try:
        async with opened.unit() as unit:
            token = await browser_sessions.open_session(
                unit, user_id, user_agent="Mozilla/5.0", address="127.0.0.1", life=DAY
            )
    finally:
        await opened.close()
    await context.add_cookies(
        [{"name": COOKIE, "value": token, "domain": "127.0.0.1", "path": "/app", "sameSite": "Lax"}]
    )


class Seat:
    """An administrator before the dashboard; `desk` is what their programs could do."""

    def __init__(self, server: Server, desk: Desk, context: BrowserContext, page: Page) -> None:
        self.server = server
        self.desk = desk
        self.context = context
        self.page = page

    def at(self, path: str = "") -> str:
        return f"{self.server.address}/app/accounts/{self.desk.account_id}{path}"

    async def open(self, path: str = "") -> Page:
        await self.page.goto(self.at(path))
        return self.page

    async def listening(self) -> None:
        """Wait until the page hears what happens."""
        await self.page.locator("body[data-listening]").wait_for(state="attached")


@asynccontextmanager
async def seated(
    stage: Stage, server: Server, expected: str | None = None, **options: Any
) -> AsyncIterator[Seat]:
    """The administrator of a new account, signed in."""
    async with desk_in(server) as desk, visiting(await stage.browser(), expected, **options) as context:
        await sign_in(server, context, desk.user_id)
        yield Seat(server, desk, context, await context.new_page())
