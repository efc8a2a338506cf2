"""One server for many tests, each with an account of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.aio import run
from tests.support.browsing import Stage
from tests.support.postgres import PostgresServer
from tests.support.process import Server

LARGEST_FILE = 50_000


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """The browser, and the loop it lives on."""
    opened = Stage()
    try:
        yield opened
    finally:
        opened.close()


def _server(folder: Path, database: str) -> Server:
    schedule = "0" + ",1" * 60
    return Server(
        folder,
        database,
        delivery_allow="127.0.0.1",
        delivery_schedule=schedule,
        delivery_timeout=2,
        max_upload_bytes=LARGEST_FILE,
    )


@pytest.fixture(scope="session")
def sqlite_house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("house")
    shutil.copy(sqlite_template, folder / "deskbell.db")
    server = _server(folder, f"sqlite:///{folder / 'deskbell.db'}")
    try:
        yield server
    finally:
        server.destroy()


@pytest.fixture(scope="session")
def postgres_house(
    postgres: PostgresServer, postgres_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    server = _server(tmp_path_factory.mktemp("house"), postgres.create_database(template=postgres_template))
    try:
        yield server
    finally:
        server.destroy()


@pytest.fixture
def house(sqlite_house: Server) -> Server:
    """A server on SQLite that goes on from test to test."""
    return _running(sqlite_house)


@pytest.fixture(params=["sqlite", "postgres"])
def each_house(request: pytest.FixtureRequest) -> Server:
    """The same on both databases: for what goes through them in real time."""
    found: Server = request.getfixturevalue(f"{request.param}_house")
    return _running(found)


def _running(server: Server) -> Server:
    if not server.running:
        run(server.start())
    return server
