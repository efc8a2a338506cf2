"""Drafts: what an agent has written in a conversation and not sent; nobody else sees it."""

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.rules import fields
from deskbell.desk.rules.fields import Problems
from deskbell.store import drafts
from deskbell.store.database import Unit


async def write_draft(unit: Unit, actor: Actor, number: int, content: str | None) -> None:
    """Keep an agent's draft in place of the one there was; a blank one keeps none. Raises Invalid, NotFound."""
    access.refuse_bots(actor)
    problems = Problems()
    fields.text(content, problems, field="message")
    problems.raise_any()
    conversation = await access.the_conversation(unit, actor, number)
    if content:
        await drafts.write(unit, conversation.id, actor.id, content)
    else:
        await drafts.delete(unit, conversation.id, actor.id)


async def delete_draft(unit: Unit, actor: Actor, number: int) -> None:
    access.refuse_bots(actor)
    conversation = await access.the_conversation(unit, actor, number)
    await drafts.delete(unit, conversation.id, actor.id)
