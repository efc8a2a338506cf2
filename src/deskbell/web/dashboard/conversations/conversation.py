"""One conversation, beside the list it was chosen from: its head, its thread and the contact's panel."""

from typing import Annotated, Any

from fastapi import Query, Request, Response

from deskbell.desk.queries import conversations as queries
from deskbell.web.bodies import LARGEST, PathId
from deskbell.web.dashboard.contacts import panel as contact_panel
from deskbell.web.dashboard.conversations import composer, head, listing, thread
from deskbell.web.dashboard.conversations.choice import Choice, TheChoice
from deskbell.web.dashboard.conversations.thread import Wanted
from deskbell.web.dashboard.deps import Desk, TheDesk
from deskbell.web.dashboard.rendering import is_fragment, render
from deskbell.web.dashboard.route import ACCOUNT, screen

router = screen(f"{ACCOUNT}/conversations/{{number}}")


@router.get("")
async def show_conversation(
    number: PathId,
    request: Request,
    choice: TheChoice,
    desk: TheDesk,
    before: Annotated[int | None, Query(ge=1, le=LARGEST)] = None,
) -> Response:
    """The whole page for a browser; for htmx only the conversation, which takes the place of the one before."""
    if is_fragment(request):
        return render(
            desk, request, "conversations/conversation_swap.html", **await shown(desk, number), choice=choice
        )
    return await answer(request, desk, number, choice, before=before)


@router.get("/panel")
async def show_panel(number: PathId, request: Request, choice: TheChoice, desk: TheDesk) -> Response:
    async with desk.services.database.read() as reader:
        view = (await queries.show(reader, desk.actor, number)).view
        values = await contact_panel.shown(reader, desk, view.contact.id, view)
    return render(desk, request, "contacts/panel.html", **values, choice=choice)


async def answer(
    request: Request,
    desk: Desk,
    number: int,
    choice: Choice,
    status: int = 200,
    *,
    before: int | None = None,
    **said: Any,
) -> Response:
    """The whole page; `said` is what else there is to say of it."""
    values = (
        await shown(desk, number, before)
        | await listing.listed(desk, choice)
        | {"choice": choice, "chosen": number}
    )
    return render(desk, request, "conversations/inbox.html", status, **values | said)


async def shown(desk: Desk, number: int, before: int | None = None) -> dict[str, Any]:
    """What the page of one conversation is made of."""
    async with desk.services.database.read() as reader:
        view = (await queries.show(reader, desk.actor, number)).view
        messages = await thread.shown(reader, desk, view, Wanted(before=before))
        writing = await composer.shown(reader, desk, view)
        stand = await head.shown(reader, desk, view)
        panel = await contact_panel.shown(reader, desk, view.contact.id, view)
    return panel | stand | messages | writing
