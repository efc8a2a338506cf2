"""Notices: mark them as read."""

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.model.notice import Notice
from deskbell.store import notices
from deskbell.store.database import Unit

EVERY = 2**63 - 1


async def mark_read(unit: Unit, actor: Actor, notice_id: int) -> Notice:
    """One notice is read. Raises NotFound."""
    access.require_administrator(actor)
    return access.found(await notices.mark_read(unit, actor.account_id, notice_id))


async def mark_all_read(unit: Unit, actor: Actor, up_to: int | None = None) -> None:
    """Every notice is read: those up to one, so that none is marked which came after the reader looked."""
    access.require_administrator(actor)
    await notices.mark_all_read(unit, actor.account_id, EVERY if up_to is None else up_to)
