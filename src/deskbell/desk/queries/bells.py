"""Which bells did a message ring? Its events, and for each what became of it, wherever it went or did not go."""

from collections.abc import Sequence

from msgspec import Struct

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.rules.why import Standing, addressed, unwanted_by_webhook
from deskbell.events.snapshot import thaw
from deskbell.model.delivery import DeliveryState
from deskbell.model.event import Event, EventName
from deskbell.model.message import Message
from deskbell.model.webhook import Health, Target, TargetKind, Webhook
from deskbell.store import bells, health, messages, targets, webhooks
from deskbell.store.bells import Ring
from deskbell.store.database import Reader

CHANGES = 100
"""Changes of the conversation's messages that are looked at for this one's."""


class Rung(Struct, frozen=True, kw_only=True):
    """A delivery of an event: whose, how it stands, and why."""

    kind: TargetKind
    owner_id: int
    name: str
    number: int
    replay: bool
    state: DeliveryState
    why: str


class Silent(Struct, frozen=True, kw_only=True):
    """A webhook that did not hear of an event, and why not."""

    owner_id: int
    name: str
    why: str


class Told(Struct, frozen=True, kw_only=True):
    """An event that a message caused."""

    number: int
    name: EventName
    created_at: int
    rings: list[Rung]
    silent: list[Silent]


class Bells(Struct, frozen=True, kw_only=True):
    message: Message
    events: list[Told]


async def of_message(reader: Reader, actor: Actor, number: int, message_id: int, now: int) -> Bells:
    """A message of a conversation, and the bells it rang. Raises NotFound, NotAllowed."""
    access.require_administrator(actor)
    conversation = await access.the_conversation(reader, actor, number)
    shown = await messages.views(reader, [message_id])
    message = access.found(
        next((one.message for one in shown if one.message.conversation_id == conversation.id), None)
    )
    found = await bells.at_once(reader, actor.account_id, conversation.id, message.created_at)
    found += await bells.later(reader, actor.account_id, conversation.id, message.created_at, CHANGES)
    mine = [event for event in found if message.rings and _tells_of(event, message_id)]
    rung = await bells.rings(reader, actor.account_id, [event.number for event in mine]) if mine else []
    known = await targets.by_id(reader, sorted({one.target_id for one in rung})) if rung else {}
    healths = await health.read(reader, sorted(known)) if rung else {}
    hooks = await webhooks.all_of(reader, actor.account_id)
    return Bells(
        message=message,
        events=[
            Told(
                number=event.number,
                name=event.name,
                created_at=event.created_at,
                rings=[
                    _rung(one, known[one.target_id], healths[one.target_id], now)
                    for one in rung
                    if one.event_number == event.number
                ],
                silent=_silent(event, hooks, rung),
            )
            for event in mine
        ],
    )


def _tells_of(event: Event, message_id: int) -> bool:
    """Whether an event is this message's, and not another's; one whose snapshot was let go of is taken for it."""
    if not event.name.startswith("message_") or not event.snapshot:
        return True
    told = thaw(event.snapshot).message
    return told is not None and told.message.id == message_id


def _rung(one: Ring, target: Target, healthy: Health, now: int) -> Rung:
    standing = Standing(**{name: getattr(one, name) for name in Standing.__struct_fields__})
    return Rung(
        kind=one.kind,
        owner_id=one.owner_id,
        name=one.name,
        number=one.number,
        replay=one.replay,
        state=one.state,
        why=addressed(target, standing, healthy, now).sentence,
    )


def _silent(event: Event, hooks: Sequence[Webhook], rung: Sequence[Ring]) -> list[Silent]:
    heard = {one.target_id for one in rung if one.event_number == event.number}
    return [
        Silent(
            owner_id=hook.id,
            name=hook.name or hook.target.url,
            why=unwanted_by_webhook(hook, event).sentence,
        )
        for hook in hooks
        if hook.target.id not in heard
    ]
