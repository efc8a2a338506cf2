"""Who follows a conversation, what an agent has drafted in it, and its transcript."""

from msgspec import Struct

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.model.conversation import ConversationView
from deskbell.model.message import MessageView
from deskbell.model.user import Agent
from deskbell.store import conversations, drafts, messages, participants
from deskbell.store.database import Reader

LONGEST = 2_000
"""Messages a transcript holds at most: the latest."""


class Transcript(Struct, frozen=True):
    """A conversation with what its contact may read of it, oldest first."""

    view: ConversationView
    messages: list[MessageView]


async def participants_of(reader: Reader, actor: Actor, number: int) -> list[Agent]:
    """Who follows a conversation. Raises NotFound, NotAllowed."""
    access.refuse_bots(actor)
    conversation = await access.the_conversation(reader, actor, number)
    return await participants.of_conversation(reader, actor.account_id, conversation.id)


async def draft_of(reader: Reader, actor: Actor, number: int) -> str | None:
    """What whoever asks has drafted in a conversation. Raises NotFound, NotAllowed."""
    access.refuse_bots(actor)
    conversation = await access.the_conversation(reader, actor, number)
    return await drafts.get(reader, conversation.id, actor.id)


async def transcript(reader: Reader, actor: Actor, number: int) -> Transcript:
    """A conversation to send to somebody. Raises NotFound, NotAllowed."""
    access.refuse_bots(actor)
    view = access.found(await conversations.view(reader, actor.account_id, number))
    if actor.kind != "contact":
        await access.require_inbox(reader, actor, view.inbox.id)
    found = await messages.page(reader, view.conversation.id, limit=LONGEST, public_only=True)
    return Transcript(view, found)
