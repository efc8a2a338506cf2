"""A filter's conditions worked out in plain Python, to compare what the databases find with."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from deskbell.kit.clock import SECOND
from deskbell.model.filter import Condition

_DECIMAL = re.compile(r"-?([0-9]+\.?[0-9]*|\.[0-9]+)")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def holds(conditions: Sequence[Condition], facts: dict[str, Any], kinds: dict[str, str], now: int) -> bool:
    """Whether the conditions hold of one thing: runs of AND, joined by OR. `facts` are its attributes, None where it has none."""
    groups: list[bool] = []
    open_group: bool | None = None
    for one in conditions:
        value = _one(one, facts[one.attribute_key], kinds[one.attribute_key], now)
        open_group = value if open_group is None else open_group and value
        if (one.query_operator or "AND").upper() == "OR":
            groups.append(open_group)
            open_group = None
    if open_group is not None:
        groups.append(open_group)
    return any(groups) if groups else True


def _one(condition: Condition, fact: Any, kind: str, now: int) -> bool:
    operator = condition.filter_operator
    if operator in ("not_equal_to", "does_not_contain", "is_not_present"):
        positive = {"not_equal_to": "equal_to", "does_not_contain": "contains"}.get(operator, "is_present")
        return not _positive(positive, condition.values, fact, kind, now)
    return _positive(operator, condition.values, fact, kind, now)


def _positive(operator: str, values: list[Any], fact: Any, kind: str, now: int) -> bool:
    if kind == "labels":
        return bool(fact) if operator == "is_present" else any(str(one).lower() in fact for one in values)
    if operator == "is_present":
        return fact is not None
    seen = _seen(fact, kind)
    if seen is None:
        return False
    if operator in ("contains", "starts_with"):
        texts = [str(one).lower() for one in values]
        if operator == "contains":
            return any(text in str(seen).lower() for text in texts)
        return any(str(seen).lower().startswith(_phone(text) if kind == "phone" else text) for text in texts)
    if operator == "days_before":
        before = datetime.fromtimestamp(now // SECOND, UTC).date() - timedelta(days=int(values[0]))
        return bool(seen < _asked(before.isoformat(), kind))
    asked = [_asked(one, kind) for one in values]
    if operator == "equal_to":
        return seen in asked or ("all" in asked and kind == "word")
    return bool(seen > asked[0] if operator == "is_greater_than" else seen < asked[0])


def _phone(text: str) -> str:
    return "+" + text.lstrip("+")


def _seen(fact: Any, kind: str) -> Any:
    """A fact as something of its kind; None where it is nothing of the kind."""
    if fact is None or isinstance(fact, dict | list):
        return None
    if kind == "number":
        plain = isinstance(fact, int | float) or _DECIMAL.fullmatch(fact)
        return float(fact) if plain and not isinstance(fact, bool) else None
    if kind == "day":
        dated = _DAY.match(fact) if isinstance(fact, str) else None
        return int("".join(dated.groups())) if dated else None
    if kind == "flag":
        return {"true": True, "1": True, "false": False, "0": False}.get(str(fact).lower())
    if kind in ("text", "phone"):
        return str(fact).lower()
    return fact


def _asked(value: Any, kind: str) -> Any:
    if kind == "number":
        return float(value)
    if kind == "whole":
        return int(value)
    if kind == "day":
        return int(value.replace("-", ""))
    if kind == "instant":
        moment = datetime.fromisoformat(value).replace(tzinfo=UTC)
        return int(moment.timestamp()) * SECOND
    if kind == "flag":
        return str(value).lower() in ("true", "1")
    text = str(value).lower()
    return _phone(text) if kind == "phone" else text
