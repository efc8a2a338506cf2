"""How long the server takes for each page of the dashboard, in a database as large as they come.

The pages are asked in the process, without a socket: what is timed is the server's. `PAGES=text` times only the pages whose names have it;
`KEEP=folder` makes the databases there and uses them again, PostgreSQL's in the server that DESKBELL_TEST_POSTGRES names.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import uvloop
from msgspec import convert, to_builtins

from bench.cores import unpinned
from bench.pages_asked import PAGES, Page
from bench.pages_seed import CONVERSATIONS, DELIVERIES, Seeded, build, halt
from bench.postgres import execute
from bench.scenario import Figures, Place, Rounds, Row, Scenario
from deskbell.config import load
from deskbell.kit.clock import SystemClock
from deskbell.runtime.wiring import open_house
from deskbell.web.app import create_app
from deskbell.web.dashboard.session import COOKIE

AT_ONCE = 7
"""Times that each page is asked of a server before it is started anew."""
ONLY = os.environ.get("PAGES", "")
KEEP = os.environ.get("KEEP", "")
HOST = "http://deskbell.test"


def rounds(place: Place) -> Rounds:
    """Each page's milliseconds. The first of a server, which finds nothing at hand, counts as the others."""
    chosen = [page for page in PAGES if ONLY in page.name]
    usual = [page for page in chosen if not page.halted]
    paused = [page for page in chosen if page.halted]
    with unpinned(), _database(place) as url:
        there = _seeded(place, url)
        while True:
            found = uvloop.run(_times(url, there, usual))
            if paused:
                uvloop.run(halt(url, there, halted=True))
                more = uvloop.run(_times(url, there, paused))
                uvloop.run(halt(url, there, halted=False))
                found = [one | other for one, other in zip(found, more, strict=True)]
            yield from found


async def _times(url: str, there: Seeded, pages: Sequence[Page]) -> list[Figures]:
    async with _server(url) as transport:
        browsers = [_browser(transport, there, token) for token in (there.token, there.agents_token)]
        await browsers[0].get("")
        return [
            {page.name: await _timed(browsers[page.agents], there, page) for page in pages}
            for _ in range(AT_ONCE)
        ]


@asynccontextmanager
async def _server(url: str) -> AsyncIterator[httpx.ASGITransport]:
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="deskbell-bench-"))
        settings = load({"database": url, "data_dir": Path(folder), "rate_limit_address": 0})
        house = await stack.enter_async_context(open_house(settings, SystemClock()))
        yield httpx.ASGITransport(create_app(house.services))


def _browser(transport: httpx.ASGITransport, there: Seeded, token: str) -> httpx.AsyncClient:
    """Of somebody who is signed in, below the account."""
    base = f"{HOST}/app/accounts/{there.account_id}/"
    browser = httpx.AsyncClient(transport=transport, base_url=base, timeout=300)
    browser.cookies.set(COOKIE, token, domain="deskbell.test", path="/app")
    return browser


async def _timed(browser: httpx.AsyncClient, there: Seeded, page: Page) -> float:
    path = page.path.format(**_places(there))
    headers = {"hx-request": "true"} if page.part else {}
    started = time.perf_counter()
    response = await browser.get(path, headers=headers)
    took = (time.perf_counter() - started) * 1000
    if response.status_code != 200:
        raise RuntimeError(f"{page.name}: {path} answered {response.status_code}")
    return took


def _places(there: Seeded) -> dict[str, object]:
    week = time.gmtime(time.time() - 7 * 86_400)
    later = time.gmtime(time.time() - 6 * 86_400)
    known: dict[str, object] = to_builtins(there)
    return known | {
        "last": there.deliveries,
        "middle": there.deliveries - DELIVERIES // 2,
        "week_ago": time.strftime("%Y-%m-%dT%H:%M", week),
        "day_later": time.strftime("%Y-%m-%dT%H:%M", later),
    }


@contextmanager
def _database(place: Place) -> Iterator[str]:
    """A database's URL: one that goes, or one that is kept."""
    if not KEEP:
        with place.database() as url:
            yield url
    elif place.dialect == "sqlite":
        yield f"sqlite:///{KEEP}/pages.db"
    else:
        server = urlsplit(place.server)
        if not Path(KEEP, "postgresql.json").exists():
            for what in ("DROP DATABASE IF EXISTS", "CREATE DATABASE"):
                asyncio.run(execute(place.server, f"{what} deskbell_pages"))
        yield f"{server.scheme}://{server.netloc}/deskbell_pages"


def _seeded(place: Place, url: str) -> Seeded:
    """What is in the database: as it was kept, or made now."""
    known = Path(KEEP, f"{place.dialect}.json")
    if KEEP and known.exists():
        return convert(json.loads(known.read_text()), Seeded)
    print(f"filling {place.dialect}", file=sys.stderr, flush=True)
    found = uvloop.run(build(url))
    if KEEP:
        known.write_text(json.dumps(to_builtins(found)))
    return found


SCENARIO = Scenario(
    "pages",
    f"the dashboard's, with {CONVERSATIONS:,} conversations and {DELIVERIES:,} deliveries",
    rounds,
    [Row(page.name, page.name, "ms", "100 ms") for page in PAGES],
    by_default=False,
)
