"""What an inbox's settings may be."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from msgspec.structs import replace

from deskbell.desk.rules import domains, fields
from deskbell.desk.rules.fields import Problems
from deskbell.model.inbox import InboxSettings, WorkingDay

MESSAGE_LIMIT = 10_000
"""Characters of what an inbox says by itself."""
FEATURES = frozenset(
    {"attachments", "emoji_picker", "end_conversation", "use_inbox_avatar_for_bot", "allow_mobile_webview"}
)
DISPLAYS = ("emoji", "star")
OPERATORS = ("contains", "does_not_contain")
_COLOUR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
_SURVEY_TEXTS = ("message", "button_text", "language")
_TIMES = {"open_hour": 23, "open_minutes": 59, "close_hour": 23, "close_minutes": 59}
_DAYS = range(7)

Checked = Callable[[Any, InboxSettings, Problems], Any]


def changed(kept: InboxSettings, given: Mapping[str, Any], problems: Problems) -> InboxSettings:
    """The settings with what is given; what is wrong becomes a problem and stays as it was."""
    changes: dict[str, Any] = {}
    for name, value in given.items():
        if name not in InboxSettings.__struct_fields__:
            continue
        check = _CHECKS.get(name)
        before = len(problems.fields)
        checked = value if check is None else check(value, kept, problems)
        if len(problems.fields) == before:
            changes[name] = checked
    return replace(kept, **changes)


def working_hours(given: Any, kept: InboxSettings, problems: Problems) -> tuple[WorkingDay, ...]:
    """A week, in which the days that are not spoken of stay as they were."""
    week = {one.day_of_week: one for one in kept.working_hours}
    if not isinstance(given, list) or len(given) > len(_DAYS):
        problems.add("working_hours", "should be a list of up to seven days")
        return kept.working_hours
    for place, said in enumerate(given):
        day = _day(said, week, f"working_hours.{place}", problems)
        if day is not None:
            week[day.day_of_week] = day
    return tuple(week[day] for day in sorted(week))


def _day(said: Any, week: Mapping[int, WorkingDay], path: str, problems: Problems) -> WorkingDay | None:
    number = _number(said.get("day_of_week")) if isinstance(said, Mapping) else None
    if number is None or number not in _DAYS:
        problems.add(f"{path}.day_of_week", "should be a number from 0 (Sunday) to 6")
        return None
    kept = week[number]
    flags = {
        name: _flag(said.get(name), getattr(kept, name), f"{path}.{name}", problems)
        for name in ("closed_all_day", "open_all_day")
    }
    if flags["closed_all_day"] and flags["open_all_day"]:
        problems.add(f"{path}.open_all_day", "cannot be together with closed_all_day")
        return None
    if flags["open_all_day"]:  # as the reference keeps it
        times: dict[str, Any] = {"open_hour": 0, "open_minutes": 0, "close_hour": 23, "close_minutes": 59}
    else:
        times = {name: said[name] if name in said else getattr(kept, name) for name in _TIMES}
        _check_times(times, path, problems, needed=not flags["closed_all_day"])
    return WorkingDay(
        day_of_week=number,
        closed_all_day=flags["closed_all_day"],
        open_all_day=flags["open_all_day"],
        open_hour=_number(times["open_hour"]),
        open_minutes=_number(times["open_minutes"]),
        close_hour=_number(times["close_hour"]),
        close_minutes=_number(times["close_minutes"]),
    )


def _check_times(times: Mapping[str, Any], path: str, problems: Problems, *, needed: bool) -> None:
    found = {name: _number(value) for name, value in times.items() if needed or value is not None}
    wrong = [name for name, value in found.items() if value is None or not 0 <= value <= _TIMES[name]]
    for name in wrong:
        problems.add(f"{path}.{name}", f"should be a number from 0 to {_TIMES[name]}")
    if needed and not wrong:
        opens, closes = ((found[f"{at}_hour"] or 0, found[f"{at}_minutes"] or 0) for at in ("open", "close"))
        if closes <= opens:
            problems.add(f"{path}.close_hour", "cannot be before the opening time")


def _timezone(given: Any, kept: InboxSettings, problems: Problems) -> str:
    if given not in _zones():
        problems.add("timezone", "is not a timezone, such as Europe/Lisbon")
    return str(given)


@lru_cache(maxsize=1)
def _zones() -> set[str]:
    return available_timezones()


def _said(name: str) -> Checked:
    def check(given: Any, _kept: InboxSettings, problems: Problems) -> Any:
        if given is not None and len(given) > MESSAGE_LIMIT:
            problems.add(name, f"is too long (at most {MESSAGE_LIMIT} characters)")
        return given

    return check


def _short(name: str) -> Checked:
    def check(given: Any, _kept: InboxSettings, problems: Problems) -> Any:
        if given is not None and len(given) > fields.KEY_LIMIT:
            problems.add(name, f"is too long (at most {fields.KEY_LIMIT} characters)")
        return given

    return check


def is_colour(text: str) -> bool:
    """Whether a text is a colour as the chat knows them: `#rgb` or `#rrggbb`."""
    return _COLOUR.fullmatch(text) is not None


def _colour(given: Any, kept: InboxSettings, problems: Problems) -> str:
    colour = str(given).strip()
    if colour != kept.widget_color and not is_colour(colour):
        problems.add("widget_color", "should be # and three or six digits from 0 to f, such as #8a5a14")
    return colour


def _domains(given: Any, _kept: InboxSettings, problems: Problems) -> str:
    if len(given) > MESSAGE_LIMIT:
        problems.add("allowed_domains", f"is too long (at most {MESSAGE_LIMIT} characters)")
    strangers = domains.wrong(given)
    if strangers:
        told = ", ".join(one[:100] for one in strangers[:3])
        problems.add(
            "allowed_domains",
            f"should be domains such as example.com, *.example.com or https://shop.example.com:8443; wrong: {told}",
        )
    return str(given)


def _features(given: Any, _kept: InboxSettings, problems: Problems) -> Any:
    if not isinstance(given, list):
        problems.add("selected_feature_flags", "should be a list")
        return given
    strangers = sorted(set(given) - FEATURES)
    if strangers:
        problems.add("selected_feature_flags", f"should be some of {', '.join(sorted(FEATURES))}")
    return list(dict.fromkeys(given))


def _assignment(given: Any, _kept: InboxSettings, problems: Problems) -> dict[str, Any]:
    most = given.get("max_assignment_limit")
    if most is None or most == "":
        return {}
    number = _number(most)
    if number is None or not 0 < number <= 1_000_000:
        problems.add("auto_assignment_config.max_assignment_limit", "should be a number greater than 0")
    return {"max_assignment_limit": number}


def _survey(given: Any, _kept: InboxSettings, problems: Problems) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if given.get("display_type"):
        found["display_type"] = given["display_type"]
        if given["display_type"] not in DISPLAYS:
            problems.add("csat_config.display_type", f"should be one of {', '.join(DISPLAYS)}")
    for name in _SURVEY_TEXTS:
        if given.get(name) is not None:
            found[name] = given[name]
            if not isinstance(given[name], str) or len(given[name]) > MESSAGE_LIMIT:
                problems.add(f"csat_config.{name}", f"should be text of at most {MESSAGE_LIMIT} characters")
    if given.get("survey_rules"):
        found["survey_rules"] = _survey_rules(given["survey_rules"], problems)
    return found


def _survey_rules(given: Any, problems: Problems) -> dict[str, Any]:
    path = "csat_config.survey_rules"
    if not isinstance(given, Mapping):
        problems.add(path, "should have an operator and values")
        return {}
    operator = given.get("operator") or "contains"
    values = given.get("values") or []
    if operator not in OPERATORS:
        problems.add(f"{path}.operator", f"should be one of {', '.join(OPERATORS)}")
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        problems.add(f"{path}.values", "should be labels")
        return {}
    return {"operator": operator, "values": [one.strip().lower() for one in values if one.strip()]}


def _channel_attributes(given: Any, _kept: InboxSettings, problems: Problems) -> Any:
    """What else an API inbox keeps: hours within which it may be answered, and whatever its owner likes."""
    hours = given.get("agent_reply_time_window")
    if hours in (None, ""):
        return given
    known = _number(hours) if isinstance(hours, str) else hours
    if not isinstance(known, int | float) or isinstance(known, bool) or not 0 <= known <= 1_000_000:
        problems.add("additional_attributes.agent_reply_time_window", "should be a number of hours")
    return {**given, "agent_reply_time_window": known}


def _number(value: Any) -> int | None:
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        return int(value.strip()[:9])
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _flag(value: Any, kept: bool, path: str, problems: Problems) -> bool:
    if value is None:
        return kept
    if isinstance(value, str) and value.strip().lower() in ("true", "false", "1", "0"):
        return value.strip().lower() in ("true", "1")
    if isinstance(value, bool):
        return value
    problems.add(path, "should be true or false")
    return kept


_CHECKS: dict[str, Checked] = {
    "working_hours": working_hours,
    "timezone": _timezone,
    "selected_feature_flags": _features,
    "auto_assignment_config": _assignment,
    "csat_config": _survey,
    "additional_attributes": _channel_attributes,
    **{name: _said(name) for name in ("greeting_message", "out_of_office_message")},
    "allowed_domains": _domains,
    "widget_color": _colour,
    **{name: _short(name) for name in ("business_name", "website_url", "welcome_title", "welcome_tagline")},
}
