"""Saying something in a conversation: once for each `Idempotency-Key`, however often it is sent."""

from typing import Any

from fastapi import Request, Response

from deskbell.desk.actor import Actor
from deskbell.desk.commands import drafts
from deskbell.desk.commands import messages as commands
from deskbell.desk.commands.thread import Draft
from deskbell.kit import json
from deskbell.kit.errors import Invalid
from deskbell.web import keeping
from deskbell.web.answers import answer
from deskbell.web.bodies import PathId
from deskbell.web.dashboard.conversations import conversation, thread
from deskbell.web.dashboard.conversations.choice import Choice, TheChoice
from deskbell.web.dashboard.deps import Desk, Form, TheDesk, form_with_files
from deskbell.web.dashboard.refusals import sentence
from deskbell.web.dashboard.rendering import is_fragment
from deskbell.web.dashboard.route import ACCOUNT, screen, told
from deskbell.web.idempotency import HEADER, REPLAYED, answer_once
from deskbell.web.services import Services
from deskbell.web.uploads import described, listed, undo

router = screen(f"{ACCOUNT}/conversations/{{number}}/messages")

FILES = frozenset({"attachments"})


@router.post("")
async def create_message(number: PathId, request: Request, choice: TheChoice, desk: TheDesk) -> Response:
    form = Form({})
    try:
        async with form_with_files(request, FILES) as form:
            message_id = await _written(desk, request, number, form)
    except Invalid as error:
        return await _refused(desk, request, number, choice, form, error)
    return await thread.one_message(desk, request, number, message_id, echo=request.headers.get(HEADER, ""))


async def _written(desk: Desk, request: Request, number: int, form: Form) -> int:
    """Write the message, or find the one that this very request made before; answers its id. Raises Invalid, NotFound, Conflict."""
    content = form.text("content").replace("\r\n", "\n")
    private = form.text("private") == "true"
    attachments = listed(form.fields.get("attachments"))
    is_keyed = HEADER in request.headers

    async def write(services: Services, actor: Actor) -> Response:
        kept = await keeping.attachments(services, attachments, actor.account_id)
        draft = Draft(content=content or None, private=private, **kept)
        async with services.database.unit() as unit:
            view = await commands.create_message(unit, actor, number, draft)
            if not private and not is_keyed:  # a page with a script looks after its drafts itself
                await drafts.delete_draft(unit, actor, number)
        return answer({"id": view.message.id})

    if not is_keyed:
        response = await write(desk.services, desk.actor)
    else:
        said: dict[str, Any] = {"content": content, "private": private, "attachments": attachments}
        asked = {"services": desk.services, "actor": desk.actor}
        response = await answer_once(request, await described(said), write, asked)
        if REPLAYED in response.headers:
            await undo(attachments, desk.services.files)
    message_id: int = json.loads(bytes(response.body))["id"]
    return message_id


async def _refused(
    desk: Desk, request: Request, number: int, choice: Choice, form: Form, error: Invalid
) -> Response:
    """A script is told why; a browser gets the page with what was typed."""
    if is_fragment(request):
        return told(request, error)
    typed: dict[str, Any] = {"typed": form.text("content"), "as_note": form.text("private") == "true"}
    return await conversation.answer(
        request, desk, number, choice, error.status, **typed, problems={"content": sentence(error)}
    )
