"""Replays: send again what was settled, and stop doing so."""

from msgspec import Struct
from msgspec.structs import replace

from deskbell.desk import access, owners
from deskbell.desk.actor import Actor
from deskbell.desk.commands import audit
from deskbell.desk.commands.targets import AUDITED
from deskbell.kit.errors import Invalid
from deskbell.model.replay import FOREVER, Replay
from deskbell.model.webhook import Target, TargetKind
from deskbell.store import delivery_log, replays
from deskbell.store.database import Reader, Unit
from deskbell.store.delivery_log import SLACK, Line

FASTEST = 10_000
MOST_CHOSEN = 1000
MOST_COUNTED = 50_000
"""What a preview counts to."""
NEWEST = 10_000
"""Deliveries among which those are counted that were given up."""


class Wanted(Struct, frozen=True, kw_only=True):
    """Which deliveries: one, some, a range of numbers or times (instants, the end not included), or all dead since an instant."""

    number: int | None = None
    numbers: list[int] | None = None
    first_number: int | None = None
    last_number: int | None = None
    since: int | None = None
    until: int | None = None
    dead_since: int | None = None
    rate: int | None = None
    oldest: int = 0
    """Events from before this instant may have been emptied: no replay reaches back further."""


async def plan(
    reader: Reader, actor: Actor, owner_id: int, wanted: Wanted, now: int, kind: TargetKind = "webhook"
) -> Replay:
    """What a replay would do, with its count, without doing it. Raises Invalid, NotFound."""
    replay = _replay(await owners.the_target(reader, actor, owner_id, kind), wanted, now)
    total = await replays.count(reader, replay)
    if wanted.number is not None and not total:
        raise Invalid({"number": "names no settled delivery that can be replayed"})
    return replace(replay, total=total)


async def preview(
    reader: Reader, actor: Actor, owner_id: int, wanted: Wanted, now: int, kind: TargetKind = "webhook"
) -> Replay:
    """As `plan`, in bounded time: a total above MOST_COUNTED says only that it is more than that."""
    target = await owners.the_target(reader, actor, owner_id, kind)
    replay = _replay(target, wanted, now)
    counted = replay
    if not replay.only_dead and not replay.numbers:
        line = Line(target_id=target.id, last=target.last_number)
        first = await delivery_log.first_since(reader, line, max(replay.since, replay.oldest) - SLACK)
        after = await delivery_log.first_since(reader, line, replay.until + SLACK)
        counted = replace(
            replay,
            first_number=max(replay.first_number, first),
            last_number=min(replay.last_number, after - 1),
        )
    return replace(replay, total=await replays.bounded_count(reader, counted, MOST_COUNTED + 1))


async def lost(reader: Reader, actor: Actor, owner_id: int, oldest: int, kind: TargetKind = "webhook") -> int:
    """How many of the newest deliveries were given up and not sent again since."""
    target = await owners.the_target(reader, actor, owner_id, kind)
    replay = _replay(target, Wanted(dead_since=0, oldest=oldest), oldest)
    return await replays.count(reader, replace(replay, first_number=max(1, target.last_number - NEWEST + 1)))


async def create_replay(
    unit: Unit, actor: Actor, owner_id: int, wanted: Wanted, kind: TargetKind = "webhook"
) -> Replay:
    """Begin a replay. It goes on by itself, in the lanes of its conversations. Raises Invalid, NotFound."""
    replay = await plan(unit, actor, owner_id, wanted, unit.now, kind)
    replay = replace(replay, id=await replays.add(unit, replay))
    told = {"id": replay.id, "first": replay.first_number, "last": replay.last_number, "total": replay.total}
    await audit.note(unit, actor, "update", (AUDITED[kind], owner_id), {"replay": [None, told]})
    return replay


async def cancel_replay(
    unit: Unit, actor: Actor, owner_id: int, replay_id: int, kind: TargetKind = "webhook"
) -> Replay:
    """Put nothing more into the lanes; what is in them already is sent. Raises NotFound."""
    target = await owners.the_target(unit, actor, owner_id, kind)
    await replays.cancel(unit, target.id, replay_id)
    cancelled = access.found(await replays.get(unit, target.id, replay_id))
    told = {"replay": [{"id": replay_id}, "cancelled"]}
    await audit.note(unit, actor, "update", (AUDITED[kind], owner_id), told)
    return cancelled


def _replay(target: Target, wanted: Wanted, now: int) -> Replay:
    _check(wanted)
    chosen = sorted(set(wanted.numbers or ()))
    first = wanted.number or wanted.first_number or (chosen[0] if chosen else 1)
    last = wanted.number or wanted.last_number or (chosen[-1] if chosen else target.last_number)
    dead = wanted.dead_since is not None
    return Replay(
        account_id=target.account_id,
        target_id=target.id,
        first_number=first,
        last_number=min(last, target.last_number),
        numbers=chosen,
        since=wanted.dead_since if wanted.dead_since is not None else wanted.since or 0,
        until=wanted.until or FOREVER,
        oldest=wanted.oldest,
        only_dead=dead,
        rate=wanted.rate,
        next_number=first,
        next_at=now,
        created_at=now,
    )


def _check(wanted: Wanted) -> None:
    ways = {
        "number": wanted.number is not None,
        "numbers": wanted.numbers is not None,
        "first_number": wanted.first_number is not None or wanted.last_number is not None,
        "since": wanted.since is not None or wanted.until is not None,
        "dead_since": wanted.dead_since is not None,
    }
    said = [name for name, given in ways.items() if given]
    if len(said) != 1:
        raise Invalid(
            {
                "number": "give one of: number; numbers; first_number and last_number; since and until; dead_since"
            }
        )
    if wanted.numbers is not None and not 1 <= len(wanted.numbers) <= MOST_CHOSEN:
        raise Invalid({"numbers": f"should hold 1 to {MOST_CHOSEN} numbers"})
    if (wanted.first_number or 1) > (wanted.last_number or FOREVER):
        raise Invalid({"last_number": "should not be smaller than first_number"})
    if (wanted.since or 0) >= (wanted.until or FOREVER):
        raise Invalid({"until": "should be later than since"})
    if wanted.rate is not None and not 1 <= wanted.rate <= FASTEST:
        raise Invalid({"rate": f"should be from 1 to {FASTEST} deliveries per second"})
