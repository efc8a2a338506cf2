"""How content contacts are: for administrators, and a survey for whoever has its address."""

from msgspec import Struct

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.rules import surveys as rules
from deskbell.model.account import Account
from deskbell.model.contact import Contact
from deskbell.model.conversation import ConversationView
from deskbell.model.message import Message
from deskbell.model.survey import SurveyResponse
from deskbell.model.user import Agent
from deskbell.store import accounts, conversations, messages, surveys, users
from deskbell.store.database import Reader
from deskbell.store.surveys import Asked

__all__ = ["Asked"]


class ResponseView(Struct, frozen=True, kw_only=True):
    """An answer, who gave it, and the agent it is about."""

    response: SurveyResponse
    contact: Contact
    agent: Agent | None


class Metrics(Struct, frozen=True, kw_only=True):
    ratings: dict[int, int]
    sent: int


class SurveyView(Struct, frozen=True, kw_only=True):
    """A survey as the contact sees it."""

    account: Account
    conversation: ConversationView
    question: Message
    response: SurveyResponse | None
    closed: bool


async def page(
    reader: Reader, actor: Actor, wanted: Asked, *, newest_first: bool, limit: int, offset: int
) -> tuple[list[ResponseView], int]:
    """A page of answers, and how many there are."""
    access.require_administrator(actor)
    found = await surveys.page(reader, wanted, newest_first=newest_first, limit=limit, offset=offset)
    agents = {one.user.id: one for one in await users.agents(reader, actor.account_id)}
    ratings = await surveys.ratings(reader, wanted)
    views = [
        ResponseView(response=one, contact=contact, agent=agents.get(one.assigned_agent_id or 0))
        for one, contact in found
    ]
    return views, sum(ratings.values())


async def metrics(reader: Reader, actor: Actor, wanted: Asked) -> Metrics:
    access.require_administrator(actor)
    return Metrics(ratings=await surveys.ratings(reader, wanted), sent=await surveys.asked(reader, wanted))


async def survey(reader: Reader, uuid: str, now: int) -> SurveyView:
    """The survey at a conversation's address. Raises NotFound where its contact was not asked."""
    account_id, number = access.found(await surveys.place(reader, uuid))
    conversation = access.found(await conversations.view(reader, account_id, number))
    message_id = access.found(await surveys.question(reader, conversation.conversation.id))
    question = (await messages.views(reader, [message_id]))[0].message
    return SurveyView(
        account=access.found(await accounts.get(reader, account_id)),
        conversation=conversation,
        question=question,
        response=await surveys.of_message(reader, message_id),
        closed=rules.closed(question.created_at, now),
    )
