"""Platform apps, what each of them made, and the links it signs users in with."""

from deskbell.model.platform import GrantKind, PlatformApp
from deskbell.store.database import Reader, Unit
from deskbell.store.shape import Shape, insert
from deskbell.store.statement import Statement

SHAPE = Shape(PlatformApp)

_INSERT = Statement(insert("platform_apps", "name", "token_hash", "created_at", returning="id"))
_BY_TOKEN = Statement(f"SELECT {SHAPE.columns('p')} FROM platform_apps p WHERE p.token_hash = :token_hash")
_GRANT = Statement(insert("platform_grants", "platform_app_id", "kind", "thing_id"))
_GRANTED = Statement(
    "SELECT 1 AS granted FROM platform_grants WHERE platform_app_id = :app_id AND kind = :kind AND thing_id = :thing_id"
)
_FORGET = Statement("DELETE FROM platform_grants WHERE kind = :kind AND thing_id = :thing_id")
_ADD_LINK = Statement(insert("login_links", "token_hash", "user_id", "expires_at"))
_TAKE_LINK = Statement(
    "DELETE FROM login_links WHERE token_hash = :token_hash AND user_id = :user_id AND expires_at > :now RETURNING user_id"
)
_HAS_LINK = Statement(
    "SELECT 1 AS held FROM login_links WHERE token_hash = :token_hash AND user_id = :user_id AND expires_at > :now"
)
_DROP_LINKS = Statement("DELETE FROM login_links WHERE user_id = :user_id")
_PRUNE_LINKS = Statement("DELETE FROM login_links WHERE expires_at <= :now")


async def add(unit: Unit, name: str, token_hash: str) -> int:
    row = await unit.one(_INSERT, name=name, token_hash=token_hash, created_at=unit.now)
    assert row is not None
    return int(row["id"])


async def by_token(reader: Reader, token_hash: str) -> PlatformApp | None:
    row = await reader.one(_BY_TOKEN, token_hash=token_hash)
    return None if row is None else SHAPE.read(row)


async def grant(unit: Unit, app_id: int, kind: GrantKind, thing_id: int) -> None:
    """Say that an app made a thing."""
    await unit.run(_GRANT, platform_app_id=app_id, kind=kind, thing_id=thing_id)


async def granted(reader: Reader, app_id: int, kind: GrantKind, thing_id: int) -> bool:
    return await reader.one(_GRANTED, app_id=app_id, kind=kind, thing_id=thing_id) is not None


async def forget(unit: Unit, kind: GrantKind, thing_id: int) -> None:
    """A thing is gone."""
    await unit.run(_FORGET, kind=kind, thing_id=thing_id)


async def add_login_link(unit: Unit, token_hash: str, user_id: int, expires_at: int) -> None:
    """Keep a link, and let go of those that came to nothing."""
    await unit.run(_PRUNE_LINKS, now=unit.now)
    await unit.run(_ADD_LINK, token_hash=token_hash, user_id=user_id, expires_at=expires_at)


async def take_login_link(unit: Unit, token_hash: str, user_id: int) -> bool:
    """Use a link up; False for one that is used, over, or another user's."""
    return await unit.one(_TAKE_LINK, token_hash=token_hash, user_id=user_id, now=unit.now) is not None


async def has_login_link(reader: Reader, token_hash: str, user_id: int) -> bool:
    """Whether a link would be taken, without using it up."""
    return await reader.one(_HAS_LINK, token_hash=token_hash, user_id=user_id, now=reader.now) is not None


async def drop_login_links(unit: Unit, user_id: int) -> None:
    """Links that were made for a user are of no use any more."""
    await unit.run(_DROP_LINKS, user_id=user_id)
