"""What is done to a contact from their panel: labels, attributes, notes, blocking; one thing at a time."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Request, Response

from deskbell.desk.commands import considered, contacts
from deskbell.desk.commands import contact_care as commands
from deskbell.desk.commands.considered import Outdated
from deskbell.desk.commands.contacts import ContactChanges
from deskbell.desk.queries import conversations as queries
from deskbell.kit.errors import Invalid
from deskbell.store.database import Unit
from deskbell.web.bodies import PathId
from deskbell.web.dashboard.contacts import contact, panel
from deskbell.web.dashboard.conversations.choice import Choice, TheChoice
from deskbell.web.dashboard.deps import Desk, Form, TheDesk, TheForm
from deskbell.web.dashboard.rendering import go, is_fragment, render
from deskbell.web.dashboard.route import ACCOUNT, screen

router = screen(f"{ACCOUNT}/contacts/{{contact_id}}")
conversation_router = screen(f"{ACCOUNT}/conversations/{{number}}")

OUT_OF_DATE = "Somebody changed this meanwhile: here is how it is now. Choose again."

Change = Callable[[Unit], Awaitable[object]]


@router.post("/labels")
async def set_labels(
    contact_id: PathId, request: Request, form: TheForm, choice: TheChoice, desk: TheDesk
) -> Response:
    """One label is put on or taken off: the others are whatever they are by now."""

    async def change(unit: Unit) -> None:
        if form.text("remove"):
            await considered.remove_contact_label(unit, desk.actor, contact_id, form.text("remove"))
        else:
            title = form.text("add") or form.text("new")
            await considered.add_contact_label(unit, desk.actor, contact_id, title)

    return await _done(request, desk, (contact_id, choice, form), change)


@router.post("/attributes")
async def set_attribute(
    contact_id: PathId, request: Request, form: TheForm, choice: TheChoice, desk: TheDesk
) -> Response:
    async def change(unit: Unit) -> None:
        key, value, seen = form.text("key"), form.text("value"), form.text("seen")
        await considered.set_contact_attribute(unit, desk.actor, contact_id, key, value, seen=seen)

    return await _done(request, desk, (contact_id, choice, form), change, f"contact.{form.text('key')}")


@conversation_router.post("/attributes")
async def set_conversation_attribute(
    number: PathId, request: Request, form: TheForm, choice: TheChoice, desk: TheDesk
) -> Response:
    async with desk.services.database.read() as reader:
        view = (await queries.show(reader, desk.actor, number)).view
    form = Form(form.fields | {"in": str(number)})

    async def change(unit: Unit) -> None:
        key, value, seen = form.text("key"), form.text("value"), form.text("seen")
        await considered.set_attribute(unit, desk.actor, number, key, value, seen=seen)

    asked = (view.contact.id, choice, form)
    return await _done(request, desk, asked, change, f"conversation.{form.text('key')}")


@router.post("/notes")
async def create_note(
    contact_id: PathId, request: Request, form: TheForm, choice: TheChoice, desk: TheDesk
) -> Response:
    async def change(unit: Unit) -> None:
        await commands.add_note(unit, desk.actor, contact_id, form.text("content"))

    return await _done(request, desk, (contact_id, choice, form), change, "note")


@router.post("/notes/{note_id}/delete")
async def delete_note(
    contact_id: PathId, note_id: PathId, request: Request, form: TheForm, choice: TheChoice, desk: TheDesk
) -> Response:
    async def change(unit: Unit) -> None:
        await commands.delete_note(unit, desk.actor, contact_id, note_id)

    return await _done(request, desk, (contact_id, choice, form), change)


@router.post("/block")
async def set_block(
    contact_id: PathId, request: Request, form: TheForm, choice: TheChoice, desk: TheDesk
) -> Response:
    changes = ContactChanges(blocked=form.text("blocked") == "true")

    async def change(unit: Unit) -> None:
        await contacts.update_contact(unit, desk.actor, contact_id, changes)

    return await _done(request, desk, (contact_id, choice, form), change)


Asked = tuple[int, Choice, Form]
"""Of which contact, beside which list, by which form. `in` of the form is the number of the conversation the panel stands beside."""


async def _done(request: Request, desk: Desk, asked: Asked, change: Change, field: str = "") -> Response:
    """Make a change, and show the panel: after it, or instead of it. `field` is where to say what is wrong."""
    try:
        async with desk.services.database.unit() as unit:
            await change(unit)
    except Outdated:
        return await answer(request, desk, asked, 409, panel_problem=OUT_OF_DATE)
    except Invalid as wrong:
        told = "; ".join(wrong.fields.values())
        problems = {field: told} if field else {}
        problem = "" if field else f"{told[:1].upper()}{told[1:]}."
        said = {"panel_problem": problem, "panel_problems": problems, "panel_typed": asked[2].fields}
        return await answer(request, desk, asked, 422, **said)
    return await answer(request, desk, asked)


async def answer(request: Request, desk: Desk, asked: Asked, status: int = 200, **said: Any) -> Response:
    """The panel for htmx. For a browser the page it stands on, sent to anew where all went well."""
    contact_id, choice, form = asked
    number = contact.in_conversation(form)
    if not is_fragment(request):
        path = f"/conversations/{number}{choice.query()}" if number else f"/contacts/{contact_id}"
        if status == 200:
            return go(request, desk.path(path))
        return await contact.answer(request, desk, contact_id, status, **said)
    async with desk.services.database.read() as reader:
        view = (await queries.show(reader, desk.actor, number)).view if number else None
        if view is not None and view.contact.id != contact_id:
            view = None
        values = await panel.shown(reader, desk, contact_id, view)
    return render(desk, request, "contacts/panel.html", status, **values | said | {"choice": choice})
