"""A real browser, and a site of another origin that shows the widget of a running Deskbell."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright
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
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


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
async def visiting(browser: Browser, **options: Any) -> AsyncIterator[BrowserContext]:
    """A visitor's own browser profile: nobody else's cookies. What goes wrong on its pages fails the test."""
    problems: list[str] = []
    context = await browser.new_context(**{"viewport": DESKTOP, "locale": "en-GB", **options})
    context.on("weberror", lambda error: problems.append(str(error.error)))
    context.on("console", lambda told: problems.append(told.text) if told.type == "error" else None)
    try:
        yield context
    finally:
        await context.close()
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


def embedding(server: Server, website_token: str, settings: str = "{}", more: str = "") -> str:
    """A page with Deskbell's own snippet: one script tag."""
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>A shop</title><link rel="icon" href="data:,">
<script>window.deskbellSettings = {settings};</script>
<script async src="{server.address}/packs/js/sdk.js" data-website-token="{website_token}"></script>
</head><body><h1>A shop</h1>{more}</body></html>"""


async def screenshot(page: Page, name: str) -> None:
    """Kept where DESKBELL_TEST_SCREENSHOTS says, for people to look at."""
    folder = os.environ.get("DESKBELL_TEST_SCREENSHOTS")
    if folder:
        await page.screenshot(path=f"{folder}/{name}.png")  # which makes the folder


__all__ = ["DESKTOP", "PHONE", "BrowserError", "browser", "embedding", "screenshot", "site", "visiting"]
