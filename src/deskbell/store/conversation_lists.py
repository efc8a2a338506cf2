"""Conversations as lists: which, in what order, and how many."""

from collections.abc import Sequence
from typing import Any, get_args

from msgspec import Struct
from msgspec.structs import replace

from deskbell.model.conversation import ConversationView, Status
from deskbell.store import contacts, users
from deskbell.store.conversations import VIEW_COLUMNS, VIEW_FROM, read_view
from deskbell.store.database import Reader
from deskbell.store.filters import Clause
from deskbell.store.statement import composed

SORTS = {
    "last_activity_at": "c.last_activity_at {way}",
    "created_at": "c.number {way}",
    "priority": "CASE c.priority WHEN 'urgent' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2 WHEN 'low' THEN 1 ELSE 0 END {way}, c.last_activity_at {way}",
    "priority_desc_created_at": "CASE c.priority WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END {way}, c.created_at {way}",
    "waiting_since": "c.waiting_since {way} NULLS LAST",
}
"""Only what may be NULL says where it stands then: PostgreSQL walks no index for an order that says more than the index does.

Conversations are numbered as they are created, and an index has the numbers.
"""

_WHOSE = {
    "me": " AND c.assignee_id = :user_id",
    "unassigned": " AND c.assignee_id IS NULL",
    "assigned": " AND c.assignee_id IS NOT NULL",
}
_PAGE_FROM = VIEW_FROM.replace(
    "FROM conversations c", "FROM ({page}) page JOIN conversations c ON c.id = page.id"
)
_FOLLOWED = "c.id IN (SELECT p.conversation_id FROM conversation_participants p WHERE p.user_id ="
_NAMED = "c.id IN (SELECT n.conversation_id FROM mentions n WHERE n.user_id ="
_PROVEN = "c.contact_inbox_id IN (SELECT o.id FROM contact_inboxes o WHERE o.hmac_verified AND o.inbox_id ="


class Filter(Struct, frozen=True, kw_only=True):
    """Which conversations a list shows. None leaves a thing open; `inbox_ids` are those the reader may see."""

    account_id: int
    status: str | None = None
    inbox_id: int | None = None
    inbox_ids: Sequence[int] | None = None
    contact_id: int | None = None
    contact_inbox_id: int | None = None
    proven_in: int | None = None
    """An inbox: only what was begun there at addresses whose identity is proven."""
    team_id: int | None = None
    assignee_id: int | None = None
    priority: str | None = None
    labels: Sequence[str] = ()
    text: str | None = None
    updated_since: int | None = None
    unattended: bool = False
    participant_id: int | None = None
    mentioned_id: int | None = None
    ids: Sequence[int] | None = None
    clause: Clause | None = None


async def views(
    reader: Reader,
    wanted: Filter,
    *,
    assignee: str = "all",
    user_id: int | None = None,
    sort: str = "-last_activity_at",
    limit: int,
    offset: int,
) -> list[ConversationView]:
    """A page of conversations. `assignee` is all, me, unassigned or assigned; `sort` a name of SORTS, `-` turns it round.

    The page is found first, and only what is on it is joined with all that is shown of it.
    """
    where, values = conditions(wanted)
    where += _WHOSE.get(assignee, "")
    if assignee == "me":
        values["user_id"] = user_id
    direction = "DESC" if sort.startswith("-") else "ASC"
    order = f"{SORTS[sort.removeprefix('-')].format(way=direction)}, c.id {direction}"
    if _by_activity(wanted, sort):
        where = _each_status(where, order)
        values["reach"] = limit + offset
    page = f"SELECT c.id FROM conversations c WHERE {where} ORDER BY {order} LIMIT :limit OFFSET :offset"
    rows = await reader.all(
        composed(f"SELECT {VIEW_COLUMNS} {_PAGE_FROM.format(page=page)} ORDER BY {order}"),
        **values,
        present_since=users.present_since(reader),
        limit=limit,
        offset=offset,
    )
    return [read_view(row) for row in rows]


def _by_activity(wanted: Filter, sort: str) -> bool:
    """Whether an index has the order, but within each status."""
    few = (wanted.contact_id, wanted.contact_inbox_id, wanted.ids, wanted.clause)
    return (
        wanted.status is None
        and sort.removeprefix("-") == "last_activity_at"
        and all(one is None for one in few)
    )


def _each_status(where: str, order: str) -> str:
    """The first ones of each status, among which are the first of all."""
    parts = [
        f"SELECT id FROM (SELECT c.id FROM conversations c WHERE {where} AND c.status = '{status}' ORDER BY {order} LIMIT :reach) {status}_ones"
        for status in get_args(Status)
    ]
    return f"c.id IN ({' UNION ALL '.join(parts)})"


async def counts(reader: Reader, wanted: Filter, user_id: int | None) -> dict[str, int]:
    """How many there are: mine, assigned, unassigned, all."""
    where, values = conditions(wanted)
    row = await reader.one(
        composed(
            "SELECT COUNT(*) AS every, COUNT(c.assignee_id) AS assigned, "
            f"SUM(CASE WHEN c.assignee_id = :user_id THEN 1 ELSE 0 END) AS mine FROM conversations c WHERE {where}"
        ),
        **values,
        user_id=user_id or 0,
    )
    assert row is not None
    return {
        "mine_count": int(row["mine"] or 0),
        "assigned_count": row["assigned"],
        "unassigned_count": row["every"] - row["assigned"],
        "all_count": row["every"],
    }


async def few(reader: Reader, wanted: Filter, most: int) -> dict[int, int | None] | None:
    """All there are with their assignees, in no order; None where there are `most` or more.

    What is rare is looked for once so, and not once for each count and once more for each status of the list.
    """
    where, values = conditions(replace(wanted, labels=wanted.labels[1:]))
    source = "conversations c"
    if wanted.labels:  # CROSS JOIN has SQLite begin with those that carry the label
        source = "conversation_labels n CROSS JOIN conversations c"
        where = f"n.title = :title AND c.id = n.conversation_id AND {where}"
        values["title"] = wanted.labels[0]
    statement = composed(f"SELECT c.id, c.assignee_id FROM {source} WHERE {where} LIMIT :most")
    rows = await reader.all(statement, **values, most=most)
    return None if len(rows) >= most else {row["id"]: row["assignee_id"] for row in rows}


async def bounded_counts(reader: Reader, wanted: Filter, user_id: int, most: int) -> dict[str, int]:
    """How many there are, each counted up to `most` only: mine, unassigned, all."""
    where, values = conditions(wanted)
    counted = ", ".join(
        f"(SELECT COUNT(*) FROM (SELECT 1 FROM conversations c WHERE {where}{_WHOSE.get(whose, '')} LIMIT :most) {name}_ones) AS {name}_count"
        for whose, name in (("me", "mine"), ("unassigned", "unassigned"), ("all", "all"))
    )
    row = await reader.one(composed(f"SELECT {counted}"), **values, user_id=user_id, most=most)
    assert row is not None
    return {name: row[name] for name in ("mine_count", "unassigned_count", "all_count")}


async def unread(reader: Reader, wanted: Filter, user_id: int, most: int) -> int:
    """How many of an agent's conversations hold something unread, up to `most`."""
    where, values = conditions(wanted)
    some = f"SELECT 1 FROM conversations c WHERE {where}{_WHOSE['me']} AND c.unread_count > 0 LIMIT :most"
    statement = composed(f"SELECT COUNT(*) AS count FROM ({some}) unread_ones")
    row = await reader.one(statement, **values, user_id=user_id, most=most)
    assert row is not None
    return int(row["count"])


def conditions(wanted: Filter) -> tuple[str, dict[str, Any]]:
    """A filter as a condition on the table known as `c`, and its parameters."""
    parts: list[str] = ["c.account_id = :account_id"]
    values: dict[str, Any] = {"account_id": wanted.account_id}
    simple: dict[str, Any] = {
        "c.status = :status": wanted.status,
        "c.inbox_id = :inbox_id": wanted.inbox_id,
        "c.inbox_id = ANY(:inbox_ids)": wanted.inbox_ids,
        "c.contact_id = :contact_id": wanted.contact_id,
        "c.contact_inbox_id = :contact_inbox_id": wanted.contact_inbox_id,
        "c.team_id = :team_id": wanted.team_id,
        "c.assignee_id = :assignee_id": wanted.assignee_id,
        "c.priority = :priority": wanted.priority,
        "c.updated_at >= :updated_since": wanted.updated_since,
        "c.id = ANY(:ids)": wanted.ids,
        f"{_PROVEN} :proven_in)": wanted.proven_in,
        f"{_FOLLOWED} :participant_id)": wanted.participant_id,
        f"{_NAMED} :mentioned_id)": wanted.mentioned_id,
    }
    for text, value in simple.items():
        if value is not None:
            parts.append(text)
            values[text.rstrip(")").rpartition(":")[2]] = value
    for place, title in enumerate(wanted.labels):
        parts.append(
            f"EXISTS (SELECT 1 FROM conversation_labels l WHERE l.conversation_id = c.id AND l.title = :label_{place})"
        )
        values[f"label_{place}"] = title
    if wanted.unattended:
        parts.append("(c.first_reply_created_at IS NULL OR c.waiting_since IS NOT NULL)")
    if wanted.text is not None:
        parts.append(
            "EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = c.id AND lower(m.content) LIKE lower(:pattern) ESCAPE '!')"
        )
        values["pattern"] = contacts.like(wanted.text)
    if wanted.clause is not None:
        parts.append(f"({wanted.clause.text})")
        values |= wanted.clause.values
    return " AND ".join(parts), values
