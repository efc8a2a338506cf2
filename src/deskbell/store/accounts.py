"""Accounts."""

from typing import Any

from deskbell.kit import json
from deskbell.model.account import Account
from deskbell.store.database import Reader, Unit
from deskbell.store.shape import Shape, insert
from deskbell.store.statement import Statement

SHAPE = Shape(Account)

_INSERT = Statement(
    insert(
        "accounts",
        "name",
        "locale",
        "settings",
        "default_payload_format",
        "created_at",
        "updated_at",
        returning="id",
    )
)
_INSERT_COUNTER = Statement("INSERT INTO event_counters (account_id) VALUES (:account_id)")
_GET = Statement(f"SELECT {SHAPE.columns('a')} FROM accounts a WHERE a.id = :id")
_LOCK = Statement(f"{_GET.text} FOR NO KEY UPDATE OF a")
_ANY = Statement("SELECT id FROM accounts ORDER BY id LIMIT 1")
_UPDATE = Statement(
    "UPDATE accounts SET name = :name, locale = :locale, domain = :domain, support_email = :support_email, "
    "status = :status, default_payload_format = :default_payload_format, settings = :settings, updated_at = :now WHERE id = :id"
)
_HOLD = (
    Statement(
        "SELECT COUNT(*) AS count FROM (SELECT i.id FROM contact_inboxes i JOIN contacts c ON c.id = i.contact_id "
        "WHERE c.account_id = :id ORDER BY i.id FOR NO KEY UPDATE OF i) held"
    ),
    Statement(
        "SELECT COUNT(*) AS count FROM (SELECT id FROM conversations WHERE account_id = :id ORDER BY id FOR NO KEY UPDATE) held"
    ),
    Statement("SELECT id FROM accounts WHERE id = :id FOR UPDATE"),
)
_DELETE_BODIES = Statement("DELETE FROM event_bodies WHERE account_id = :id")
_TARGETS = Statement("SELECT id FROM targets WHERE account_id = :id")
_DELETE_ATTEMPTS = Statement("DELETE FROM attempts WHERE target_id = ANY(:target_ids)")
_DELETE = Statement("DELETE FROM accounts WHERE id = :id")
_NEXT_CONVERSATION = Statement(
    "UPDATE accounts SET last_conversation_number = last_conversation_number + 1 WHERE id = :id RETURNING last_conversation_number"
)


async def add(
    unit: Unit,
    *,
    name: str,
    locale: str = "en",
    settings: dict[str, Any] | None = None,
    default_payload_format: str = "hoory",
) -> int:
    row = await unit.one(
        _INSERT,
        name=name,
        locale=locale,
        settings=json.dump_text(settings or {}),
        default_payload_format=default_payload_format,
        created_at=unit.now,
        updated_at=unit.now,
    )
    assert row is not None
    await unit.run(_INSERT_COUNTER, account_id=row["id"])
    return int(row["id"])


async def get(reader: Reader, account_id: int) -> Account | None:
    row = await reader.one(_GET, id=account_id)
    return None if row is None else SHAPE.read(row)


async def lock(unit: Unit, account_id: int) -> Account | None:
    """An account to change: whoever else wants to change or delete it waits."""
    row = await unit.one(_LOCK, id=account_id)
    return None if row is None else SHAPE.read(row)


async def update(unit: Unit, account: Account) -> None:
    await unit.run(
        _UPDATE,
        id=account.id,
        name=account.name,
        locale=account.locale,
        domain=account.domain,
        support_email=account.support_email,
        status=account.status,
        default_payload_format=account.default_payload_format,
        settings=json.dump_text(account.settings),
        now=unit.now,
    )


async def delete(unit: Unit, account_id: int) -> None:
    """With everything in it, what it was still to be told included.

    Rows are taken in the order in which writers take them: addresses, conversations, account.
    """
    for statement in _HOLD:
        await unit.one(statement, id=account_id)
    target_ids = [row["id"] for row in await unit.all(_TARGETS, id=account_id)]
    await unit.run(_DELETE_BODIES, id=account_id)
    await unit.run(_DELETE, id=account_id)
    # Last, when the lanes are gone: a settlement under way until then may still have logged.
    await unit.run(_DELETE_ATTEMPTS, target_ids=target_ids)


async def first(reader: Reader) -> int | None:
    """The oldest account's id; None in an empty installation."""
    row = await reader.one(_ANY)
    return None if row is None else int(row["id"])


async def next_conversation_number(unit: Unit, account_id: int) -> int:
    row = await unit.one(_NEXT_CONVERSATION, id=account_id)
    assert row is not None
    return int(row["last_conversation_number"])
