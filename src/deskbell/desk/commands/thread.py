"""What a conversation's thread is made of: a message is written, a state changes. Commands build on these two.

What follows from either by the account's own rules is `followups`; what reports count of it is `measures`.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from deskbell.desk.actor import Actor
from deskbell.desk.commands import attachments, measures
from deskbell.desk.rules import activity, fields
from deskbell.desk.rules import conversations as rules
from deskbell.events.changes import between_conversations
from deskbell.events.record import Recorder
from deskbell.model.conversation import Conversation
from deskbell.model.file import StoredFile
from deskbell.model.message import Message, MessageType, MessageView
from deskbell.store import agent_bots, contacts, conversations, messages, participants, teams, users
from deskbell.store import parties as store_parties
from deskbell.store.database import Unit
from deskbell.store.parties import Parties

CONTENT_TYPES = frozenset(
    {
        "text",
        "input_text",
        "input_textarea",
        "input_email",
        "input_select",
        "cards",
        "form",
        "article",
        "input_csat",
        "integrations",
        "sticker",
    }
)


class Draft(Struct, frozen=True, kw_only=True):
    """What a request says about a message to write."""

    content: str | None
    message_type: MessageType = MessageType.OUTGOING
    private: bool = False
    content_type: str = "text"
    content_attributes: dict[str, Any] = {}
    additional_attributes: dict[str, Any] = {}
    source_id: str | None = None
    files: Mapping[int, StoredFile] = {}
    """Kept already, under their places in the request."""
    refused: Mapping[str, str] = {}
    """What was found wrong already, such as a file that is too large; named together with the rest."""


class Written(Struct, frozen=True, kw_only=True):
    """A message with what it made of its conversation; whose words it was, and where, if they are a contact's."""

    view: MessageView
    conversation: Conversation
    parties: Parties | None


async def write(unit: Unit, actor: Actor, conversation: Conversation, draft: Draft) -> MessageView:
    """Put a message into a locked conversation, from whoever acts. Raises Invalid."""
    return (await put(unit, actor, conversation, draft)).view


async def put(unit: Unit, actor: Actor, conversation: Conversation, draft: Draft) -> Written:
    """As `write`, and tell what became of the conversation. Raises Invalid.

    A contact's words are the conversation's contact's: who asked may have turned out to be somebody else meanwhile.
    """
    await _check(unit, conversation, draft)
    sender_id = conversation.contact_id if actor.kind == "contact" else actor.id
    sender = None
    if actor.kind != "system":
        sender = await messages.sender(unit, conversation.account_id, actor.kind, sender_id)
    message = await messages.add(
        unit,
        Message(
            id=0,
            account_id=conversation.account_id,
            inbox_id=conversation.inbox_id,
            conversation_id=conversation.id,
            message_type=draft.message_type,
            content=draft.content,
            content_type=draft.content_type,
            content_attributes=draft.content_attributes,
            additional_attributes=draft.additional_attributes,
            private=draft.private,
            status="sent",
            source_id=draft.source_id,
            sender_type=None if sender is None else sender.type,
            sender_id=None if sender is None else sender.id,
            attachment_count=len(draft.files),
            created_at=unit.now,
            updated_at=unit.now,
        ),
    )
    files = await attachments.attach(unit, message, draft.files) if draft.files else []
    view = MessageView(
        message=message, conversation_number=conversation.number, sender=sender, attachments=files
    )
    recorder = unit.companion(Recorder)
    recorder.message_created(view)
    recorder.conversation_touched(conversation)
    after, parties = await _follow(unit, actor, conversation, message)
    return Written(view=view, conversation=after, parties=parties)


async def add_activity(unit: Unit, conversation: Conversation, line: str) -> None:
    """Tell in the thread what was done; rings no bell."""
    system = Actor(kind="system", account_id=conversation.account_id)
    await write(unit, system, conversation, Draft(content=line, message_type=MessageType.ACTIVITY))


async def change(unit: Unit, actor: Actor, before: Conversation, after: Conversation) -> Conversation:
    """Write a locked conversation's new state, and tell of it in the thread; nothing where nothing differs."""
    if after == before and not between_conversations(before, after):
        return before
    unit.companion(Recorder).conversation_touched(before)
    after = await conversations.update(unit, before, after)
    if after.assignee_id is not None and after.assignee_id != before.assignee_id:
        await participants.add(unit, after.id, [after.assignee_id])
    await measures.take(unit, actor, before, after)
    assignee = await _assignee_name(unit, actor, after)
    team = await _team_name(unit, after) if after.team_id != before.team_id else None
    for line in activity.lines(before, after, actor.name or "Deskbell", assignee, team):
        await add_activity(unit, after, line)
    return after


async def _follow(
    unit: Unit, actor: Actor, conversation: Conversation, message: Message
) -> tuple[Conversation, Parties | None]:
    """What a message does to its conversation and its contact."""
    if message.message_type == MessageType.ACTIVITY:
        return conversation, None
    parties = None
    blocked = has_bot = False
    if message.message_type == MessageType.INCOMING:
        has_bot = (
            conversation.status == "resolved"
            and await agent_bots.keep_of_inbox(unit, conversation.inbox_id) is not None
        )
        parties = await store_parties.of(unit, conversation)
        blocked = parties.contact.blocked
        await contacts.touch(unit, conversation.contact_id)
    after = rules.after_message(conversation, message, blocked=blocked, has_bot=has_bot)
    after = await conversations.update(unit, conversation, after)
    await measures.take(unit, actor, conversation, after, message)
    return after, parties


async def _check(unit: Unit, conversation: Conversation, draft: Draft) -> None:
    problems = fields.Problems(draft.refused)
    if draft.files:
        await attachments.check(unit, conversation, draft.files, problems)
    if draft.content_type not in CONTENT_TYPES:
        problems.add("content_type", f"should be one of {', '.join(sorted(CONTENT_TYPES))}")
    if draft.content is not None and len(draft.content) > fields.CONTENT_LIMIT:
        problems.add("content", f"is too long (at most {fields.CONTENT_LIMIT} characters)")
    if is_blank(draft):
        problems.add("content", "can't be blank")
    problems.raise_any()


def is_blank(draft: Draft) -> bool:
    """Whether nothing is said, neither in words nor by files, be they welcome or not, nor by cards."""
    says_more = draft.files or draft.refused or draft.content_attributes.get("items")
    return not says_more and not (draft.content or "").strip()


async def _assignee_name(unit: Unit, actor: Actor, conversation: Conversation) -> str | None:
    if conversation.assignee_id is not None:
        if actor.kind == "user" and actor.id == conversation.assignee_id:
            return "themselves"
        user = await users.get(unit, conversation.assignee_id)
        return user.name if user else None
    if conversation.assignee_agent_bot_id is not None:
        bot = await agent_bots.get(unit, conversation.assignee_agent_bot_id)
        return bot.name if bot else None
    return None


async def _team_name(unit: Unit, conversation: Conversation) -> str | None:
    if conversation.team_id is None:
        return None
    team = await teams.get(unit, conversation.account_id, conversation.team_id)
    return team.name if team else None
