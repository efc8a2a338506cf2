"""Who is connected and listens to what. Nothing here waits: what comes is put into each listener's outbox."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from deskbell.kit import json
from deskbell.model.event import Event
from deskbell.model.listener import AgentListener, Listener, Scene, VisitorListener
from deskbell.realtime.outbox import Outbox
from deskbell.realtime.told import Cursor, Message, Told

HELD = 500
"""Messages held for a listener that catches up; with more it reads them from the journal."""


class Connection:
    """One socket: its outbox, and its subscriptions by their identifiers."""

    def __init__(self, now: int) -> None:
        self.idle_since: int | None = now
        """Since when it listens to nothing."""
        self.outbox = Outbox()
        self.subscriptions: dict[str, Subscription] = {}


class Subscription:
    """A connection that listens as somebody."""

    def __init__(self, connection: Connection, identifier: str, who: Listener, cursor: Cursor) -> None:
        self.connection = connection
        self.identifier = identifier
        self.who = who
        self.cursor = cursor
        self._held: list[Message] | None = None
        self._before = f'{{"identifier":{json.dump_text(identifier)},"message":'

    def tell(self, text: str) -> None:
        """Send a message as it is."""
        self.connection.outbox.put(f"{self._before}{text}}}")

    def hold(self) -> None:
        """Keep what happens from now on until what was missed is sent."""
        self._held = []

    def release(self) -> bool:
        """Send what was held, and what happens from now on; False where too much was held, and some of it let go."""
        held, self._held = self._held, None
        if held is not None and len(held) > HELD:
            return False
        self.deliver(held or ())
        return True

    def take(self, messages: Sequence[Message]) -> None:
        """What happens now: sent, or held."""
        if self._held is None:
            self.deliver(messages)
        elif len(self._held) <= HELD:
            self._held += messages

    def deliver(self, messages: Iterable[Message]) -> None:
        """Send what was not sent yet."""
        for message in messages:
            if message.cursor > self.cursor:
                self.cursor = message.cursor
                self.tell(message.text)


class Room:
    """The listeners of one account."""

    def __init__(self) -> None:
        self.agents: set[Subscription] = set()
        self.by_address: dict[int, set[Subscription]] = defaultdict(set)
        self.by_contact: dict[int, set[Subscription]] = defaultdict(set)
        self.visitors_here = 0

    def add(self, one: Subscription) -> None:
        if isinstance(one.who, AgentListener):
            self.agents.add(one)
        else:
            self.by_address[one.who.contact_inbox_id].add(one)
            self.by_contact[one.who.contact_id].add(one)
            self.visitors_here += 1

    def remove(self, one: Subscription) -> None:
        if isinstance(one.who, AgentListener):
            self.agents.discard(one)
            return
        for index, key in (
            (self.by_address, one.who.contact_inbox_id),
            (self.by_contact, one.who.contact_id),
        ):
            index[key].discard(one)
            if not index[key]:
                del index[key]
        self.visitors_here -= 1

    def visitors(self, scene: Scene) -> set[Subscription]:
        """The visitors a scene may concern."""
        return self.by_address.get(scene.contact_inbox_id, set()) | self.by_contact.get(
            scene.contact_id, set()
        )

    @property
    def empty(self) -> bool:
        return not self.agents and not self.by_address


class Hub:
    """Every connection of this process."""

    def __init__(self) -> None:
        self.connections: set[Connection] = set()
        self.rooms: dict[int, Room] = {}

    def add(self, one: Subscription) -> None:
        """Tell it what happens from now on."""
        self.rooms.setdefault(one.who.account_id, Room()).add(one)

    def remove(self, one: Subscription) -> None:
        room = self.rooms.get(one.who.account_id)
        if room is not None:
            room.remove(one)
            if room.empty:
                del self.rooms[one.who.account_id]

    def replace(self, one: Subscription, who: Listener) -> None:
        """A listener is somebody else now: more or fewer inboxes, a proven identity, another contact."""
        self.remove(one)
        one.who = who
        self.add(one)

    def listeners_like(self, who: Listener) -> int:
        """How many listen in the same account: agents for an agent, and visitors for a visitor."""
        room = self.rooms.get(who.account_id)
        if room is None:
            return 0
        return len(room.agents) if isinstance(who, AgentListener) else room.visitors_here

    def subscriptions(self) -> Iterator[Subscription]:
        """Everybody who listens."""
        for account_id in list(self.rooms):
            yield from self.of_account(account_id)

    def of_account(self, account_id: int) -> list[Subscription]:
        """Everybody who listens in one account."""
        room = self.rooms.get(account_id)
        if room is None:
            return []
        return [*room.agents, *(one for found in room.by_address.values() for one in found)]

    def is_there(self, who: Listener) -> bool:
        """Whether somebody is connected, by whatever connection."""
        room = self.rooms.get(who.account_id)
        if room is None:
            return False
        if isinstance(who, AgentListener):
            return any(
                isinstance(one.who, AgentListener) and one.who.user_id == who.user_id for one in room.agents
            )
        return who.contact_id in room.by_contact

    def publish(self, event: Event) -> None:
        """Tell an event to those it concerns."""
        room = self.rooms.get(event.account_id)
        told = Told(event)
        if room is None or told.scene is None:
            return
        for one in [*room.agents, *room.visitors(told.scene)]:
            one.take(told.messages(one.who))

    def tell_agents(self, account_id: int, text: str, wanted: Callable[[AgentListener], bool]) -> None:
        """Tell a passing message to an account's agents."""
        room = self.rooms.get(account_id)
        for one in list(room.agents) if room else ():
            if isinstance(one.who, AgentListener) and wanted(one.who):
                one.tell(text)

    def tell_visitors(self, scene: Scene, text: str) -> None:
        """Tell a passing message to the visitors of a scene."""
        room = self.rooms.get(scene.account_id)
        for one in room.visitors(scene) if room else ():
            if isinstance(one.who, VisitorListener) and one.who.may_hear(scene):
                one.tell(text)
