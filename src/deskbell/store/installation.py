"""Facts about this installation: its secret key and the like."""

from deskbell.store.database import Reader, Unit
from deskbell.store.statement import Statement

PUBLIC_URL = "public_url"
"""Under which key the address is kept that people use, for processes that serve none."""

_READ = Statement("SELECT value FROM installation WHERE key = :key")
_KEEP = Statement("INSERT INTO installation (key, value) VALUES (:key, :value) ON CONFLICT (key) DO NOTHING")
_HOLD = Statement("SELECT value FROM installation WHERE key = :key FOR UPDATE")
_WRITE = Statement(
    "INSERT INTO installation (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
)


async def read(reader: Reader, key: str) -> str | None:
    row = await reader.one(_READ, key=key)
    return None if row is None else str(row["value"])


async def keep(unit: Unit, key: str, value: str) -> str:
    """Keep a value under a key unless one is kept already; answer the one that is kept."""
    await unit.run(_KEEP, key=key, value=value)
    return await read(unit, key) or value


async def write(unit: Unit, key: str, value: str) -> None:
    """Keep a value under a key, whatever was kept there."""
    await unit.run(_WRITE, key=key, value=value)


async def hold(unit: Unit, key: str) -> None:
    """Others who want to hold the same key wait until the unit is done."""
    await unit.run(_KEEP, key=key, value="")
    await unit.run(_HOLD, key=key)
