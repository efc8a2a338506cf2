"""The reference's operations, each called and its answer held against the shape that clients know; none is forgotten."""

from itertools import groupby
from pathlib import Path

import pytest

from tests.contract.reference_account import NOTATION, call_all
from tests.contract.reference_notation import Notation
from tests.contract.reference_rest import ROWS
from tests.contract.reference_shapes import SHAPES
from tests.contract.reference_table import LeftOut, Operation
from tests.support.api import API, on_api

OPERATIONS = 144
"""As many as the reference describes, in its version 4.14."""
PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "compatibility.md"

CALLED = [row for row in ROWS if isinstance(row, Operation)]
ABSENT = [row for row in ROWS if isinstance(row, LeftOut)]


def told() -> str:
    """What the page says of the table."""
    lines = [
        f"Of the reference's {OPERATIONS} operations {len(CALLED)} are there: a test calls each of them and holds its answer "
        "against the shape that clients know.",
        "Left out are:",
        "",
    ]
    for reason, rows in groupby(ABSENT, lambda row: row.reason):
        names = ", ".join(f"`{row.method} {_short(row.path)}`" for row in rows)
        lines.append(f"- {names}: {reason}.")
    return "\n".join(lines)


def _short(path: str) -> str:
    return path.removeprefix("/api/v1/accounts/{account_id}").replace("{", ":").replace("}", "")


def test_every_operation_of_the_reference_is_there_or_argued() -> None:
    assert len({(row.method, row.path) for row in ROWS}) == len(ROWS) == OPERATIONS


def test_every_operation_answers_in_the_shape_that_clients_know(url: str) -> None:
    async def story(api: API) -> None:
        answered: list[str] = []
        wrong = await call_all(api, lambda row, _: answered.append(row.path))
        assert wrong == []
        print(f"{len(answered)} of {OPERATIONS}")
        assert len(answered) == len(CALLED)

    on_api(url, story)


def test_what_is_left_out_is_not_there_meanwhile(url: str) -> None:
    async def story(api: API) -> None:
        root = await api.root()
        for row in ABSENT:
            path = (
                row.path.replace("{account_id}", str(api.world.account_id)).replace("{", "").replace("}", "")
            )
            answer = await root.request(row.method, path, json={})
            assert answer.status_code == 404, f"{row.method} {row.path} is there: say how it is called"

    on_api(url, story)


def test_the_page_on_compatibility_says_the_same() -> None:
    assert told() in PAGE.read_text(), f"put this into {PAGE.name}:\n\n{told()}"


@pytest.mark.parametrize("name", SHAPES)
def test_every_named_shape_can_be_read(name: str) -> None:
    assert NOTATION.wrong(name, []) is not None


@pytest.mark.parametrize(
    ("shape", "right", "wrong"),
    [
        ("int", 1, True),
        ("int", 0, 1.5),
        ("num", 1.5, "1"),
        ("iso", "2025-10-09T10:53:20.000Z", "2025-10-09"),
        ("str|null", None, 1),
        ('"a"|"b"', "b", "c"),
        ("[int]", [1, 2], [1, "2"]),
        ("{a: int}", {"a": 1, "b": 2}, {}),
        ("{a?: int}", {}, {"a": None}),
        ("{a: int} & {b: str}", {"a": 1, "b": ""}, {"a": 1}),
        ("{a: [{b: bool}]}", {"a": [{"b": False}]}, {"a": [{"b": False}, {"b": 0}]}),
        ("Thing", {"id": 1}, {"id": "1"}),
    ],
)
def test_the_notation_tells_right_from_wrong(shape: str, right: object, wrong: object) -> None:
    notation = Notation({"Thing": "{id: int}"})
    assert notation.wrong(shape, right) is None
    assert notation.wrong(shape, wrong) is not None
