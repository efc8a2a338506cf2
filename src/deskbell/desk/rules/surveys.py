"""Surveys of how content contacts are: when they are asked, and what they may answer."""

from collections.abc import Collection, Mapping
from typing import Any

from msgspec import Struct

from deskbell.desk.rules.fields import CONTENT_LIMIT, Problems
from deskbell.kit.clock import DAY
from deskbell.model.inbox import InboxSettings
from deskbell.model.survey import URL

QUESTION = "How did we do? Please rate this conversation."
OPEN_FOR = 14 * DAY
"""How long after it was asked a survey may be answered, and the answer changed."""
RATINGS = range(1, 6)
FIELD = "csat_survey_response"


class Rating(Struct, frozen=True):
    rating: int
    feedback: str | None


def asks(settings: InboxSettings, labels: Collection[str]) -> bool:
    """Whether a resolved conversation with these labels is asked about."""
    if not settings.csat_survey_enabled:
        return False
    rules = settings.csat_config.get("survey_rules") or {}
    wanted = set(rules.get("values") or ())
    if not wanted:
        return True
    meets = bool(wanted & set(labels))
    return not meets if rules.get("operator") == "does_not_contain" else meets


def question(settings: InboxSettings) -> str:
    message = settings.csat_config.get("message")
    return message if isinstance(message, str) and message.strip() else QUESTION


def attributes(settings: InboxSettings, assignee_id: int | None, url: str | None) -> dict[str, Any]:
    """What goes along with the question: how to show it, whom it is about, and where it can be answered."""
    shown: dict[str, Any] = {"display_type": settings.csat_config.get("display_type") or "emoji"}
    if assignee_id is not None:
        shown["assigned_agent_id"] = assignee_id
    if url is not None:
        shown[URL] = url
    return shown


def closed(asked_at: int, now: int) -> bool:
    return now - asked_at > OPEN_FOR


def read(submitted: Any, problems: Problems) -> Rating | None:
    """The rating among submitted values; None where they hold none."""
    said = submitted.get(FIELD) if isinstance(submitted, Mapping) else None
    if said is None:
        return None
    if not isinstance(said, Mapping):
        problems.add(FIELD, "should have a rating and may have a feedback_message")
        return None
    rating = _number(said.get("rating"))
    feedback = said.get("feedback_message")
    if rating not in RATINGS:
        problems.add("rating", "should be a number from 1 to 5")
    if feedback is not None and not isinstance(feedback, str):
        problems.add("feedback_message", "should be text")
        feedback = None
    if feedback is not None and len(feedback) > CONTENT_LIMIT:
        problems.add("feedback_message", f"is too long (at most {CONTENT_LIMIT} characters)")
    return Rating(rating, (feedback or "").strip() or None)


def submitted(rating: Rating) -> dict[str, Any]:
    """A rating as a message keeps it among its submitted values."""
    return {FIELD: {"rating": rating.rating, "feedback_message": rating.feedback or ""}}


def _number(value: Any) -> int:
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        return int(value.strip()[:3])
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
