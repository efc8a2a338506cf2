"""What was said in a conversation, and saying something."""

from typing import Annotated, Any

from fastapi import Query, Request, Response

from deskbell.desk.commands import messages as commands
from deskbell.desk.commands.thread import Draft
from deskbell.desk.queries import messages as queries
from deskbell.store.database import Reader
from deskbell.web.bodies import LARGEST, PathId
from deskbell.web.dashboard.deps import Desk, TheDesk, TheForm
from deskbell.web.dashboard.rendering import go, is_fragment, render
from deskbell.web.dashboard.route import ACCOUNT, screen
from deskbell.web.present import markdown

router = screen(f"{ACCOUNT}/conversations/{{number}}/messages")


@router.get("")
async def list_messages(
    number: PathId,
    request: Request,
    desk: TheDesk,
    before: Annotated[int | None, Query(ge=1, le=LARGEST)] = None,
    after: Annotated[int | None, Query(ge=0, le=LARGEST)] = None,
) -> Response:
    async with desk.services.database.read() as reader:
        values = await shown(reader, desk, number, before=before, after=after)
    return render(desk, request, "messages.html", number=number, **values)


async def shown(
    reader: Reader, desk: Desk, number: int, *, before: int | None = None, after: int | None = None
) -> dict[str, Any]:
    found = await queries.page(reader, desk.actor, number, before=before, after=after)
    return {"messages": found, "markdown": markdown.render}


@router.post("")
async def create_message(number: PathId, request: Request, form: TheForm, desk: TheDesk) -> Response:
    draft = Draft(content=form.text("content"), private=form.text("private") == "true")
    async with desk.services.database.unit() as unit:
        written = await commands.create_message(unit, desk.actor, number, draft)
    if is_fragment(request):
        return render(
            desk, request, "messages.html", number=number, messages=[written], markdown=markdown.render
        )
    return go(request, desk.path(f"/conversations/{number}"))
