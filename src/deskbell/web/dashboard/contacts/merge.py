"""Two contacts made one: the other is looked for, both are seen side by side, and then it is confirmed which stays."""

from typing import Annotated, Any

from fastapi import Query, Request, Response

from deskbell.desk.commands import contact_care as commands
from deskbell.desk.queries import contacts as queries
from deskbell.desk.queries import conversations as conversation_queries
from deskbell.desk.queries import search
from deskbell.kit.errors import NotFound
from deskbell.store.database import Reader
from deskbell.web.bodies import LARGEST, PathId
from deskbell.web.dashboard.contacts.contact import called
from deskbell.web.dashboard.deps import Desk, TheDesk, TheForm
from deskbell.web.dashboard.rendering import go, is_fragment, render
from deskbell.web.dashboard.route import ACCOUNT, screen

router = screen(f"{ACCOUNT}/contacts/{{contact_id}}/merge")

GONE = "The other contact is there no more."


@router.get("")
async def show_merge(
    contact_id: PathId,
    request: Request,
    desk: TheDesk,
    q: Annotated[str, Query(max_length=200)] = "",
    other: Annotated[int, Query(ge=0, le=LARGEST)] = 0,
) -> Response:
    """Without another contact a search for one; with one both, side by side."""
    async with desk.services.database.read() as reader:
        mine = await _side(reader, desk, contact_id)
        found = await search.find_contacts(reader, desk.actor, q.strip(), 1) if q.strip() else []
        theirs = await _side(reader, desk, other) if other and other != contact_id else None
    return render(
        desk,
        request,
        "contacts/merge_found.html" if is_fragment(request) else "contacts/merge.html",
        contact=mine["contact"],
        q=q,
        found=[one for one in found if one.id != contact_id],
        sides=[mine, theirs] if theirs else [],
        called=called,
    )


@router.post("")
async def merge_contacts(contact_id: PathId, request: Request, form: TheForm, desk: TheDesk) -> Response:
    """`stays` is which of the two survives."""
    other = form.id("other") or 0
    stays, goes = (other, contact_id) if form.text("stays") == "other" else (contact_id, other)
    try:
        async with desk.services.database.unit() as unit:
            kept = await commands.merge_contacts(unit, desk.actor, stays, goes)
    except NotFound:
        async with desk.services.database.read() as reader:
            await queries.show(reader, desk.actor, contact_id)
        return go(request, desk.path(f"/contacts/{contact_id}/merge"), GONE)
    return go(request, desk.path(f"/contacts/{kept.id}"), f"They are one now: {called(kept)}.")


async def _side(reader: Reader, desk: Desk, contact_id: int) -> dict[str, Any]:
    """One of the two, and how much is theirs."""
    found = await queries.show(reader, desk.actor, contact_id)
    _, total = await conversation_queries.of_contact(reader, desk.actor, contact_id, size=1)
    return {"contact": found.contact, "places": found.places, "total": total}
