"""Custom filters: create, change, delete; each user their own."""

from typing import Any

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.rules import fields
from deskbell.desk.rules.fields import Problems
from deskbell.kit.errors import Invalid, NotFound
from deskbell.model.custom_filter import CustomFilter, FilterKind
from deskbell.store import custom_filters
from deskbell.store.database import Unit

MOST = 1000
"""How many filters a user may keep in an account."""


class FilterChanges(Struct, frozen=True, kw_only=True):
    """What a request says about a filter; UNSET where it says nothing."""

    name: str | None | UnsetType = UNSET
    kind: FilterKind | UnsetType = UNSET
    query: dict[str, Any] | None | UnsetType = UNSET


async def create_filter(unit: Unit, actor: Actor, changes: FilterChanges) -> CustomFilter:
    """Keep a filter. Raises Invalid where it has no name, or the user has too many."""
    access.refuse_bots(actor)
    problems = Problems()
    name = fields.name(fields.given(changes.name, ""), problems)
    problems.raise_any()
    if await custom_filters.count(unit, actor.account_id, actor.id) >= MOST:
        raise Invalid({"name": f"is one too many: a user may keep {MOST} filters; delete one first"})
    filter_id = await custom_filters.add(
        unit,
        actor.account_id,
        actor.id,
        name=name,
        kind=fields.given(changes.kind, "conversation"),
        query=fields.given(changes.query, None) or {},
    )
    return await _the_filter(unit, actor, filter_id)


async def update_filter(unit: Unit, actor: Actor, filter_id: int, changes: FilterChanges) -> CustomFilter:
    access.refuse_bots(actor)
    before = access.found(await custom_filters.lock(unit, actor.account_id, actor.id, filter_id))
    problems = Problems()
    name = fields.name(fields.given(changes.name, before.name), problems)
    problems.raise_any()
    query = fields.given(changes.query, None)
    await custom_filters.update(
        unit,
        replace(
            before,
            name=name,
            kind=fields.given(changes.kind, before.kind),
            query=before.query if query is None else query,
        ),
    )
    return await _the_filter(unit, actor, filter_id)


async def delete_filter(unit: Unit, actor: Actor, filter_id: int) -> None:
    access.refuse_bots(actor)
    if not await custom_filters.delete(unit, actor.account_id, actor.id, filter_id):
        raise NotFound


async def _the_filter(unit: Unit, actor: Actor, filter_id: int) -> CustomFilter:
    return access.found(await custom_filters.get(unit, actor.account_id, actor.id, filter_id))
