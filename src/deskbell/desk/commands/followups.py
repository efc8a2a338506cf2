"""What follows, by the account's own rules, from what was done: templates, assignment, surveys."""

from deskbell.desk.commands import assignment, surveys, templates
from deskbell.desk.commands.thread import Written
from deskbell.model.conversation import Conversation
from deskbell.store.database import Unit


async def after_beginning(unit: Unit, conversation: Conversation) -> Conversation:
    """A conversation began; answers what it became."""
    return await assignment.assign(unit, None, conversation)


async def after_message(unit: Unit, before: Conversation, written: Written) -> None:
    """A message was written into a conversation; `before` is how the conversation was read."""
    if written.parties is None:
        return
    after = await assignment.assign(unit, before, written.conversation)
    await templates.reply(unit, before, after, written.parties)


async def after_change(unit: Unit, before: Conversation, after: Conversation) -> Conversation:
    """A conversation's state changed; answers what it became."""
    after = await assignment.assign(unit, before, after)
    if after.status == "resolved" and before.status != "resolved":
        after = await surveys.ask(unit, after)
    return after
