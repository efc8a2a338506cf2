"""Whole processes on real databases and sockets: what an operator and an integrator see."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.aio import run
from tests.support.postgres import PostgresServer
from tests.support.process import Server


@pytest.fixture
def empty_postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """A database with nothing in it, not even tables."""
    url = postgres.create_database()
    yield url
    postgres.drop_database(url)


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest) -> str:
    """A database that nobody has used yet: for SQLite a file that does not exist."""
    if request.param == "sqlite":
        return "sqlite:///data/deskbell.db"
    found: str = request.getfixturevalue("empty_postgres_url")
    return found


@pytest.fixture
def house(shared_server: Server) -> Server:
    """A server that goes on from test to test, each with an account of its own; whoever ends it may start it again.

    It tries every second, for longer than any test lasts, and gives receivers two seconds.
    """
    if not shared_server.running:
        run(shared_server.start())
    return shared_server


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def shared_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """What `house` hands out."""
    folder: Path = tmp_path_factory.mktemp("house")
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "deskbell.db")
        database = f"sqlite:///{folder / 'deskbell.db'}"
    else:
        postgres: PostgresServer = request.getfixturevalue("postgres")
        database = postgres.create_database(template=request.getfixturevalue("postgres_template"))
    schedule = "0" + ",1" * 60
    server = Server(
        folder,
        database,
        delivery_allow="127.0.0.1",
        delivery_schedule=schedule,
        delivery_jitter=0.1,
        delivery_timeout=2,
    )
    try:
        yield server
    finally:
        server.destroy()
