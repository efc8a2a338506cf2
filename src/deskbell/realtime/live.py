"""Everything live in one process: who is connected, what they are told, and what is seen to from time to time."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from deskbell.kit.clock import SECOND, Clock
from deskbell.kit.errors import Unavailable
from deskbell.model.listener import AgentListener, Listener
from deskbell.realtime import protocol
from deskbell.realtime.ephemeral import Ephemeral, Typing
from deskbell.realtime.feed import Feed
from deskbell.realtime.hub import Connection, Hub, Subscription
from deskbell.realtime.presence import Presences
from deskbell.realtime.resume import can_resume, catch_up
from deskbell.realtime.told import Cursor
from deskbell.realtime.watchers import Watchers
from deskbell.store import listeners
from deskbell.store.database import Database, News

log = logging.getLogger("deskbell.realtime")

TURN = 3.0
"""Seconds between pings, and between looks at who may still listen and who is there."""
IDLE = 30 * SECOND
"""How long a connection may listen to nothing."""
GOODBYE = 2.0
"""Seconds in which connections are told of a stop."""


class Live:
    """The part of a process that tells people what happens as it happens."""

    def __init__(self, database: Database, clock: Clock, most_listeners: int = 0) -> None:
        """`most_listeners`: how many agents of one account may listen at once, and how many of its visitors; 0 for any number."""
        self.hub = Hub()
        self._most_listeners = most_listeners
        self.feed = Feed(database, self.hub.publish)
        self.presences = Presences(database, clock)
        self.ephemeral = Ephemeral(self.hub, self.presences.visited)
        self.presences.said = self.ephemeral.say
        self.watchers = Watchers(clock, self.ephemeral.say)
        self.ephemeral.watched = self.watchers.heard
        self._database = database
        self._clock = clock
        self._catching_up: dict[Subscription, asyncio.Task[None]] = {}
        self._stopped = asyncio.Event()
        self._empty = asyncio.Event()
        self._leaving = False
        self._failing = False
        self._told: dict[int, tuple[str, str]] = {}

    def pass_on(self, carry: Callable[[str], None]) -> None:
        """Let other processes hear what is said in passing."""
        self.ephemeral.pass_on = carry

    def hear(self, news: News) -> None:
        """What another process says."""
        self.feed.wake(news.accounts)
        for text in news.passing:
            self.ephemeral.hear(text)

    def typing(self, typing: Typing) -> None:
        """Tell those whom it concerns that somebody types, or does no more."""
        self.ephemeral.say(typing)

    def connect(self) -> Connection:
        """A new connection, welcomed; while the process stops, sent away."""
        connection = Connection(self._clock.now())
        connection.outbox.put(protocol.WELCOME)
        self.hub.connections.add(connection)
        if self._leaving:
            self.dismiss(connection, "server_restart", reconnect=True)
        return connection

    async def disconnect(self, connection: Connection) -> None:
        """The connection ended."""
        self.hub.connections.discard(connection)
        if not self.hub.connections:
            self._empty.set()
        for identifier in list(connection.subscriptions):
            await self.unsubscribe(connection, identifier)

    def dismiss(self, connection: Connection, reason: str, *, reconnect: bool) -> None:
        """Say why, and end the connection."""
        connection.outbox.put(protocol.disconnect(reason, reconnect=reconnect))
        connection.outbox.close(reason)

    async def subscribe(
        self, connection: Connection, identifier: str, who: Listener, wanted: protocol.Wanted
    ) -> None:
        """Let a connection listen as somebody, from where they have heard already. Raises Unavailable."""
        await self.feed.follow(who.account_id)
        try:
            async with self._database.read() as reader:
                resumed = wanted.after is not None and await can_resume(reader, who, wanted.after)
        except BaseException:
            self.feed.leave(who.account_id)
            raise
        # From here to the end of what is told first nothing else may run: what happens is told from the position on.
        if 0 < self._most_listeners <= self.hub.listeners_like(who):
            self.feed.leave(who.account_id)
            self.dismiss(connection, "too_many_listeners", reconnect=True)
            return
        position = Cursor(self.feed.position(who.account_id))
        begin = wanted.after if resumed and wanted.after is not None else position
        one = Subscription(connection, identifier, who, begin)
        connection.subscriptions[identifier] = one
        connection.idle_since = None
        connection.outbox.put(protocol.confirmed(identifier, begin))
        if resumed:
            one.hold()
            self._catching_up[one] = asyncio.create_task(self._catch_up(one))
        elif wanted.resumes:
            one.tell(protocol.resume_failed(position))
        self.hub.add(one)
        await self.seen(one, at_once=True)

    async def unsubscribe(self, connection: Connection, identifier: str) -> None:
        """Let a connection listen no more."""
        one = connection.subscriptions.pop(identifier, None)
        if one is None:
            return
        if not connection.subscriptions:
            connection.idle_since = self._clock.now()
        self.hub.remove(one)
        self.feed.leave(one.who.account_id)
        task = self._catching_up.pop(one, None)
        if task is not None:
            task.cancel()
        await self._left(one.who)

    async def seen(self, one: Subscription, *, at_once: bool = False) -> None:
        """The listener says that they are there, and is told who else is. `at_once` where nobody may have looked yet."""
        who, presences = one.who, self.presences
        if isinstance(who, AgentListener):
            await presences.agent_seen(who.account_id, who.user_id)
        else:
            presences.visitor_seen(who.account_id, who.contact_id)
        if at_once:
            await presences.know(who.account_id)
        one.tell(presences.told(who.account_id, to_agents=isinstance(who, AgentListener)))

    async def tell_presence(self, account_id: int) -> None:
        """Somebody's availability changed: tell those who listen here now; other processes tell theirs when they look."""
        if account_id in self.hub.rooms:
            with suppress(Unavailable):  # told with the next look
                await self.presences.know(account_id)
                self._tell_presence(account_id)

    async def run(self) -> None:
        """Tell what happens until `stop`."""
        parts = (self.feed.run(), self._see_to_things(), self.watchers.run())
        tasks = [asyncio.create_task(part) for part in parts]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.stop()
            for task in (*tasks, *self._catching_up.values()):
                task.cancel()
            await asyncio.gather(*tasks, *self._catching_up.values(), return_exceptions=True)
        for task in done:
            task.result()

    def stop(self) -> None:
        self._stopped.set()
        self.feed.stop()

    async def farewell(self) -> None:
        """Tell every connection that this process stops, and to come again: to another, or to the next."""
        self._leaving = True
        self._empty.clear()
        for connection in list(self.hub.connections):
            self.dismiss(connection, "server_restart", reconnect=True)
        if self.hub.connections:
            with suppress(TimeoutError):
                async with asyncio.timeout(GOODBYE):
                    await self._empty.wait()

    async def _catch_up(self, one: Subscription) -> None:
        try:
            await catch_up(self._database, one)
        except Unavailable:
            one.connection.outbox.lose()  # it comes again, and says how far it has heard
        finally:
            self._catching_up.pop(one, None)

    async def _left(self, who: Listener) -> None:
        """The listener is no more there, unless by another connection."""
        if self.hub.is_there(who):
            return
        if isinstance(who, AgentListener):
            with suppress(Unavailable):  # they count as there until they were not seen for long
                await self.presences.agent_left(who.account_id, who.user_id)
        else:
            self.presences.visitor_left(who.account_id, who.contact_id)

    async def _see_to_things(self) -> None:
        while not self._stopped.is_set():
            self._ping()
            try:
                await self._look_who_may_listen()
                await self._look_who_is_there()
                self._failing = False
            except Unavailable as error:
                if not self._failing:
                    log.warning("Cannot look who is there now", extra={"reason": error.message})
                self._failing = True
            with suppress(TimeoutError):
                async with asyncio.timeout(TURN):
                    await self._stopped.wait()

    def _ping(self) -> None:
        now = self._clock.now()
        text = protocol.ping(now // SECOND)
        for connection in self.hub.connections:
            if connection.idle_since is not None and now - connection.idle_since > IDLE:
                self.dismiss(connection, "idle", reconnect=False)
            else:
                connection.outbox.put(text)

    async def _look_who_may_listen(self) -> None:
        """What changed of the listeners' inboxes, roles and identities holds within seconds."""
        present = list(self.hub.subscriptions())
        agents = {
            (one.who.account_id, one.who.user_id) for one in present if isinstance(one.who, AgentListener)
        }
        addresses = {one.who.contact_inbox_id for one in present if not isinstance(one.who, AgentListener)}
        if not present:
            return
        async with self._database.read() as reader:
            as_agents = await listeners.agents(
                reader, {account_id for account_id, _ in agents}, {user_id for _, user_id in agents}
            )
            as_visitors = await listeners.visitors(reader, addresses)
        for one in present:
            who = one.who
            now = (
                as_agents.get((who.account_id, who.user_id))
                if isinstance(who, AgentListener)
                else as_visitors.get(who.contact_inbox_id)
            )
            await self._is_now(one, now)

    async def _is_now(self, one: Subscription, now: Listener | None) -> None:
        if one.connection.subscriptions.get(one.identifier) is not one:
            return  # ended meanwhile
        if now is None:
            await self.unsubscribe(one.connection, one.identifier)
            one.connection.outbox.put(protocol.rejected(one.identifier))
        elif now != one.who:
            self.hub.replace(one, now)

    async def _look_who_is_there(self) -> None:
        """Read who is there, and tell each account where that changed."""
        accounts = list(self.hub.rooms)
        await self.presences.look(accounts)
        self._told = {one: told for one, told in self._told.items() if one in self.hub.rooms}
        for account_id in accounts:
            self._tell_presence(account_id)

    def _tell_presence(self, account_id: int) -> None:
        to_agents = self.presences.told(account_id, to_agents=True)
        to_visitors = self.presences.told(account_id, to_agents=False)
        before = self._told.get(account_id, ("", ""))
        self._told[account_id] = (to_agents, to_visitors)
        for one in self.hub.of_account(account_id):
            is_agent = isinstance(one.who, AgentListener)
            text, last = (to_agents, before[0]) if is_agent else (to_visitors, before[1])
            if text != last:
                one.tell(text)
