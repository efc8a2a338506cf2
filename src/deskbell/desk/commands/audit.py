"""Audits: kept in the unit of what they tell of, so that a change and its audit cannot disagree."""

from typing import Any

from deskbell.desk.actor import Actor
from deskbell.desk.rules import audits as rules
from deskbell.kit import ids
from deskbell.model.audit import AuditAction, AuditedType
from deskbell.store import audits, users
from deskbell.store.database import Unit

Thing = tuple[AuditedType, int]


class _Together:
    """What is changed in one unit was changed at once, and is told so."""

    def __init__(self, _unit: Unit) -> None:
        self.uuid = ids.uuid4()

    async def finish(self) -> None:
        """Nothing is left to do: every audit was kept when it was noted."""


async def created(unit: Unit, actor: Actor, thing: Thing, values: rules.Values) -> None:
    await note(unit, actor, "create", thing, rules.shown(values))


async def updated(unit: Unit, actor: Actor, thing: Thing, before: rules.Values, after: rules.Values) -> None:
    """Keep what differs; nothing where nothing does."""
    changes = rules.between(before, after)
    if changes:
        await note(unit, actor, "update", thing, changes)


async def destroyed(unit: Unit, actor: Actor, thing: Thing, values: rules.Values) -> None:
    await note(unit, actor, "destroy", thing, rules.shown(values))


async def note(unit: Unit, actor: Actor, action: AuditAction, thing: Thing, changes: dict[str, Any]) -> None:
    """Keep who did what to which thing. `changes` hold no secrets: rules/audits.py makes them."""
    await audits.add(
        unit,
        actor.account_id,
        action,
        thing,
        changes,
        request_uuid=unit.companion(_Together).uuid,
        by=await _who(unit, actor),
    )


async def _who(unit: Unit, actor: Actor) -> tuple[int, str, str] | None:
    """The id, the type and the name of whoever acts; None for the system itself."""
    if actor.kind == "user":
        user = await users.get(unit, actor.id)
        return None if user is None else (user.id, "User", user.email)
    if actor.kind == "agent_bot":
        return actor.id, "AgentBot", actor.name
    return (actor.id, "Contact", actor.name) if actor.kind == "contact" else None
