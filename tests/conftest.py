"""Fixtures every test may use: a fresh, migrated database of each kind."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from deskbell.store.migrate import migrate
from tests.support.postgres import PostgresServer, postgres_server

hypothesis.settings.register_profile("deskbell", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("deskbell")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One real PostgreSQL for the whole run."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file, copied for each test."""
    path = tmp_path_factory.mktemp("template") / "deskbell.db"
    asyncio.run(migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: PostgresServer) -> str:
    """A migrated database, to be copied."""
    url = postgres.create_database()
    asyncio.run(migrate(url))
    return url


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "deskbell.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def shared_postgres(postgres: PostgresServer, postgres_template: str) -> str:
    """A migrated database that is emptied after each test, which is much faster than to make a new one."""
    return postgres.create_database(template=postgres_template)


@pytest.fixture
def postgres_url(postgres: PostgresServer, shared_postgres: str) -> Iterator[str]:
    yield shared_postgres
    postgres.empty_database(shared_postgres)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    """A fresh database's address: each test that asks for it runs on both kinds."""
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found
