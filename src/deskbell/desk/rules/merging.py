"""Two who change the settings of a thing at once: what each of them changed, and what both changed and not alike."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from deskbell.kit import json

Values = Mapping[str, Any]


class Merged(Struct, frozen=True):
    """What comes of it. `torn` are the fields both changed, with what they are by now: in `values` they are as they were typed."""

    values: dict[str, Any]
    torn: dict[str, Any]


def merge(seen: Values, typed: Values, now: Values) -> Merged:
    """A field that somebody left as they saw it stays as it is by now; of a list what they added is added, what they took is taken."""
    values: dict[str, Any] = {}
    torn: dict[str, Any] = {}
    for name, wish in typed.items():
        kept = now.get(name, wish)
        saw = seen.get(name, kept)
        if is_many(saw) and is_many(wish) and is_many(kept):
            values[name] = [one for one in kept if one in wish or one not in saw]
            values[name] += [one for one in wish if one not in saw and one not in kept]
        elif alike(wish, saw):
            values[name] = kept
        else:
            values[name] = wish
            if not alike(kept, saw) and not alike(kept, wish):
                torn[name] = kept
    return Merged(values, torn)


def is_many(value: Any) -> bool:
    """Whether it is a list of which each is there or not, such as of boxes that are ticked."""
    return isinstance(value, list) and all(isinstance(one, str | int) for one in value)


def alike(one: Any, other: Any) -> bool:
    """Browsers write lines' ends as CR LF, and forms are read without the blanks around."""
    return json.same(_plain(one), _plain(other))


def _plain(value: Any) -> Any:
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value
