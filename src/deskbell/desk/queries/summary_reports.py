"""Reports in which each agent, inbox, team or label has a line."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from deskbell.desk.actor import Actor
from deskbell.model.inbox import Inbox
from deskbell.model.label import Label
from deskbell.model.measure import MeasureName
from deskbell.model.message import MessageType
from deskbell.model.report import Scope, Tally
from deskbell.store import inboxes, labels, reports, teams, users
from deskbell.store.database import Reader

Kind = Literal["agent", "inbox", "team", "label"]

NAMES: tuple[MeasureName, ...] = ("first_response", "reply_time", "conversation_resolved")
CLASSES = ("0-1h", "1-4h", "4-8h", "8-24h", "24h+")
"""How first responses are sorted by what they took."""


class Line(Struct, frozen=True, kw_only=True):
    """One agent, inbox, team or label, and its numbers. `kind` is an inbox's channel."""

    id: int
    name: str
    kind: str = ""
    conversations: int
    measures: dict[MeasureName, Tally]

    def tally(self, name: MeasureName) -> Tally:
        return self.measures.get(name, Tally())


class Sent(Struct, frozen=True, kw_only=True):
    """Who or what messages went out from. Somebody who left has no name any more."""

    id: int
    name: str | None
    count: int


class Matrix(Struct, frozen=True, kw_only=True):
    """Conversations by inbox, and in each by label."""

    inboxes: list[Inbox]
    labels: list[Label]
    counts: list[list[int]]


class BotMetrics(Struct, frozen=True, kw_only=True):
    """`resolved` and `handed_over` are conversations, each counted once."""

    conversations: int
    messages: int
    resolved: int
    handed_over: int


async def lines(reader: Reader, actor: Actor, scope: Scope, kind: Kind) -> list[Line]:
    """A line for each, those with nothing to count included."""
    begun = await reports.conversations(reader, scope, kind)
    taken = await reports.measures(reader, scope, NAMES, kind)
    return [
        Line(
            id=thing_id,
            name=name,
            kind=channel,
            conversations=sum(begun.get(key, {}).values()),
            measures=taken.get(key, {}),
        )
        for thing_id, key, name, channel in await _things(reader, actor, kind)
    ]


async def channels(reader: Reader, actor: Actor, scope: Scope) -> dict[str, dict[str, int]]:
    """Conversations that began, by channel and by the status they have now."""
    found: dict[str, dict[str, int]] = {}
    begun = await reports.conversations(reader, scope, "inbox")
    for inbox in await inboxes.all_of(reader, actor.account_id):
        for status, count in begun.get(inbox.id, {}).items():
            counts = found.setdefault(inbox.channel, {})
            counts[status] = counts.get(status, 0) + count
    return found


async def response_times(reader: Reader, actor: Actor, scope: Scope) -> dict[str, list[int]]:
    """First responses by channel and class, of channels that have any."""
    found: dict[str, list[int]] = {}
    taken = await reports.response_classes(reader, scope)
    channel_of = {inbox.id: inbox.channel for inbox in await inboxes.all_of(reader, actor.account_id)}
    for (inbox_id, which), count in sorted(taken.items()):
        if inbox_id in channel_of:
            found.setdefault(channel_of[inbox_id], [0] * len(CLASSES))[which] += count
    return found


async def inboxes_and_labels(
    reader: Reader, actor: Actor, scope: Scope, inbox_ids: Sequence[int], label_ids: Sequence[int]
) -> Matrix:
    """Conversations that began, by inbox and label; of those named, or of all."""
    every_inbox = await inboxes.all_of(reader, actor.account_id)
    every_label = await labels.all_of(reader, actor.account_id)
    rows = [one for one in every_inbox if not inbox_ids or one.id in inbox_ids]
    columns = [one for one in every_label if not label_ids or one.id in label_ids]
    found = await reports.matrix(reader, scope)
    counts = [[found.get((inbox.id, label.title), 0) for label in columns] for inbox in rows]
    return Matrix(inboxes=rows, labels=columns, counts=counts)


async def sent(reader: Reader, actor: Actor, scope: Scope, kind: Kind) -> list[Sent]:
    """Outgoing messages of each that has any. An agent's are those they wrote; a bot's are nobody's."""
    found = await reports.messages(reader, scope, kind)
    known = {key: (thing_id, name) for thing_id, key, name, _ in await _things(reader, actor, kind)}
    result = []
    for key, counts in found.items():
        count = counts.get(MessageType.OUTGOING, 0)
        if key is None or not count or (kind == "label" and key not in known):
            continue
        thing_id, name = known.get(key, (key, None))
        result.append(Sent(id=thing_id, name=name, count=count))
    return sorted(result, key=lambda one: one.id)


async def bots(reader: Reader, scope: Scope) -> BotMetrics:
    """How bots fare, in the inboxes that have one now."""
    begun, said, outcomes = await reports.bots(reader, scope)
    return BotMetrics(
        conversations=begun,
        messages=said,
        resolved=outcomes.get("conversation_bot_resolved", 0),
        handed_over=outcomes.get("conversation_bot_handoff", 0),
    )


async def _things(reader: Reader, actor: Actor, kind: Kind) -> list[tuple[int, int | str, str, str]]:
    """Of each its id, what it is counted by, its name and its channel."""
    account_id = actor.account_id
    if kind == "agent":
        return [
            (one.user.id, one.user.id, one.user.name, "") for one in await users.agents(reader, account_id)
        ]
    if kind == "inbox":
        return [(one.id, one.id, one.name, one.channel) for one in await inboxes.all_of(reader, account_id)]
    if kind == "team":
        return [(one.id, one.id, one.name, "") for one in await teams.all_of(reader, account_id)]
    return [(one.id, one.title, one.title, "") for one in await labels.all_of(reader, account_id)]
