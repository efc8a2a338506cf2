"""What is done to several conversations at once: each is a unit of its own, so that none is half done and one that cannot be stops no other."""

from collections.abc import Awaitable, Callable
from urllib.parse import quote

from fastapi import Request, Response
from msgspec import Struct

from deskbell.desk.commands import considered, conversation_care
from deskbell.desk.commands import conversations as commands
from deskbell.desk.rules import opening, snoozing
from deskbell.desk.rules.fields import Problems
from deskbell.kit import ids, json
from deskbell.kit.errors import DeskbellError, Invalid, NotAllowed, NotFound
from deskbell.model.conversation import Status
from deskbell.store.database import Unit
from deskbell.web.dashboard.conversations import listing
from deskbell.web.dashboard.conversations.choice import Choice, TheChoice, priority_of
from deskbell.web.dashboard.deps import Desk, Form, TheDesk, TheForm
from deskbell.web.dashboard.rendering import go, is_fragment
from deskbell.web.dashboard.route import ACCOUNT, screen

router = screen(f"{ACCOUNT}/conversations")

MOST = 200
"""As many as the list shows at once; more in one request are refused, so that none takes long."""
TOLD = 3
"""Of so many that could not be, it is said why."""

Change = Callable[[Unit, int], Awaitable[object]]


class Deed(Struct, frozen=True):
    """What is done to each, and what it is called when it is done."""

    done: str
    change: Change


@router.post("/bulk")
async def change_conversations(request: Request, form: TheForm, choice: TheChoice, desk: TheDesk) -> Response:
    numbers = _numbers(form)
    if not numbers:
        return await _answer(request, desk, choice, "Nothing was selected.")
    if len(numbers) > MOST:
        return await _answer(request, desk, choice, f"At most {MOST} at once: nothing was changed.")
    try:
        deed = _deed(desk, form)
    except Invalid as wrong:
        return await _answer(request, desk, choice, f"Nothing was changed: {_reason(wrong)}.")
    done, refused = 0, []
    for number in numbers:
        try:
            async with desk.services.database.unit() as unit:
                await deed.change(unit, number)
            done += 1
        except DeskbellError as error:
            refused.append(f"#{number} {_reason(error)}")
    return await _answer(request, desk, choice, _told(done, deed.done, refused))


def _numbers(form: Form) -> list[int]:
    return list(dict.fromkeys(form.ids("numbers")))


def _deed(desk: Desk, form: Form) -> Deed:
    """What was asked for, written as its kind and its value. Raises Invalid."""
    kind, _, value = form.text("do").partition(" ")
    make = _DEEDS.get(kind)
    if make is None:
        raise Invalid({"action": "should be one of those there are"})
    return make(desk, form, value)


def _status(desk: Desk, _form: Form, value: str) -> Deed:
    words: dict[Status, str] = {"open": "reopened", "resolved": "resolved", "pending": "set to pending"}
    status = next((one for one in words if one == value), None)
    if status is None:
        raise Invalid({"status": "should be one of those there are"})

    async def change(unit: Unit, number: int) -> None:
        await commands.set_status(unit, desk.actor, number, status)

    return Deed(words[status], change)


def _snooze(desk: Desk, form: Form, value: str) -> Deed:
    """Until when is reckoned once, where whoever asks is."""
    problems = Problems()
    zone = opening.zone(form.text("zone")[:100])
    until = snoozing.until(value, desk.services.clock.now(), zone, form.text("until"), problems)
    problems.raise_any()

    async def change(unit: Unit, number: int) -> None:
        await commands.set_status(unit, desk.actor, number, "snoozed", until)

    return Deed("snoozed", change)


def _assign(desk: Desk, _form: Form, value: str) -> Deed:
    user_id = ids.read(value)

    async def change(unit: Unit, number: int) -> None:
        await commands.assign_user(unit, desk.actor, number, user_id)

    return Deed("assigned" if user_id else "unassigned", change)


def _team(desk: Desk, _form: Form, value: str) -> Deed:
    team_id = ids.read(value)

    async def change(unit: Unit, number: int) -> None:
        await commands.assign_team(unit, desk.actor, number, team_id)

    return Deed("given to the team" if team_id else "taken from their team", change)


def _label(desk: Desk, _form: Form, value: str) -> Deed:
    async def change(unit: Unit, number: int) -> None:
        await considered.add_label(unit, desk.actor, number, value)

    return Deed("labelled", change)


def _unlabel(desk: Desk, _form: Form, value: str) -> Deed:
    async def change(unit: Unit, number: int) -> None:
        await considered.remove_label(unit, desk.actor, number, value)

    return Deed("unlabelled", change)


def _priority(desk: Desk, _form: Form, value: str) -> Deed:
    priority = priority_of(value)

    async def change(unit: Unit, number: int) -> None:
        await commands.set_priority(unit, desk.actor, number, priority)

    return Deed(f"set to {priority}" if priority else "left without a priority", change)


def _seen(desk: Desk, _form: Form, value: str) -> Deed:
    command = conversation_care.mark_unread if value == "unread" else commands.mark_seen

    async def change(unit: Unit, number: int) -> None:
        await command(unit, desk.actor, number)

    return Deed("marked as unread" if value == "unread" else "marked as read", change)


_DEEDS: dict[str, Callable[[Desk, Form, str], Deed]] = {
    "status": _status,
    "snooze": _snooze,
    "assign": _assign,
    "team": _team,
    "label": _label,
    "unlabel": _unlabel,
    "priority": _priority,
    "mark": _seen,
}


def _reason(error: DeskbellError) -> str:
    if isinstance(error, NotFound):
        return "is gone, or what it was to be given is"
    if isinstance(error, NotAllowed):
        return "is in an inbox you do not work in"
    if isinstance(error, Invalid):
        return "; ".join(f"{name.replace('_', ' ')} {problem}" for name, problem in error.fields.items())
    return error.message.rstrip(".")


def _told(done: int, words: str, refused: list[str]) -> str:
    """What came of it, such as: 12 resolved, 2 could not be: …"""
    if not refused:
        return f"{done} {words}."
    why = "; ".join(refused[:TOLD]) + (" …" if len(refused) > TOLD else ".")
    return f"{done} {words}, {len(refused)} could not be: {why}"


async def _answer(request: Request, desk: Desk, choice: Choice, told: str) -> Response:
    if not is_fragment(request):
        return go(request, desk.path(f"/conversations{choice.query()}"), told)
    response = await listing.answer(request, desk, choice)
    response.headers["HX-Trigger"] = json.dumps({"deskbell:told": {"words": quote(told)}}).decode()
    return response
