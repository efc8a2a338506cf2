"""JSON in and out, one library for the whole house."""

from collections.abc import Iterable
from typing import Any

import orjson

JSONObject = dict[str, Any]
DEPTH = 100
"""How deep what strangers send may be nested. It is kept inside other objects, and writing JSON gives up at 254."""


def dumps(value: Any) -> bytes:
    """Compact UTF-8 JSON. Raises TypeError for what JSON cannot say."""
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)


def dump_sorted(value: Any) -> bytes:
    """As `dumps`, the same for the same value, however its keys are ordered."""
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_SORT_KEYS)


def dump_text(value: Any) -> str:
    return dumps(value).decode()


def pretty(value: Any) -> str:
    """For people to read."""
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_INDENT_2).decode()


def loads(data: bytes | str) -> Any:
    """Raises ValueError with line and column for what is not JSON."""
    return orjson.loads(data)


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same; unlike `==`, which takes `true` for 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def loads_foreign(data: bytes | str) -> Any:
    """What a stranger wrote. Raises ValueError for what is not JSON, or is more than we can keep (see `check`)."""
    value = loads(data)
    text = data.encode() if isinstance(data, str) else data
    if b"\\u0000" in text or text.count(b"{") + text.count(b"[") > DEPTH:
        check(value)
    return value


def check(value: Any) -> None:
    """Raises ValueError where text has a character no database keeps, or where nesting goes deeper than DEPTH."""
    level = [value]
    for _ in range(DEPTH + 1):
        if not level:
            return
        level = [inner for outer in level for inner in _inside(outer)]
    raise ValueError(f"it is nested deeper than {DEPTH} levels")


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return (*value, *value.values())
    if isinstance(value, str):
        if "\x00" in value:
            raise ValueError("it has a NUL character, which no field may hold")
        value.encode()
        return ()
    return value if isinstance(value, list) else ()
