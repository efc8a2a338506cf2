"""What is done to a conversation from its head. A change rests on what its form was shown, and is refused where that is not so any more."""

from collections.abc import Awaitable, Callable

from fastapi import Request, Response

from deskbell.desk.commands import considered, conversation_care, participants
from deskbell.desk.commands import conversations as commands
from deskbell.desk.commands.considered import Outdated
from deskbell.desk.queries import conversation_care as care_queries
from deskbell.desk.queries import conversations as queries
from deskbell.desk.queries import meanwhile
from deskbell.desk.rules import opening, snoozing
from deskbell.desk.rules.fields import Problems
from deskbell.desk.rules.meanwhile import Field
from deskbell.kit import ids
from deskbell.kit.errors import DeskbellError, Invalid, TooManyRequests, Unavailable
from deskbell.store.database import Unit
from deskbell.web import mail
from deskbell.web.bodies import PathId
from deskbell.web.dashboard.conversations import conversation as page
from deskbell.web.dashboard.conversations import head
from deskbell.web.dashboard.conversations.choice import Choice, TheChoice, priority_of, status_of
from deskbell.web.dashboard.conversations.head import Attempt
from deskbell.web.dashboard.deps import Desk, Form, TheDesk, TheForm
from deskbell.web.dashboard.refusals import sentence
from deskbell.web.dashboard.rendering import go, is_fragment, render
from deskbell.web.dashboard.route import ACCOUNT, screen

router = screen(f"{ACCOUNT}/conversations/{{number}}")


Change = Callable[[Unit], Awaitable[object]]


@router.post("/status")
async def set_status(
    number: PathId, request: Request, form: TheForm, choice: TheChoice, desk: TheDesk
) -> Response:
    wanted = status_of(form.text("status"))

    async def change(unit: Unit) -> None:
        status, until = wanted, None
        if status is None:
            raise Invalid({"status": "should be one of those there are"})
        if status == "snoozed":
            until = await _until(unit, desk, number, form)
        await considered.require_as_seen(unit, desk.actor, number, "status", form.text("seen"))
        await commands.set_status(unit, desk.actor, number, status, until)

    return await _done(request, desk, (number, choice, form), change, "status")


@router.post("/assignee")
async def set_assignee(
    number: PathId, request: Request, form: TheForm, choice: TheChoice, desk: TheDesk
) -> Response:
    kind, _, text = form.text("assignee").partition(" ")

    async def change(unit: Unit) -> None:
        await considered.require_as_seen(unit, desk.actor, number, "assignee", form.text("seen"))
        if kind == "bot":
            await commands.assign_bot(unit, desk.actor, number, ids.read(text) or 0)
        else:
            await commands.assign_user(unit, desk.actor, number, ids.read(text))

    return await _done(request, desk, (number, choice, form), change, "assignee")


@router.post("/team")
async def set_team(
    number: PathId, request: Request, form: TheForm, choice: TheChoice, desk: TheDesk
) -> Response:
    team_id = form.id("team")

    async def change(unit: Unit) -> None:
        seen = form.text("seen")
        await considered.require_as_seen(unit, desk.actor, number, "team", seen, team_id=team_id)
        await commands.assign_team(unit, desk.actor, number, team_id)

    return await _done(request, desk, (number, choice, form), change, "team")


@router.post("/priority")
async def set_priority(
    number: PathId, request: Request, form: TheForm, choice: TheChoice, desk: TheDesk
) -> Response:
    priority = priority_of(form.text("priority"))

    async def change(unit: Unit) -> None:
        await considered.require_as_seen(unit, desk.actor, number, "priority", form.text("seen"))
        await commands.set_priority(unit, desk.actor, number, priority)

    return await _done(request, desk, (number, choice, form), change, "priority")


@router.post("/labels")
async def set_labels(
    number: PathId, request: Request, form: TheForm, choice: TheChoice, desk: TheDesk
) -> Response:
    """One label is put on or taken off: the others are whatever they are by now."""

    async def change(unit: Unit) -> None:
        if form.text("remove"):
            await considered.remove_label(unit, desk.actor, number, form.text("remove"))
        else:
            await considered.add_label(unit, desk.actor, number, form.text("add") or form.text("new"))

    return await _done(request, desk, (number, choice, form), change)


@router.post("/mute")
async def set_mute(
    number: PathId, request: Request, form: TheForm, choice: TheChoice, desk: TheDesk
) -> Response:
    command = conversation_care.mute if form.text("muted") == "true" else conversation_care.unmute

    async def change(unit: Unit) -> None:
        await command(unit, desk.actor, number)

    return await _done(request, desk, (number, choice, form), change)


@router.post("/participants")
async def set_participants(
    number: PathId, request: Request, form: TheForm, choice: TheChoice, desk: TheDesk
) -> Response:
    """One agent begins to follow the conversation, or follows it no more."""
    added, removed = form.id("add"), form.id("remove")

    async def change(unit: Unit) -> None:
        if removed is not None:
            await participants.remove_participants(unit, desk.actor, number, [removed])
        elif added is not None:
            await participants.add_participants(unit, desk.actor, number, [added])

    return await _done(request, desk, (number, choice, form), change)


@router.post("/transcript")
async def send_transcript(
    number: PathId, request: Request, form: TheForm, choice: TheChoice, desk: TheDesk
) -> Response:
    async with desk.services.database.read() as reader:
        transcript = await care_queries.transcript(reader, desk.actor, number)
    asked = (number, choice, form)
    try:
        await mail.send_transcript(request, desk.services, transcript, form.text("email"))
    except (Invalid, TooManyRequests, Unavailable) as error:
        return await _refuse(request, desk, asked, error)
    return await _answer(request, desk, asked, 200, Attempt(told="The transcript is on its way."))


Asked = tuple[int, Choice, Form]
"""Of which conversation, beside which list, by which form."""


async def _done(
    request: Request, desk: Desk, asked: Asked, change: Change, field: Field | None = None
) -> Response:
    """Make a change, and show how the conversation stands: after it, or instead of it."""
    try:
        async with desk.services.database.unit() as unit:
            await change(unit)
    except Outdated:
        async with desk.services.database.read() as reader:
            changed = await meanwhile.last_change(reader, desk.actor, asked[0], field) if field else None
        return await _answer(request, desk, asked, 409, Attempt(outdated=True, changed=changed))
    except Invalid as wrong:
        return await _refuse(request, desk, asked, wrong)
    return await _answer(request, desk, asked)


async def _refuse(request: Request, desk: Desk, asked: Asked, error: DeskbellError) -> Response:
    """What they typed, back to be mended."""
    typed = {name: value for name, value in asked[2].fields.items() if isinstance(value, str)}
    return await _answer(request, desk, asked, 422, Attempt(problem=sentence(error), typed=typed))


async def _answer(
    request: Request, desk: Desk, asked: Asked, status: int = 200, attempt: Attempt | None = None
) -> Response:
    """The head for htmx. For a browser the page, sent to anew where all went well."""
    number, choice, _ = asked
    attempt = attempt or Attempt()
    if status == 200 and not is_fragment(request):
        return go(request, desk.path(f"/conversations/{number}{choice.query()}"), attempt.told)
    if not is_fragment(request):
        return await page.answer(request, desk, number, choice, status, attempt=attempt)
    async with desk.services.database.read() as reader:
        view = (await queries.show(reader, desk.actor, number)).view
        values = await head.shown(reader, desk, view)
    said = {"attempt": attempt, "choice": choice}
    return render(desk, request, "conversations/conversation_head.html", status, **values | said)


async def _until(unit: Unit, desk: Desk, number: int, form: Form) -> int | None:
    """Until when, where whoever asks is: as their browser says, or else as the inbox keeps its hours. Raises Invalid."""
    view = (await queries.show(unit, desk.actor, number)).view
    zone = opening.zone(form.text("zone")[:100] or view.inbox.settings.timezone)
    problems = Problems()
    until = snoozing.until(form.text("snooze"), unit.now, zone, form.text("until"), problems)
    problems.raise_any()
    return until
