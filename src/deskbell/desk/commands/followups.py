"""What follows, by the account's own rules, from what was done: templates, assignment, surveys."""

from deskbell.desk.actor import Actor
from deskbell.model.conversation import Conversation
from deskbell.model.message import MessageView
from deskbell.store.database import Unit


async def after_beginning(unit: Unit, conversation: Conversation) -> None:
    """A conversation began."""


async def after_message(unit: Unit, before: Conversation, view: MessageView) -> None:
    """A message was written into a conversation; `before` is how the conversation was read."""


async def after_change(unit: Unit, actor: Actor, before: Conversation, after: Conversation) -> None:
    """A conversation's state changed."""
