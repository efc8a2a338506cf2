"""How far an account has come."""

from deskbell.desk.actor import Actor
from deskbell.store import first_steps
from deskbell.store.database import Reader
from deskbell.store.first_steps import FirstSteps


async def first(reader: Reader, actor: Actor) -> FirstSteps:
    return await first_steps.read(reader, actor.account_id)


async def begun(reader: Reader, actor: Actor) -> bool:
    """Whether an account has a conversation."""
    return await first_steps.begun(reader, actor.account_id)
