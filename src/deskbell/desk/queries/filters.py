"""Contacts and conversations as filters find them."""

from collections.abc import Sequence

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.queries import contacts as contact_queries
from deskbell.desk.queries import conversations as conversation_queries
from deskbell.desk.queries.contacts import ContactPage
from deskbell.desk.queries.conversations import ConversationPage
from deskbell.desk.rules import filters as rules
from deskbell.model.filter import Condition, FilterModel
from deskbell.store import filters
from deskbell.store.conversation_lists import Filter
from deskbell.store.database import Reader
from deskbell.store.filters import Clause


async def clause(
    reader: Reader, actor: Actor, model: FilterModel, conditions: Sequence[Condition], now: int
) -> Clause:
    """What the conditions mean in this account. Raises Invalid."""
    access.refuse_bots(actor)
    custom = await filters.definitions(reader, actor.account_id)
    return filters.compiled(model, rules.understood(model, conditions, custom, now))


async def contacts(
    reader: Reader,
    actor: Actor,
    conditions: Sequence[Condition],
    now: int,
    *,
    sort: str,
    number: int,
    size: int,
) -> ContactPage:
    """A page of those contacts with an email, phone number or identifier whom the conditions describe. Raises Invalid."""
    wanted = await clause(reader, actor, "contact", conditions, now)
    return await contact_queries.page(
        reader, actor, query=None, sort=sort, number=number, size=size, clause=wanted
    )


async def conversations(
    reader: Reader,
    actor: Actor,
    conditions: Sequence[Condition],
    now: int,
    *,
    sort: str,
    number: int,
    size: int,
) -> ConversationPage:
    """A page of the conversations an actor may see which the conditions describe. Raises Invalid."""
    found = await clause(reader, actor, "conversation", conditions, now)
    wanted = Filter(account_id=actor.account_id, clause=found)
    return await conversation_queries.page(
        reader, actor, wanted, assignee="all", sort=sort, number=number, size=size
    )
