"""Messages of a conversation."""

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.kit.clock import MINUTE
from deskbell.kit.errors import NotFound
from deskbell.model.contact import ContactInbox
from deskbell.model.message import MessageView
from deskbell.store import messages
from deskbell.store.database import Reader

LATEST = 20
AFTER = 100
BETWEEN = 1000
OWN = 200


async def page(
    reader: Reader, actor: Actor, number: int, *, before: int | None, after: int | None
) -> list[MessageView]:
    """Messages oldest first: the latest 20, 20 before an id, 100 after one, or up to 1,000 between two."""
    access.refuse_bots(actor)
    conversation = await access.the_conversation(reader, actor, number)
    limit = LATEST if after is None else (AFTER if before is None else BETWEEN)
    return await messages.page(reader, conversation.id, before=before, after=after, limit=limit)


async def changed(
    reader: Reader,
    actor: Actor,
    number: int,
    between: tuple[int, int],
    *,
    since: int,
    seen_before: int,
) -> list[MessageView]:
    """Of the messages between two ids, both included: what changed since an instant, or was seen by the contact since.

    Changes become visible a little later than they say they were made, so those of the minute before are among them.
    """
    access.refuse_bots(actor)
    conversation = await access.the_conversation(reader, actor, number)
    seen = (seen_before, conversation.contact_last_seen_at or 0)
    return await messages.changed(
        reader, conversation.id, between, since=since - MINUTE, seen=seen, limit=BETWEEN
    )


async def own(
    reader: Reader,
    actor: Actor,
    place: ContactInbox,
    number: int,
    *,
    before: int | None = None,
    after: int | None = None,
) -> list[MessageView]:
    """What the contact may read: neither notes nor activity."""
    conversation = await access.own_conversation(reader, actor, place, number)
    return await messages.page(
        reader, conversation.id, before=before, after=after, limit=OWN, public_only=True
    )


async def show(reader: Reader, message_id: int) -> MessageView:
    """A message just written."""
    found = await messages.views(reader, [message_id])
    if not found:
        raise NotFound
    return found[0]
