"""A random past of an account, lived through its API, and what reports should say of it: reckoned from a plain log, without a database."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx

from deskbell.kit.clock import DAY, HOUR, MINUTE, SECOND
from tests.support.api import API

LABELS = ("sales", "support", "vip")
METRICS = {
    "avg_first_response_time": "first_response",
    "avg_resolution_time": "conversation_resolved",
    "reply_time": "reply_time",
    "resolutions_count": "conversation_resolved",
    "bot_resolutions_count": "conversation_bot_resolved",
    "bot_handoffs_count": "conversation_bot_handoff",
}
MESSAGES = {"incoming_messages_count": 0, "outgoing_messages_count": 1}


@dataclass
class Talk:
    """A conversation, as the log has it."""

    number: int
    inbox: int
    born: int
    status: str
    has_bot: bool
    waiting: int | None
    first: int | None = None
    assignee: int | None = None
    team: int | None = None
    labels: tuple[str, ...] = ()
    last: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    talk: Talk
    at: int
    type: int
    user: int | None


@dataclass(frozen=True)
class Taken:
    talk: Talk
    name: str
    user: int | None
    at: int
    value: int


class Past:
    """Lives a past, and remembers it."""

    def __init__(self, api: API, chance: random.Random) -> None:
        self.api, self.chance = api, chance
        self.talks: list[Talk] = []
        self.said: list[Said] = []
        self.taken: list[Taken] = []
        self.ids: dict[str, list[int]] = {}

    async def prepare(self) -> None:
        """Teams, labels, and a second inbox in which a bot answers; Bob works in both."""
        api = self.api
        inbox = (await api.alice.post("inboxes", json={"name": "Bots", "channel": {"type": "api"}})).json()[
            "id"
        ]
        await _fine(api.alice.post("inbox_members", json={"inbox_id": inbox, "user_ids": [api.world.bob.id]}))
        await _fine(api.alice.post(f"inboxes/{inbox}/set_agent_bot", json={"agent_bot": api.bot_id}))
        self.ids = {
            "inbox": [api.world.api_inbox.id, inbox],
            "agent": [api.world.alice.id, api.world.bob.id],
            "team": [(await api.alice.post("teams", json={"name": one})).json()["id"] for one in "ab"],
            "label": [(await api.alice.post("labels", json={"title": one})).json()["id"] for one in LABELS],
        }

    async def live(self, steps: int) -> None:
        """So many things happen, minutes to days apart."""
        for _ in range(steps):
            self.api.world.clock.advance(
                self.chance.choice((MINUTE, HOUR, 9 * HOUR, DAY)) + self.chance.randrange(HOUR)
            )
            acts: list[Callable[[Talk], Any]] = [
                *(self.hear, self.hear, self.say, self.say, self.say),
                *(self.note, self.move, self.move, self.assign, self.label),
            ]
            if len(self.talks) < 4 or self.chance.random() < 0.15:
                await self.begin()
            else:
                await self.chance.choice(acts)(self.chance.choice(self.talks))

    async def begin(self) -> None:
        inbox = self.chance.choice(self.ids["inbox"])
        body = {"inbox_id": inbox, "contact_id": self.api.world.carla.id}
        made = (await _fine(self.api.alice.post("conversations", json=body))).json()
        bot = inbox == self.ids["inbox"][1]
        now = self.now
        self.talks.append(Talk(made["id"], inbox, now, "pending" if bot else "open", bot, now))

    async def hear(self, talk: Talk) -> None:
        await self._write(self.api.alice, talk, {"content": "Hi", "message_type": "incoming"})
        self.said.append(Said(talk, self.now, 0, None))
        talk.waiting = talk.waiting or self.now
        if talk.status in ("resolved", "snoozed"):
            self._status(talk, "pending" if talk.has_bot and talk.status == "resolved" else "open")

    async def say(self, talk: Talk) -> None:
        who, user = self.chance.choice(self._people())
        await self._write(who, talk, {"content": "Hello"})
        self.said.append(Said(talk, self.now, 1, user))
        if user is not None and talk.first is None:
            since = max(talk.last.get("conversation_bot_handoff", 0), talk.last.get("conversation_opened", 0))
            self._take(
                talk, "first_response", user, since or talk.last.get("conversation_bot_resolved") or talk.born
            )
            talk.first = self.now
        elif user is not None and talk.waiting is not None:
            self._take(talk, "reply_time", user, talk.waiting)
        talk.waiting = None

    async def note(self, talk: Talk) -> None:
        await self._write(self.api.bob, talk, {"content": "psst", "private": True})
        self.said.append(Said(talk, self.now, 1, self.api.world.bob.id))

    async def move(self, talk: Talk) -> None:
        who, user = self.chance.choice(self._people())
        wanted = self.chance.choice(("open", "resolved", "resolved", "pending", "snoozed"))
        await _fine(who.post(f"conversations/{talk.number}/toggle_status", json={"status": wanted}))
        if wanted == "resolved":
            talk.waiting = None
        if wanted == "open" and talk.status != "open" and user == self.api.world.bob.id:
            talk.assignee = user
        if wanted == "open" and talk.status == "pending" and user is None:
            talk.waiting = talk.waiting or self.now
        self._status(talk, wanted, by_bot=user is None)

    async def assign(self, talk: Talk) -> None:
        path = f"conversations/{talk.number}/assignments"
        if self.chance.random() < 0.5:
            talk.assignee = self.chance.choice(self.ids["agent"])
            await _fine(self.api.alice.post(path, json={"assignee_id": talk.assignee}))
        else:
            team = self.chance.choice(self.ids["team"])
            await _fine(self.api.alice.post(path, json={"team_id": team}))
            if team != talk.team:
                talk.assignee = None  # nobody is in these teams
            talk.team = team

    async def label(self, talk: Talk) -> None:
        talk.labels = tuple(self.chance.sample(LABELS, self.chance.randrange(3)))
        await _fine(
            self.api.alice.post(f"conversations/{talk.number}/labels", json={"labels": list(talk.labels)})
        )

    @property
    def now(self) -> int:
        return self.api.world.clock.now()

    def of(self, kind: str, key: int, talk: Talk, user: int | None) -> bool:
        """Whether something belongs to an agent, an inbox, a team or a label."""
        return {
            "account": True,
            "agent": user == key,
            "inbox": talk.inbox == key,
            "team": talk.team == key,
            "label": kind == "label" and LABELS[self.ids["label"].index(key)] in talk.labels,
        }[kind]

    def points(self, metric: str, kind: str, key: int, since: int, until: int) -> list[tuple[int, int]]:
        """When something happened that a metric counts, and its value."""
        if metric == "conversations_count":
            found = [(one.born, 1) for one in self.talks if self.of(kind, key, one, one.assignee)]
        elif metric in MESSAGES:
            found = [
                (one.at, 1)
                for one in self.said
                if one.type == MESSAGES[metric] and self.of(kind, key, one.talk, one.user)
            ]
        else:
            found = [
                (one.at, one.value)
                for one in self.taken
                if one.name == METRICS[metric] and self.of(kind, key, one.talk, one.user)
            ]
        return [(at, value) for at, value in found if since <= at < until]

    def _status(self, talk: Talk, status: str, *, by_bot: bool = False) -> None:
        before, talk.status = talk.status, status
        if before == status:
            return
        if status == "resolved":
            if talk.has_bot and talk.first is None:
                self._take(talk, "conversation_bot_resolved", talk.assignee, talk.born)
            self._take(talk, "conversation_resolved", talk.assignee, talk.born)
        if status == "open":
            since = talk.last.get("conversation_resolved")
            if before == "pending" and by_bot and "conversation_bot_handoff" not in talk.last:
                self._take(talk, "conversation_bot_handoff", talk.assignee, talk.born)
            self._take(talk, "conversation_opened", talk.assignee, self.now if since is None else since)

    def _take(self, talk: Talk, name: str, user: int | None, since: int) -> None:
        talk.last[name] = self.now
        self.taken.append(Taken(talk, name, user, self.now, (self.now - since) // SECOND))

    def _people(self) -> list[tuple[httpx.AsyncClient, int | None]]:
        world = self.api.world
        return [(self.api.alice, world.alice.id), (self.api.bob, world.bob.id), (self.api.bot, None)]

    async def _write(self, who: httpx.AsyncClient, talk: Talk, body: dict[str, Any]) -> None:
        await _fine(who.post(f"conversations/{talk.number}/messages", json=body))


def stretch(group_by: str, instant: int, offset: int) -> int:
    """The second at which the stretch of an instant begins, by the calendar."""
    zone = timezone(timedelta(minutes=offset))
    wall = datetime.fromtimestamp(instant // SECOND, UTC).astimezone(zone)
    day = wall.replace(minute=0, second=0)
    if group_by != "hour":
        day = day.replace(hour=0)
    if group_by == "week":
        day -= timedelta(days=day.isoweekday() % 7)
    if group_by in ("month", "year"):
        day = day.replace(day=1)
    if group_by == "year":
        day = day.replace(month=1)
    return int(day.timestamp())


def mean(values: Iterable[int]) -> float | None:
    found = list(values)
    return sum(found) / len(found) if found else None


async def _fine(asked: Any) -> httpx.Response:
    answer: httpx.Response = await asked
    assert answer.status_code == 200, answer.text
    return answer
