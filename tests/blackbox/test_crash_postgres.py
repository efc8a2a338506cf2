"""A PostgreSQL that crashes under a Deskbell that stays up: callers are told to try again, what was acknowledged is kept."""

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from deskbell.store.migrate import migrate
from tests.support.aio import run
from tests.support.asking import Client
from tests.support.chance import chance, rounds
from tests.support.crashing import SETTINGS, scene
from tests.support.faces import desk_on
from tests.support.postgres import PostgresServer, postgres_server
from tests.support.process import Server, serving


@pytest.fixture
def mortal() -> Iterator[PostgresServer]:
    """A server of the test's own, which it may kill."""
    with postgres_server(own=True) as server:
        yield server


async def crash(database: PostgresServer, luck: random.Random) -> None:
    """SIGKILL for all its processes, or `pg_ctl stop -m immediate`."""
    if luck.random() < 0.5:
        await asyncio.to_thread(database.kill)
    else:
        await asyncio.to_thread(database.stop, immediately=True)


async def health(server: Server) -> tuple[int, int]:
    """What a probe is told: is the process up, and can it work?"""
    client = Client()
    try:
        told = [(await client.ask("GET", f"{server.address}{path}")).status for path in ("/health", "/ready")]
    finally:
        await client.close()
    return told[0], told[1]


def test_a_crashed_postgresql_loses_nothing_acknowledged_and_deskbell_goes_on_by_itself(
    mortal: PostgresServer, tmp_path: Path
) -> None:
    luck = chance("kill PostgreSQL")

    async def story() -> None:
        url = mortal.create_database()
        await migrate(url)
        async with (
            desk_on(tmp_path, url, "--role", "web", **SETTINGS) as (web, desk),
            serving(tmp_path, url, "--role", "delivery", name="one", **SETTINGS) as one,
            serving(tmp_path, url, "--role", "delivery", name="two", **SETTINGS) as two,
            scene(web, desk, luck) as play,
        ):
            processes = [server.pid for server in (web, one, two)]
            play.load.begin()
            for _ in range(rounds()):
                await play.load.more(luck.randint(1, 120))
                await crash(mortal, luck)
                await play.load.refused(luck.randint(8, 80))
                assert await health(web) == (200, 503)
                await asyncio.to_thread(mortal.start)
                await play.load.more(1)
            await play.load.more(20)
            found = await play.reckoning(f"crash of PostgreSQL, {rounds()} rounds")
            assert set(play.load.answers) == {200, 503}
            assert found.unanswered == 0, "every caller was answered"
            assert await health(web) == (200, 200)
            assert [server.pid for server in (web, one, two) if server.running] == processes

    run(story())
