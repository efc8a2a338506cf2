"""Reports: how many, how long, and when. All but a conversation's own are for administrators."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.rules import report_time
from deskbell.desk.rules.report_time import GroupBy
from deskbell.kit.clock import SECOND
from deskbell.kit.errors import Invalid
from deskbell.model.measure import MeasureName
from deskbell.model.message import MessageType
from deskbell.model.report import Beat, Load, ReportType, Scope, Tally
from deskbell.model.user import Agent
from deskbell.store import accounts, labels, reports, users
from deskbell.store.database import Reader
from deskbell.store.reports import Key

Metric = Literal[
    "conversations_count",
    "incoming_messages_count",
    "outgoing_messages_count",
    "avg_first_response_time",
    "avg_resolution_time",
    "reply_time",
    "resolutions_count",
    "bot_resolutions_count",
    "bot_handoffs_count",
]

AVERAGES: dict[str, MeasureName] = {
    "avg_first_response_time": "first_response",
    "avg_resolution_time": "conversation_resolved",
    "reply_time": "reply_time",
}
COUNTS: dict[str, MeasureName] = {
    "resolutions_count": "conversation_resolved",
    "bot_resolutions_count": "conversation_bot_resolved",
    "bot_handoffs_count": "conversation_bot_handoff",
}
_MESSAGES = {
    "incoming_messages_count": MessageType.INCOMING,
    "outgoing_messages_count": MessageType.OUTGOING,
}


class Point(Struct, frozen=True, kw_only=True):
    """One stretch of a series. `count` is how many measures an average is of."""

    start: int
    value: float
    count: int | None = None


class Summary(Struct, frozen=True, kw_only=True):
    """What a stretch of time comes to."""

    conversations: int
    incoming: int
    outgoing: int
    measures: dict[MeasureName, Tally]

    def tally(self, name: MeasureName) -> Tally:
        return self.measures.get(name, Tally())


class AgentLoad(Struct, frozen=True, kw_only=True):
    """An agent, and what waits for them."""

    agent: Agent
    load: Load


async def span(reader: Reader, actor: Actor, since: int | None, until: int | None, now: int) -> Scope:
    """The account from an instant until another: by default from its beginning until now. Raises Invalid, NotAllowed."""
    access.require_administrator(actor)
    account = access.found(await accounts.get(reader, actor.account_id))
    scope = Scope(
        account_id=actor.account_id,
        since=account.created_at if since is None else since,
        until=(now // SECOND + 1) * SECOND if until is None else until,
    )
    if scope.until < scope.since:
        raise Invalid({"until": "is before since"})
    return scope


async def about(reader: Reader, actor: Actor, scope: Scope, kind: ReportType, thing_id: int | None) -> Scope:
    """The same stretch of time for one agent, inbox, team or label. Raises Invalid, NotFound."""
    if kind == "account":
        return scope
    if thing_id is None:
        raise Invalid({"id": f"is needed for a report of type {kind}"})
    key: int | str = thing_id
    if kind == "agent":
        access.found(await users.agent(reader, actor.account_id, thing_id))
    elif kind == "inbox":
        await access.the_inbox(reader, actor, thing_id)
    elif kind == "team":
        await access.the_team(reader, actor, thing_id)
    else:
        key = access.found(await labels.get(reader, actor.account_id, thing_id)).title
    return replace(scope, type=kind, key=key)


async def series(
    reader: Reader, scope: Scope, metric: Metric, group_by: GroupBy, offset: int, *, business: bool = False
) -> list[Point]:
    """A metric over time, with a point for each stretch. Raises Invalid where they are too many."""
    starts = report_time.starts(group_by, scope.since, scope.until, offset)
    if starts is None:
        raise Invalid(
            {
                "group_by": f"makes more than {report_time.MOST} points of this range; ask for a shorter one, or group wider"
            }
        )
    found = dict.fromkeys(starts, Tally())
    beat = report_time.beat(group_by, offset)
    for number, tally in (await _counted(reader, scope, metric, beat)).items():
        start = report_time.start_of(group_by, max(number * beat.width - beat.shift, scope.since), offset)
        found[start] = found[start].plus(tally)
    if metric in AVERAGES:
        return [
            Point(start=start, value=tally.average(business=business) or 0, count=tally.count)
            for start, tally in found.items()
        ]
    return [Point(start=start, value=tally.count) for start, tally in found.items()]


async def _counted(reader: Reader, scope: Scope, metric: Metric, beat: Beat) -> dict[Key, Tally]:
    if metric == "conversations_count":
        begun = await reports.conversations(reader, scope, beat)
        return {key: Tally(sum(counts.values())) for key, counts in begun.items()}
    if metric in _MESSAGES:
        said = await reports.messages(reader, scope, beat)
        return {key: Tally(counts.get(_MESSAGES[metric], 0)) for key, counts in said.items()}
    name = AVERAGES.get(metric) or COUNTS[metric]
    taken = await reports.measures(reader, scope, [name], beat)
    return {key: tallies[name] for key, tallies in taken.items()}


async def summary(reader: Reader, scope: Scope) -> Summary:
    """What a stretch of time comes to."""
    begun = (await reports.conversations(reader, scope)).get(0, {})
    said = (await reports.messages(reader, scope)).get(0, {})
    return Summary(
        conversations=sum(begun.values()),
        incoming=said.get(MessageType.INCOMING, 0),
        outgoing=said.get(MessageType.OUTGOING, 0),
        measures=await measured(reader, scope, [*AVERAGES.values()]),
    )


async def measured(reader: Reader, scope: Scope, names: Sequence[MeasureName]) -> dict[MeasureName, Tally]:
    """What was measured in a stretch of time."""
    return (await reports.measures(reader, scope, names)).get(0, {})


def previous(scope: Scope) -> Scope:
    """The stretch of the same length before."""
    return replace(scope, since=max(0, 2 * scope.since - scope.until), until=scope.since)


async def load(reader: Reader, actor: Actor, team_id: int | None = None) -> Load:
    """What waits now, in the account or for one of its teams. Raises NotFound."""
    access.require_administrator(actor)
    if team_id is not None:
        await access.the_team(reader, actor, team_id)
    return (await reports.load(reader, actor.account_id, team_id=team_id)).get(0, Load())


async def grouped_load(
    reader: Reader, actor: Actor, by: Literal["agent", "team"], team_id: int | None
) -> dict[int | None, Load]:
    """What is open now, by agent or by team; None has what is nobody's. Raises NotFound."""
    access.require_administrator(actor)
    if team_id is not None:
        await access.the_team(reader, actor, team_id)
    found = await reports.load(reader, actor.account_id, by, team_id)
    return {key: one for key, one in found.items() if one.open}


async def agents_load(
    reader: Reader, actor: Actor, user_id: int | None, *, number: int, size: int
) -> list[AgentLoad]:
    """What waits for each agent now, a page of them, or for one. Raises NotFound."""
    access.require_administrator(actor)
    if user_id is not None:
        asked = [access.found(await users.agent(reader, actor.account_id, user_id))]
    else:
        asked = (await users.agents(reader, actor.account_id))[(number - 1) * size : number * size]
    found = await reports.load(reader, actor.account_id, "agent")
    return [AgentLoad(agent=one, load=found.get(one.user.id, Load())) for one in asked]
