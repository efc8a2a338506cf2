"""Inboxes and who works in them."""

from collections.abc import Sequence
from typing import Any

import msgspec

from deskbell.model.inbox import Inbox, InboxSettings
from deskbell.model.user import Agent
from deskbell.store import users
from deskbell.store.database import Reader, Unit
from deskbell.store.shape import Shape, insert
from deskbell.store.statement import Statement

SHAPE = Shape(Inbox, webhook_url="g.url")
_FROM = "FROM inboxes i LEFT JOIN targets g ON g.id = i.target_id"

_INSERT = Statement(
    insert(
        "inboxes",
        "account_id",
        "name",
        "channel",
        "token",
        "hmac_token",
        "hmac_mandatory",
        "avatar_url",
        "settings",
        "target_id",
        "created_at",
        "updated_at",
        returning="id",
    )
)
_UPDATE = Statement(
    "UPDATE inboxes SET name = :name, hmac_mandatory = :hmac_mandatory, avatar_url = :avatar_url, settings = :settings, "
    "target_id = :target_id, updated_at = :updated_at WHERE id = :id"
)
_SET_HMAC_TOKEN = Statement(
    "UPDATE inboxes SET hmac_token = :hmac_token, updated_at = :updated_at WHERE id = :id"
)
_DELETE = Statement("DELETE FROM inboxes WHERE id = :id")
_LOCK = Statement("SELECT id FROM inboxes WHERE id = :id FOR NO KEY UPDATE")
_HOLD = (
    Statement(
        "SELECT COUNT(*) AS count FROM (SELECT id FROM contact_inboxes WHERE inbox_id = :id ORDER BY id FOR NO KEY UPDATE) held"
    ),
    Statement(
        "SELECT COUNT(*) AS count FROM (SELECT id FROM conversations WHERE inbox_id = :id ORDER BY id FOR NO KEY UPDATE) held"
    ),
    Statement("SELECT id FROM inboxes WHERE id = :id FOR UPDATE"),
)
_GET = Statement(f"SELECT {SHAPE.columns('i')} {_FROM} WHERE i.account_id = :account_id AND i.id = :id")
_BY_TOKEN = Statement(f"SELECT {SHAPE.columns('i')} {_FROM} WHERE i.token = :token")
_ALL = Statement(f"SELECT {SHAPE.columns('i')} {_FROM} WHERE i.account_id = :account_id ORDER BY i.id")
_KNOWN = Statement("SELECT id FROM inboxes WHERE account_id = :account_id AND id = ANY(:ids)")
_MEMBER_OF = Statement("SELECT inbox_id FROM inbox_members WHERE user_id = :user_id")
_IS_MEMBER = Statement(
    "SELECT 1 AS found FROM inbox_members WHERE inbox_id = :inbox_id AND user_id = :user_id"
)
_MEMBERS = Statement("SELECT user_id FROM inbox_members WHERE inbox_id = :inbox_id ORDER BY user_id")
_MEMBER_COUNTS = Statement(
    "SELECT m.inbox_id, COUNT(*) AS count FROM inbox_members m JOIN inboxes i ON i.id = m.inbox_id "
    "WHERE i.account_id = :account_id GROUP BY m.inbox_id"
)
_ADD_MEMBER = Statement(
    "INSERT INTO inbox_members (inbox_id, user_id) VALUES (:inbox_id, :user_id) ON CONFLICT DO NOTHING"
)
_REMOVE_MEMBER = Statement("DELETE FROM inbox_members WHERE inbox_id = :inbox_id AND user_id = :user_id")


async def add(unit: Unit, **values: Any) -> int:
    """`values` are the columns; `settings` an InboxSettings."""
    settings: InboxSettings = values.pop("settings")
    row = await unit.one(
        _INSERT,
        **values,
        settings=msgspec.json.encode(settings).decode(),
        created_at=unit.now,
        updated_at=unit.now,
    )
    assert row is not None
    return int(row["id"])


async def update(unit: Unit, inbox: Inbox) -> None:
    await unit.run(
        _UPDATE,
        id=inbox.id,
        name=inbox.name,
        hmac_mandatory=inbox.hmac_mandatory,
        avatar_url=inbox.avatar_url,
        settings=msgspec.json.encode(inbox.settings).decode(),
        target_id=inbox.target_id,
        updated_at=unit.now,
    )


async def set_hmac_token(unit: Unit, inbox_id: int, hmac_token: str) -> None:
    await unit.run(_SET_HMAC_TOKEN, id=inbox_id, hmac_token=hmac_token, updated_at=unit.now)


async def lock(unit: Unit, inbox_id: int) -> None:
    """An inbox to change: whoever else wants to change or delete it waits."""
    await unit.one(_LOCK, id=inbox_id)


async def hold(unit: Unit, inbox_id: int) -> None:
    """Hold an inbox with its addresses and conversations, so that nobody begins or writes anything in it meanwhile.

    Rows are taken in the order in which writers take them: addresses, conversations, inbox.
    """
    for statement in _HOLD:
        await unit.one(statement, id=inbox_id)


async def delete(unit: Unit, inbox_id: int) -> None:
    await unit.run(_DELETE, id=inbox_id)


async def get(reader: Reader, account_id: int, inbox_id: int) -> Inbox | None:
    row = await reader.one(_GET, account_id=account_id, id=inbox_id)
    return None if row is None else SHAPE.read(row)


async def by_token(reader: Reader, token: str) -> Inbox | None:
    row = await reader.one(_BY_TOKEN, token=token)
    return None if row is None else SHAPE.read(row)


async def all_of(reader: Reader, account_id: int) -> list[Inbox]:
    return [SHAPE.read(row) for row in await reader.all(_ALL, account_id=account_id)]


async def known(reader: Reader, account_id: int, ids: Sequence[int]) -> set[int]:
    """Those of the ids that are the account's inboxes."""
    return {row["id"] for row in await reader.all(_KNOWN, account_id=account_id, ids=ids)}


async def of_member(reader: Reader, user_id: int) -> set[int]:
    """Every inbox a user works in, of whatever account."""
    return {row["inbox_id"] for row in await reader.all(_MEMBER_OF, user_id=user_id)}


async def is_member(reader: Reader, inbox_id: int, user_id: int) -> bool:
    return await reader.one(_IS_MEMBER, inbox_id=inbox_id, user_id=user_id) is not None


async def members(reader: Reader, account_id: int, inbox_id: int) -> list[Agent]:
    ids = {row["user_id"] for row in await reader.all(_MEMBERS, inbox_id=inbox_id)}
    return [agent for agent in await users.agents(reader, account_id) if agent.user.id in ids]


async def member_counts(reader: Reader, account_id: int) -> dict[int, int]:
    """How many work in each inbox of an account; those in which nobody does are left out."""
    return {row["inbox_id"]: row["count"] for row in await reader.all(_MEMBER_COUNTS, account_id=account_id)}


async def add_members(unit: Unit, inbox_id: int, user_ids: Sequence[int]) -> None:
    await unit.run_many(_ADD_MEMBER, [{"inbox_id": inbox_id, "user_id": user_id} for user_id in user_ids])


async def remove_members(unit: Unit, inbox_id: int, user_ids: Sequence[int]) -> None:
    await unit.run_many(_REMOVE_MEMBER, [{"inbox_id": inbox_id, "user_id": user_id} for user_id in user_ids])
