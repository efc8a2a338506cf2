"""The journal: what happened in the account, numbered without gaps, as receivers were told of it."""

from typing import Annotated, Any

from fastapi import Query, Response
from typing_extensions import TypedDict

from deskbell.desk.queries import events as queries
from deskbell.events.formats import render
from deskbell.events.snapshot import thaw
from deskbell.kit import json
from deskbell.kit.clock import iso
from deskbell.model.account import PayloadFormat
from deskbell.model.event import Event, EventName, event_id
from deskbell.web.answers import answer, answers
from deskbell.web.bodies import LARGEST, PathId
from deskbell.web.deps import PageSize, TheActor, TheServices
from deskbell.web.faces import ACCOUNT, resource

router = resource(f"{ACCOUNT}/events", "Events")

Format = Annotated[PayloadFormat, Query(description="In which format to show the bodies")]
Number = Annotated[int | None, Query(ge=0, le=LARGEST)]


class EventJSON(TypedDict):
    id: str
    number: int
    event: str
    created_at: str
    body: dict[str, Any] | None


class EventsMetaJSON(TypedDict):
    last_number: int
    pruned_number: int


class EventsJSON(TypedDict):
    meta: EventsMetaJSON
    payload: list[EventJSON]


@router.get("", summary="The journal of events, newest first", responses=answers(EventsJSON))
async def list_events(
    actor: TheActor,
    services: TheServices,
    after: Annotated[
        Number, Query(description="Events that followed this number, the next ones first")
    ] = None,
    before: Annotated[Number, Query(description="Only events with a smaller number")] = None,
    event: EventName | None = None,
    payload_format: Format = "hoory",
    per_page: PageSize = 25,
) -> Response:
    async with services.database.read() as reader:
        found = await queries.page(reader, actor, after=after, before=before, name=event, limit=per_page)
    meta = {"last_number": found.last_number, "pruned_number": found.pruned_number}
    return answer({"meta": meta, "payload": [_shown(one, payload_format) for one in found.events]})


@router.get("/{number}", summary="One event", responses=answers(EventJSON))
async def show_event(
    number: PathId, actor: TheActor, services: TheServices, payload_format: Format = "hoory"
) -> Response:
    async with services.database.read() as reader:
        return answer(_shown(await queries.show(reader, actor, number), payload_format))


def _shown(one: Event, payload_format: PayloadFormat) -> EventJSON:
    """The body is what receivers get, to the byte; null once retention has let it go."""
    return {
        "id": event_id(one.account_id, one.number),
        "number": one.number,
        "event": one.name,
        "created_at": iso(one.created_at),
        "body": json.loads(render(thaw(one.snapshot), payload_format)) if one.snapshot else None,
    }
