"""`python -m bench.pages`: how long the server takes for each page of the dashboard, in a database as large as they come.

    python -m bench.pages [--database sqlite|postgresql] [--rounds 15] [--keep FOLDER] [page …]

The pages are asked in the process, without a socket: what is timed is the server's. `--keep` makes the databases in a folder and uses
them again; PostgreSQL is then the one that DESKBELL_TEST_POSTGRES names.
"""

import argparse
import asyncio
import json
import os
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import uvloop
from msgspec import Struct, convert, to_builtins

from bench.pages_seed import DELIVERIES, Seeded, build, halt
from bench.postgres import database, execute, postgres
from deskbell.config import load
from deskbell.kit.clock import SystemClock
from deskbell.runtime.wiring import open_house
from deskbell.web.app import create_app
from deskbell.web.dashboard.session import COOKIE

TARGET = 100.0
"""Milliseconds a page may take."""
HOST = "http://deskbell.test"


class Page(Struct, frozen=True):
    """A page to time. `path` is below the account; `{webhook}`, `{last}` and what else `Seeded` knows is put in."""

    name: str
    path: str
    part: bool = False
    """Whether htmx asks for a part of it."""


LOG = "settings/webhooks/{webhook_id}/deliveries"
WEBHOOKS = (
    Page("webhooks", "settings/webhooks"),
    Page("webhook", "settings/webhooks/{webhook_id}"),
    Page("its figures, every 5 s", "settings/webhooks/{webhook_id}/pulse", part=True),
    Page("its charts", "settings/webhooks/{webhook_id}/charts", part=True),
    Page("settings of a webhook", "settings/webhooks/{webhook_id}/edit"),
    Page("log", LOG),
    Page("log, every 5 s", LOG, part=True),
    Page("log, 500,000 back", LOG + "?before={middle}"),
    Page("log: dead", LOG + "?state=dead"),
    Page("log: skipped, which are old", LOG + "?state=skipped"),
    Page("log: waiting", LOG + "?state=pending"),
    Page("log: an event there is none of", LOG + "?event=webwidget_triggered"),
    Page("log: answered 404, which none was", LOG + "?status=404"),
    Page("log: answered 5xx", LOG + "?status=5xx"),
    Page("log: a conversation", LOG + "?conversation=5000"),
    Page("log: seven days ago", LOG + "?within=custom&since={week_ago}&until={day_later}"),
    Page("log: words that are in no body", LOG + "?text=no-such-words"),
    Page(
        "log: all of it at once",
        LOG + "?state=dead&event=message_created&status=404&within=week&text=no-such-words",
    ),
    Page("a delivery", LOG + "/{middle}"),
    Page("replays' progress", "settings/webhooks/{webhook_id}/replays", part=True),
    Page(
        "before a replay: all dead of 7 days",
        "settings/webhooks/{webhook_id}/replays/new?what=dead&span=week",
    ),
    Page("before a replay: all dead", "settings/webhooks/{webhook_id}/replays/new?what=dead&span=all"),
    Page(
        "before a replay: a range of 1,000,000",
        "settings/webhooks/{webhook_id}/replays/new?what=range&first=1&last={last}",
    ),
    Page(
        "before a replay: a time of 30 days",
        "settings/webhooks/{webhook_id}/replays/new?what=time&since=2020-01-01T00:00&until=2099-01-01T00:00",
    ),
    Page("which bells did a message ring?", "conversations/5002/messages/{message}/bells"),
)
LIST = "conversations"
CONVERSATIONS = (
    Page("conversations: mine", LIST),
    Page("conversations: unassigned", LIST + "?tab=unassigned"),
    Page("conversations: all", LIST + "?tab=all"),
    Page("conversations: all of any status", LIST + "?tab=all&status=all"),
    Page("its rows, when something changed", LIST + "/rows?tab=all", part=True),
    Page("conversations: a label", LIST + "?tab=all&status=all&label=billing"),
    Page("conversations: a label there is none of", LIST + "?tab=all&status=all&label=none"),
    Page("conversations: urgent", LIST + "?tab=all&priority=urgent"),
    Page("conversations: newest first", LIST + "?tab=all&sort=newest"),
    Page("conversations: most urgent first", LIST + "?tab=all&sort=priority"),
    Page("conversations: waiting longest first", LIST + "?tab=all&sort=waiting"),
    Page("conversations: page 8", LIST + "?tab=all&page=8"),
    Page("search: a name", LIST + "?tab=all&status=all&q=customer"),
    Page("search: words nobody said", LIST + "?tab=all&status=all&q=no-such-words"),
    Page("a conversation beside the list", LIST + "/5000?tab=all"),
    Page("unread of mine", LIST + "/unread", part=True),
)
CONTACTS = (
    Page("a conversation", "conversations/5002", part=True),
    Page("a conversation's head", "conversations/5002/head", part=True),
    Page("a conversation's panel", "conversations/5002/panel", part=True),
    Page("contacts", "contacts"),
    Page("contacts by name", "contacts?sort=name"),
    Page("contacts by name, 1,000 pages on", "contacts?sort=name&page=1000"),
    Page("contacts, the newest", "contacts?sort=-created_at"),
    Page("contacts: a search", "contacts?q=customer5000@"),
    Page("contacts: a search for what most have", "contacts?q=example.com"),
    Page("contacts: a label", "contacts?label=billing"),
    Page("a contact", "contacts/1005000"),
    Page("merging: a search", "contacts/1005000/merge?q=customer7000", part=True),
)
PAGES = (*WEBHOOKS, *CONVERSATIONS, *CONTACTS)
HALTED = ("webhooks", "webhook", "its figures, every 5 s", "log: waiting")
"""Asked once more when the webhook is paused and everything waits."""


class Timed(Struct, frozen=True):
    """A page's times in milliseconds."""

    name: str
    best: float
    median: float
    worst: float
    status: int


async def times(url: str, seeded: Seeded, pages: tuple[Page, ...], rounds: int) -> list[Timed]:
    """Each page so many times; the first, which finds nothing at hand, counts as the others."""
    async with asking(url, seeded) as client:
        await client.get("")
        return [await _timed(client, seeded, page, rounds) for page in pages]


@asynccontextmanager
async def asking(url: str, seeded: Seeded) -> AsyncIterator[httpx.AsyncClient]:
    """The administrator's browser, below the account."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="deskbell-bench-"))
        settings = load({"database": url, "data_dir": Path(folder), "rate_limit_address": 0})
        house = await stack.enter_async_context(open_house(settings, SystemClock()))
        transport = httpx.ASGITransport(create_app(house.services))
        base = f"{HOST}/app/accounts/{seeded.account_id}/"
        client = httpx.AsyncClient(transport=transport, base_url=base, timeout=300)
        client.cookies.set(COOKIE, seeded.token, domain="deskbell.test", path="/app")
        yield await stack.enter_async_context(client)


async def _timed(client: httpx.AsyncClient, seeded: Seeded, page: Page, rounds: int) -> Timed:
    path = page.path.format(**_places(seeded))
    headers = {"hx-request": "true"} if page.part else {}
    found, status = [], 0
    for _ in range(rounds):
        started = time.perf_counter()
        status = (await client.get(path, headers=headers)).status_code
        found.append((time.perf_counter() - started) * 1000)
    return Timed(page.name, min(found), statistics.median(found), max(found), status)


def _places(seeded: Seeded) -> dict[str, object]:
    week = time.gmtime(time.time() - 7 * 86_400)
    later = time.gmtime(time.time() - 6 * 86_400)
    known: dict[str, object] = to_builtins(seeded)
    return known | {
        "last": seeded.deliveries,
        "middle": seeded.deliveries - DELIVERIES // 2,
        "week_ago": time.strftime("%Y-%m-%dT%H:%M", week),
        "day_later": time.strftime("%Y-%m-%dT%H:%M", later),
    }


@contextmanager
def made(dialect: str, folder: str | None) -> Iterator[str]:
    """A database's URL: in a folder that is kept, or one that goes."""
    with ExitStack() as stack:
        if dialect == "sqlite":
            where = folder or stack.enter_context(tempfile.TemporaryDirectory(prefix="deskbell-bench-"))
            yield f"sqlite:///{where}/pages.db"
        elif folder:
            server = urlsplit(os.environ["DESKBELL_TEST_POSTGRES"])
            if not Path(folder, "postgresql.json").exists():
                asyncio.run(execute(server.geturl(), "DROP DATABASE IF EXISTS deskbell_pages"))
                asyncio.run(execute(server.geturl(), "CREATE DATABASE deskbell_pages"))
            yield f"{server.scheme}://{server.netloc}/deskbell_pages"
        else:
            yield stack.enter_context(database(stack.enter_context(postgres())))


def seeded(url: str, dialect: str, folder: str | None) -> Seeded:
    """What is in the database: as it was kept, or made now."""
    known = Path(folder, f"{dialect}.json") if folder else None
    if known and known.exists():
        return convert(json.loads(known.read_text()), Seeded)
    began = time.perf_counter()
    found = uvloop.run(build(url))
    print(f"{dialect}: filled in {time.perf_counter() - began:.0f} s", flush=True)
    if known:
        known.write_text(json.dumps(to_builtins(found)))
    return found


def tell(title: str, found: list[Timed]) -> None:
    print(f"\n| {title} | best, ms | median | worst | |\n|---|---|---|---|---|")
    for one in found:
        verdict = f"answered {one.status}" if one.status != 200 else "**slow**" if one.median > TARGET else ""
        print(f"| {one.name} | {one.best:.1f} | {one.median:.1f} | {one.worst:.1f} | {verdict} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.pages")
    parser.add_argument("pages", nargs="*", help="parts of the names of the pages to time")
    parser.add_argument("--database", choices=("sqlite", "postgresql"))
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--keep", metavar="FOLDER")
    parser.add_argument("--no-halt", action="store_true", help="leave out the paused webhook")
    wanted = parser.parse_args()
    pages = tuple(one for one in PAGES if not wanted.pages or any(part in one.name for part in wanted.pages))
    for dialect in [wanted.database] if wanted.database else ["sqlite", "postgresql"]:
        with made(dialect, wanted.keep) as url:
            there = seeded(url, dialect, wanted.keep)
            tell(dialect, uvloop.run(times(url, there, pages, wanted.rounds)))
            if not wanted.no_halt:
                uvloop.run(halt(url, there, halted=True))
                again = tuple(one for one in pages if one.name in HALTED)
                tell(f"{dialect}, paused, all waiting", uvloop.run(times(url, there, again, wanted.rounds)))
                uvloop.run(halt(url, there, halted=False))


if __name__ == "__main__":
    main()
