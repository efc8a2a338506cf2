"""Custom attributes as people see and type them, by their definitions; what has none is a text."""

import math
import re
from typing import Any

from deskbell.desk.rules.fields import CONTENT_LIMIT, Problems
from deskbell.kit import json
from deskbell.model.attribute_definition import AttributeDefinition

FIELD = "value"
NUMBERS = ("number", "currency", "percent")
_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_LINK = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)


def text(value: Any) -> str:
    """A value as it stands in a field."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return (
        value
        if isinstance(value, str)
        else str(value)
        if isinstance(value, int | float)
        else json.dump_text(value)
    )


def is_link(value: Any) -> bool:
    """Whether a value may be followed: an address of the web and of nothing else."""
    return isinstance(value, str) and _LINK.fullmatch(value) is not None


def parsed(typed: str, definition: AttributeDefinition | None, problems: Problems) -> Any:
    """What somebody typed as it is kept; None for nothing."""
    typed = typed.strip()
    kind = definition.display_type if definition else "text"
    if len(typed) > CONTENT_LIMIT:
        problems.add(FIELD, f"is too long (at most {CONTENT_LIMIT} characters)")
    if not typed:
        return None
    if kind == "checkbox":
        return typed == "true"
    if kind in NUMBERS:
        return _number(typed, problems)
    if kind == "date" and not _DAY.fullmatch(typed[:10]):
        problems.add(FIELD, "should be a day, such as 2026-05-31")
    if kind == "link" and not is_link(typed):
        problems.add(FIELD, "should be an address that begins with https://")
    if definition and kind == "list" and typed not in [text(one) for one in definition.allowed_values]:
        problems.add(FIELD, "should be one of the choices")
    return typed


def _number(typed: str, problems: Problems) -> int | float | None:
    try:
        number = float(typed.replace(",", "."))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        problems.add(FIELD, "should be a number")
        return None
    return int(number) if number.is_integer() and abs(number) < 1e15 else number
