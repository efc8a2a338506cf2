"""Webhooks: targets with the events an owner chose."""

from collections.abc import Sequence

from deskbell.kit import json
from deskbell.model.webhook import Webhook
from deskbell.store import targets
from deskbell.store.database import Reader, Row, Unit
from deskbell.store.shape import insert
from deskbell.store.statement import Statement

_OWN = (
    "id",
    "account_id",
    "name",
    "subscriptions",
    "inbox_ids",
    "include_private",
    "created_at",
    "updated_at",
)
_COLUMNS = f"{', '.join(f'w.{name}' for name in _OWN)}, {targets.SHAPE.columns('g')}"
_FROM = "FROM webhooks w JOIN targets g ON g.id = w.target_id"

_INSERT = Statement(
    insert(
        "webhooks",
        "account_id",
        "target_id",
        "name",
        "subscriptions",
        "inbox_ids",
        "include_private",
        "created_at",
        "updated_at",
        returning="id",
    )
)
_UPDATE = Statement(
    "UPDATE webhooks SET name = :name, subscriptions = :subscriptions, inbox_ids = :inbox_ids, include_private = :include_private, "
    "updated_at = :updated_at WHERE id = :id"
)
_DELETE = Statement("DELETE FROM webhooks WHERE id = :id")
_GET = Statement(f"SELECT {_COLUMNS} {_FROM} WHERE w.account_id = :account_id AND w.id = :id")
_ALL = Statement(f"SELECT {_COLUMNS} {_FROM} WHERE w.account_id = :account_id ORDER BY w.id")


async def add(
    unit: Unit,
    account_id: int,
    target_id: int,
    *,
    name: str | None,
    subscriptions: Sequence[str],
    inbox_ids: Sequence[int],
    include_private: bool,
) -> int:
    row = await unit.one(
        _INSERT,
        account_id=account_id,
        target_id=target_id,
        name=name,
        subscriptions=json.dump_text(list(subscriptions)),
        inbox_ids=json.dump_text(list(inbox_ids)),
        include_private=include_private,
        created_at=unit.now,
        updated_at=unit.now,
    )
    assert row is not None
    return int(row["id"])


async def update(unit: Unit, webhook: Webhook) -> None:
    """Write the webhook's own part; its target is written by `targets.update`."""
    await unit.run(
        _UPDATE,
        id=webhook.id,
        name=webhook.name,
        subscriptions=json.dump_text(webhook.subscriptions),
        inbox_ids=json.dump_text(webhook.inbox_ids),
        include_private=webhook.include_private,
        updated_at=unit.now,
    )


async def delete(unit: Unit, webhook_id: int) -> None:
    await unit.run(_DELETE, id=webhook_id)


async def get(reader: Reader, account_id: int, webhook_id: int) -> Webhook | None:
    row = await reader.one(_GET, account_id=account_id, id=webhook_id)
    return None if row is None else _webhook(row)


async def all_of(reader: Reader, account_id: int) -> list[Webhook]:
    return [_webhook(row) for row in await reader.all(_ALL, account_id=account_id)]


def _webhook(row: Row) -> Webhook:
    return Webhook(
        id=row[0],
        account_id=row[1],
        name=row[2],
        subscriptions=json.loads(row[3]),
        inbox_ids=json.loads(row[4]),
        include_private=bool(row[5]),
        created_at=row[6],
        updated_at=row[7],
        target=targets.SHAPE.read(row, len(_OWN)),
    )
