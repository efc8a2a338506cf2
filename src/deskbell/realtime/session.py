"""One connection's side of the talk: what it may ask, how often, and what becomes of it."""

from typing import Any

from typing_extensions import override

from deskbell.kit.clock import SECOND, Clock
from deskbell.kit.errors import Unavailable
from deskbell.model.listener import Listener
from deskbell.realtime import protocol
from deskbell.realtime.hub import Connection, Subscription
from deskbell.realtime.live import Live
from deskbell.realtime.protocol import Command, Malformed, Wanted
from deskbell.store import listeners
from deskbell.store.database import Database

SUBSCRIPTIONS = 20
"""Subscriptions of one connection at most."""
REFUSALS = 5
"""Subscriptions refused until the connection is: whoever tries tokens out must come anew each time."""
COMMANDS = 120
"""Things a connection may say within SPAN."""
SPAN = 10 * SECOND


class Session:
    """What one client says, and what is done about it."""

    def __init__(self, live: Live, database: Database, clock: Clock) -> None:
        self.connection: Connection = live.connect()
        self._live = live
        self._database = database
        self._clock = clock
        self._refused = 0
        self._said = 0
        self._since = clock.now()

    async def hear(self, text: str) -> None:
        """Do what the client says."""
        if not self._within_limits():
            self._live.dismiss(self.connection, "too_many_requests", reconnect=True)
            return
        try:
            await self._obey(protocol.read_command(text))
        except Malformed:
            self._live.dismiss(self.connection, "invalid_request", reconnect=False)
        except Unavailable:
            self._live.dismiss(self.connection, "unavailable", reconnect=True)

    async def end(self) -> None:
        """The connection is gone."""
        await self._live.disconnect(self.connection)

    async def act(self, one: Subscription, said: dict[str, Any]) -> None:
        """Do what a listener says. What is not known is nothing."""
        if said.get("action") == "update_presence":
            await self._live.seen(one)

    async def owner(self, wanted: Wanted) -> Listener | None:
        """Whom a token lets listen: a user in the account that is named with it, or else a visitor."""
        if not wanted.token:
            return None
        async with self._database.read() as reader:
            if wanted.user_id is None:
                return await listeners.visitor(reader, wanted.token)
            if wanted.account_id is None:
                return None
            return await listeners.agent(reader, wanted.token, wanted.account_id, wanted.user_id)

    async def _obey(self, command: Command) -> None:
        if command.name == "subscribe":
            await self._subscribe(command.identifier)
        elif command.name == "unsubscribe":
            await self._live.unsubscribe(self.connection, command.identifier)
        elif command.name == "message":
            one = self.connection.subscriptions.get(command.identifier)
            if one is not None:
                await self.act(one, command.data)
        else:
            raise Malformed

    async def _subscribe(self, identifier: str) -> None:
        known = self.connection.subscriptions.get(identifier)
        if known is not None:
            self.connection.outbox.put(protocol.confirmed(identifier, known.cursor))
            return
        wanted = protocol.read_identifier(identifier)
        who = await self.owner(wanted) if wanted else None
        if wanted is None or who is None or len(self.connection.subscriptions) >= SUBSCRIPTIONS:
            self._refuse(identifier)
            return
        await self._live.subscribe(self.connection, identifier, who, wanted)

    def _refuse(self, identifier: str) -> None:
        self.connection.outbox.put(protocol.rejected(identifier))
        self._refused += 1
        if self._refused >= REFUSALS:
            self._live.dismiss(self.connection, "unauthorized", reconnect=False)

    def _within_limits(self) -> bool:
        now = self._clock.now()
        if not 0 <= now - self._since < SPAN:
            self._since, self._said = now, 0
        self._said += 1
        return self._said <= COMMANDS


class MemberSession(Session):
    """A connection that has proven already as which user it listens, and in which account."""

    def __init__(
        self, live: Live, database: Database, clock: Clock, *, account_id: int, user_id: int
    ) -> None:
        super().__init__(live, database, clock)
        self.account_id = account_id
        self.user_id = user_id

    @override
    async def owner(self, wanted: Wanted) -> Listener | None:
        """The user; whatever token comes along lets nobody else listen."""
        if wanted.token:
            return None
        async with self._database.read() as reader:
            found = await listeners.agents(reader, {self.account_id}, {self.user_id})
        return found.get((self.account_id, self.user_id))
