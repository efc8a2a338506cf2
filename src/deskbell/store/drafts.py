"""Drafts: what an agent has written in a conversation and not sent."""

from deskbell.store.database import Reader, Unit
from deskbell.store.statement import Statement

_GET = Statement("SELECT content FROM drafts WHERE conversation_id = :conversation_id AND user_id = :user_id")
_WRITE = Statement(
    "INSERT INTO drafts (conversation_id, user_id, content, updated_at) VALUES (:conversation_id, :user_id, :content, :now) "
    "ON CONFLICT (conversation_id, user_id) DO UPDATE SET content = excluded.content, updated_at = excluded.updated_at"
)
_DELETE = Statement("DELETE FROM drafts WHERE conversation_id = :conversation_id AND user_id = :user_id")


async def get(reader: Reader, conversation_id: int, user_id: int) -> str | None:
    row = await reader.one(_GET, conversation_id=conversation_id, user_id=user_id)
    return None if row is None else row["content"]


async def write(unit: Unit, conversation_id: int, user_id: int, content: str) -> None:
    """Keep a draft in place of the one there was. Raises MissingReference."""
    await unit.run(_WRITE, conversation_id=conversation_id, user_id=user_id, content=content, now=unit.now)


async def delete(unit: Unit, conversation_id: int, user_id: int) -> None:
    await unit.run(_DELETE, conversation_id=conversation_id, user_id=user_id)
