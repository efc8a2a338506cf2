"""What reports count: taken in the unit that makes it so."""

from deskbell.model.conversation import Conversation
from deskbell.store.database import Unit


async def take(unit: Unit, before: Conversation, after: Conversation) -> None:
    """Keep what a step of a conversation means for reports: a first response, a reply, a resolution, a hand-over."""
