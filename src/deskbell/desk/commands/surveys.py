"""Surveys: a contact is asked once how a resolved conversation was, and may answer."""

from typing import Any

from msgspec.structs import replace

from deskbell.desk import access
from deskbell.desk.commands import templates, thread
from deskbell.desk.rules import surveys as rules
from deskbell.desk.rules.fields import Problems
from deskbell.events.record import Recorder
from deskbell.kit.errors import Invalid
from deskbell.model.conversation import Conversation
from deskbell.model.message import Message
from deskbell.store import conversations, inboxes, installation, messages, surveys, users
from deskbell.store.database import Unit

NOT_SENT = "The survey was not sent, as the channel lets nobody write any more"


async def ask(unit: Unit, conversation: Conversation) -> Conversation:
    """Ask about a conversation that was just resolved, where its inbox does; answers what it became."""
    inbox = await inboxes.get(unit, conversation.account_id, conversation.inbox_id)
    if inbox is None or not rules.asks(inbox.settings, conversation.labels):
        return conversation
    view = await conversations.view_by_id(unit, conversation.id)
    assert view is not None, "the conversation is held by this unit"
    if view.contact.blocked or await surveys.question(unit, conversation.id) is not None:
        return conversation
    if not view.can_reply(unit.now):
        await thread.add_activity(unit, conversation, NOT_SENT)
        return conversation
    url = None
    if inbox.channel != "Channel::WebWidget":
        base = await installation.read(unit, installation.PUBLIC_URL)
        url = f"{base}/survey/responses/{conversation.uuid}" if base else None
    attributes = rules.attributes(inbox.settings, conversation.assignee_id, url)
    return await templates.say(unit, conversation, rules.question(inbox.settings), "input_csat", **attributes)


async def answer(unit: Unit, conversation: Conversation, before: Message, submitted: Any) -> Message:
    """A contact answers the survey that a held conversation's message is. Raises Invalid."""
    problems = Problems()
    rating = rules.read(submitted, problems)
    problems.raise_any()
    if rating is None:
        raise Invalid({rules.FIELD: "should have a rating from 1 to 5"})
    if rules.closed(before.created_at, unit.now):
        raise Invalid({rules.FIELD: "cannot be given or changed after 14 days"})
    unit.companion(Recorder).message_touched(before)
    attributes = {**before.content_attributes, "submitted_values": rules.submitted(rating)}
    after = await messages.update(unit, replace(before, content_attributes=attributes))
    await surveys.keep(
        unit,
        account_id=conversation.account_id,
        conversation_id=conversation.id,
        message_id=before.id,
        assigned_agent_id=await _asked_about(unit, conversation, before),
        rating=rating.rating,
        feedback_message=rating.feedback,
    )
    return after


async def answer_page(unit: Unit, uuid: str, submitted: Any) -> None:
    """Whoever has the survey's address answers it. Raises NotFound, Invalid."""
    account_id, number = access.found(await surveys.place(unit, uuid))
    conversation = access.found(await conversations.lock(unit, account_id, number))
    message_id = access.found(await surveys.question(unit, conversation.id))
    message = access.found(await messages.lock(unit, conversation.id, message_id))
    await answer(unit, conversation, message, submitted)


async def _asked_about(unit: Unit, conversation: Conversation, question: Message) -> int | None:
    """The agent who had the conversation when its contact was asked, where there still is such an agent."""
    user_id = question.content_attributes.get("assigned_agent_id", conversation.assignee_id)
    if not isinstance(user_id, int) or isinstance(user_id, bool):
        return None
    agent = await users.agent(unit, conversation.account_id, user_id)
    return None if agent is None else user_id
