"""Webhooks; and of whatever is delivered to, a webhook, an agent bot or an API inbox, the log of its deliveries."""

from msgspec import Struct

from deskbell.desk import access, owners
from deskbell.desk.actor import Actor
from deskbell.desk.rules.why import (
    Explanation,
    Standing,
    addressed,
    unwanted_by_bot,
    unwanted_by_inbox,
    unwanted_by_webhook,
)
from deskbell.model.delivery import Attempt, Delivery, Sibling
from deskbell.model.replay import Replay
from deskbell.model.webhook import Health, Target, TargetKind, Webhook
from deskbell.store import agent_bots, deliveries, events, health, replays, webhooks
from deskbell.store.database import Reader
from deskbell.store.health import Backlog

MOST_SIBLINGS = 50


class DeliveryView(Struct, frozen=True, kw_only=True):
    """A delivery with every attempt at it."""

    delivery: Delivery
    attempts: list[Attempt]


class DeliveryStory(Struct, frozen=True, kw_only=True):
    """One delivery's whole story: the attempts, the body that is sent, and the number of the conversation it tells of."""

    view: DeliveryView
    body: bytes | None
    conversation: int | None
    siblings: list[Sibling]
    """Every delivery of its event to this target, itself among them, up to MOST_SIBLINGS."""


class Condition(Struct, frozen=True, kw_only=True):
    """A target, what its deliveries came to of late, and what waits for it."""

    target: Target
    health: Health
    backlog: Backlog


async def all_webhooks(reader: Reader, actor: Actor) -> list[Webhook]:
    access.require_administrator(actor)
    return await webhooks.all_of(reader, actor.account_id)


async def delivery_page(
    reader: Reader,
    actor: Actor,
    owner_id: int,
    *,
    state: str | None,
    event: str | None,
    before: int | None,
    limit: int,
    kind: TargetKind = "webhook",
) -> list[DeliveryView]:
    """An owner's deliveries with their attempts, newest first."""
    target = await owners.the_target(reader, actor, owner_id, kind)
    found = await deliveries.page(
        reader, target.id, state=state, event_name=event, before=before, limit=limit
    )
    attempts = await deliveries.attempts(reader, target.id, [one.number for one in found])
    return [DeliveryView(delivery=one, attempts=attempts[one.number]) for one in found]


async def delivery(
    reader: Reader, actor: Actor, owner_id: int, number: int, kind: TargetKind = "webhook"
) -> DeliveryStory:
    """One delivery. Raises NotFound."""
    target = await owners.the_target(reader, actor, owner_id, kind)
    found = access.found(await deliveries.get(reader, target.id, number))
    attempts = await deliveries.attempts(reader, target.id, [number])
    body = await deliveries.body(reader, target.id, number)
    return DeliveryStory(
        view=DeliveryView(delivery=found, attempts=attempts[number]),
        body=body,
        conversation=await deliveries.conversation_of(reader, actor.account_id, found.event_number),
        siblings=await deliveries.siblings(
            reader, target.id, actor.account_id, found.event_number, MOST_SIBLINGS
        ),
    )


async def all_replays(
    reader: Reader, actor: Actor, owner_id: int, kind: TargetKind = "webhook"
) -> list[Replay]:
    """An owner's newest replays."""
    target = await owners.the_target(reader, actor, owner_id, kind)
    return await replays.all_of(reader, target.id)


async def replay(
    reader: Reader, actor: Actor, owner_id: int, replay_id: int, kind: TargetKind = "webhook"
) -> Replay:
    target = await owners.the_target(reader, actor, owner_id, kind)
    return access.found(await replays.get(reader, target.id, replay_id))


async def condition(reader: Reader, actor: Actor, owner_id: int, kind: TargetKind = "webhook") -> Condition:
    """How deliveries to an owner's address go of late, and what waits."""
    target = await owners.the_target(reader, actor, owner_id, kind)
    known = await health.read(reader, [target.id])
    return Condition(target=target, health=known[target.id], backlog=await health.backlog(reader, target.id))


async def why(
    reader: Reader, actor: Actor, owner_id: int, event_number: int, now: int, kind: TargetKind = "webhook"
) -> Explanation:
    """What became of an event of the account for whatever is delivered to, and why. Raises NotFound for an event there is none of."""
    target = await owners.the_target(reader, actor, owner_id, kind)
    event = access.found(await events.get(reader, actor.account_id, event_number))
    row = await deliveries.of_event(reader, target.id, actor.account_id, event_number)
    if row is not None:
        standing = Standing(**{name: row[name] for name in Standing.__struct_fields__})
        return addressed(target, standing, (await health.read(reader, [target.id]))[target.id], now)
    if kind == "webhook":
        return unwanted_by_webhook(await access.the_webhook(reader, actor, owner_id), event)
    if kind == "api_inbox":
        return unwanted_by_inbox(target, owner_id, event)
    return unwanted_by_bot(target, await agent_bots.inboxes(reader, owner_id), event)
