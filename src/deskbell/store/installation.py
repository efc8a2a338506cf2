"""Facts about this installation: its secret key and the like."""

from deskbell.store.database import Reader, Unit
from deskbell.store.statement import Statement

_READ = Statement("SELECT value FROM installation WHERE key = :key")
_KEEP = Statement("INSERT INTO installation (key, value) VALUES (:key, :value) ON CONFLICT (key) DO NOTHING")


async def read(reader: Reader, key: str) -> str | None:
    row = await reader.one(_READ, key=key)
    return None if row is None else str(row["value"])


async def keep(unit: Unit, key: str, value: str) -> str:
    """Keep a value under a key unless one is kept already; answer the one that is kept."""
    await unit.run(_KEEP, key=key, value=value)
    return await read(unit, key) or value
