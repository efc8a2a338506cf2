"""Files: what is known of each, and whose it is. A row goes with its owner; without a row, nobody finds the file any more."""

from collections.abc import Sequence
from typing import Literal

from deskbell.model.file import StoredFile
from deskbell.store import installation
from deskbell.store.database import Reader, Unit
from deskbell.store.shape import Shape, insert
from deskbell.store.statement import Statement

Owner = Literal["contact", "inbox", "user", "agent_bot"]
"""Who has an avatar."""

OWNERS: dict[Owner, str] = {
    "contact": "contacts",
    "inbox": "inboxes",
    "user": "users",
    "agent_bot": "agent_bots",
}
SHAPE = Shape(StoredFile, waiting="({t}.expires_at IS NOT NULL)")
BASE = "(SELECT i.value FROM installation i WHERE i.key = 'public_url') || '/files/'"
"""What stands before a file's path in its address, as of now."""

_KNOWN_OF = ("key", "path", "name", "content_type", "file_size", "width", "height", "created_at")
_ATTACH = Statement(insert("files", *_KNOWN_OF, "attachment_id"))
_WAIT = Statement(insert("files", *_KNOWN_OF, "account_id", "expires_at"))
_CLAIM = Statement(
    "UPDATE files SET attachment_id = :attachment_id, account_id = NULL, expires_at = NULL "
    "WHERE key = :key AND expires_at IS NOT NULL RETURNING id"
)
_GET = Statement(
    f"SELECT {SHAPE.columns('f')} FROM files f WHERE f.key = :key AND (f.expires_at IS NULL OR f.expires_at > :now)"
)
_WAITING = Statement(
    f"SELECT {SHAPE.columns('f')} FROM files f WHERE f.key = :key AND f.account_id = :account_id AND f.expires_at > :now"
)
_KNOWN = Statement("SELECT key FROM files WHERE key = ANY(:keys)")
_EXPIRE = Statement("DELETE FROM files WHERE expires_at <= :now")
_DROP = {
    owner: Statement(f"DELETE FROM files WHERE {owner}_id = :owner_id AND path <> :path") for owner in OWNERS
}
_AVATAR = {owner: Statement(insert("files", *_KNOWN_OF, f"{owner}_id")) for owner in OWNERS}
_HAND_OVER = Statement(
    "UPDATE files SET contact_id = :to WHERE contact_id = :contact_id "
    "AND NOT EXISTS (SELECT 1 FROM files f WHERE f.contact_id = :to)"
)
_BASE = Statement(
    "INSERT INTO installation (key, value) VALUES ('public_url', :base) "
    "ON CONFLICT (key) DO UPDATE SET value = excluded.value"
)
_REBASE = [
    Statement(
        f"UPDATE {table} SET avatar_url = {BASE} || (SELECT f.path FROM files f WHERE f.{owner}_id = {table}.id) "
        f"WHERE id IN (SELECT f.{owner}_id FROM files f WHERE f.{owner}_id IS NOT NULL)"
    )
    for owner, table in OWNERS.items()
]


async def attach(unit: Unit, file: StoredFile, attachment_id: int) -> bool:
    """Make a file an attachment's; False where it was uploaded in advance and is another's by now, or has expired."""
    if file.waiting:
        return await unit.one(_CLAIM, key=file.key, attachment_id=attachment_id) is not None
    await unit.run(_ATTACH, **_values(unit, file), attachment_id=attachment_id)
    return True


async def wait(unit: Unit, file: StoredFile, account_id: int, expires_at: int) -> None:
    """Know a file that a message of the account may name until it expires."""
    await unit.run(_WAIT, **_values(unit, file), account_id=account_id, expires_at=expires_at)


async def get(reader: Reader, key: str, now: int) -> StoredFile | None:
    row = await reader.one(_GET, key=key, now=now)
    return None if row is None else SHAPE.read(row)


async def waiting(reader: Reader, account_id: int, key: str, now: int) -> StoredFile | None:
    """A file uploaded in advance that nothing refers to yet."""
    row = await reader.one(_WAITING, account_id=account_id, key=key, now=now)
    return None if row is None else SHAPE.read(row)


async def known(reader: Reader, keys: Sequence[str]) -> set[str]:
    """Those of the keys that are somebody's."""
    return {row["key"] for row in await reader.all(_KNOWN, keys=keys)} if keys else set()


async def expire(unit: Unit) -> None:
    """Forget files uploaded in advance that no message named in time."""
    await unit.run(_EXPIRE, now=unit.now)


async def drop_avatar(unit: Unit, owner: Owner, owner_id: int, *, but: str = "") -> None:
    """Forget an owner's avatar, unless it has this path."""
    await unit.run(_DROP[owner], owner_id=owner_id, path=but)


async def add_avatar(unit: Unit, owner: Owner, owner_id: int, file: StoredFile) -> None:
    await unit.run(_AVATAR[owner], **_values(unit, file), **{f"{owner}_id": owner_id})


async def hand_over(unit: Unit, contact_id: int, to: int) -> None:
    """Give one contact's avatar to another who has none."""
    await unit.run(_HAND_OVER, contact_id=contact_id, to=to)


async def rebase(unit: Unit, base: str) -> None:
    """From now on files are found below this address; those with an address of their own are given their new one."""
    if await installation.read(unit, "public_url") == base:
        return
    await unit.run(_BASE, base=base)
    for statement in _REBASE:
        await unit.run(statement)


def _values(unit: Unit, file: StoredFile) -> dict[str, object]:
    return {name: getattr(file, name) for name in _KNOWN_OF if name != "created_at"} | {
        "created_at": unit.now
    }
