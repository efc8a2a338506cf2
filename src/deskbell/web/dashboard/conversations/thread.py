"""What was said in a conversation: the latest, what came before and after, and what is done to one message."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query, Request, Response
from msgspec import Struct

from deskbell.desk.commands import message_status as status_commands
from deskbell.desk.commands import messages as commands
from deskbell.desk.queries import conversations
from deskbell.desk.queries import messages as queries
from deskbell.kit import json
from deskbell.model.conversation import ConversationView
from deskbell.model.message import MessageView
from deskbell.store.database import Reader
from deskbell.web.bodies import LARGEST, PathId
from deskbell.web.dashboard.conversations import composer
from deskbell.web.dashboard.conversations.rich import FACES
from deskbell.web.dashboard.conversations.spoken import MARKS, Place, Spoken, milliseconds, spoken
from deskbell.web.dashboard.deps import Desk, TheDesk, TheForm
from deskbell.web.dashboard.rendering import go, is_fragment, render
from deskbell.web.dashboard.route import ACCOUNT, screen
from deskbell.web.idempotency import LONGEST, answered_before

router = screen(f"{ACCOUNT}/conversations/{{number}}/messages")

Instant = Annotated[int, Query(ge=0, le=LARGEST)]


class Wanted(Struct, frozen=True, kw_only=True):
    """Which messages a page has, and what it knows of them. Ids, and instants in microseconds."""

    before: int | None = None
    after: int | None = None
    first: int = 0
    since: int = 0
    seen: int = 0
    echo: str = ""


class State(Struct, frozen=True, kw_only=True):
    """What a page sends along when it asks for what is new."""

    since: int
    seen: int
    unread_since: int | None
    full: bool
    """As many as one answer holds: there may be more."""


@router.get("")
async def list_messages(
    number: PathId,
    request: Request,
    desk: TheDesk,
    before: Annotated[int | None, Query(ge=1, le=LARGEST)] = None,
    after: Annotated[int | None, Query(ge=0, le=LARGEST)] = None,
    first: Instant = 0,
    since: Instant = 0,
    seen: Instant = 0,
    echo: Annotated[str, Query(max_length=LONGEST)] = "",
) -> Response:
    """Messages next to one; `since` asks for those of the page's that changed as well, `echo` which one its own became."""
    wanted = Wanted(before=before, after=after, first=first, since=since, seen=seen, echo=echo)
    async with desk.services.database.read() as reader:
        view = (await conversations.show(reader, desk.actor, number)).view
        values = await shown(reader, desk, view, wanted)
        if echo:
            body = await answered_before(request, reader, desk.actor, echo)
            values["echoed"] = {json.loads(body)["id"]: echo} if body else {}
    return render(desk, request, "conversations/messages.html", **values | composer.notices(desk, view))


async def shown(
    reader: Reader, desk: Desk, view: ConversationView, wanted: Wanted | None = None
) -> dict[str, Any]:
    """What a thread is made of."""
    wanted = wanted or Wanted()
    number = view.conversation.number
    now = desk.services.clock.now()
    found = await queries.page(reader, desk.actor, number, before=wanted.before, after=wanted.after)
    changed: list[MessageView] = []
    if wanted.since and wanted.first and wanted.after is not None:
        changed = await queries.changed(
            reader,
            desk.actor,
            number,
            (wanted.first, wanted.after),
            since=wanted.since,
            seen_before=wanted.seen,
        )
    limit = queries.AFTER if wanted.after is not None else queries.LATEST
    return _values(desk, view, [*changed, *found], now, full=len(found) >= limit)


def _values(
    desk: Desk, view: ConversationView, found: Sequence[MessageView], now: int, *, full: bool
) -> dict[str, Any]:
    conversation = view.conversation
    unread_since = conversation.agent_last_seen_at or 0
    place = Place(
        public_url=desk.services.public_url,
        seen=conversation.contact_last_seen_at or 0,
        unread_since=unread_since if conversation.unread_count else None,
    )
    state = State(since=now, seen=place.seen, unread_since=place.unread_since, full=full)
    messages: list[Spoken] = spoken(found, place)
    told = {"marks": MARKS, "faces": FACES, "milliseconds": milliseconds}
    return {"number": conversation.number, "messages": messages, "thread": state, "echoed": {}} | told


@router.post("/{message_id}/delete")
async def delete_message(
    number: PathId, message_id: PathId, request: Request, form: TheForm, desk: TheDesk
) -> Response:
    async with desk.services.database.unit() as unit:
        await commands.delete_message(unit, desk.actor, number, message_id)
    return await one_message(desk, request, number, message_id)


@router.post("/{message_id}/retry")
async def retry_message(
    number: PathId, message_id: PathId, request: Request, form: TheForm, desk: TheDesk
) -> Response:
    async with desk.services.database.unit() as unit:
        await status_commands.retry(unit, desk.actor, number, message_id)
    return await one_message(desk, request, number, message_id)


async def one_message(
    desk: Desk, request: Request, number: int, message_id: int, *, echo: str = ""
) -> Response:
    """A message as it is now, alone for a script; for a browser the page on which it stands."""
    if not is_fragment(request):
        return go(request, desk.path(f"/conversations/{number}#message-{message_id}"))
    now = desk.services.clock.now()
    async with desk.services.database.read() as reader:
        view = (await conversations.show(reader, desk.actor, number)).view
        message = await queries.show(reader, message_id)
    values = _values(desk, view, [message], now, full=False)
    values["echoed"] = {message_id: echo} if echo else {}
    return render(desk, request, "conversations/messages.html", only=True, **values)
