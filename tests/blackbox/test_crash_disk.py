"""A disk that is full: writes are refused and leave nothing behind, all else goes on; with room again everything is delivered."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from deskbell.store.migrate import migrate
from tests.support.account import Account
from tests.support.aio import run
from tests.support.chance import chance, rounds
from tests.support.crashing import SETTINGS, Scene, scene
from tests.support.faces import desk_on
from tests.support.fulldisk import Disk, LimitedDisk, may_mount, small_disk
from tests.support.postgres import PostgresServer, postgres_server
from tests.support.process import Server

WAYS = ["limit", *(["small"] if may_mount() else [])]


@pytest.fixture(params=WAYS)
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    """A limit on the size of files everywhere; where we may mount, a small file system too."""
    if request.param == "limit":
        (tmp_path / "disk").mkdir()
        yield LimitedDisk(tmp_path / "disk")
    else:
        with small_disk(megabytes=24 + 8 * rounds()) as small:
            yield small


async def reading_goes_on(play: Scene) -> None:
    """What was acknowledged can be read, what was refused is not there."""
    told: list[str] = []
    conversations = {message.conversation for message in play.load.ledger.acknowledged}
    for number in conversations:
        page = await play.desk.get(f"/conversations/{number}/messages")
        told += [message["content"] for message in page["payload"]]
    assert {message.content for message in play.load.ledger.acknowledged} >= set(told)
    assert told


async def fill_and_empty(play: Scene, server: Server, disk: Disk, luck: random.Random) -> None:
    """Round after round: some writing, no room, room again. Fails where anything but writing is disturbed."""
    play.load.begin()
    for _ in range(rounds()):
        await play.load.more(luck.randint(1, 100))
        disk.fill(server.pid)
        await play.load.refused(luck.randint(8, 100))
        await play.load.end()
        await reading_goes_on(play)
        play.load.begin()
        await play.load.refused(1)
        disk.make_room(server.pid)
        await play.load.more(20)
    found = await play.reckoning(f"full disk, {server.database.partition(':')[0]}, {type(disk).__name__}")
    assert found.refused > 0
    assert found.refused_recorded == found.unanswered == 0
    assert server.running


def test_a_full_disk_refuses_writes_and_nothing_else_and_with_room_again_everything_goes_on(
    disk: Disk, sqlite_template: Path, tmp_path: Path
) -> None:
    luck = chance("fill the disk")
    shutil.copy(sqlite_template, disk.folder / "deskbell.db")
    url = f"sqlite:///{disk.folder / 'deskbell.db'}"

    async def story() -> None:
        async with desk_on(tmp_path, url, **SETTINGS) as (server, desk), scene(server, desk, luck) as play:
            await fill_and_empty(play, server, disk, luck)

    run(story())


async def database_on(disk: Disk, postgres: PostgresServer) -> str:
    """A new database whose tables lie on that disk; the write-ahead log, without which PostgreSQL cannot live, does not."""
    Account().give(disk.folder)
    connection = await asyncpg.connect(postgres.url_of("postgres"))
    try:
        await connection.execute(f"CREATE TABLESPACE small LOCATION '{disk.folder}'")
        await connection.execute("CREATE DATABASE on_small TABLESPACE small")
    finally:
        await connection.close()
    return postgres.url_of("on_small")


if may_mount():  # else there is no disk to fill but everybody's

    def test_a_postgresql_without_room_for_tables_refuses_writes_and_nothing_else(tmp_path: Path) -> None:
        luck = chance("fill the disk of PostgreSQL")

        async def story(disk: Disk, postgres: PostgresServer) -> None:
            url = await database_on(disk, postgres)
            await migrate(url)
            async with (
                desk_on(tmp_path, url, **SETTINGS) as (server, desk),
                scene(server, desk, luck) as play,
            ):
                await fill_and_empty(play, server, disk, luck)

        with small_disk(megabytes=48 + 8 * rounds()) as disk, postgres_server(own=True) as postgres:
            run(story(disk, postgres))
