"""What becomes of the settings of a thing that two people change at once."""

from typing import Any

import pytest

from deskbell.desk.rules.merging import merge


@pytest.mark.parametrize(
    ("seen", "typed", "now", "value", "is_torn"),
    [
        ("a", "a", "a", "a", False),
        ("a", "b", "a", "b", False),
        ("a", "a", "c", "c", False),
        ("a", "b", "b", "b", False),
        ("a", "b", "c", "b", True),
        ("a", "b", "", "b", True),
        ("a\nb", "a\r\nb", "c", "c", False),
        ("a", " a ", "c", "c", False),
        (True, True, False, False, False),
        (True, False, True, False, False),
        (1, True, 1, True, False),
        ({"opens": "09:00"}, {"opens": "09:00"}, {"opens": "10:00"}, {"opens": "10:00"}, False),
        ({"opens": "09:00"}, {"opens": "08:00"}, {"opens": "10:00"}, {"opens": "08:00"}, True),
        ([{"key": "a"}], [{"key": "b"}], [{"key": "c"}], [{"key": "b"}], True),
        ([1, 2], [1, 2, 3], [2], [2, 3], False),
        ([1, 2], [2], [1, 2, 4], [2, 4], False),
        ([], ["x"], ["y"], ["y", "x"], False),
        ("not a list", ["x"], ["y"], ["x"], True),
    ],
)
def test_who_left_a_field_alone_leaves_it_as_it_is_by_now(
    seen: Any, typed: Any, now: Any, value: Any, is_torn: bool
) -> None:
    merged = merge({"field": seen}, {"field": typed}, {"field": now})
    assert merged.values == {"field": value}
    assert merged.torn == ({"field": now} if is_torn else {})


def test_a_field_that_was_not_shown_is_as_it_was_typed() -> None:
    assert merge({}, {"new": "typed"}, {"new": "kept"}).values == {"new": "typed"}
    assert merge({}, {"unknown": "typed"}, {}).values == {"unknown": "typed"}
