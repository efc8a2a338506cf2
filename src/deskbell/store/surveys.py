"""Surveys of how content contacts are, and their answers."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from deskbell.model.contact import Contact
from deskbell.model.survey import SurveyResponse
from deskbell.store import contacts
from deskbell.store.database import Reader, Unit
from deskbell.store.shape import Shape
from deskbell.store.statement import Statement, composed

SHAPE = Shape(SurveyResponse, conversation_number="c.number")

_QUESTION = Statement(
    "SELECT id FROM messages WHERE conversation_id = :conversation_id AND content_type = 'input_csat' ORDER BY id LIMIT 1"
)
_PLACE = Statement("SELECT account_id, number FROM conversations WHERE uuid = :uuid")
_KEEP = Statement(
    "INSERT INTO csat_survey_responses (account_id, conversation_id, message_id, assigned_agent_id, rating, feedback_message, "
    "created_at, updated_at) VALUES (:account_id, :conversation_id, :message_id, :assigned_agent_id, :rating, "
    ":feedback_message, :now, :now) ON CONFLICT (message_id) DO UPDATE SET rating = excluded.rating, "
    "feedback_message = excluded.feedback_message, updated_at = excluded.updated_at"
)
_OF_MESSAGE = Statement(
    f"SELECT {SHAPE.columns('r')} FROM csat_survey_responses r JOIN conversations c ON c.id = r.conversation_id "
    "WHERE r.message_id = :message_id"
)
_ASKED = "SELECT COUNT(*) AS count FROM messages m WHERE m.account_id = :account_id AND m.content_type = 'input_csat'"
_FROM = "FROM csat_survey_responses r JOIN conversations c ON c.id = r.conversation_id JOIN contacts k ON k.id = c.contact_id"


class Asked(Struct, frozen=True, kw_only=True):
    """Which answers are wanted; None leaves a thing open."""

    account_id: int
    since: int | None = None
    until: int | None = None
    user_ids: Sequence[int] | None = None
    inbox_id: int | None = None
    team_id: int | None = None
    rating: int | None = None


async def question(reader: Reader, conversation_id: int) -> int | None:
    """The message a conversation's contact was asked with."""
    row = await reader.one(_QUESTION, conversation_id=conversation_id)
    return None if row is None else int(row["id"])


async def place(reader: Reader, uuid: str) -> tuple[int, int] | None:
    """The account and number of the conversation whose survey's page this is."""
    row = await reader.one(_PLACE, uuid=uuid)
    return None if row is None else (row["account_id"], row["number"])


async def keep(unit: Unit, **values: Any) -> None:
    """An answer; a later one to the same message replaces it."""
    await unit.run(_KEEP, **values, now=unit.now)


async def of_message(reader: Reader, message_id: int) -> SurveyResponse | None:
    row = await reader.one(_OF_MESSAGE, message_id=message_id)
    return None if row is None else SHAPE.read(row)


async def page(
    reader: Reader, wanted: Asked, *, newest_first: bool, limit: int, offset: int
) -> list[tuple[SurveyResponse, Contact]]:
    """Answers with who gave them."""
    where, values = _where(wanted)
    way = "DESC" if newest_first else "ASC"
    rows = await reader.all(
        composed(
            f"SELECT {SHAPE.columns('r')}, {contacts.SHAPE.columns('k')} {_FROM} WHERE {where} "
            f"ORDER BY r.created_at {way}, r.id {way} LIMIT :limit OFFSET :offset"
        ),
        **values,
        limit=limit,
        offset=offset,
    )
    return [(SHAPE.read(row), contacts.SHAPE.read(row, SHAPE.width)) for row in rows]


async def ratings(reader: Reader, wanted: Asked) -> dict[int, int]:
    """How many answers there are of each rating."""
    where, values = _where(wanted)
    rows = await reader.all(
        composed(
            f"SELECT r.rating, COUNT(*) AS count {_FROM} WHERE {where} GROUP BY r.rating ORDER BY r.rating"
        ),
        **values,
    )
    return {row["rating"]: int(row["count"]) for row in rows}


async def asked(reader: Reader, wanted: Asked) -> int:
    """How many surveys were sent in the span."""
    text, values = _ASKED, {"account_id": wanted.account_id}
    for name, sign in (("since", ">="), ("until", "<=")):
        if getattr(wanted, name) is not None:
            text += f" AND m.created_at {sign} :{name}"
            values[name] = getattr(wanted, name)
    row = await reader.one(composed(text), **values)
    return int(row["count"]) if row else 0


def _where(wanted: Asked) -> tuple[str, dict[str, Any]]:
    parts: dict[str, tuple[str, Any]] = {
        "since": ("r.created_at >= :since", wanted.since),
        "until": ("r.created_at <= :until", wanted.until),
        "user_ids": ("r.assigned_agent_id = ANY(:user_ids)", wanted.user_ids),
        "inbox_id": ("c.inbox_id = :inbox_id", wanted.inbox_id),
        "team_id": ("c.team_id = :team_id", wanted.team_id),
        "rating": ("r.rating = :rating", wanted.rating),
    }
    given = {name: part for name, part in parts.items() if part[1] is not None}
    text = " AND ".join(["r.account_id = :account_id", *(part[0] for part in given.values())])
    return text, {"account_id": wanted.account_id, **{name: part[1] for name, part in given.items()}}
