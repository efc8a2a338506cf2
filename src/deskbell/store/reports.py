"""Counting for reports.

Conversations and messages have no index by when they were made: it would cost every message (docs/internals/store.md). What happened from
an instant on is in conversations that were active since, which their lists' index finds.
"""

from collections.abc import Sequence
from typing import Any, Literal

from deskbell.kit.clock import DAY
from deskbell.model.measure import MeasureName
from deskbell.model.report import Beat, Load, Scope, Tally
from deskbell.store.database import Reader
from deskbell.store.statement import Statement, composed

Key = Any
By = Literal["all", "agent", "inbox", "team", "label"]

SLACK = DAY
"""A clock that was set back may have left a conversation's last activity before its beginning."""

_ACTIVE = (
    "c.account_id = :account_id AND c.status IN ('open', 'pending', 'resolved', 'snoozed') "
    "AND c.last_activity_at >= :active_since"
)
_LABELS = "JOIN conversation_labels l ON l.conversation_id = c.id"
_CONVERSATION = "JOIN conversations c ON c.id = e.conversation_id"
_KEYS = {
    "c": {
        "agent": "c.assignee_id",
        "inbox": "c.inbox_id",
        "team": "c.team_id",
        "label": "l.title",
    },
    "m": {
        "agent": "(CASE WHEN m.sender_type = 'user' THEN m.sender_id END)",
        "inbox": "c.inbox_id",
        "team": "c.team_id",
        "label": "l.title",
    },
    "e": {"agent": "e.user_id", "inbox": "e.inbox_id", "team": "c.team_id", "label": "l.title"},
}
_UNATTENDED = "c.first_reply_created_at IS NULL OR c.waiting_since IS NOT NULL"
_MATRIX = Statement(
    f"SELECT c.inbox_id, l.title, COUNT(*) AS count FROM conversations c {_LABELS} WHERE {_ACTIVE} "
    "AND c.created_at >= :since AND c.created_at < :until GROUP BY c.inbox_id, l.title"
)
_RESPONSES = Statement(
    "SELECT e.inbox_id, CASE WHEN e.value < 3600 THEN 0 WHEN e.value < 14400 THEN 1 WHEN e.value < 28800 THEN 2 "
    "WHEN e.value < 86400 THEN 3 ELSE 4 END AS class, COUNT(*) AS count FROM reporting_events e WHERE e.account_id = :account_id "
    "AND e.created_at >= :since AND e.created_at < :until AND e.name = 'first_response' GROUP BY 1, 2"
)
_BOT_CONVERSATIONS = (
    "EXISTS (SELECT 1 FROM agent_bot_inboxes b WHERE b.inbox_id = c.inbox_id) "
    "AND c.created_at >= :since AND c.created_at < :until"
)
_BOT_INBOXES = Statement(
    f"SELECT COUNT(*) AS count FROM conversations c WHERE {_ACTIVE} AND {_BOT_CONVERSATIONS}"
)
_BOT_MESSAGES = Statement(
    f"SELECT COUNT(*) AS count FROM conversations c JOIN messages m ON m.conversation_id = c.id WHERE {_ACTIVE} "
    f"AND {_BOT_CONVERSATIONS} AND m.created_at >= :since AND m.created_at < :until AND m.message_type = 1"
)
_BOT_OUTCOMES = Statement(
    "SELECT e.name, COUNT(DISTINCT e.conversation_id) AS count FROM reporting_events e WHERE e.account_id = :account_id "
    "AND e.created_at >= :since AND e.created_at < :until "
    "AND e.name IN ('conversation_bot_resolved', 'conversation_bot_handoff') GROUP BY e.name"
)


async def conversations(reader: Reader, scope: Scope, by: By | Beat = "all") -> dict[Key, dict[str, int]]:
    """Conversations that began, by a key and by the status they have now."""
    key, values = _key("c", by, "c.created_at")
    where = _only("c", scope)
    rows = await reader.all(
        composed(
            f"SELECT {key} AS key, c.status, COUNT(*) AS count FROM conversations c {_joins(scope, by)} WHERE {_ACTIVE} "
            f"AND c.created_at >= :since AND c.created_at < :until{where} GROUP BY 1, 2"
        ),
        **_values(scope),
        active_since=scope.since - SLACK,
        **values,
    )
    found: dict[Key, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["key"], {})[row["status"]] = row["count"]
    return found


async def messages(reader: Reader, scope: Scope, by: By | Beat = "all") -> dict[Key, dict[int, int]]:
    """Messages written, private ones too, by a key and by their type: incoming and outgoing."""
    key, values = _key("m", by, "m.created_at")
    rows = await reader.all(
        composed(
            f"SELECT {key} AS key, m.message_type, COUNT(*) AS count FROM conversations c "
            f"JOIN messages m ON m.conversation_id = c.id {_joins(scope, by)} WHERE {_ACTIVE} "
            "AND c.created_at < :begun_until AND m.created_at >= :since AND m.created_at < :until "
            f"AND m.message_type IN (0, 1){_only('m', scope)} GROUP BY 1, 2"
        ),
        **_values(scope),
        active_since=scope.since - SLACK,
        begun_until=scope.until + SLACK,
        **values,
    )
    found: dict[Key, dict[int, int]] = {}
    for row in rows:
        found.setdefault(row["key"], {})[row["message_type"]] = row["count"]
    return found


async def measures(
    reader: Reader, scope: Scope, names: Sequence[MeasureName], by: By | Beat = "all"
) -> dict[Key, dict[MeasureName, Tally]]:
    """What was measured, by a key and by its name. Teams and labels are those the conversations have now."""
    key, values = _key("e", by, "e.created_at")
    joined = _CONVERSATION if scope.type in ("team", "label") or by in ("team", "label") else ""
    rows = await reader.all(
        composed(
            f"SELECT {key} AS key, e.name, COUNT(*) AS count, CAST(SUM(e.value) AS BIGINT) AS seconds, "
            "CAST(SUM(e.value_in_business_hours) AS BIGINT) AS business "
            f"FROM reporting_events e {joined} {_joins(scope, by)} WHERE e.account_id = :account_id "
            f"AND e.created_at >= :since AND e.created_at < :until AND e.name = ANY(:names){_only('e', scope)} GROUP BY 1, 2"
        ),
        **_values(scope),
        names=list(names),
        **values,
    )
    found: dict[Key, dict[MeasureName, Tally]] = {}
    for row in rows:
        tally = Tally(row["count"], row["seconds"], row["business"])
        found.setdefault(row["key"], {})[row["name"]] = tally
    return found


async def matrix(reader: Reader, scope: Scope) -> dict[tuple[int, str], int]:
    """Conversations that began, by inbox and by each label they have now."""
    rows = await reader.all(_MATRIX, **_span(scope), active_since=scope.since - SLACK)
    return {(row["inbox_id"], row["title"]): row["count"] for row in rows}


async def response_classes(reader: Reader, scope: Scope) -> dict[tuple[int, int], int]:
    """First responses, by inbox and by how long they took: up to 1, 4, 8, 24 hours and longer are the classes 0 to 4."""
    rows = await reader.all(_RESPONSES, **_span(scope))
    return {(row["inbox_id"], row["class"]): row["count"] for row in rows}


async def bots(reader: Reader, scope: Scope) -> tuple[int, int, dict[str, int]]:
    """Conversations that began where a bot answers, what was written to their contacts, and how many were measured as what."""
    values = {**_span(scope), "active_since": scope.since - SLACK}
    begun = await reader.one(_BOT_INBOXES, **values)
    said = await reader.one(_BOT_MESSAGES, **values)
    outcomes = await reader.all(_BOT_OUTCOMES, **_span(scope))
    assert begun is not None
    assert said is not None
    return begun["count"], said["count"], {row["name"]: row["count"] for row in outcomes}


async def load(
    reader: Reader, account_id: int, by: Literal["all", "agent", "team"] = "all", team_id: int | None = None
) -> dict[Key, Load]:
    """What waits now, by a key."""
    key, _ = _key("c", by, "")
    of_team, values = (" AND c.team_id = :team_id", {"team_id": team_id}) if team_id is not None else ("", {})
    rows = await reader.all(
        composed(
            f"SELECT {key} AS key, c.status, COUNT(*) AS count, SUM(CASE WHEN {_UNATTENDED} THEN 1 ELSE 0 END) AS unattended, "
            "SUM(CASE WHEN c.assignee_id IS NULL THEN 1 ELSE 0 END) AS unassigned FROM conversations c "
            f"WHERE c.account_id = :account_id AND c.status IN ('open', 'pending'){of_team} GROUP BY 1, 2"
        ),
        account_id=account_id,
        **values,
    )
    pending = {row["key"]: row["count"] for row in rows if row["status"] == "pending"}
    opened = {row["key"]: row for row in rows if row["status"] == "open"}
    return {
        one: Load(
            open=opened[one]["count"] if one in opened else 0,
            unattended=int(opened[one]["unattended"]) if one in opened else 0,
            unassigned=int(opened[one]["unassigned"]) if one in opened else 0,
            pending=pending.get(one, 0),
        )
        for one in {**pending, **opened}
    }


def _key(table: str, by: By | Beat, instant: str) -> tuple[str, dict[str, int]]:
    """What to group by, and the values it needs."""
    if isinstance(by, Beat):
        return f"({instant} + :shift) / :width", {"shift": by.shift, "width": by.width}
    return ("0" if by == "all" else _KEYS[table][by]), {}


def _joins(scope: Scope, by: By | Beat) -> str:
    return _LABELS if "label" in (scope.type, by) else ""


def _only(table: str, scope: Scope) -> str:
    return "" if scope.type == "account" else f" AND {_KEYS[table][scope.type]} = :key"


def _span(scope: Scope) -> dict[str, Any]:
    return {"account_id": scope.account_id, "since": scope.since, "until": scope.until}


def _values(scope: Scope) -> dict[str, Any]:
    return _span(scope) | ({} if scope.type == "account" else {"key": scope.key})
