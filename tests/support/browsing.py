"""A real browser, and a site of another origin that shows the widget of a running Deskbell."""

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
import uvloop
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect
from playwright.async_api import Error as BrowserError

from tests.support.aio import Visit, receiver
from tests.support.process import Server

FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
NONE = (
    "There is no Chromium on this machine, and the browser tests need one. Install Debian's (`apt-get install chromium`), "
    "or Playwright's own (`.venv/bin/playwright install chromium`), or name one in DESKBELL_TEST_CHROMIUM."
)
PATIENCE = 60_000
"""Milliseconds to wait for what a page should show: a busy machine is no failure."""
LONGEST = 300
"""Seconds that a story takes at most, even on a busy machine."""
expect.set_options(timeout=PATIENCE)
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


T = TypeVar("T")


class Stage:
    """One event loop and one Chromium for many tests: to start one takes longer than most of them."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
        self._open = AsyncExitStack()
        self._browser: Browser | None = None

    def run(self, story: Coroutine[object, object, T]) -> T:
        """Run to the end. Raises TimeoutError where a browser never answers."""
        return self._runner.run(asyncio.wait_for(story, LONGEST))

    async def browser(self) -> Browser:
        """The Chromium, started with the first test that asks."""
        if self._browser is None or not self._browser.is_connected():
            self._browser = await self._open.enter_async_context(browser())
        return self._browser

    def close(self) -> None:
        self._runner.run(self._open.aclose())
        self._runner.close()


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """A headless Chromium. A machine without one fails the test and says what to do."""
    async with async_playwright() as playwright:
        # Chromium's sandbox cannot be had as root, which containers are.
        sandbox = os.geteuid() != 0
        executable = _executable(playwright.chromium.executable_path)
        running = await playwright.chromium.launch(
            executable_path=executable, args=list(FLAGS), chromium_sandbox=sandbox
        )
        try:
            yield running
        finally:
            await running.close()


def _executable(own: str) -> str:
    """The Chromium to run: the one that is named, the machine's, or Playwright's own."""
    named = os.environ.get("DESKBELL_TEST_CHROMIUM")
    for candidate in (named, shutil.which("chromium"), shutil.which("google-chrome"), own):
        if candidate and Path(candidate).exists():
            return candidate
    pytest.fail(NONE)


@asynccontextmanager
async def visiting(
    browser: Browser, expected: str | None = None, **options: Any
) -> AsyncIterator[BrowserContext]:
    """A visitor's own browser profile: nobody else's cookies. What goes wrong on its pages fails the test.

    `expected`: what the browser is bound to complain of, as a pattern; a Content-Security-Policy's refusals never are.
    """
    problems: list[str] = []
    context = await browser.new_context(**{"viewport": DESKTOP, "locale": "en-GB", **options})
    context.on("weberror", lambda error: problems.append(str(error.error)))
    context.on(
        "console",
        lambda told: (
            problems.append(f"{told.text} {told.location.get('url')}") if told.type == "error" else None
        ),
    )
    try:
        yield context
    finally:
        await context.close()
    problems = [one for one in problems if expected is None or not re.search(expected, one)]
    assert not problems, problems


@asynccontextmanager
async def site(html: str) -> AsyncIterator[str]:
    """A site with one page, of an origin of its own; answers its address."""
    body = html.encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"

    async def show(visit: Visit) -> None:
        while await visit.read_head():
            await visit.say(head.encode() + body)

    async with receiver(show) as running:
        yield running.url("/", host="localhost")


def page_with(head: str, body: str = "") -> str:
    """A shop's page."""
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>A shop</title><link rel="icon" href="data:,">
{head}
</head><body><main><h1>A shop</h1><p>Bells of every size.</p>{body}</main></body></html>"""


def embedding(server: Server, website_token: str, settings: str = "{}", more: str = "") -> str:
    """A page with Deskbell's own snippet: one script tag."""
    return page_with(
        f"<script>window.deskbellSettings = {settings};</script>"
        f'<script async src="{server.address}/packs/js/sdk.js" data-website-token="{website_token}"></script>',
        more,
    )


async def screenshot(page: Page, name: str) -> None:
    """Kept where DESKBELL_TEST_SCREENSHOTS says, for people to look at."""
    folder = os.environ.get("DESKBELL_TEST_SCREENSHOTS")
    if folder:
        await page.wait_for_timeout(400)  # until what moves has come to rest
        await page.screenshot(path=f"{folder}/{name}.png")  # which makes the folder


__all__ = [
    "DESKTOP",
    "PATIENCE",
    "PHONE",
    "BrowserError",
    "Stage",
    "browser",
    "embedding",
    "page_with",
    "screenshot",
    "site",
    "visiting",
]
