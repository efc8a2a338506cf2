"""Reporting events: what was measured, for reports to count."""

from collections.abc import Mapping
from typing import Any

import msgspec

from deskbell.kit import json
from deskbell.model.conversation import Conversation
from deskbell.model.inbox import InboxSettings
from deskbell.model.measure import Measure, Past, ReportingEvent
from deskbell.store.database import Reader, Unit
from deskbell.store.shape import Shape, insert
from deskbell.store.statement import Statement, composed

SHAPE = Shape(ReportingEvent, conversation_number="c.number")

_LAST = "(SELECT MAX(e.created_at) FROM reporting_events e WHERE e.conversation_id = :conversation_id AND e.name = '{name}') AS {short}"
_PAST = Statement(
    "SELECT (SELECT MAX(b.agent_bot_id) FROM agent_bot_inboxes b WHERE b.inbox_id = :inbox_id) AS bot_id, "
    + ", ".join(
        _LAST.format(name=f"conversation_{short}", short=short)
        for short in ("resolved", "bot_resolved", "bot_handoff", "opened")
    )
)
_INSERT = Statement(
    insert(
        "reporting_events",
        "account_id",
        "conversation_id",
        "inbox_id",
        "user_id",
        "name",
        "value",
        "value_in_business_hours",
        "started_at",
        "created_at",
        returning="id, (SELECT i.settings FROM inboxes i WHERE i.id = :inbox_id) AS settings",
    )
)
_IN_BUSINESS_HOURS = Statement("UPDATE reporting_events SET value_in_business_hours = :value WHERE id = :id")
_FROM = "FROM reporting_events e JOIN conversations c ON c.id = e.conversation_id"
_OF_CONVERSATION = Statement(
    f"SELECT {SHAPE.columns('e')} {_FROM} WHERE e.conversation_id = :conversation_id ORDER BY e.id LIMIT :limit OFFSET :offset"
)
_FILTERS = {
    "since": "e.created_at >= :since",
    "until": "e.created_at < :until",
    "inbox_id": "e.inbox_id = :inbox_id",
    "user_id": "e.user_id = :user_id",
    "name": "e.name = :name",
}


async def past(unit: Unit, conversation: Conversation) -> Past:
    """What was measured of a conversation before."""
    row = await unit.one(_PAST, conversation_id=conversation.id, inbox_id=conversation.inbox_id)
    assert row is not None
    return Past(
        has_bot=row["bot_id"] is not None,
        resolved=row["resolved"],
        bot_resolved=row["bot_resolved"],
        bot_handoff=row["bot_handoff"],
        opened=row["opened"],
    )


async def add(
    unit: Unit, conversation: Conversation, measure: Measure, value: int
) -> tuple[int, InboxSettings]:
    """Keep a measure of so many seconds, all of them in business hours; answers its id and, for who knows better, the inbox's settings."""
    row = await unit.one(
        _INSERT,
        account_id=conversation.account_id,
        conversation_id=conversation.id,
        inbox_id=conversation.inbox_id,
        user_id=measure.user_id,
        name=measure.name,
        value=value,
        value_in_business_hours=value,
        started_at=measure.started_at,
        created_at=unit.now,
    )
    assert row is not None
    return row["id"], msgspec.convert(json.loads(row["settings"]), InboxSettings)


async def set_business_hours(unit: Unit, event_id: int, value: int) -> None:
    """Correct how many of a measure's seconds were in business hours."""
    await unit.run(_IN_BUSINESS_HOURS, id=event_id, value=value)


async def of_conversation(
    reader: Reader, conversation_id: int, *, limit: int, offset: int
) -> list[ReportingEvent]:
    """A conversation's, the oldest first."""
    rows = await reader.all(_OF_CONVERSATION, conversation_id=conversation_id, limit=limit, offset=offset)
    return [SHAPE.read(row) for row in rows]


async def page(
    reader: Reader, account_id: int, wanted: Mapping[str, Any], *, limit: int, offset: int
) -> list[ReportingEvent]:
    """An account's, the newest first. `wanted` has what to look for: since, until, inbox_id, user_id, name."""
    rows = await reader.all(
        composed(
            f"SELECT {SHAPE.columns('e')} {_FROM} WHERE {_where(wanted)} "
            "ORDER BY e.created_at DESC, e.id DESC LIMIT :limit OFFSET :offset"
        ),
        account_id=account_id,
        limit=limit,
        offset=offset,
        **wanted,
    )
    return [SHAPE.read(row) for row in rows]


async def count(reader: Reader, account_id: int, wanted: Mapping[str, Any]) -> int:
    row = await reader.one(
        composed(f"SELECT COUNT(*) AS every FROM reporting_events e WHERE {_where(wanted)}"),
        account_id=account_id,
        **wanted,
    )
    return int(row["every"]) if row else 0


def _where(wanted: Mapping[str, Any]) -> str:
    return " AND ".join(["e.account_id = :account_id", *(_FILTERS[name] for name in wanted)])
