"""What an account's owners are told."""

from msgspec import Struct

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.model.notice import Notice
from deskbell.store import notices
from deskbell.store.database import Reader


class NoticePage(Struct, frozen=True, kw_only=True):
    """A page of notices, newest first; how many there are, and how many are unread."""

    count: int
    unread: int
    notices: list[Notice]


async def page(reader: Reader, actor: Actor, *, after: int | None, number: int, size: int) -> NoticePage:
    """A page of the account's notices, or of those that followed one. Only for administrators."""
    access.require_administrator(actor)
    found = await notices.page(reader, actor.account_id, after=after, limit=size, offset=(number - 1) * size)
    count, unread = await notices.counts(reader, actor.account_id)
    return NoticePage(count=count, unread=unread, notices=found)
