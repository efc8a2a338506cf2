"""The log of deliveries, looked through by whatever is known of one: bounded, however much there is and however little is found."""

from msgspec import Struct

from deskbell.desk import owners
from deskbell.desk.actor import Actor
from deskbell.desk.queries.webhooks import DeliveryView
from deskbell.desk.rules.wording import spellings, told_in
from deskbell.model.delivery import Delivery
from deskbell.model.replay import FOREVER
from deskbell.model.webhook import TargetKind
from deskbell.store import deliveries, delivery_log
from deskbell.store.database import Reader
from deskbell.store.delivery_log import SLACK, Criteria, Line

MOST = 200_000
"""Deliveries looked through at once where each tells by itself whether it is meant …"""
MOST_DEAR = 5_000
"""… where its event or its answer has to be read, too …"""
MOST_TEXTS = 1_000
"""… and where its body has to."""
STEP, TEXTS = 400, 250


class Sought(Struct, frozen=True, kw_only=True):
    """What is looked for, and from where on back: `before` a number."""

    criteria: Criteria = Criteria()
    conversation: int | None = None
    text: str = ""
    before: int | None = None

    @property
    def most(self) -> int:
        """How many deliveries are looked through at once."""
        if self.text:
            return MOST_TEXTS
        if self.criteria.is_indexed:
            return FOREVER
        return MOST_DEAR if self.criteria.is_dear else MOST


class Found(Struct, frozen=True, kw_only=True):
    """Deliveries, newest first, and where to go on from.

    `older` is the number before which to look next, None at the end; `looked` counts what was looked through where that was not
    enough for a page, and `back_to` is the instant of the last of it.
    """

    views: list[DeliveryView]
    older: int | None = None
    looked: int = 0
    back_to: int | None = None


async def search(
    reader: Reader, actor: Actor, owner_id: int, sought: Sought, limit: int, kind: TargetKind = "webhook"
) -> Found:
    """A page of an owner's log."""
    target = await owners.the_target(reader, actor, owner_id, kind)
    line: Line | None = Line(target_id=target.id, last=target.last_number)
    if sought.conversation is not None:
        line = await delivery_log.lane(reader, target.account_id, target.id, sought.conversation)
    if line is None:
        return Found(views=[])
    bottom, top = await _ends(reader, line, sought)
    lowest = max(bottom, top - sought.most)
    found = await _look(reader, line, sought, above=lowest, upto=top, limit=limit + 1)
    attempts = await deliveries.attempts(reader, target.id, [one.number for one in found[:limit]])
    views = [DeliveryView(delivery=one, attempts=attempts[one.number]) for one in found[:limit]]
    if len(found) > limit:
        return Found(views=views, older=found[limit - 1].number)
    if lowest <= bottom:
        return Found(views=views)
    last = await delivery_log.at(reader, line, lowest + 1)
    number, instant = last or (None, None)
    return Found(views=views, older=number, looked=top - lowest, back_to=instant)


async def _ends(reader: Reader, line: Line, sought: Sought) -> tuple[int, int]:
    """Above which place, and up to which one, there may be something."""
    criteria, bottom, top = sought.criteria, 0, line.last
    if sought.before is not None:
        top = min(top, await delivery_log.place_of(reader, line, sought.before) - 1)
    if criteria.until is not None:
        top = min(top, await delivery_log.first_since(reader, line, criteria.until + SLACK) - 1)
    if criteria.since is not None:
        bottom = await delivery_log.first_since(reader, line, criteria.since - SLACK) - 1
    return min(bottom, top), top


async def _look(
    reader: Reader, line: Line, sought: Sought, *, above: int, upto: int, limit: int
) -> list[Delivery]:
    """Step by step back, each as wide as makes sense, until there are enough."""
    found: list[Delivery] = []
    words = spellings(sought.text)
    step = upto if sought.criteria.is_indexed else STEP
    while upto > above and len(found) < limit:
        lower = max(above, upto - (TEXTS if words else step))
        some = await delivery_log.stretch(
            reader,
            line,
            sought.criteria,
            above=lower,
            upto=upto,
            limit=TEXTS if words else limit - len(found),
        )
        if words and some:
            bodies = await delivery_log.bodies(reader, line.target_id, [one.number for one in some])
            some = [one for one in some if told_in(words, bodies.get(one.number, b""))]
        found += some
        upto, step = lower, step * 4
    return found[:limit]
