"""What was measured, one by one."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.model.measure import ReportingEvent
from deskbell.store import reporting_events
from deskbell.store.database import Reader


class ReportingEventPage(Struct, frozen=True, kw_only=True):
    """A page, newest first, and how many there are."""

    count: int
    events: list[ReportingEvent]


async def page(
    reader: Reader, actor: Actor, wanted: Mapping[str, Any], *, number: int, size: int
) -> ReportingEventPage:
    """The account's, or those that are `wanted` among them. Only for administrators."""
    access.require_administrator(actor)
    found = await reporting_events.page(
        reader, actor.account_id, wanted, limit=size, offset=(number - 1) * size
    )
    count = await reporting_events.count(reader, actor.account_id, wanted)
    return ReportingEventPage(count=count, events=found)


async def of_conversation(
    reader: Reader, actor: Actor, number: int, *, page: int, size: int
) -> list[ReportingEvent]:
    """A conversation's, the oldest first, for whoever may read it. Raises NotFound, NotAllowed."""
    access.refuse_bots(actor)
    conversation = await access.the_conversation(reader, actor, number)
    return await reporting_events.of_conversation(
        reader, conversation.id, limit=size, offset=(page - 1) * size
    )
