"""The account's journal: every event, as it was frozen."""

from msgspec import Struct

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.model.event import Event, EventName
from deskbell.store import events
from deskbell.store.database import Reader


class EventPage(Struct, frozen=True, kw_only=True):
    """Events, and between which numbers the journal can be read."""

    events: list[Event]
    pruned_number: int
    last_number: int


async def page(
    reader: Reader,
    actor: Actor,
    *,
    after: int | None,
    before: int | None,
    name: EventName | None,
    limit: int,
) -> EventPage:
    """Events after a number, the next ones first; else the newest first, or those before a number. Raises NotAllowed."""
    access.require_administrator(actor)
    found = await events.page(reader, actor.account_id, after=after, before=before, name=name, limit=limit)
    pruned, last = await events.extent(reader, actor.account_id)
    return EventPage(events=found, pruned_number=pruned, last_number=last)


async def show(reader: Reader, actor: Actor, number: int) -> Event:
    """One event. Raises NotFound, NotAllowed."""
    access.require_administrator(actor)
    return access.found(await events.get(reader, actor.account_id, number))


async def last_number(reader: Reader, actor: Actor) -> int:
    """The number of what happened last in the actor's account: who listens from there on misses nothing."""
    return (await events.extent(reader, actor.account_id))[1]
