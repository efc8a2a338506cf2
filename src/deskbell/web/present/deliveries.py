"""Deliveries and how they go, as answers show them."""

from typing import Any, NotRequired

from typing_extensions import TypedDict

from deskbell.desk.queries.webhooks import Condition, DeliveryStory, DeliveryView
from deskbell.kit import json
from deskbell.kit.clock import MILLISECOND, iso
from deskbell.model.delivery import Attempt
from deskbell.model.event import event_id


class ConditionJSON(TypedDict):
    status: str
    status_reason: str | None
    failures: int
    failing_since: str | None
    breaker_open_until: str | None
    last_accepted_at: str | None
    last_failed_at: str | None
    waiting: int
    oldest_waiting_at: str | None


class AttemptJSON(TypedDict):
    number: int
    started_at: str
    duration_ms: float
    verdict: str
    reason: str | None
    status: int | None
    detail: str
    response: str


class DeliveryJSON(TypedDict):
    number: int
    event_id: str
    event: str
    state: str
    replay: bool
    created_at: str
    settled_at: str | None
    next_attempt_at: str | None
    attempts: list[AttemptJSON]
    body: NotRequired[Any]


def condition(found: Condition) -> ConditionJSON:
    health = found.health
    return {
        "status": found.target.status,
        "status_reason": found.target.status_reason,
        "failures": health.failures,
        "failing_since": _moment(health.failing_since),
        "breaker_open_until": _moment(health.open_until) if health.is_open else None,
        "last_accepted_at": _moment(health.last_accepted_at),
        "last_failed_at": _moment(health.last_failed_at),
        "waiting": found.backlog.waiting,
        "oldest_waiting_at": _moment(found.backlog.oldest_at),
    }


def delivery(view: DeliveryView) -> DeliveryJSON:
    one = view.delivery
    return {
        "number": one.number,
        "event_id": event_id(one.account_id, one.event_number),
        "event": one.event_name,
        "state": one.state,
        "replay": one.replay,
        "created_at": iso(one.created_at),
        "settled_at": iso(one.settled_at) if one.settled_at else None,
        "next_attempt_at": iso(one.due_at) if one.state == "pending" and one.due_at else None,
        "attempts": [attempt(one) for one in view.attempts],
    }


def delivery_story(story: DeliveryStory) -> DeliveryJSON:
    """With the body that is sent, as JSON."""
    return {**delivery(story.view), "body": None if story.body is None else json.loads(story.body)}


def attempt(one: Attempt) -> AttemptJSON:
    return {
        "number": one.number,
        "started_at": iso(one.started_at),
        "duration_ms": one.duration / MILLISECOND,
        "verdict": one.verdict,
        "reason": one.reason,
        "status": one.status,
        "detail": one.detail,
        "response": one.excerpt.decode(errors="replace"),
    }


def _moment(at: int | None) -> str | None:
    return iso(at) if at is not None else None
