"""SQL that reads the same on both databases, and the four places where they differ.

Parameters are written `:name`. For SQLite
- `= ANY(:names)` becomes a look into a JSON list,
- `lower(column) LIKE lower(:name)` loses its lower(): LIKE ignores the case of ASCII by itself there, in half the time,
- `FOR UPDATE …`, `FOR NO KEY UPDATE …` and `FOR KEY SHARE` at a statement's end fall away: the writer is alone anyway.
For PostgreSQL parameters are numbered, and text becomes JSONB by its column.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import orjson

_PARAMETER = re.compile(r"(?<![:\w]):([a-z_][a-z0-9_]*)")
_ANY = re.compile(r"= ANY\(:([a-z_][a-z0-9_]*)\)")
_LIKE = re.compile(r"\blower\(([a-z_.]+)\) LIKE lower\((:[a-z_][a-z0-9_]*)\)")
_LOCK = re.compile(r"\bFOR ((NO KEY )?UPDATE|KEY SHARE)( OF [a-z_]+)?( SKIP LOCKED)?")


class Statement:
    """One statement, compiled for both dialects when the module that holds it is loaded."""

    __slots__ = ("_lists", "_names", "postgres", "sqlite", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._names = tuple(dict.fromkeys(_PARAMETER.findall(text)))
        self._lists = frozenset(_ANY.findall(text))
        places = {name: str(place) for place, name in enumerate(self._names, 1)}
        self.postgres = _PARAMETER.sub(lambda match: "$" + places[match[1]], text)
        without_lists = _ANY.sub(r"IN (SELECT value FROM json_each(:\1))", _LOCK.sub("", text))
        without_case = _LIKE.sub(r"\1 LIKE \2", without_lists)
        self.sqlite = _PARAMETER.sub(lambda match: "?" + places[match[1]], without_case)

    def postgres_values(self, values: Mapping[str, Any]) -> list[Any]:
        return [values[name] for name in self._names]

    def sqlite_values(self, values: Mapping[str, Any]) -> list[Any]:
        if self._lists:
            return [
                orjson.dumps(list(values[name])).decode() if name in self._lists else values[name]
                for name in self._names
            ]
        return [values[name] for name in self._names]


class PostgresStatement(Statement):
    """A statement for PostgreSQL alone, which does in one round trip what takes SQLite several small steps."""


@lru_cache(maxsize=512)
def composed(text: str) -> Statement:
    """A statement put together from fixed parts, such as a list's filters; compiled once for each combination."""
    return Statement(text)
