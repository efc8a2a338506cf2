"""Sessions that were ended before their time. The others are kept nowhere: they are signed."""

from deskbell.store.database import Reader, Unit
from deskbell.store.statement import Statement

_END = Statement(
    "INSERT INTO ended_sessions (session_hash, expires_at) VALUES (:session_hash, :expires_at) ON CONFLICT DO NOTHING"
)
_ENDED = Statement("SELECT 1 AS ended FROM ended_sessions WHERE session_hash = :session_hash")
_PRUNE = Statement("DELETE FROM ended_sessions WHERE expires_at <= :now")


async def end(unit: Unit, session_hash: str, expires_at: int) -> None:
    """End a session, and let go of those whose time has come anyway."""
    await unit.run(_PRUNE, now=unit.now)
    await unit.run(_END, session_hash=session_hash, expires_at=expires_at)


async def ended(reader: Reader, session_hash: str) -> bool:
    return await reader.one(_ENDED, session_hash=session_hash) is not None
