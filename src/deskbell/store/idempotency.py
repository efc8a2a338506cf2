"""What POSTs with an Idempotency-Key were answered, kept in the unit of work of what they did."""

from msgspec import Struct

from deskbell.store.database import Reader, Unit
from deskbell.store.shape import insert
from deskbell.store.statement import PostgresStatement, Statement

_COLUMNS = ("key_hash", "request_hash", "status", "body", "created_at")
_GET = Statement(
    "SELECT request_hash, status, body FROM idempotency_keys WHERE key_hash = :key_hash AND created_at > :after"
)
_KEEP = Statement(
    insert("idempotency_keys", *_COLUMNS) + " ON CONFLICT (key_hash) DO UPDATE SET "
    "request_hash = excluded.request_hash, status = excluded.status, body = excluded.body, created_at = excluded.created_at"
)
_HOLD = PostgresStatement("SELECT pg_try_advisory_xact_lock(:number) AS held")
_PRUNE = Statement(
    "DELETE FROM idempotency_keys WHERE key_hash IN "
    "(SELECT key_hash FROM idempotency_keys WHERE created_at <= :before ORDER BY created_at LIMIT :limit) RETURNING key_hash"
)


class Answered(Struct, frozen=True):
    """An answer that was given, and to what."""

    request_hash: str
    status: int
    body: bytes


async def get(reader: Reader, key_hash: str, after: int) -> Answered | None:
    """What was answered to a key since an instant."""
    row = await reader.one(_GET, key_hash=key_hash, after=after)
    return None if row is None else Answered(row["request_hash"], row["status"], bytes(row["body"]))


async def hold(unit: Unit, key_hash: str) -> bool:
    """Keep a key for this unit alone until it ends; False where another process has it. SQLite's file is one process's anyway."""
    if not unit.far:
        return True
    row = await unit.one(_HOLD, number=int(key_hash[:15], 16))
    return bool(row and row["held"])


async def keep(unit: Unit, key_hash: str, answered: Answered) -> None:
    """Remember an answer. One that was too old to be given again makes room."""
    await unit.run(
        _KEEP,
        key_hash=key_hash,
        request_hash=answered.request_hash,
        status=answered.status,
        body=answered.body,
        created_at=unit.now,
    )


async def prune(unit: Unit, before: int, limit: int) -> int:
    """Forget up to so many of the oldest answers; answers of how many."""
    return len(await unit.all(_PRUNE, before=before, limit=limit))
