"""Labels of an account."""

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.model.label import Label
from deskbell.store import labels
from deskbell.store.database import Reader

MANY = 1000
"""Conversations of one label that are counted: a page can wait for no more."""


async def all_labels(reader: Reader, actor: Actor) -> list[Label]:
    """By their titles."""
    access.refuse_bots(actor)
    return await labels.all_of(reader, actor.account_id)


async def conversation_counts(reader: Reader, actor: Actor) -> dict[str, int]:
    """How many conversations carry each title, for administrators; `MANY` stands for as many or more."""
    access.require_administrator(actor)
    return await labels.counts(reader, actor.account_id, MANY)


async def show(reader: Reader, actor: Actor, label_id: int) -> Label:
    """One label, for administrators, as in the reference. Raises NotFound."""
    access.require_administrator(actor)
    return access.found(await labels.get(reader, actor.account_id, label_id))
