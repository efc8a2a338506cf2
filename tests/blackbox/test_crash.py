"""`kill -9` at any moment: what was acknowledged arrives, in order, numbered without gaps; some of it twice at most."""

import asyncio
from pathlib import Path
from typing import Any

from deskbell.model.event import EVENT_NAMES
from deskbell.runtime.receiver import Reply
from tests.support import bells
from tests.support.aio import run
from tests.support.bells import Bell
from tests.support.faces import Desk, desk_in, desk_on
from tests.support.process import Server, serving
from tests.support.writers import Writers, writers

WRITERS = 20
EACH = 100


async def check_arrived(desk: Desk, bell: Bell, writing: Writers, webhook_id: int) -> None:
    await desk.settled(webhook_id)
    writing.check(bell)
    bells.check_order(bell)
    bells.check_numbers(bell, desk.account_id)
    assert all(one.verified for one in bell.receipts)
    log = await desk.deliveries(webhook_id)
    assert [one["number"] for one in log] == list(range(1, bell.count() + 1))
    assert {one["state"] for one in log} == {"delivered"}


def report(name: str, bell: Bell, writing: Writers, seconds: float) -> None:
    print(
        f"\n{name}: {len(writing.acknowledged)} messages acknowledged, {len(writing.doubtful)} doubtful, {bell.count()} events"
        f" received, {bell.repeats()} of them again; {len(writing.acknowledged) / seconds:.0f} messages/s, restarts included"
    )


def test_a_killed_server_loses_nothing_it_acknowledged(house: Server) -> None:
    async def story() -> None:
        clock = asyncio.get_running_loop().time
        async with desk_in(house) as desk, bells.listening() as bell:
            bell.answer = lambda _: Reply(delay=0.03)  # so that something is in flight at any time
            webhook_id = (await desk.webhook(bell.url, EVENT_NAMES, secret=bell.secret))["id"]
            async with writers(house, desk, WRITERS) as writing:
                began = clock()
                writing.begin(EACH)
                for crash_at in (600, 1300):
                    await writing.have(crash_at)
                    await house.kill()
                    await house.start()
                await writing.done()
                await check_arrived(desk, bell, writing, webhook_id)
                report(house.database.partition(":")[0], bell, writing, clock() - began)

    run(story())


def test_a_killed_delivery_process_holds_up_neither_the_web_nor_its_fellow(
    postgres_url: str, tmp_path: Path
) -> None:
    async def story() -> None:
        clock = asyncio.get_running_loop().time
        settings: dict[str, Any] = {"delivery_allow": "127.0.0.1", "delivery_timeout": 2}
        async with (
            desk_on(tmp_path, postgres_url, "--role", "web") as (server, desk),
            serving(tmp_path, postgres_url, "--role", "delivery", name="one", **settings) as one,
            serving(tmp_path, postgres_url, "--role", "delivery", name="two", **settings) as two,
            bells.listening() as bell,
        ):
            bell.answer = lambda _: Reply(delay=0.1)
            webhook_id = (await desk.webhook(bell.url, EVENT_NAMES, secret=bell.secret))["id"]
            async with writers(server, desk, WRITERS) as writing:
                began = clock()
                writing.begin(30)
                await writing.have(200)
                await one.kill()
                await writing.have(400)
                await two.kill()
                await writing.done()
                assert writing.doubtful == [], "the web noticed nothing"
                await one.start()
                await check_arrived(desk, bell, writing, webhook_id)
                report("postgresql, separate delivery", bell, writing, clock() - began)

    run(story())
