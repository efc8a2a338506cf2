"""Search over what whoever asks may see."""

from msgspec import Struct

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.queries import conversations as conversation_queries
from deskbell.desk.queries.conversations import Filter, Listed
from deskbell.kit.clock import DAY
from deskbell.model.contact import Contact
from deskbell.model.inbox import Inbox
from deskbell.model.message import MessageView
from deskbell.store import conversations, inboxes, messages, search
from deskbell.store.database import Reader

SIZE = 15
AGE = 90 * DAY
"""Older messages are not looked through, as in the reference."""


class FoundMessage(Struct, frozen=True):
    """A message, and the inbox it was written in."""

    view: MessageView
    inbox: Inbox


async def find_conversations(reader: Reader, actor: Actor, query: str, page: int) -> list[Listed]:
    """Conversations by number or contact, newest first."""
    access.refuse_bots(actor)
    wanted = Filter(
        account_id=actor.account_id,
        inbox_ids=await access.visible_inboxes(reader, actor),
        clause=search.conversations(query),
    )
    found = await conversations.views(
        reader, wanted, sort="-created_at", limit=SIZE, offset=(page - 1) * SIZE
    )
    return await conversation_queries.with_messages(reader, actor, found)


async def find_contacts(reader: Reader, actor: Actor, query: str, page: int) -> list[Contact]:
    access.refuse_bots(actor)
    return await search.found_contacts(reader, actor.account_id, query, limit=SIZE, offset=(page - 1) * SIZE)


async def find_messages(
    reader: Reader, actor: Actor, query: str, page: int, *, now: int
) -> list[FoundMessage]:
    """Messages by what they say, newest first."""
    access.refuse_bots(actor)
    ids = await search.found_messages(
        reader,
        actor.account_id,
        query,
        inbox_ids=await access.visible_inboxes(reader, actor),
        since=now - AGE,
        limit=SIZE,
        offset=(page - 1) * SIZE,
    )
    if not ids:
        return []
    known = {one.id: one for one in await inboxes.all_of(reader, actor.account_id)}
    views = await messages.views(reader, ids)
    return [FoundMessage(view, known[view.message.inbox_id]) for view in reversed(views)]
