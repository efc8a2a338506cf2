"""Processes on one PostgreSQL ring each other: work is found at once, not when somebody looks for it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from deskbell.store.postgres import LISTENER
from tests.support import bells
from tests.support.aio import run
from tests.support.bells import Bell
from tests.support.faces import Desk, desk_on
from tests.support.process import Server, serving, until

LOOKS = 60
"""Seconds between a worker's looks: the longest there may be."""
SOONER = 40.0
"""Seconds to wait for what was rung; a worker that only looks takes longer."""
HEARING = "Hearing other processes"


@asynccontextmanager
async def apart(folder: Path, url: str, role: str) -> AsyncIterator[tuple[Server, Server, Desk]]:
    """A web process, a process with a worker that has begun to listen, and a desk at the first."""
    async with (
        serving(
            folder, url, "--role", role, name="worker", delivery_allow="127.0.0.1", delivery_poll=LOOKS
        ) as worker,
        desk_on(folder, url, "--role", "web", delivery_poll=LOOKS) as (web, desk),
    ):
        await until(lambda: HEARING in worker.log, "the worker to listen")
        yield web, worker, desk


async def says(desk: Desk, number: int, bell: Bell, content: str) -> None:
    await desk.say(number, content)
    await until(lambda: content in bell.contents(), f"{content!r}", SOONER)


async def cut_listener(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        cut = await connection.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = $1",
            LISTENER,
        )
    finally:
        await connection.close()
    assert len(cut) == 2, "every process listens"


@pytest.mark.parametrize("role", ["delivery", "all"])
def test_what_one_process_takes_another_delivers_without_looking_even_after_its_listener_was_cut(
    postgres_url: str, tmp_path: Path, role: str
) -> None:
    async def story() -> None:
        async with apart(tmp_path, postgres_url, role) as (web, worker, desk), bells.listening() as bell:
            await desk.webhook(bell.url, ["message_created"], secret=bell.secret)
            (number,) = await desk.begin(1)
            for turn in range(3):
                await says(desk, number, bell, f"before {turn}")
            await cut_listener(postgres_url)
            await until(lambda: worker.log.count(HEARING) == 2, "the worker to listen again")
            await says(desk, number, bell, "after")
            assert await web.stop() == 0
            assert await worker.stop() == 0
            assert "Traceback" not in web.log + worker.log

    run(story())


def test_a_process_with_all_roles_rings_its_own_worker(postgres_url: str, tmp_path: Path) -> None:
    async def story() -> None:
        async with (
            desk_on(tmp_path, postgres_url, delivery_poll=LOOKS) as (_, desk),
            bells.listening() as bell,
        ):
            await desk.webhook(bell.url, ["message_created"], secret=bell.secret)
            (number,) = await desk.begin(1)
            await says(desk, number, bell, "hello")

    run(story())
