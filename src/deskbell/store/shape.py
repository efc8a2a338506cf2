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
        return lambda value: msgspec.convert(
            json.loads(value), origin
        )  # as all JSON is read, odd numbers too
    if isinstance(origin, type) and issubclass(origin, IntEnum):
        return origin
    return None


def _maker(struct: type[T]) -> Callable[[Sequence[Any], int], T]:
    """A function that builds the struct from a row: compiled, as every row of every answer goes through one."""
    hints = get_type_hints(struct)
    names: dict[str, Any] = {"struct": struct}
    arguments = []
    for place, name in enumerate(struct.__struct_fields__):
        value = f"values[start + {place}]"
        convert = _converter(hints[name])
        if convert is not None:
            names[f"convert_{name}"] = convert
            value = f"convert_{name}({value})"
        arguments.append(f"{name}={value}")
    make: Callable[[Sequence[Any], int], T] = eval(  # noqa: S307 - put together from field names alone
        f"lambda values, start: struct({', '.join(arguments)})", names
    )
    return make


class Shape(Generic[T]):
    """A struct seen as columns of one table.

    `computed` gives the SQL of fields that are no column of it; write `{t}` for the table's alias there.
    """

    def __init__(self, struct: type[T], **computed: str) -> None:
        self.fields = struct.__struct_fields__
        self.width = len(self.fields)
        self._computed = computed
        self._make = _maker(struct)

    def columns(self, alias: str) -> str:
        """The select list of this struct, for a table known as `alias`."""
        return ", ".join(self._computed.get(name, f"{{t}}.{name}").format(t=alias) for name in self.fields)

    def read(self, values: Sequence[Any], start: int = 0) -> T:
        """Build the struct from a row's values, beginning at `start`."""
        return self._make(values, start)

    def maybe(self, values: Sequence[Any], start: int = 0) -> T | None:
        """As `read`, or None where an outer join found nothing."""
        return None if values[start] is None else self.read(values, start)


def insert(table: str, *columns: str, returning: str | None = None) -> str:
    """The text of an INSERT whose parameters are named as its columns."""
    values = ", ".join(f":{column}" for column in columns)
    text = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values})"
    return f"{text} RETURNING {returning}" if returning else text
