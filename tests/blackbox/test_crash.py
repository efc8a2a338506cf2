"""`kill -9` of the whole server at random moments: what was acknowledged arrives, in order, numbered without gaps."""

import asyncio
import random
from pathlib import Path

from tests.support.aio import run
from tests.support.chance import chance, rounds
from tests.support.crashing import SETTINGS, scene
from tests.support.faces import desk_on
from tests.support.process import ProcessError, Server


async def killed_while_starting(server: Server, luck: random.Random) -> None:
    """A start that does not come to its end, unless it is quicker than the killer."""
    starting = asyncio.create_task(server.start())
    await asyncio.sleep(luck.uniform(0.1, 1.2))
    await server.kill()
    try:
        await starting
    except ProcessError:
        return


def test_a_server_killed_at_random_moments_loses_nothing_it_acknowledged(url: str, tmp_path: Path) -> None:
    luck = chance("kill the server")

    async def story() -> None:
        async with (
            desk_on(tmp_path, url, **SETTINGS) as (server, desk),
            scene(server, desk, luck) as play,
        ):
            play.load.begin()
            for _ in range(rounds()):
                await play.load.more(luck.randint(1, 120))
                await server.kill()
                if luck.random() < 0.3:
                    await killed_while_starting(server, luck)
                await server.start()
            await play.load.more(20)
            found = await play.reckoning(f"kill -9 of the server, {url.partition(':')[0]}, {rounds()} rounds")
            assert found.refused == 0

    run(story())
