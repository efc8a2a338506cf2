"""Why did this webhook, this agent bot, or this API inbox's address not get that event? Told from what is known, in a sentence and a code."""

from collections.abc import Collection
from typing import Literal

from msgspec import Struct

from deskbell.kit.clock import iso
from deskbell.model.delivery import DeliveryState
from deskbell.model.event import NEVER_FOR_BOTS, Event
from deskbell.model.webhook import Health, Target, TargetKind, Webhook

Code = Literal[
    "delivered", "dead", "skipped", "in_flight", "paused", "disabled", "breaker_open", "waiting_behind", "retrying", "due",
    "before_the_webhook", "before_the_bot", "before_the_address", "not_subscribed", "other_inbox", "private", "not_wanted_then",
]  # fmt: skip


WORDS: dict[TargetKind, str] = {
    "webhook": "webhook",
    "agent_bot": "bot",
    "api_inbox": "inbox's webhook_url",
}
"""What each kind of target is called."""


class Explanation(Struct, frozen=True):
    """What became of an event for a webhook, a bot or an inbox. `delivery` is the target's own number for it, where there is one."""

    code: Code
    sentence: str
    delivery: int | None = None
    behind: int | None = None
    """The delivery it waits for."""


class Standing(Struct, frozen=True, kw_only=True):
    """Where a delivery stands in its lane. `front` is the number of the delivery at the lane's head."""

    number: int
    state: DeliveryState
    attempts: int
    settled_at: int | None
    due_at: int | None
    lease: int
    front: int | None


def unwanted_by_webhook(webhook: Webhook, event: Event) -> Explanation:
    """Why there is no delivery of an event to a webhook: the first reason that holds."""
    if event.created_at < webhook.created_at:
        return Explanation("before_the_webhook", "The event happened before this webhook was made.")
    if event.name not in webhook.subscriptions:
        return Explanation("not_subscribed", f"The webhook is not subscribed to {event.name}.")
    if webhook.inbox_ids and event.inbox_id not in webhook.inbox_ids:
        return Explanation(
            "other_inbox",
            f"The event belongs to inbox {event.inbox_id}, which the webhook does not listen to.",
        )
    if event.private and not webhook.include_private:
        return Explanation("private", "The event tells of a private note, and the webhook leaves those out.")
    return Explanation(
        "not_wanted_then", "The webhook wants such events now, but did not when this one happened."
    )


def unwanted_by_bot(target: Target, inbox_ids: Collection[int], event: Event) -> Explanation:
    """Why there is no delivery of an event to an agent bot, which is connected to these inboxes."""
    if event.created_at < target.created_at:
        return Explanation("before_the_bot", "The event happened before this bot had its outgoing_url.")
    if event.name == NEVER_FOR_BOTS:
        return Explanation("not_subscribed", f"Agent bots do not get {event.name}.")
    if event.inbox_id not in inbox_ids:
        return Explanation(
            "other_inbox", f"The event belongs to inbox {event.inbox_id}, which the bot is not connected to."
        )
    return Explanation(
        "not_wanted_then", "The bot is connected to the inbox now, but was not when this event happened."
    )


def unwanted_by_inbox(target: Target, inbox_id: int, event: Event) -> Explanation:
    """Why there is no delivery of an event to an API inbox's webhook_url, which hears all of its own conversations."""
    if event.inbox_id != inbox_id:
        return Explanation(
            "other_inbox",
            f"The event belongs to inbox {event.inbox_id}; an inbox's webhook_url hears only its own.",
        )
    if event.created_at < target.created_at:
        return Explanation("before_the_address", "The event happened before this inbox had its webhook_url.")
    return Explanation("not_wanted_then", "The inbox had no webhook_url yet when this event was told.")


def addressed(target: Target, standing: Standing, health: Health, now: int) -> Explanation:
    """What became of a delivery: one answer, the first that holds."""
    if standing.state != "pending":
        return _settled(standing)
    number = standing.number
    what = WORDS[target.kind]
    if target.status in ("paused", "disabled"):
        reason = f": {target.status_reason}" if target.status_reason else "."
        code: Code = "paused" if target.status == "paused" else "disabled"
        return Explanation(code, f"It waits because the {what} is {target.status}{reason}", number)
    if standing.front != number:
        return Explanation(
            "waiting_behind",
            f"It waits behind delivery {standing.front} of the same conversation.",
            number,
            standing.front,
        )
    if standing.lease:
        return Explanation("in_flight", "It is being delivered right now.", number)
    if health.is_open and (health.open_until or 0) > now:
        return Explanation(
            "breaker_open",
            f"The receiver keeps failing; the next probe goes out at {iso(health.open_until or now)}.",
            number,
        )
    if standing.attempts and standing.due_at is not None and standing.due_at > now:
        return Explanation(
            "retrying",
            f"It failed {_times(standing)}; the next attempt is at {iso(standing.due_at)}.",
            number,
        )
    return Explanation("due", "It is due and goes out next.", number)


def _settled(standing: Standing) -> Explanation:
    when = iso(standing.settled_at) if standing.settled_at else "some time"
    if standing.state == "delivered":
        return Explanation(
            "delivered", f"It was delivered at {when}, at attempt {standing.attempts}.", standing.number
        )
    if standing.state == "dead":
        return Explanation(
            "dead",
            f"It failed {_times(standing)} and was given up at {when}. A replay sends it again.",
            standing.number,
        )
    return Explanation(
        "skipped", f"It was skipped with the backlog at {when}. A replay sends it again.", standing.number
    )


def _times(standing: Standing) -> str:
    return "once" if standing.attempts == 1 else f"{standing.attempts} times"
