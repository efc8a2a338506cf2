"""Audits, for those who run an account."""

from msgspec import Struct

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.model.audit import Audit
from deskbell.store import audits
from deskbell.store.database import Reader


class AuditPage(Struct, frozen=True):
    """A page of audits, newest first, and how many there are."""

    count: int
    audits: list[Audit]


async def page(reader: Reader, actor: Actor, *, number: int, size: int) -> AuditPage:
    """Only for administrators."""
    access.require_administrator(actor)
    found = await audits.page(reader, actor.account_id, limit=size, offset=(number - 1) * size)
    return AuditPage(await audits.count(reader, actor.account_id), found)
