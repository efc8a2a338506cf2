"""What a filter may ask: which attributes there are, what may be asked of each, and what values they take."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_args

from msgspec import Struct, ValidationError, convert

from deskbell.desk.rules.fields import LAST_INSTANT, Problems
from deskbell.kit.clock import DAY, SECOND, iso, parse_iso
from deskbell.kit.errors import Invalid
from deskbell.model.conversation import Priority, Status
from deskbell.model.filter import Condition, FilterModel, Joiner, Kind, Origin, Term

Definitions = Mapping[tuple[str, str], str]
"""The display type of each custom attribute, by model and key."""

EQUAL = ("equal_to", "not_equal_to")
CONTAINS = ("contains", "does_not_contain", "starts_with")
PRESENT = ("is_present", "is_not_present")
COMPARE = ("is_greater_than", "is_less_than")
NEGATIVE = {"not_equal_to": "equal_to", "does_not_contain": "contains", "is_not_present": "is_present"}
LARGEST = 2**63 - 1
VALUES_LIMIT = 100
CONDITIONS_LIMIT = 50
TEXT_LIMIT = 1_000
_KEY = re.compile(r"[^\W\d][\w\- ]*")
"""Keys that both databases read as the name of a member and nothing else."""


class Attribute(Struct, frozen=True):
    """Something to filter by."""

    origin: Origin
    kind: Kind
    operators: tuple[str, ...]
    choices: tuple[str, ...] = ()


_TEXT = Attribute("standard", "text", (*EQUAL, *CONTAINS, *PRESENT))
_PHONE = Attribute("standard", "text", (*EQUAL, *CONTAINS, *PRESENT))
_FACT = Attribute("additional", "text", (*EQUAL, *CONTAINS, *PRESENT))
_REFERENCE = Attribute("standard", "whole", (*EQUAL, *PRESENT))
_INSTANT = Attribute("standard", "instant", (*COMPARE, "days_before", *PRESENT))
_LABELS = Attribute("labels", "word", (*EQUAL, *PRESENT))

STANDARD: Mapping[FilterModel, Mapping[str, Attribute]] = {
    "contact": {
        **dict.fromkeys(("name", "email", "identifier"), _TEXT),
        "phone_number": _PHONE,
        **dict.fromkeys(("country_code", "country", "city", "company", "company_name"), _FACT),
        "labels": _LABELS,
        **dict.fromkeys(("created_at", "last_activity_at"), _INSTANT),
        "blocked": Attribute("standard", "flag", EQUAL),
    },
    "conversation": {
        "status": Attribute("standard", "word", EQUAL, (*get_args(Status), "all")),
        "priority": Attribute("standard", "word", (*EQUAL, *PRESENT), get_args(Priority)),
        **dict.fromkeys(("assignee_id", "inbox_id", "team_id"), _REFERENCE),
        "display_id": Attribute("standard", "whole", (*EQUAL, *CONTAINS, *COMPARE)),
        "labels": _LABELS,
        **dict.fromkeys(
            ("browser_language", "conversation_language", "country_code", "referer", "mail_subject"), _FACT
        ),
        **dict.fromkeys(("created_at", "last_activity_at"), _INSTANT),
    },
}
_NUMBER = Attribute("custom", "number", (*EQUAL, *COMPARE, *PRESENT))
CUSTOM: Mapping[str, Attribute] = {
    **dict.fromkeys(("text", "link", "list"), Attribute("custom", "text", (*EQUAL, *CONTAINS, *PRESENT))),
    **dict.fromkeys(("number", "currency", "percent"), _NUMBER),
    "date": Attribute("custom", "day", (*EQUAL, *COMPARE, "days_before", *PRESENT)),
    "checkbox": Attribute("custom", "flag", (*EQUAL, *PRESENT)),
}


def kept(query: Mapping[str, Any]) -> list[Condition]:
    """The conditions of a query somebody kept under a name. Raises Invalid where it holds none."""
    given = query.get("payload")
    try:
        conditions = convert(given, list[Condition], strict=False)
    except ValidationError:
        raise Invalid({"payload": "should be a list of conditions"}) from None
    return conditions[:CONDITIONS_LIMIT]


def understood(
    model: FilterModel, conditions: Sequence[Condition], custom: Definitions, now: int
) -> list[Term]:
    """What the conditions mean. Raises Invalid naming every wrong part, such as `payload.0.attribute_key`."""
    problems = Problems()
    terms = [
        _term(model, condition, custom, now, problems, f"payload.{place}")
        for place, condition in enumerate(conditions)
    ]
    problems.raise_any()
    return [term for term in terms if term is not None]


def _term(
    model: FilterModel,
    condition: Condition,
    custom: Definitions,
    now: int,
    problems: Problems,
    field: str,
) -> Term | None:
    joiner: Joiner = "AND"
    asked = (condition.query_operator or "and").strip().upper()
    if asked not in ("AND", "OR"):
        problems.add(f"{field}.query_operator", "should be AND or OR")
    elif asked == "OR":
        joiner = "OR"
    origin, found = _attribute(model, condition, custom)
    if found is None or origin is None:
        problems.add(f"{field}.attribute_key", f"is not something to filter by: {condition.attribute_key}")
        return None
    if condition.filter_operator not in found.operators:
        problems.add(f"{field}.filter_operator", f"should be one of {', '.join(found.operators)}")
        return None
    try:
        operator, values = _values(condition, found, now)
    except ValueError as error:
        problems.add(f"{field}.values", str(error))
        return None
    return Term(
        origin=origin,
        key=condition.attribute_key,
        kind=found.kind,
        operator=NEGATIVE.get(operator, operator),  # type: ignore[arg-type]  # what `operators` allows is known
        values=values,
        negated=operator in NEGATIVE,
        joiner=joiner,
    )


def _attribute(
    model: FilterModel, condition: Condition, custom: Definitions
) -> tuple[Origin | None, Attribute | None]:
    """A standard attribute, unless the condition says that it means a custom one; else a custom one that is defined."""
    key, asked = condition.attribute_key, (condition.custom_attribute_type or "").strip()
    if not asked and key in STANDARD[model]:
        found = STANDARD[model][key]
        return found.origin, found
    owner = asked.removesuffix("_attribute") or model
    display = custom.get((owner, key))
    if display is None or not _KEY.fullmatch(key) or owner not in (model, "contact"):
        return None, None
    return ("custom" if owner == model else "contact_custom"), CUSTOM.get(display)


def _values(condition: Condition, found: Attribute, now: int) -> tuple[str, list[Any]]:
    """The operator and the values as the store compares them. Raises ValueError saying what is wrong."""
    operator, given = condition.filter_operator, condition.values
    if operator in PRESENT:
        return operator, []
    if not given:
        raise ValueError("needs at least one value")
    if len(given) > VALUES_LIMIT:
        raise ValueError(f"holds too many values (at most {VALUES_LIMIT})")
    if operator == "days_before":
        today = now - now % DAY
        before = max(today - _whole(given[0], most=1_000_000) * DAY, -62_135_596_800 * SECOND)
        return "is_less_than", [_as_day(before) if found.kind == "day" else before]
    read = _text if operator in CONTAINS else _READERS[found.kind]
    values = [read(value) for value in (given[:1] if operator in COMPARE else given)]
    if found.choices and any(value not in found.choices for value in values):
        raise ValueError(f"should be among {', '.join(found.choices)}")
    if found.choices and "all" in values:
        values = list(get_args(Status))
    if found is _PHONE and operator not in ("contains", "does_not_contain"):
        values = [f"+{value.lstrip('+ ')}" for value in values]
    return operator, values


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int | float):
        raise ValueError("should be texts or numbers")
    text = str(value).strip()
    if len(text) > TEXT_LIMIT:
        raise ValueError(f"are too long (at most {TEXT_LIMIT} characters)")
    return text


def _word(value: Any) -> str:
    return _text(value).lower()


def _number(value: Any) -> float:
    try:
        number = float(_text(value))
    except ValueError:
        raise ValueError("should be numbers") from None
    if not abs(number) < float("inf"):
        raise ValueError("should be numbers")
    return number


def _whole(value: Any, most: int = LARGEST) -> int:
    text = _text(value)
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= most):
        raise ValueError("should be whole numbers")
    return int(text)


def _instant(value: Any) -> int:
    """A date means its first moment, in UTC; unix seconds say it too."""
    text = _text(value)
    try:
        if not (text.isascii() and text.isdigit()):
            return parse_iso(text)
        if int(text) * SECOND <= LAST_INSTANT:
            return int(text) * SECOND
        raise ValueError
    except (ValueError, OverflowError):
        raise ValueError("should be dates, such as 2030-01-31") from None


def _day(value: Any) -> int:
    return _as_day(_instant(value))


def _as_day(instant: int) -> int:
    return int(iso(instant)[:10].replace("-", ""))


def _flag(value: Any) -> bool:
    text = _word(value)
    if text not in ("true", "false", "1", "0"):
        raise ValueError("should be true or false")
    return text in ("true", "1")


_READERS: Mapping[Kind, Callable[[Any], Any]] = {
    "text": _text,
    "word": _word,
    "number": _number,
    "whole": _whole,
    "instant": _instant,
    "day": _day,
    "flag": _flag,
}
