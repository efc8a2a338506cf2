"""What happened while somebody was about to change something."""

from msgspec import Struct

from deskbell.desk.actor import Actor
from deskbell.desk.queries import messages
from deskbell.desk.rules import meanwhile as rules
from deskbell.desk.rules.meanwhile import Field
from deskbell.model.message import MessageType
from deskbell.store.database import Reader


class Told(Struct, frozen=True):
    """A line of a thread, and when it was written."""

    line: str
    at: int


async def last_change(reader: Reader, actor: Actor, number: int, field: Field) -> Told | None:
    """The line that tells of the last change of a conversation's field; None where it is long past."""
    for view in reversed(await messages.page(reader, actor, number, before=None, after=None)):
        one = view.message
        if one.message_type == MessageType.ACTIVITY and rules.tells_of(one.content or "", field):
            return Told(one.content or "", one.created_at)
    return None
