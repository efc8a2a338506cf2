"""A user's own filters."""

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.model.custom_filter import CustomFilter, FilterKind
from deskbell.store import custom_filters
from deskbell.store.database import Reader


async def own_filters(reader: Reader, actor: Actor, kind: FilterKind) -> list[CustomFilter]:
    access.refuse_bots(actor)
    return await custom_filters.all_of(reader, actor.account_id, actor.id, kind)


async def show(reader: Reader, actor: Actor, filter_id: int) -> CustomFilter:
    """One of the user's own filters. Raises NotFound."""
    access.refuse_bots(actor)
    return access.found(await custom_filters.get(reader, actor.account_id, actor.id, filter_id))
