"""Conversations."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from deskbell.kit import json
from deskbell.model.conversation import Conversation, ConversationView
from deskbell.store import agent_bots, contacts, inboxes, teams, users
from deskbell.store.database import Reader, Row, Unit
from deskbell.store.shape import Shape, insert
from deskbell.store.statement import Statement, composed

SHAPE = Shape(Conversation)

_WRITTEN = (
    "contact_id",
    "status",
    "priority",
    "assignee_id",
    "assignee_agent_bot_id",
    "team_id",
    "labels",
    "snoozed_until",
    "additional_attributes",
    "custom_attributes",
    "agent_last_seen_at",
    "assignee_last_seen_at",
    "contact_last_seen_at",
    "waiting_since",
    "first_reply_created_at",
    "last_incoming_at",
    "last_activity_at",
    "unread_count",
    "last_message_id",
)
_JSON = ("labels", "additional_attributes", "custom_attributes")
_BORN = ("account_id", "number", "uuid", "inbox_id", "contact_inbox_id", "created_at")

_INSERT = Statement(insert("conversations", *_BORN, *_WRITTEN, "updated_at", returning="id"))
_LOCKED = Statement(
    f"SELECT {SHAPE.columns('c')} FROM conversations c WHERE c.account_id = :account_id AND c.number = :number FOR NO KEY UPDATE"
)
_LOCKED_OF_CONTACT = Statement(
    f"SELECT {SHAPE.columns('c')} FROM conversations c WHERE c.contact_id = :contact_id ORDER BY c.id FOR NO KEY UPDATE"
)
_GET = Statement(
    f"SELECT {SHAPE.columns('c')} FROM conversations c WHERE c.account_id = :account_id AND c.number = :number"
)
_LOCKED_LABELLED = Statement(
    f"SELECT {SHAPE.columns('c')} FROM conversations c WHERE c.account_id = :account_id AND EXISTS "
    "(SELECT 1 FROM conversation_labels l WHERE l.conversation_id = c.id AND l.title = :title) ORDER BY c.id FOR NO KEY UPDATE"
)
_LOCKED_OF_TEAM = Statement(
    f"SELECT {SHAPE.columns('c')} FROM conversations c WHERE c.account_id = :account_id AND c.team_id = :team_id "
    "ORDER BY c.id FOR NO KEY UPDATE"
)
_OF_ASSIGNEE = Statement(
    "SELECT number FROM conversations WHERE account_id = :account_id AND assignee_id = :assignee_id ORDER BY id LIMIT :limit"
)
_LAST_OF_CONTACT_INBOX = Statement(
    f"SELECT {SHAPE.columns('c')} FROM conversations c WHERE c.contact_inbox_id = :contact_inbox_id ORDER BY c.id DESC LIMIT 1"
)
_DELETE = Statement("DELETE FROM conversations WHERE id = :id")
_FORGET_LABELS = Statement("DELETE FROM conversation_labels WHERE conversation_id = :conversation_id")
_KEEP_LABEL = Statement(insert("conversation_labels", "conversation_id", "title"))

_VIEW_PARTS = (
    (SHAPE, "c"),
    (inboxes.SHAPE, "i"),
    (contacts.SHAPE, "k"),
    (contacts.INBOX_SHAPE, "ci"),
    (users.SHAPE, "u"),
    (agent_bots.SHAPE, "b"),
    (teams.SHAPE, "t"),
)
VIEW_COLUMNS = f"a.name, {users.STATUS.format(user='u', member='au')}, " + ", ".join(
    shape.columns(alias) for shape, alias in _VIEW_PARTS
)
VIEW_FROM = (
    "FROM conversations c JOIN accounts a ON a.id = c.account_id JOIN inboxes i ON i.id = c.inbox_id "
    "LEFT JOIN targets g ON g.id = i.target_id JOIN contacts k ON k.id = c.contact_id "
    "JOIN contact_inboxes ci ON ci.id = c.contact_inbox_id LEFT JOIN users u ON u.id = c.assignee_id "
    "LEFT JOIN account_users au ON au.user_id = c.assignee_id AND au.account_id = c.account_id "
    "LEFT JOIN agent_bots b ON b.id = c.assignee_agent_bot_id "
    "LEFT JOIN teams t ON t.id = c.team_id"
)
_VIEW_BY_ID = Statement(f"SELECT {VIEW_COLUMNS} {VIEW_FROM} WHERE c.id = :id")
_VIEW = Statement(
    f"SELECT {VIEW_COLUMNS} {VIEW_FROM} WHERE c.account_id = :account_id AND c.number = :number"
)


async def add(unit: Unit, conversation: Conversation) -> Conversation:
    """Insert; the answer carries the id."""
    row = await unit.one(
        _INSERT,
        **{name: getattr(conversation, name) for name in _BORN},
        **_written(conversation, _WRITTEN),
        updated_at=unit.now,
    )
    assert row is not None
    return replace(conversation, id=row["id"])


async def update(unit: Unit, before: Conversation, after: Conversation) -> Conversation:
    """Write what changed, and only that: every index over a column that is set is looked at, changed or not."""
    after = replace(after, updated_at=unit.now)
    changed = [name for name in _WRITTEN if _differs(getattr(before, name), getattr(after, name))]
    sets = ", ".join(f"{name} = :{name}" for name in (*changed, "updated_at"))
    await unit.run(
        composed(f"UPDATE conversations SET {sets} WHERE id = :id"),
        id=after.id,
        **_written(after, changed),
        updated_at=after.updated_at,
    )
    if after.labels != before.labels:
        await unit.run(_FORGET_LABELS, conversation_id=after.id)
        await unit.run_many(
            _KEEP_LABEL, [{"conversation_id": after.id, "title": title} for title in after.labels]
        )
    return after


async def lock(unit: Unit, account_id: int, number: int) -> Conversation | None:
    """Read a conversation that this unit is about to change; others wait until it is done."""
    row = await unit.one(_LOCKED, account_id=account_id, number=number)
    return None if row is None else SHAPE.read(row)


async def lock_of_contact(unit: Unit, contact_id: int) -> list[Conversation]:
    """All of a contact's conversations, to be changed."""
    return [SHAPE.read(row) for row in await unit.all(_LOCKED_OF_CONTACT, contact_id=contact_id)]


async def lock_labelled(unit: Unit, account_id: int, title: str) -> list[Conversation]:
    """All conversations that carry a label, to be changed."""
    found = [SHAPE.read(row) for row in await unit.all(_LOCKED_LABELLED, account_id=account_id, title=title)]
    # One that had to be waited for may have lost it meanwhile.
    return [one for one in found if title in one.labels]


async def lock_of_team(unit: Unit, account_id: int, team_id: int) -> list[Conversation]:
    """All of a team's conversations, to be changed."""
    return [
        SHAPE.read(row) for row in await unit.all(_LOCKED_OF_TEAM, account_id=account_id, team_id=team_id)
    ]


async def of_assignee(reader: Reader, account_id: int, user_id: int, limit: int) -> list[int]:
    """The numbers of some conversations an agent has."""
    rows = await reader.all(_OF_ASSIGNEE, account_id=account_id, assignee_id=user_id, limit=limit)
    return [row["number"] for row in rows]


async def delete(unit: Unit, conversation_id: int) -> None:
    """Delete a locked conversation with its messages."""
    await unit.run(_DELETE, id=conversation_id)


async def get(reader: Reader, account_id: int, number: int) -> Conversation | None:
    row = await reader.one(_GET, account_id=account_id, number=number)
    return None if row is None else SHAPE.read(row)


async def last_of(reader: Reader, contact_inbox_id: int) -> Conversation | None:
    """The newest conversation at a contact's address."""
    row = await reader.one(_LAST_OF_CONTACT_INBOX, contact_inbox_id=contact_inbox_id)
    return None if row is None else SHAPE.read(row)


async def view(reader: Reader, account_id: int, number: int) -> ConversationView | None:
    row = await reader.one(
        _VIEW, account_id=account_id, number=number, present_since=users.present_since(reader)
    )
    return None if row is None else read_view(row)


async def view_by_id(reader: Reader, conversation_id: int) -> ConversationView | None:
    row = await reader.one(_VIEW_BY_ID, id=conversation_id, present_since=users.present_since(reader))
    return None if row is None else read_view(row)


def _written(conversation: Conversation, names: Sequence[str]) -> dict[str, Any]:
    return {
        name: json.dump_text(getattr(conversation, name)) if name in _JSON else getattr(conversation, name)
        for name in names
    }


def _differs(before: Any, after: Any) -> bool:
    return before is not after and not json.same(before, after)


def read_view(row: Row) -> ConversationView:
    """What VIEW_COLUMNS select."""
    start, found = 2, []
    for shape, _ in _VIEW_PARTS:
        found.append(shape.maybe(row, start))
        start += shape.width
    conversation, inbox, contact, contact_inbox, assignee, bot, team = found
    return ConversationView(
        conversation=conversation,  # type: ignore[arg-type]  # an inner join always finds these four
        account_name=row[0],
        inbox=inbox,  # type: ignore[arg-type]
        contact=contact,  # type: ignore[arg-type]
        contact_inbox=contact_inbox,  # type: ignore[arg-type]
        assignee=assignee,  # type: ignore[arg-type]
        assignee_status=row[1],
        assignee_bot=bot,  # type: ignore[arg-type]
        team=team,  # type: ignore[arg-type]
    )
