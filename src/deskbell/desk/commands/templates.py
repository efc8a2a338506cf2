"""What an inbox says by itself when a contact writes: the office is closed, a greeting, a wish for an email address."""

from deskbell.desk.actor import Actor
from deskbell.desk.commands import thread
from deskbell.desk.commands.thread import Draft
from deskbell.desk.rules import templates as rules
from deskbell.desk.rules import variables
from deskbell.desk.rules.fields import CONTENT_LIMIT
from deskbell.model.conversation import Conversation
from deskbell.model.message import MessageType
from deskbell.store import messages
from deskbell.store.database import Unit
from deskbell.store.parties import Parties


async def reply(unit: Unit, before: Conversation, after: Conversation, parties: Parties) -> None:
    """Say what there is to say. `before` is the conversation before the contact wrote, `after` what it is now."""
    away = await _is_away(unit, after, parties)
    for kind in rules.replies(parties.inbox, parties.contact, before, away=away):
        content_type = "input_email" if kind == "email_collect" else "text"
        known = variables.values(parties.place.shown(parties.contact), after, parties.inbox)
        words = variables.fill(rules.words(kind, parties.inbox.settings), known)
        after = await say(unit, after, words, content_type)


async def say(
    unit: Unit, conversation: Conversation, content: str, content_type: str = "text", **more: object
) -> Conversation:
    """Write a message that nobody sent; answers what the conversation became. `more` are its content_attributes."""
    draft = Draft(
        content=content[:CONTENT_LIMIT],
        message_type=MessageType.TEMPLATE,
        content_type=content_type,
        content_attributes=more,
    )
    system = Actor(kind="system", account_id=conversation.account_id)
    return (await thread.put(unit, system, conversation, draft)).conversation


async def _is_away(unit: Unit, conversation: Conversation, parties: Parties) -> bool:
    settings = parties.inbox.settings
    if parties.contact.blocked or not rules.is_away(settings, unit.now):
        return False
    template_at, answer_at = await messages.said_since(unit, conversation.id, unit.now - rules.LOOK_BACK)
    return rules.tells_away(settings, unit.now, template_at, answer_at)
