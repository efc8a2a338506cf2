"""Webhooks and the log of their deliveries."""

from msgspec import Struct

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.rules.why import Explanation, Standing, explain
from deskbell.kit.errors import NotFound
from deskbell.model.delivery import Attempt, Delivery
from deskbell.model.replay import Replay
from deskbell.model.webhook import Webhook
from deskbell.store import deliveries, events, health, replays, webhooks
from deskbell.store.database import Reader


class DeliveryView(Struct, frozen=True, kw_only=True):
    """A delivery with every attempt at it."""

    delivery: Delivery
    attempts: list[Attempt]


class DeliveryStory(Struct, frozen=True, kw_only=True):
    """One delivery's whole story: the attempts, and the body that is sent."""

    view: DeliveryView
    body: bytes | None


async def all_webhooks(reader: Reader, actor: Actor) -> list[Webhook]:
    access.require_administrator(actor)
    return await webhooks.all_of(reader, actor.account_id)


async def delivery_page(
    reader: Reader,
    actor: Actor,
    webhook_id: int,
    *,
    state: str | None,
    event: str | None,
    before: int | None,
    limit: int,
) -> list[DeliveryView]:
    """A webhook's deliveries with their attempts, newest first."""
    webhook = await access.the_webhook(reader, actor, webhook_id)
    found = await deliveries.page(
        reader, webhook.target.id, state=state, event_name=event, before=before, limit=limit
    )
    attempts = await deliveries.attempts(reader, webhook.target.id, [one.number for one in found])
    return [DeliveryView(delivery=one, attempts=attempts[one.number]) for one in found]


async def delivery(reader: Reader, actor: Actor, webhook_id: int, number: int) -> DeliveryStory:
    """One delivery. Raises NotFound."""
    webhook = await access.the_webhook(reader, actor, webhook_id)
    found = await deliveries.get(reader, webhook.target.id, number)
    if found is None:
        raise NotFound
    attempts = await deliveries.attempts(reader, webhook.target.id, [number])
    body = await deliveries.body(reader, webhook.target.id, number)
    return DeliveryStory(view=DeliveryView(delivery=found, attempts=attempts[number]), body=body)


async def all_replays(reader: Reader, actor: Actor, webhook_id: int) -> list[Replay]:
    """A webhook's newest replays."""
    webhook = await access.the_webhook(reader, actor, webhook_id)
    return await replays.all_of(reader, webhook.target.id)


async def replay(reader: Reader, actor: Actor, webhook_id: int, replay_id: int) -> Replay:
    webhook = await access.the_webhook(reader, actor, webhook_id)
    found = await replays.get(reader, webhook.target.id, replay_id)
    if found is None:
        raise NotFound
    return found


async def why(reader: Reader, actor: Actor, webhook_id: int, event_number: int, now: int) -> Explanation:
    """What became of an event of the account for a webhook, and why. Raises NotFound for an event there is none of."""
    webhook = await access.the_webhook(reader, actor, webhook_id)
    event = await events.get(reader, actor.account_id, event_number)
    if event is None:
        raise NotFound
    target_id = webhook.target.id
    row = await deliveries.of_event(reader, target_id, actor.account_id, event_number)
    standing = None if row is None else Standing(**{name: row[name] for name in Standing.__struct_fields__})
    return explain(webhook, event, standing, (await health.read(reader, [target_id]))[target_id], now)
