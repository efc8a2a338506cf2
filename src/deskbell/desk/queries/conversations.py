"""Conversations as lists and pages show them."""

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.queries.teams import memberships
from deskbell.kit.errors import Invalid
from deskbell.model.contact import ContactInbox
from deskbell.model.conversation import Conversation, ConversationView
from deskbell.model.message import MessageType, MessageView
from deskbell.store import contacts, conversation_lists, conversations, messages
from deskbell.store.conversation_lists import Filter
from deskbell.store.database import Reader

__all__ = ["Filter"]

OF_CONTACT = 20
"""A contact's conversations on one page, as the reference has it."""
OF_PLACE = 100
"""Conversations the contact itself is shown on one page."""


class Listed(Struct, frozen=True, kw_only=True):
    """A conversation with its last message of any kind, and its last that is neither private nor activity."""

    view: ConversationView
    last: MessageView | None
    last_public: MessageView | None
    in_team: bool = False
    """Whether whoever asks is in the conversation's team."""


class ConversationPage(Struct, frozen=True, kw_only=True):
    counts: dict[str, int]
    conversations: list[Listed]


async def page(
    reader: Reader, actor: Actor, wanted: Filter, *, assignee: str, sort: str, number: int, size: int
) -> ConversationPage:
    """A page of the conversations an actor may see, with counts by assignee. Raises Invalid."""
    access.refuse_bots(actor)
    if sort.removeprefix("-") not in conversation_lists.SORTS:
        raise Invalid(
            {"sort_by": f"should be one of {', '.join(conversation_lists.SORTS)} with _asc or _desc"}
        )
    counted = await counts(reader, actor, wanted)
    seen = await _seen_by(reader, actor, wanted)
    found = await conversation_lists.views(
        reader, seen, assignee=assignee, user_id=actor.id, sort=sort, limit=size, offset=(number - 1) * size
    )
    return ConversationPage(counts=counted, conversations=await with_messages(reader, actor, found))


async def listing(
    reader: Reader,
    actor: Actor,
    wanted: Filter,
    *,
    assignee: str,
    sort: str,
    offset: int,
    size: int,
    most: int,
) -> ConversationPage:
    """Some of the conversations an actor may see, with counts that go up to `most` and cost no more than that."""
    access.refuse_bots(actor)
    seen = await _seen_by(reader, actor, wanted)
    few = await conversation_lists.few(reader, seen, most)
    if few is None:
        counted = await conversation_lists.bounded_counts(reader, seen, actor.id, most)
    else:
        counted = _tally(few.values(), actor.id)
        seen = Filter(account_id=actor.account_id, ids=list(few))
    found = await conversation_lists.views(
        reader, seen, assignee=assignee, user_id=actor.id, sort=sort, limit=size, offset=offset
    )
    return ConversationPage(counts=counted, conversations=await with_messages(reader, actor, found))


async def unread(reader: Reader, actor: Actor, most: int) -> int:
    """How many of an actor's own open conversations, as far as they may see them, hold something unread, up to `most`."""
    access.refuse_bots(actor)
    wanted = await _seen_by(reader, actor, Filter(account_id=actor.account_id, status="open"))
    return await conversation_lists.unread(reader, wanted, actor.id, most)


async def counts(reader: Reader, actor: Actor, wanted: Filter) -> dict[str, int]:
    access.refuse_bots(actor)
    return await conversation_lists.counts(reader, await _seen_by(reader, actor, wanted), actor.id)


async def show(reader: Reader, actor: Actor, number: int) -> Listed:
    """One conversation. Raises NotFound, NotAllowed."""
    view = access.found(await conversations.view(reader, actor.account_id, number))
    await access.require_inbox(reader, actor, view.inbox.id)
    return (await with_messages(reader, actor, [view]))[0]


async def of_contact(
    reader: Reader, actor: Actor, contact_id: int, *, number: int = 1, size: int = OF_CONTACT
) -> tuple[list[Listed], int]:
    """A page of a contact's conversations, the newest first, and how many there are."""
    access.refuse_bots(actor)
    contact = await access.the_contact(reader, actor, contact_id)
    seen = await _seen_by(reader, actor, Filter(account_id=actor.account_id, contact_id=contact.id))
    found = await conversation_lists.views(reader, seen, limit=size, offset=(number - 1) * size)
    counts = await conversation_lists.counts(reader, seen, actor.id)
    return await with_messages(reader, actor, found), counts["all_count"]


async def of_place(
    reader: Reader, actor: Actor, place: ContactInbox, *, number: int = 1, size: int = OF_PLACE
) -> tuple[list[ConversationView], int]:
    """A page of the conversations the contact at an address may see, the oldest first, and how many there are.

    They are this address's, and with a proven identity the inbox's other proven ones' too.
    """
    wanted = Filter(
        account_id=actor.account_id,
        contact_id=place.contact_id,
        contact_inbox_id=None if place.hmac_verified else place.id,
        proven_in=place.inbox_id if place.hmac_verified else None,
    )
    found = await conversation_lists.views(
        reader, wanted, sort="created_at", limit=size, offset=(number - 1) * size
    )
    counted = await conversation_lists.counts(reader, wanted, None)
    return found, counted["all_count"]


async def last_of_place(reader: Reader, place: ContactInbox) -> Conversation | None:
    return await conversations.last_of(reader, place.id)


async def own(reader: Reader, actor: Actor, place: ContactInbox, number: int) -> ConversationView:
    """One conversation, for its contact. Raises NotFound."""
    await access.own_conversation(reader, actor, place, number)
    return access.found(await conversations.view(reader, actor.account_id, number))


async def source(reader: Reader, actor: Actor, source_id: str) -> int | None:
    """The address a source_id means in this account; None where it means none."""
    place = await contacts.inbox_of_account(reader, actor.account_id, source_id=source_id)
    return place.id if place else None


async def with_messages(reader: Reader, actor: Actor, views: Sequence[ConversationView]) -> list[Listed]:
    """The conversations with their last messages."""
    if not views:
        return []
    shown = [
        view.conversation.last_message_id for view in views if view.conversation.last_message_id is not None
    ]
    found = await messages.latest(reader, [view.conversation.id for view in views], shown)
    by_id = {one.message.id: one for one in found}
    own = await memberships(reader, actor) if any(view.team for view in views) else set()
    last = {one.message.conversation_id: one for one in found}
    return [
        Listed(
            view=view,
            last=last.get(view.conversation.id),
            last_public=by_id.get(view.conversation.last_message_id or 0),
            in_team=view.conversation.team_id in own,
        )
        for view in views
    ]


async def spoken(reader: Reader, page: Sequence[Listed]) -> dict[int, MessageView]:
    """What was said before an inbox greeted or asked by itself, by conversation: of those where that is the last there is."""
    ids = [
        one.view.conversation.id
        for one in page
        if any(
            last and last.message.message_type == MessageType.TEMPLATE for last in (one.last, one.last_public)
        )
    ]
    found = await messages.last_spoken(reader, ids) if ids else []
    return {one.message.conversation_id: one for one in found}


def _tally(assignees: Iterable[int | None], user_id: int) -> dict[str, int]:
    of = Counter(assignees)
    return {"mine_count": of[user_id], "unassigned_count": of[None], "all_count": of.total()}


async def _seen_by(reader: Reader, actor: Actor, wanted: Filter) -> Filter:
    visible = await access.visible_inboxes(reader, actor)
    return wanted if visible is None else replace(wanted, inbox_ids=visible)
