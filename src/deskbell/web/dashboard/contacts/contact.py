"""One contact on a page of their own: their panel and their conversations, editing and deleting them."""

from typing import Annotated, Any

from fastapi import Query, Request, Response

from deskbell.desk import access
from deskbell.desk.commands import considered
from deskbell.desk.commands import contacts as commands
from deskbell.desk.commands.considered import EDITED, Outdated
from deskbell.desk.queries import contacts as queries
from deskbell.desk.queries import conversations as conversation_queries
from deskbell.kit.errors import Invalid
from deskbell.model.contact import Contact
from deskbell.web.bodies import PathId
from deskbell.web.dashboard.contacts import panel
from deskbell.web.dashboard.conversations.choice import Choice
from deskbell.web.dashboard.deps import Desk, Form, TheDesk, TheForm, TheOwnersDesk
from deskbell.web.dashboard.rendering import go, is_fragment, render
from deskbell.web.dashboard.route import ACCOUNT, screen

router = screen(f"{ACCOUNT}/contacts/{{contact_id}}")

PER_PAGE = 20
In = Annotated[int, Query(alias="in", ge=0, le=10**15)]
"""The number of the conversation somebody came from; 0 for none."""


@router.get("")
async def show_contact(
    contact_id: PathId,
    request: Request,
    desk: TheDesk,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    return await answer(request, desk, contact_id, page=page)


async def answer(
    request: Request, desk: Desk, contact_id: int, status: int = 200, *, page: int = 1, **said: Any
) -> Response:
    """The contact's page; `said` is what else there is to say of it."""
    async with desk.services.database.read() as reader:
        values = await panel.shown(reader, desk, contact_id)
        listed, total = await conversation_queries.of_contact(
            reader, desk.actor, contact_id, number=page, size=PER_PAGE
        )
    more: dict[str, Any] = {
        "conversations": listed,
        "total": total,
        "page": page,
        "pages": -(-total // PER_PAGE),
        "choice": Choice(),
    }
    return render(desk, request, "contacts/contact.html", status, **values | more | said)


@router.get("/edit")
async def show_edit(contact_id: PathId, request: Request, desk: TheDesk, number: In = 0) -> Response:
    found = await _contact(desk, contact_id)
    return _form(request, desk, found, number, typed=_kept(found))


@router.post("/edit")
async def update_contact(contact_id: PathId, request: Request, form: TheForm, desk: TheDesk) -> Response:
    number = in_conversation(form)
    typed = {name: form.text(name) for name in EDITED}
    seen = {name: form.text(f"seen_{name}") for name in EDITED}
    try:
        async with desk.services.database.unit() as unit:
            await considered.edit_contact(unit, desk.actor, contact_id, typed, seen)
    except Outdated as outdated:
        found = await _contact(desk, contact_id)
        problems = {name: _meanwhile(getattr(found, name)) for name in outdated.fields}
        return _form(request, desk, found, number, 409, typed=typed, problems=problems)
    except Invalid as wrong:
        found = await _contact(desk, contact_id)
        return _form(request, desk, found, number, 422, typed=typed, seen=seen, problems=wrong.fields)
    path = f"/conversations/{number}" if number else f"/contacts/{contact_id}"
    if not is_fragment(request) or not number:
        return go(request, desk.path(path), "Saved.")
    return Response(b"", 200, {"HX-Trigger": "deskbell:contact", "HX-Reswap": "none"})


@router.get("/delete")
async def ask_delete(contact_id: PathId, request: Request, desk: TheOwnersDesk) -> Response:
    return await _delete_page(request, desk, contact_id)


@router.post("/delete")
async def delete_contact(
    contact_id: PathId, request: Request, form: TheForm, desk: TheOwnersDesk
) -> Response:
    found = await _contact(desk, contact_id)
    if form.text("name").strip() != called(found):
        return await _delete_page(
            request, desk, contact_id, 422, problems={"name": f"is not {called(found)}"}
        )
    async with desk.services.database.unit() as unit:
        await commands.delete_contact(unit, desk.actor, contact_id)
    return go(request, desk.path("/contacts"), f"{called(found)} is deleted.")


def called(contact: Contact) -> str:
    """What to call a contact who may have no name."""
    return contact.name or contact.email or contact.phone_number or contact.identifier or "Visitor"


def in_conversation(form: Form) -> int:
    """The number of the conversation a form stands beside; 0 for none."""
    return form.id("in") or 0


async def _contact(desk: Desk, contact_id: int) -> Contact:
    access.refuse_bots(desk.actor)
    async with desk.services.database.read() as reader:
        return (await queries.show(reader, desk.actor, contact_id)).contact


def _kept(contact: Contact) -> dict[str, str]:
    return {name: getattr(contact, name) or "" for name in EDITED}


def _meanwhile(value: str | None) -> str:
    return f"was changed meanwhile: it is {value} now" if value else "was taken away meanwhile"


def _form(
    request: Request,
    desk: Desk,
    contact: Contact,
    number: int,
    status: int = 200,
    *,
    typed: dict[str, str],
    seen: dict[str, str] | None = None,
    problems: dict[str, str] | None = None,
) -> Response:
    """What was seen is what is kept now, once what changed meanwhile was told."""
    name = "contacts/contact_form.html" if is_fragment(request) else "contacts/contact_edit.html"
    values: dict[str, Any] = {"seen": seen or _kept(contact), "typed": typed, "problems": problems or {}}
    return render(desk, request, name, status, contact=contact, number=number, **values)


async def _delete_page(
    request: Request,
    desk: Desk,
    contact_id: int,
    status: int = 200,
    problems: dict[str, str] | None = None,
) -> Response:
    async with desk.services.database.read() as reader:
        found = (await queries.show(reader, desk.actor, contact_id)).contact
        _, total = await conversation_queries.of_contact(reader, desk.actor, contact_id, size=1)
    values: dict[str, Any] = {"contact": found, "called": called(found), "total": total}
    return render(desk, request, "contacts/contact_delete.html", status, **values, problems=problems or {})
