"""Conversations that the team begins: where, with whom, and with which words."""

from msgspec import Struct

from deskbell.desk.actor import Actor
from deskbell.desk.commands import contacts, conversations, messages, thread
from deskbell.desk.commands.contacts import ContactChanges
from deskbell.desk.commands.conversations import NewConversation
from deskbell.desk.commands.thread import Draft
from deskbell.desk.rules.fields import Problems
from deskbell.model.conversation import Conversation
from deskbell.store.database import Unit


class Beginning(Struct, frozen=True, kw_only=True):
    """What is said of a conversation to begin. A `newcomer` becomes a contact, in place of one who is known."""

    draft: Draft
    inbox_id: int | None = None
    contact_id: int | None = None
    newcomer: ContactChanges | None = None
    assignee_id: int | None = None
    team_id: int | None = None


async def begin_conversation(unit: Unit, actor: Actor, wanted: Beginning) -> Conversation:
    """All of it or nothing: the contact where they are new, the conversation, and the first words. Raises Invalid, NotFound."""
    _check(wanted)
    contact_id = wanted.contact_id
    if wanted.newcomer is not None:
        contact_id = (await contacts.create_contact(unit, actor, wanted.newcomer)).id
    place = NewConversation(
        inbox_id=wanted.inbox_id,
        contact_id=contact_id,
        assignee_id=wanted.assignee_id,
        team_id=wanted.team_id,
    )
    conversation = await conversations.create_conversation(unit, actor, place)
    await messages.write(unit, actor, conversation, wanted.draft)
    return conversation


def _check(wanted: Beginning) -> None:
    problems = Problems(wanted.draft.refused)
    if wanted.inbox_id is None:
        problems.add("inbox_id", "should be chosen")
    if wanted.contact_id is None and wanted.newcomer is None:
        problems.add("contact_id", "should be chosen: find somebody, or say who is new")
    if thread.is_blank(wanted.draft):
        problems.add("content", "can't be blank")
    new = wanted.newcomer
    if new is not None and not any((new.name, new.email, new.phone_number)):
        problems.add("name", "can't be blank where there is no email and no phone number")
    problems.raise_any()
