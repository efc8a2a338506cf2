"""Who is there. Agents' presence is in the database, for every process and for assignment; visitors' in memory, spread in passing."""

from collections.abc import Callable, Collection

from deskbell.kit import json
from deskbell.kit.clock import SECOND, Clock
from deskbell.model.user import PRESENT, Presence
from deskbell.realtime.ephemeral import Visit
from deskbell.store import presence
from deskbell.store.database import Database

WRITE_AFTER = 15 * SECOND
"""An agent's presence is written at most so often; clients say they are there every 20 s."""
GRACE = 30 * SECOND
"""How long somebody whose connection ended counts as there: a page that is loaded anew comes back sooner."""
SHOWN = 5_000
"""Visitors told of at most, those seen last."""


class Presences:
    """Agents and visitors of the accounts that somebody listens to here."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.said: Callable[[Visit], None] = self.visited
        self._database = database
        self._clock = clock
        self._agents: dict[int, dict[int, Presence]] = {}
        self._visitors: dict[int, dict[int, int]] = {}
        self._written: dict[tuple[int, int], int] = {}

    async def agent_seen(self, account_id: int, user_id: int) -> None:
        """An agent says that they are here."""
        now = self._clock.now()
        if 0 <= now - self._written.get((account_id, user_id), 0) < WRITE_AFTER:
            return
        async with self._database.unit() as unit:
            await presence.seen(unit, account_id, user_id)
        self._written[account_id, user_id] = now

    async def agent_left(self, account_id: int, user_id: int) -> None:
        """An agent's last connection here ended. One they have elsewhere says soon that they are still there."""
        self._written.pop((account_id, user_id), None)
        async with self._database.unit() as unit:
            await presence.left(unit, account_id, user_id, self._clock.now() - PRESENT + GRACE)

    def visitor_seen(self, account_id: int, contact_id: int) -> None:
        self.said(Visit(account_id=account_id, contact_id=contact_id, seen_at=self._clock.now()))

    def visitor_left(self, account_id: int, contact_id: int) -> None:
        seen_at = self._clock.now() - PRESENT + GRACE
        self.said(Visit(account_id=account_id, contact_id=contact_id, seen_at=seen_at))

    def visited(self, visit: Visit) -> None:
        """A visitor was there, says this process or another."""
        self._visitors.setdefault(visit.account_id, {})[visit.contact_id] = visit.seen_at

    def contacts(self, account_id: int) -> Collection[int]:
        """The account's visitors who are there."""
        since = self._clock.now() - PRESENT
        return {one for one, seen_at in self._visitors.get(account_id, {}).items() if seen_at > since}

    async def look(self, accounts: Collection[int]) -> None:
        """Read again how these accounts' agents are; forget who is long gone."""
        async with self._database.read() as reader:
            self._agents = await presence.of_accounts(reader, accounts)
        self._forget()

    async def know(self, account_id: int) -> None:
        """Read how an account's agents are, just now."""
        async with self._database.read() as reader:
            self._agents |= await presence.of_accounts(reader, [account_id])

    def told(self, account_id: int, *, to_agents: bool) -> str:
        """The `presence.update` of an account; visitors hear of agents only."""
        now = self._clock.now()
        agents = self._agents.get(account_id, {})
        users = {str(user_id): one.status(now) for user_id, one in agents.items() if one.is_there(now)}
        data: dict[str, object] = {"account_id": account_id, "users": users}
        if to_agents:
            data["contacts"] = {str(one): "online" for one in sorted(self._latest(account_id))}
        return json.dump_text({"event": "presence.update", "data": data})

    def _latest(self, account_id: int) -> Collection[int]:
        there = self.contacts(account_id)
        if len(there) <= SHOWN:
            return there
        seen = self._visitors[account_id]
        return sorted(there, key=seen.__getitem__, reverse=True)[:SHOWN]

    def _forget(self) -> None:
        now = self._clock.now()
        self._written = {who: at for who, at in self._written.items() if 0 <= now - at < PRESENT}
        for account_id, seen in list(self._visitors.items()):
            kept = {one: at for one, at in seen.items() if at > now - PRESENT}
            if kept:
                self._visitors[account_id] = kept
            else:
                del self._visitors[account_id]
