"""`kill -9` of one process of several on a PostgreSQL: the others go on, and what the dead one held moves on with its lease."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.aio import run
from tests.support.chance import chance, rounds
from tests.support.crashing import SETTINGS, Scene, scene
from tests.support.faces import desk_on
from tests.support.process import Server


@asynccontextmanager
async def apart(
    folder: Path, url: str, luck: random.Random, workers: int
) -> AsyncIterator[tuple[Server, list[Server], Scene]]:
    """A process for the web, several for delivery, and a scene played on them."""
    settings: dict[str, Any] = SETTINGS
    begun = [
        Server(folder, url, "--role", "delivery", name=f"delivery-{number}", **settings)
        for number in range(workers)
    ]
    try:
        async with desk_on(folder, url, "--role", "web", **settings) as (web, desk):
            await asyncio.gather(*(one.start() for one in begun))
            async with scene(web, desk, luck) as play:
                yield web, begun, play
    finally:
        for one in begun:
            one.destroy()


def test_web_and_delivery_killed_in_turn_lose_nothing_and_go_on_without_each_other(
    postgres_url: str, tmp_path: Path
) -> None:
    luck = chance("kill the web, kill delivery")

    async def story() -> None:
        async with apart(tmp_path, postgres_url, luck, workers=1) as (web, (worker,), play):
            play.load.begin()
            for _ in range(rounds()):
                await play.load.more(luck.randint(1, 120))
                await web.kill()
                await play.catches_up()  # delivery needs no web
                await web.start()
                unanswered = len(play.load.ledger.unanswered)
                await play.load.more(luck.randint(1, 120))
                await worker.kill()
                await play.load.more(20)  # the web needs no delivery
                await worker.start()
                assert len(play.load.ledger.unanswered) == unanswered, "clients noticed nothing"
            await play.load.more(20)
            found = await play.reckoning(f"kill -9 of web and delivery, {rounds()} rounds")
            assert found.refused == 0

    run(story())


@pytest.mark.parametrize("workers", [2, 4])
def test_lanes_of_a_killed_delivery_process_move_on_and_never_are_two_attempts_of_a_conversation_in_flight(
    postgres_url: str, tmp_path: Path, workers: int
) -> None:
    luck = chance(f"kill one of {workers}")

    async def story() -> None:
        waits = []
        clock = asyncio.get_running_loop().time
        async with apart(tmp_path, postgres_url, luck, workers) as (_, delivering, play):
            play.load.begin()
            for _ in range(rounds()):
                await play.load.more(luck.randint(1, 120))
                dead = luck.choice(delivering)
                await dead.kill()
                began = clock()
                await play.catches_up()  # before the dead one is back
                waits.append(clock() - began)
                await dead.start()
            await play.load.more(20)
            found = await play.reckoning(f"kill -9 of one of {workers}, {rounds()} rounds")
            print(f"what waited for a dead one's lease moved on after {max(waits):.1f} s at most")
            assert found.unanswered == found.refused == 0, "clients noticed nothing"

    run(story())
