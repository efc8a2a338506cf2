"""How rows become the model's nouns: a struct's fields, in their order, are the columns to select."""

import types
from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from deskbell.kit import json

T = TypeVar("T", bound=msgspec.Struct)


def _converter(hint: Any) -> Callable[[Any], Any] | None:
    if get_origin(hint) in (Union, types.UnionType):
        inner = _converter(next(arg for arg in get_args(hint) if arg is not type(None)))
        return None if inner is None else lambda value: None if value is None else inner(value)
    origin = get_origin(hint) or hint
    if origin is bool:
        return bool
    if origin in (dict, list):
        return lambda value: {} if value == "{}" else json.loads(value)
    if isinstance(origin, type) and issubclass(origin, msgspec.Struct):
        return lambda value: msgspec.convert(json.loads(value), origin)
    if isinstance(origin, type) and issubclass(origin, IntEnum):
        return origin
    return None


class Shape(Generic[T]):
    """A struct seen as columns of one table.

    `computed` gives the SQL of fields that are no column of it; write `{t}` for the table's alias there.
    """

    def __init__(self, struct: type[T], **computed: str) -> None:
        hints = get_type_hints(struct)
        self.struct = struct
        self.fields = struct.__struct_fields__
        self.width = len(self.fields)
        self._computed = computed
        self._converters = [
            (name, convert) for name in self.fields if (convert := _converter(hints[name])) is not None
        ]

    def columns(self, alias: str) -> str:
        """The select list of this struct, for a table known as `alias`."""
        return ", ".join(self._computed.get(name, f"{{t}}.{name}").format(t=alias) for name in self.fields)

    def read(self, values: Sequence[Any], start: int = 0) -> T:
        """Build the struct from a row's values, beginning at `start`."""
        fields = dict(zip(self.fields, values[start : start + self.width], strict=True))
        for name, convert in self._converters:
            fields[name] = convert(fields[name])
        return self.struct(**fields)

    def maybe(self, values: Sequence[Any], start: int = 0) -> T | None:
        """As `read`, or None where an outer join found nothing."""
        return None if values[start] is None else self.read(values, start)


def insert(table: str, *columns: str, returning: str | None = None) -> str:
    """The text of an INSERT whose parameters are named as its columns."""
    values = ", ".join(f":{column}" for column in columns)
    text = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values})"
    return f"{text} RETURNING {returning}" if returning else text
