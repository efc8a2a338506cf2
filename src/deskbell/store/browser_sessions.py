"""Sessions of the dashboard. Their tokens are kept as hashes."""

from deskbell.model.browser_session import BrowserSession
from deskbell.store.database import Reader, Unit
from deskbell.store.shape import Shape, insert
from deskbell.store.statement import Statement

SHAPE = Shape(BrowserSession)

_INSERT = Statement(
    insert(
        "browser_sessions",
        "user_id",
        "token_hash",
        "mark",
        "user_agent",
        "address",
        "created_at",
        "seen_at",
        "expires_at",
        returning="id",
    )
)
_BY_TOKEN = Statement(
    f"SELECT {SHAPE.columns('s')} FROM browser_sessions s WHERE s.token_hash = :token_hash AND s.expires_at > :now"
)
_ALL = Statement(
    f"SELECT {SHAPE.columns('s')} FROM browser_sessions s WHERE s.user_id = :user_id AND s.mark = :mark AND s.expires_at > :now "
    "ORDER BY s.seen_at DESC, s.id DESC"
)
_TOUCH = Statement("UPDATE browser_sessions SET seen_at = :now WHERE id = :id")
_MARK = Statement("UPDATE browser_sessions SET mark = :mark WHERE user_id = :user_id AND id = :id")
_END = Statement("DELETE FROM browser_sessions WHERE user_id = :user_id AND id = :id")
_END_OTHERS = Statement("DELETE FROM browser_sessions WHERE user_id = :user_id AND NOT (id = :id)")
_PRUNE = Statement("DELETE FROM browser_sessions WHERE expires_at <= :now")


async def add(
    unit: Unit, user_id: int, *, token_hash: str, mark: str, user_agent: str, address: str, expires_at: int
) -> int:
    """Keep a session, and let go of those whose time has come."""
    await unit.run(_PRUNE, now=unit.now)
    row = await unit.one(
        _INSERT,
        user_id=user_id,
        token_hash=token_hash,
        mark=mark,
        user_agent=user_agent,
        address=address,
        created_at=unit.now,
        seen_at=unit.now,
        expires_at=expires_at,
    )
    assert row is not None
    return int(row["id"])


async def by_token(reader: Reader, token_hash: str) -> BrowserSession | None:
    row = await reader.one(_BY_TOKEN, token_hash=token_hash, now=reader.now)
    return None if row is None else SHAPE.read(row)


async def all_of(reader: Reader, user_id: int, mark: str) -> list[BrowserSession]:
    """Those that hold, the last seen first."""
    rows = await reader.all(_ALL, user_id=user_id, mark=mark, now=reader.now)
    return [SHAPE.read(row) for row in rows]


async def touch(unit: Unit, session_id: int) -> None:
    await unit.run(_TOUCH, id=session_id, now=unit.now)


async def renew_mark(unit: Unit, user_id: int, session_id: int, mark: str) -> None:
    """The session goes on with another password."""
    await unit.run(_MARK, user_id=user_id, id=session_id, mark=mark)


async def end(unit: Unit, user_id: int, session_id: int) -> None:
    await unit.run(_END, user_id=user_id, id=session_id)


async def end_others(unit: Unit, user_id: int, session_id: int) -> None:
    """0 stands for none: then all of them."""
    await unit.run(_END_OTHERS, user_id=user_id, id=session_id)
