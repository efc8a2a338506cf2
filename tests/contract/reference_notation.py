"""How the shape of an answer is written down, and checked.

int  num  str  bool  null  any      a value of that type; `num` takes whole numbers too
iso                                 an instant as ISO 8601 text
obj                                 an object, whatever is in it
nothing                             no body at all
a|b                                 one or the other
"open"                              this very text
[x]                                 a list, each of which is an x
{name: x, other?: y}                an object with these fields at least; `?` where one may be missing
Name                                a shape that has a name
Name & {more: x}                    both
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

_TOKEN = re.compile(r'\s*(?:([A-Za-z_][A-Za-z0-9_]*\??)|("[^"]*")|([{}\[\],:|&]))')


def _iso(value: Any) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _number(value: Any, *types: type) -> bool:
    return isinstance(value, types) and not isinstance(value, bool)


PLAIN: dict[str, Callable[[Any], bool]] = {
    "any": lambda value: True,
    "bool": lambda value: isinstance(value, bool),
    "int": lambda value: _number(value, int),
    "iso": _iso,
    "null": lambda value: value is None,
    "num": lambda value: _number(value, int, float),
    "obj": lambda value: isinstance(value, dict),
    "str": lambda value: isinstance(value, str),
}


class Notation:
    """Shapes by their names."""

    def __init__(self, named: Mapping[str, str]) -> None:
        self._named = named

    def wrong(self, text: str, value: Any) -> str | None:
        """Where a value is not of a shape, and how; None where it is."""
        rest = _Reader(text)
        found = self._wrong(rest.shape(), value, "$")
        rest.end()
        return found

    def _wrong(self, shape: Any, value: Any, where: str) -> str | None:
        kind = shape[0]
        if kind == "either":
            found = [self._wrong(one, value, where) for one in shape[1]]
            return None if None in found else " or ".join(one for one in found if one)
        if kind == "both":
            return next((wrong for one in shape[1] if (wrong := self._wrong(one, value, where))), None)
        if kind == "text":
            return None if value == shape[1] else f'{where} is {value!r}, not "{shape[1]}"'
        if kind == "list":
            if not isinstance(value, list):
                return f"{where} is {value!r}, no list"
            each = (self._wrong(shape[1], one, f"{where}[{place}]") for place, one in enumerate(value))
            return next((wrong for wrong in each if wrong), None)
        if kind == "object":
            return self._wrong_object(shape[1], value, where)
        if shape[1] in PLAIN:
            return None if PLAIN[shape[1]](value) else f"{where} is {value!r}, no {shape[1]}"
        return self._wrong(_Reader(self._named[shape[1]]).shape(), value, where)

    def _wrong_object(self, fields: dict[str, Any], value: Any, where: str) -> str | None:
        if not isinstance(value, dict):
            return f"{where} is {value!r}, no object"
        for name, shape in fields.items():
            key = name.removesuffix("?")
            if key not in value:
                if not name.endswith("?"):
                    return f"{where} has no {key}"
                continue
            wrong = self._wrong(shape, value[key], f"{where}.{key}")
            if wrong:
                return wrong
        return None


class _Reader:
    """Reads one shape. Raises ValueError for what is none."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))

    def shape(self) -> Any:
        """One alternative, or several."""
        found = [self._joined()]
        while self._take("|"):
            found.append(self._joined())
        return found[0] if len(found) == 1 else ("either", found)

    def end(self) -> None:
        if self._tokens:
            raise ValueError(f"nothing should follow, but {self._tokens} does")

    def _joined(self) -> Any:
        found = [self._one()]
        while self._take("&"):
            found.append(self._one())
        return found[0] if len(found) == 1 else ("both", found)

    def _one(self) -> Any:
        token = self._tokens.pop(0)
        if token == "[":
            inner = self.shape()
            self._need("]")
            return ("list", inner)
        if token == "{":
            return ("object", self._fields())
        return ("text", token[1:-1]) if token.startswith('"') else ("name", token)

    def _fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        while not self._take("}"):
            name = self._tokens.pop(0)
            self._need(":")
            fields[name] = self.shape()
            self._take(",")
        return fields

    def _take(self, token: str) -> bool:
        if self._tokens and self._tokens[0] == token:
            self._tokens.pop(0)
            return True
        return False

    def _need(self, token: str) -> None:
        if not self._take(token):
            raise ValueError(f"{token} is missing before {self._tokens}")


def _tokens(text: str) -> Iterator[str]:
    place = 0
    text = text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise ValueError(f"no shape: {text[place:]}")
        yield next(group for group in match.groups() if group)
        place = match.end()
