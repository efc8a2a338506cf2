"""Every statement reads the same on both databases: translation, and a guard over all that the store holds."""

import importlib
import pkgutil
import sqlite3
import string
from collections.abc import Iterator

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

import deskbell.store
from deskbell.kit.clock import SystemClock
from deskbell.store import open_database
from deskbell.store.migrate import sqlite_path
from deskbell.store.statement import PostgresStatement, Statement, composed
from tests.support.aio import run

NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True)


class Anything(dict[str, str]):
    """A value for every name: text, which is also an empty list."""

    def __missing__(self, name: str) -> str:
        return ""


def kept_statements() -> Iterator[tuple[str, Statement]]:
    """Every statement a module of the store holds, with its name."""
    for module in pkgutil.walk_packages(deskbell.store.__path__, "deskbell.store."):
        if ".migrations." not in module.name:
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, Statement):
                    yield f"{module.name.removeprefix('deskbell.store.')}.{name}", value


STATEMENTS = dict(kept_statements())


def test_the_guard_sees_the_stores_statements() -> None:
    assert len(STATEMENTS) > 90
    assert {"lanes._CLAIM", "events._NUMBER", "messages._INSERT", "conversations._VIEW"} <= STATEMENTS.keys()


def test_every_statement_runs_on_sqlite(sqlite_url: str) -> None:
    connection = sqlite3.connect(sqlite_path(sqlite_url))
    refused = {}
    for name, statement in STATEMENTS.items():
        if isinstance(statement, PostgresStatement):
            continue
        try:
            connection.execute(f"EXPLAIN {statement.sqlite}", statement.sqlite_values(Anything()))
        except sqlite3.Error as error:
            refused[name] = str(error)
    connection.close()
    assert refused == {}


def test_every_statement_runs_on_postgresql(postgres_url: str) -> None:
    async def story() -> dict[str, str]:
        connection = await asyncpg.connect(postgres_url)
        refused = {}
        for name, statement in STATEMENTS.items():
            try:
                await connection.prepare(statement.postgres)
            except asyncpg.PostgresError as error:
                refused[name] = str(error)
        await connection.close()
        return refused

    assert run(story()) == {}


@pytest.mark.parametrize("name", STATEMENTS)
def test_both_translations_take_the_same_values(name: str) -> None:
    statement = STATEMENTS[name]
    assert len(statement.sqlite_values(Anything())) == len(statement.postgres_values(Anything()))


@given(st.lists(NAMES, min_size=1, max_size=6))
def test_a_name_has_one_place_however_often_it_is_used(names: list[str]) -> None:
    statement = Statement("SELECT " + ", ".join(f":{name}" for name in names))
    different = list(dict.fromkeys(names))
    numbers = [different.index(name) + 1 for name in names]
    assert statement.postgres == "SELECT " + ", ".join(f"${number}" for number in numbers)
    assert statement.sqlite == "SELECT " + ", ".join(f"?{number}" for number in numbers)
    values = {name: place for place, name in enumerate(different)}
    assert statement.postgres_values(values) == statement.sqlite_values(values) == list(range(len(different)))


@given(st.text(string.printable, max_size=30).filter(lambda text: ":" not in text and "FOR " not in text))
def test_text_without_parameters_stays_as_it_is(text: str) -> None:
    statement = Statement(text)
    assert statement.postgres == statement.sqlite == text
    assert statement.postgres_values({}) == statement.sqlite_values({}) == []


@pytest.mark.parametrize(
    ("text", "postgres", "sqlite"),
    [
        (
            "lower(k.name) LIKE lower(:text) ESCAPE '!'",
            "lower(k.name) LIKE lower($1) ESCAPE '!'",
            "k.name LIKE ?1 ESCAPE '!'",
        ),
        ("id = ANY(:ids)", "id = ANY($1)", "id IN (SELECT value FROM json_each(?1))"),
        ("channel = 'Channel::Api'", "channel = 'Channel::Api'", "channel = 'Channel::Api'"),
        ("a::text = :a", "a::text = $1", "a::text = ?1"),
        ("SELECT 1 FOR UPDATE", "SELECT 1 FOR UPDATE", "SELECT 1 "),
        ("SELECT 1 FOR NO KEY UPDATE", "SELECT 1 FOR NO KEY UPDATE", "SELECT 1 "),
        ("(SELECT 1 FOR UPDATE SKIP LOCKED)", "(SELECT 1 FOR UPDATE SKIP LOCKED)", "(SELECT 1 )"),
        ("SELECT 1 FOR UPDATE OF a SKIP LOCKED", "SELECT 1 FOR UPDATE OF a SKIP LOCKED", "SELECT 1 "),
        ("forupdate = :for", "forupdate = $1", "forupdate = ?1"),
    ],
)
def test_where_the_databases_differ_each_gets_its_own(text: str, postgres: str, sqlite: str) -> None:
    assert (Statement(text).postgres, Statement(text).sqlite) == (postgres, sqlite)


def test_a_value_that_is_missing_is_a_mistake_and_one_too_many_is_not() -> None:
    statement = Statement("SELECT :a")
    assert statement.postgres_values({"a": 1, "b": 2}) == [1]
    with pytest.raises(KeyError):
        statement.sqlite_values({"b": 2})


def test_a_composed_statement_is_compiled_once() -> None:
    assert composed("SELECT :a") is composed("SELECT :a")


@pytest.mark.parametrize("values", [[], [1], [3, 1, 3], list(range(1, 500))])
def test_a_list_finds_what_is_in_it(url: str, values: list[int]) -> None:
    numbers = Statement(
        "SELECT n FROM (SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3) x WHERE n = ANY(:values) ORDER BY n"
    )

    async def story() -> None:
        database = await open_database(url, SystemClock())
        try:
            async with database.read() as reader:
                rows = await reader.all(numbers, values=values)
        finally:
            await database.close()
        assert [row["n"] for row in rows] == sorted({1, 2, 3} & set(values))

    run(story())
