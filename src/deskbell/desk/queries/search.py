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
from deskbell.store import conversation_lists, inboxes, messages, search
from deskbell.store.database import Reader

SIZE = 15
AGE = 90 * DAY
"""Older messages are not looked through, as in the reference."""


class Reach(Struct, frozen=True):
    """Among how many conversations of each status, those active last, names and messages are looked for."""

    names: int
    messages: int


NEAR, FAR = Reach(1_000, 400), Reach(50_000, 10_000)
"""NEAR is answered at once in accounts of any size; FAR may take a second."""
MOST = 500


class Matches(Struct, frozen=True):
    """Conversations a text was found in; where it was in what somebody said, the last message that says it."""

    ids: list[int]
    said: dict[int, MessageView]


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
    found = await conversation_lists.views(
        reader, wanted, sort="-created_at", limit=SIZE, offset=(page - 1) * SIZE
    )
    return await conversation_queries.with_messages(reader, actor, found)


async def quick_conversations(reader: Reader, actor: Actor, query: str, size: int) -> list[Listed]:
    """As quick in accounts of any size: those with just this number or address, then those with people called so who were active last."""
    access.refuse_bots(actor)
    seen = await access.visible_inboxes(reader, actor)
    known = await search.conversations_known_by(reader, actor.account_id, query, seen, limit=size)
    named = await search.conversations_with(
        reader, actor.account_id, query, seen, among=NEAR.names, limit=size
    )
    ids = list(dict.fromkeys((*known, *named)))[:size]
    wanted = Filter(account_id=actor.account_id, ids=ids)
    found = await conversation_lists.views(reader, wanted, limit=size, offset=0)
    found.sort(key=lambda view: ids.index(view.conversation.id))
    return await conversation_queries.with_messages(reader, actor, found)


async def recent_conversations(reader: Reader, actor: Actor, size: int) -> list[Listed]:
    """The conversations in which something happened last."""
    access.refuse_bots(actor)
    wanted = Filter(account_id=actor.account_id, inbox_ids=await access.visible_inboxes(reader, actor))
    found = await conversation_lists.views(reader, wanted, sort="-last_activity_at", limit=size, offset=0)
    return await conversation_queries.with_messages(reader, actor, found)


async def matches(reader: Reader, actor: Actor, query: str, reach: Reach) -> Matches:
    """Conversations by number, by contact, or by what was said in them."""
    access.refuse_bots(actor)
    seen = await access.visible_inboxes(reader, actor)
    account_id = actor.account_id
    known = await search.conversations_known_by(reader, account_id, query.lstrip("#"), seen, limit=MOST)
    named = await search.conversations_with(reader, account_id, query, seen, among=reach.names, limit=MOST)
    said = await search.conversations_said(reader, account_id, query, seen, among=reach.messages, limit=MOST)
    views = await messages.views(reader, sorted(said.values()))
    return Matches(
        ids=list(dict.fromkeys((*known, *named, *said))),
        said={view.message.conversation_id: view for view in views},
    )


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
