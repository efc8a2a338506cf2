"""Where something is said in passing, and by whom: for those who may take part in a conversation."""

from msgspec import Struct

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.model.contact import ContactInbox
from deskbell.model.conversation import Conversation
from deskbell.model.listener import Scene
from deskbell.model.message import Sender
from deskbell.store import contacts, messages
from deskbell.store.database import Reader


class Speech(Struct, frozen=True, kw_only=True):
    """Somebody at a conversation."""

    scene: Scene
    conversation_number: int
    speaker: Sender


async def by_team(reader: Reader, actor: Actor, number: int) -> Speech:
    """An agent or a bot at a conversation. Raises NotFound, NotAllowed."""
    return await _speech(reader, actor, await access.the_conversation(reader, actor, number))


async def by_contact(reader: Reader, actor: Actor, place: ContactInbox, number: int) -> Speech:
    """A contact at a conversation of their own. Raises NotFound."""
    return await _speech(reader, actor, await access.own_conversation(reader, actor, place, number))


async def _speech(reader: Reader, actor: Actor, conversation: Conversation) -> Speech:
    assert actor.kind != "system", "the system has nothing to say in passing"
    speaker = access.found(await messages.sender(reader, actor.account_id, actor.kind, actor.id))
    place = access.found(await contacts.get_inbox(reader, conversation.contact_inbox_id))
    return Speech(
        scene=Scene(
            account_id=conversation.account_id,
            inbox_id=conversation.inbox_id,
            contact_id=conversation.contact_id,
            contact_inbox_id=place.id,
            verified=place.hmac_verified,
        ),
        conversation_number=conversation.number,
        speaker=speaker,
    )
