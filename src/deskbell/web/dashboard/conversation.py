"""One conversation, beside the list it was chosen from: its head, its thread and the contact's panel."""

from typing import Any

from fastapi import Request, Response

from deskbell.desk.queries import conversations as queries
from deskbell.web.bodies import PathId
from deskbell.web.dashboard import inbox, thread
from deskbell.web.dashboard.deps import Desk, TheDesk
from deskbell.web.dashboard.inbox import TheChoice
from deskbell.web.dashboard.rendering import is_fragment, render
from deskbell.web.dashboard.route import ACCOUNT, screen

router = screen(f"{ACCOUNT}/conversations/{{number}}")


@router.get("")
async def show_conversation(number: PathId, request: Request, choice: TheChoice, desk: TheDesk) -> Response:
    """The whole page for a browser; for htmx only the conversation, which takes the place of the one before."""
    values = await shown(desk, number) | {"choice": choice}
    if is_fragment(request):
        return render(desk, request, "conversation.html", **values)
    return render(desk, request, "inbox.html", **values | await inbox.listed(desk, choice), chosen=number)


async def shown(desk: Desk, number: int) -> dict[str, Any]:
    """What the page of one conversation is made of."""
    async with desk.services.database.read() as reader:
        found = await queries.show(reader, desk.actor, number)
        messages = await thread.shown(reader, desk, number)
    return {"view": found.view, "conversation": found.view.conversation} | messages
