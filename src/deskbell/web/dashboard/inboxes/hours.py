"""When an inbox is open, and what it says when it is not."""

import re
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from fastapi import Request, Response

from deskbell.desk.commands.inboxes import InboxChanges
from deskbell.desk.queries.inboxes import InboxView
from deskbell.desk.rules import inbox_settings, opening, templates
from deskbell.desk.rules.fields import Problems
from deskbell.kit.clock import SECOND
from deskbell.kit.errors import Invalid
from deskbell.model.inbox import InboxSettings, WorkingDay
from deskbell.web.bodies import PathId
from deskbell.web.dashboard.deps import Desk, Form, TheForm, TheOwnersDesk
from deskbell.web.dashboard.edits import Edit
from deskbell.web.dashboard.inboxes.page import INBOXES, at, show, text_or_none, the_view, update
from deskbell.web.dashboard.rendering import go
from deskbell.web.dashboard.route import ACCOUNT, screen

router = screen(f"{ACCOUNT}{INBOXES}/{{inbox_id}}/hours")

NAMES = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
WEEK = (1, 2, 3, 4, 5, 6, 0)
"""The days as they are shown, by the numbers they are kept under."""
WEEKDAYS = range(1, 6)
STATES = {"open": "Open", "all_day": "All day", "closed": "Closed"}
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?")

Day = dict[str, str]


@router.get("")
async def show_hours(inbox_id: PathId, request: Request, desk: TheOwnersDesk) -> Response:
    return _page(request, desk, await the_view(desk, inbox_id))


@router.post("")
async def update_hours(inbox_id: PathId, request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    """A day's hours are copied to the weekdays without being kept yet."""
    view = await the_view(desk, inbox_id)
    edit = Edit.sent(form, _typed(form))
    copied = edit.shown.get(f"day-{form.text('copy')}")
    if copied is not None:
        edit.shown |= {f"day-{day}": copied for day in WEEKDAYS}
        return _page(request, desk, view, edit)
    try:
        await update(desk, inbox_id, edit, _kept, _changes)
    except Invalid as wrong:
        return _page(request, desk, view, edit, _beside(wrong.fields))
    return go(request, at(desk, inbox_id, "/hours"), "Saved.")


def _page(
    request: Request,
    desk: Desk,
    view: InboxView,
    edit: Edit | None = None,
    problems: dict[str, str] | None = None,
) -> Response:
    edit = edit or Edit(_kept(view))
    meant = inbox_settings.changed(view.inbox.settings, _settings(edit.shown)[0], Problems())
    return show(
        request,
        desk,
        view,
        "hours",
        problems,
        edit,
        week=WEEK,
        names=NAMES,
        states=STATES,
        zones=zones(edit.shown["timezone"]),
        is_open=templates.is_open(meant, desk.services.clock.now()),
        there=_there(meant, desk.services.clock.now()),
    )


def _there(settings: InboxSettings, now: int) -> str:
    """The time on the inbox's own wall."""
    told = datetime.fromtimestamp(now / SECOND, opening.zone(settings.timezone))
    return f"{NAMES[(told.weekday() + 1) % 7]} {told:%H:%M}"


def zones(kept: str) -> list[str]:
    """Timezones by the names of places, and the one that is kept, whatever it is called."""
    found = _places()
    return found if kept in found else [kept, *found]


@lru_cache(maxsize=1)
def _places() -> list[str]:
    others = ("Etc/", "SystemV/", "US/", "Canada/", "Brazil/", "Chile/", "Mexico/")
    return ["UTC", *sorted(one for one in available_timezones() if "/" in one and not one.startswith(others))]


def _changes(form: Form, _view: InboxView) -> InboxChanges:
    settings, refused = _settings(form.fields)
    return InboxChanges(settings=settings, refused=refused)


def _settings(typed: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """What the form says, and what of it cannot be read."""
    refused: dict[str, str] = {}
    week = []
    for day in WEEK:
        said = typed[f"day-{day}"]
        state = said["state"]
        one: dict[str, Any] = {
            "day_of_week": day,
            "closed_all_day": state == "closed",
            "open_all_day": state == "all_day",
        }
        if state == "open":
            opens, closes = _time(said["opens"]), _time(said["closes"])
            if opens is None or closes is None:
                refused[f"day-{day}"] = "Say when it opens and when it closes, such as 09:00."
                one["closed_all_day"] = True
            else:
                one |= {"open_hour": opens[0], "open_minutes": opens[1]}
                one |= {"close_hour": closes[0], "close_minutes": closes[1]}
        week.append(one)
    return {
        "working_hours_enabled": bool(typed["working_hours_enabled"]),
        "timezone": typed["timezone"],
        "out_of_office_message": text_or_none(typed["out_of_office_message"]),
        "working_hours": week,
    }, refused


def _time(text: str) -> tuple[int, int] | None:
    found = _TIME.fullmatch(text.strip())
    return (int(found[1]), int(found[2])) if found else None


def _beside(problems: dict[str, str]) -> dict[str, str]:
    """What is wrong with a day stands beside that day."""
    found: dict[str, str] = {}
    for name, problem in problems.items():
        _, _, rest = name.partition("working_hours.")
        if not rest:
            found[name] = problem
            continue
        day = WEEK[int(rest.partition(".")[0])]
        late = name.endswith("close_hour") and "before" in problem
        found[f"day-{day}"] = "It should close after it opens." if late else "Times go from 00:00 to 23:59."
    return found


def _typed(form: Form) -> dict[str, Any]:
    given = form.fields.get("days")
    days = given if isinstance(given, dict) else {}
    return {
        "working_hours_enabled": form.flag("working_hours_enabled"),
        "timezone": form.text("timezone"),
        "out_of_office_message": form.text("out_of_office_message"),
        **{f"day-{day}": _typed_day(days.get(str(day))) for day in WEEK},
    }


def _typed_day(given: Any) -> Day:
    said = Form(given if isinstance(given, dict) else {})
    state = said.text("state")
    return {
        "state": state if state in STATES else "closed",
        "opens": said.text("opens"),
        "closes": said.text("closes"),
    }


def _kept(view: InboxView) -> dict[str, Any]:
    settings = view.inbox.settings
    week = {one.day_of_week: one for one in settings.working_hours}
    return {
        "working_hours_enabled": settings.working_hours_enabled,
        "timezone": settings.timezone,
        "out_of_office_message": settings.out_of_office_message or "",
        **{f"day-{day}": _kept_day(week.get(day)) for day in WEEK},
    }


def _kept_day(day: WorkingDay | None) -> Day:
    if day is None or day.open_hour is None or day.close_hour is None:
        closed = day is None or not day.open_all_day
        return {"state": "closed" if closed else "all_day", "opens": "09:00", "closes": "17:00"}
    state = "all_day" if day.open_all_day else "closed" if day.closed_all_day else "open"
    return {
        "state": state,
        "opens": f"{day.open_hour:02}:{day.open_minutes or 0:02}",
        "closes": f"{day.close_hour:02}:{day.close_minutes or 0:02}",
    }
