"""Messages, who said them, and what is attached."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from deskbell.kit import json
from deskbell.model.message import Attachment, Message, MessageView, Sender, SenderType
from deskbell.store import users
from deskbell.store.database import Reader, Row, Unit
from deskbell.store.files import BASE
from deskbell.store.shape import Shape, insert
from deskbell.store.statement import Statement, composed

SHAPE = Shape(Message)
ATTACHMENT_SHAPE = Shape(
    Attachment,
    external_url="COALESCE({t}.external_url, "
    + BASE
    + " || (SELECT k.path FROM files k WHERE k.attachment_id = {t}.id))",
)
SENDER_SHAPE = Shape(
    Sender,
    type="{t}.sender_type",
    id="{t}.sender_id",
    name="COALESCE(sc.name, su.name, sb.name)",
    email="COALESCE(sc.email, su.email)",
    avatar_url="COALESCE(sc.avatar_url, su.avatar_url, sb.avatar_url, '')",
    phone_number="sc.phone_number",
    identifier="sc.identifier",
    blocked="COALESCE(sc.blocked, FALSE)",
    display_name="su.display_name",
    availability=users.STATUS.format(user="su", member="sm"),
    additional_attributes="COALESCE(sc.additional_attributes, '{{}}')",
    custom_attributes="COALESCE(sc.custom_attributes, '{{}}')",
)

_NAME = SENDER_SHAPE.fields.index("name")

_BORN = (
    "account_id",
    "inbox_id",
    "conversation_id",
    "message_type",
    "sender_type",
    "sender_id",
    "attachment_count",
    "private",
    "created_at",
)
_WRITTEN = (
    "content",
    "content_type",
    "content_attributes",
    "additional_attributes",
    "status",
    "source_id",
    "updated_at",
)

_INSERT = Statement(insert("messages", *_BORN, *_WRITTEN, returning="id"))
_UPDATE = Statement(
    f"UPDATE messages SET {', '.join(f'{name} = :{name}' for name in _WRITTEN)} WHERE id = :id"
)
_LOCKED = Statement(
    f"SELECT {SHAPE.columns('m')} FROM messages m WHERE m.conversation_id = :conversation_id AND m.id = :id FOR NO KEY UPDATE"
)
_VIEW_COLUMNS = f"c.number, {SHAPE.columns('m')}, {SENDER_SHAPE.columns('m')}"
_SENDERS = (
    "LEFT JOIN contacts sc ON m.sender_type = 'contact' AND sc.id = m.sender_id "
    "LEFT JOIN users su ON m.sender_type = 'user' AND su.id = m.sender_id "
    "LEFT JOIN account_users sm ON sm.user_id = su.id AND sm.account_id = m.account_id "
    "LEFT JOIN agent_bots sb ON m.sender_type = 'agent_bot' AND sb.id = m.sender_id"
)
_VIEW_FROM = f"FROM messages m JOIN conversations c ON c.id = m.conversation_id {_SENDERS}"
_SENDER = Statement(
    f"SELECT {SENDER_SHAPE.columns('m')} FROM (SELECT CAST(:type AS TEXT) AS sender_type, CAST(:id AS BIGINT) AS sender_id, "
    f"CAST(:account_id AS BIGINT) AS account_id) m {_SENDERS}"
)
_VIEWS_BY_ID = Statement(f"SELECT {_VIEW_COLUMNS} {_VIEW_FROM} WHERE m.id = ANY(:ids) ORDER BY m.id")
_LATEST = Statement(
    "SELECT MAX(x.id) AS id FROM messages x WHERE x.conversation_id = ANY(:conversation_ids) GROUP BY x.conversation_id"
)
_SPOKEN = Statement(
    "SELECT (SELECT x.id FROM messages x WHERE x.conversation_id = c.id AND x.message_type IN (0, 1) ORDER BY x.id DESC LIMIT 1) AS id "
    "FROM conversations c WHERE c.id = ANY(:conversation_ids)"
)
_UNREAD = Statement(
    "SELECT COUNT(*) AS count FROM messages WHERE conversation_id = :conversation_id AND message_type = 0 AND created_at > :since"
)
_CHANGED = Statement(
    f"SELECT {_VIEW_COLUMNS} {_VIEW_FROM} WHERE m.conversation_id = :conversation_id AND m.id BETWEEN :first AND :last "
    "AND (m.updated_at > :since OR (m.message_type IN (1, 3) AND m.created_at > :seen_before AND m.created_at <= :seen)) "
    "ORDER BY m.id LIMIT :limit"
)
_LAST_SAID = Statement(
    "SELECT sender_type, created_at FROM messages WHERE conversation_id = :conversation_id AND sender_type IS NOT NULL "
    "ORDER BY id DESC LIMIT :limit"
)
_SAID_SINCE = Statement(
    "SELECT MAX(CASE WHEN message_type = 3 THEN created_at END) AS template_at, "
    "MAX(CASE WHEN message_type = 1 AND private = FALSE THEN created_at END) AS answer_at "
    "FROM messages WHERE conversation_id = :conversation_id AND created_at > :since"
)
_ATTACHMENTS = Statement(
    f"SELECT {ATTACHMENT_SHAPE.columns('f')} FROM attachments f WHERE f.message_id = ANY(:ids) ORDER BY f.id"
)
_ADD_ATTACHMENT = Statement(
    insert(
        "attachments",
        "message_id",
        "file_type",
        "file_name",
        "content_type",
        "file_size",
        "width",
        "height",
        "external_url",
        "created_at",
        returning="id",
    )
)
_DROP_ATTACHMENTS = Statement("DELETE FROM attachments WHERE message_id = :message_id")
_CLEAR_ATTACHMENTS = Statement("UPDATE messages SET attachment_count = 0 WHERE id = :message_id")


async def add(unit: Unit, message: Message) -> Message:
    """Insert; the answer carries the id."""
    row = await unit.one(_INSERT, **_values(message, _BORN), **_values(message, _WRITTEN))
    assert row is not None
    return replace(message, id=row["id"])


async def update(unit: Unit, message: Message) -> Message:
    message = replace(message, updated_at=unit.now)
    await unit.run(_UPDATE, id=message.id, **_values(message, _WRITTEN))
    return message


async def lock(unit: Unit, conversation_id: int, message_id: int) -> Message | None:
    row = await unit.one(_LOCKED, conversation_id=conversation_id, id=message_id)
    return None if row is None else SHAPE.read(row)


async def add_attachment(unit: Unit, message_id: int, **values: Any) -> int:
    """Say what is attached; answers its id."""
    size: dict[str, Any] = {"width": None, "height": None}
    row = await unit.one(_ADD_ATTACHMENT, message_id=message_id, **(size | values), created_at=unit.now)
    assert row is not None
    return int(row["id"])


async def attachments(reader: Reader, message_id: int) -> list[Attachment]:
    return [ATTACHMENT_SHAPE.read(row) for row in await reader.all(_ATTACHMENTS, ids=[message_id])]


async def drop_attachments(unit: Unit, message_id: int) -> None:
    await unit.run(_DROP_ATTACHMENTS, message_id=message_id)
    await unit.run(_CLEAR_ATTACHMENTS, message_id=message_id)


async def sender(reader: Reader, account_id: int, kind: SenderType, sender_id: int) -> Sender | None:
    """Whoever says something in an account, as shown beside it."""
    row = await reader.one(
        _SENDER, account_id=account_id, type=kind, id=sender_id, present_since=users.present_since(reader)
    )
    return None if row is None else _sender(row, 0)


async def views(reader: Reader, ids: Sequence[int]) -> list[MessageView]:
    """Those messages, oldest first."""
    if not ids:
        return []
    since = users.present_since(reader)
    return await _views(reader, await reader.all(_VIEWS_BY_ID, ids=ids, present_since=since))


async def latest(reader: Reader, conversation_ids: Sequence[int], shown: Sequence[int]) -> list[MessageView]:
    """The last message of each conversation, and besides those whose ids are given.

    In two steps: PostgreSQL reads every message there is where one statement asks for these or those.
    """
    rows = await reader.all(_LATEST, conversation_ids=conversation_ids)
    return await views(reader, sorted({*shown, *(row["id"] for row in rows)}))


async def last_spoken(reader: Reader, conversation_ids: Sequence[int]) -> list[MessageView]:
    """What was said last in each conversation, where anything was: neither what an inbox says by itself, nor what only tells of a change."""
    rows = await reader.all(_SPOKEN, conversation_ids=conversation_ids)
    return await views(reader, sorted(row["id"] for row in rows if row["id"] is not None))


async def page(
    reader: Reader,
    conversation_id: int,
    *,
    before: int | None = None,
    after: int | None = None,
    limit: int,
    public_only: bool = False,
) -> list[MessageView]:
    """Messages, oldest first: the latest, or those next to `before`, or those from `after` on."""
    where, values = (
        "m.conversation_id = :conversation_id",
        {"conversation_id": conversation_id, "limit": limit, "present_since": users.present_since(reader)},
    )
    if before is not None:
        where += " AND m.id < :before"
        values["before"] = before
    if after is not None:
        where += " AND m.id > :after"
        values["after"] = after
    if public_only:
        where += " AND m.private = FALSE AND m.message_type <> 2"
    order = "ASC" if after is not None else "DESC"
    rows = await reader.all(
        composed(f"SELECT {_VIEW_COLUMNS} {_VIEW_FROM} WHERE {where} ORDER BY m.id {order} LIMIT :limit"),
        **values,
    )
    return await _views(reader, sorted(rows, key=lambda row: row[1]))


async def changed(
    reader: Reader,
    conversation_id: int,
    between: tuple[int, int],
    *,
    since: int,
    seen: tuple[int, int],
    limit: int,
) -> list[MessageView]:
    """Of the messages between two, both included, those that changed since an instant, or were sent within a span, oldest first."""
    rows = await reader.all(
        _CHANGED,
        conversation_id=conversation_id,
        first=between[0],
        last=between[1],
        since=since,
        seen_before=seen[0],
        seen=seen[1],
        limit=limit,
        present_since=users.present_since(reader),
    )
    return await _views(reader, rows)


async def last_said(reader: Reader, conversation_id: int, limit: int) -> list[tuple[SenderType, int]]:
    """Who said something last, and when, newest first; lines nobody said are left out."""
    rows = await reader.all(_LAST_SAID, conversation_id=conversation_id, limit=limit)
    return [(row["sender_type"], row["created_at"]) for row in rows]


async def said_since(reader: Reader, conversation_id: int, since: int) -> tuple[int | None, int | None]:
    """When a template was written last, and when somebody last answered the contact; None where neither was since then."""
    row = await reader.one(_SAID_SINCE, conversation_id=conversation_id, since=since)
    return (row["template_at"], row["answer_at"]) if row else (None, None)


async def unread(reader: Reader, conversation_id: int, since: int) -> int:
    """Incoming messages after an instant."""
    row = await reader.one(_UNREAD, conversation_id=conversation_id, since=since)
    return int(row["count"]) if row else 0


async def _views(reader: Reader, rows: Sequence[Row]) -> list[MessageView]:
    messages = [(row[0], SHAPE.read(row, 1), _sender(row, 1 + SHAPE.width)) for row in rows]
    with_files = [message.id for _, message, _ in messages if message.attachment_count]
    files: dict[int, list[Attachment]] = {}
    if with_files:
        for row in await reader.all(_ATTACHMENTS, ids=with_files):
            attachment = ATTACHMENT_SHAPE.read(row)
            files.setdefault(attachment.message_id, []).append(attachment)
    return [
        MessageView(
            message=message, conversation_number=number, sender=sender, attachments=files.get(message.id, [])
        )
        for number, message, sender in messages
    ]


def _sender(row: Row, start: int) -> Sender | None:
    return None if row[start + _NAME] is None else SENDER_SHAPE.read(row, start)


def _values(message: Message, names: Sequence[str]) -> dict[str, Any]:
    values = {name: getattr(message, name) for name in names}
    for name in ("content_attributes", "additional_attributes"):
        if name in values:
            values[name] = json.dump_text(values[name])
    if "message_type" in values:
        values["message_type"] = int(values["message_type"])
    return values
