"""A small world to test in: an account with its people, an API inbox and a website, a contact, and a clock that stands still."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

import uvloop

from deskbell.desk.actor import Actor
from deskbell.desk.commands import accounts, agents, contacts, inboxes, webhooks
from deskbell.desk.commands import conversations as conversation_commands
from deskbell.desk.commands import messages as message_commands
from deskbell.desk.commands.contacts import ContactChanges
from deskbell.desk.commands.conversations import NewConversation
from deskbell.desk.commands.inboxes import InboxChanges
from deskbell.desk.commands.thread import Draft
from deskbell.desk.commands.webhooks import WebhookChanges
from deskbell.events.snapshot import Snapshot, thaw
from deskbell.kit.clock import ManualClock
from deskbell.model.contact import Contact, ContactInbox
from deskbell.model.conversation import Conversation
from deskbell.model.event import EVENT_NAMES, Event
from deskbell.model.inbox import Inbox
from deskbell.model.message import Message, MessageType
from deskbell.model.webhook import Address, Webhook
from deskbell.store import conversations, events, open_database
from deskbell.store.database import Database, Unit
from deskbell.store.statement import Statement
from tests.support.truth import check_database

_LANES = Statement("SELECT subject, tail FROM lanes WHERE target_id = :target_id ORDER BY subject")

T = TypeVar("T")
P = ParamSpec("P")


@dataclass(frozen=True)
class World:
    """Alice administers, Bob is an agent of the API inbox, Carla writes in. `token` is Alice's."""

    database: Database
    clock: ManualClock
    account_id: int
    token: str
    alice: Actor
    bob: Actor
    carla: Contact
    place: ContactInbox
    api_inbox: Inbox
    website: Inbox

    @property
    def contact(self) -> Actor:
        return Actor(kind="contact", account_id=self.account_id, id=self.carla.id, name=self.carla.name)

    async def webhook(
        self,
        url: str = "https://hooks.example.com/a",
        subscriptions: Sequence[str] = EVENT_NAMES,
        **more: Any,
    ) -> Webhook:
        """A webhook of the account; `more` are fields of WebhookChanges."""
        async with self.database.unit() as unit:
            changes = WebhookChanges(address=Address(url), subscriptions=list(subscriptions), **more)
            return await webhooks.create_webhook(unit, self.alice, changes)

    async def conversation(self, **more: Any) -> Conversation:
        """A conversation of Carla's; `more` are fields of NewConversation."""
        async with self.database.unit() as unit:
            wanted = NewConversation(inbox_id=self.api_inbox.id, source_id=self.place.source_id, **more)
            return await conversation_commands.create_conversation(unit, self.alice, wanted)

    async def do(
        self, command: Callable[Concatenate[Unit, P], Awaitable[T]], *args: P.args, **more: P.kwargs
    ) -> T:
        """Run one command, as one request would."""
        async with self.database.unit() as unit:
            return await command(unit, *args, **more)

    async def say(self, number: int = 1, content: str = "Hello", **more: Any) -> Message:
        """Alice writes; `more` are fields of Draft."""
        draft = Draft(content=content, **more)
        return (await self.do(message_commands.create_message, self.alice, number, draft)).message

    async def hear(self, number: int = 1, content: str = "Hi") -> Message:
        """Carla writes."""
        draft = Draft(content=content, message_type=MessageType.INCOMING)
        return (await self.do(message_commands.write_own, self.contact, self.place, number, draft)).message

    async def get(self, number: int = 1) -> Conversation:
        """A conversation as it is now."""
        async with self.database.read() as reader:
            found = await conversations.get(reader, self.account_id, number)
        assert found is not None
        return found

    async def told(self, after: int = 0) -> list[str]:
        """The names of what happened."""
        return [event.name for event in await self.events(after)]

    async def lanes(self, webhook: Webhook) -> dict[str, int]:
        """A webhook's lanes: what each holds in order, and how many deliveries."""
        async with self.database.read() as reader:
            rows = await reader.all(_LANES, target_id=webhook.target.id)
        return {row["subject"]: row["tail"] for row in rows}

    async def events(self, after: int = 0) -> list[Event]:
        """What the journal holds, in order."""
        async with self.database.read() as reader:
            return await events.after(reader, self.account_id, after, 10_000)

    async def snapshots(self, after: int = 0) -> list[Snapshot]:
        return [thaw(event.snapshot) for event in await self.events(after)]


@asynccontextmanager
async def open_world(url: str) -> AsyncIterator[World]:
    """The world, in a migrated and empty database. A test that ends well also leaves a database in which all is true."""
    clock = ManualClock()
    database = await open_database(url, clock)
    try:
        yield await open_account(database, clock, "Acme", "example.com")
        await check_database(database)
    finally:
        await database.close()


@contextmanager
def live_world(url: str) -> Iterator[tuple[World, Callable[[Coroutine[object, object, T]], T]]]:
    """The world outside of any coroutine, with a way to run one in it: for tests that hypothesis drives."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        opened = open_world(url)
        world = runner.run(opened.__aenter__())
        try:
            yield world, runner.run
        except BaseException:
            runner.run(world.database.close())
            raise
        runner.run(opened.__aexit__(None, None, None))


async def open_account(database: Database, clock: ManualClock, name: str, domain: str) -> World:
    """An account with everyone in it; their emails are of the domain."""
    async with database.unit() as unit:
        made = await accounts.create_account(
            unit, name=name, email=f"alice@{domain}", password_hash=None, user_name="Alice"
        )
        alice = Actor(
            kind="user", account_id=made.account_id, id=made.user_id, name="Alice", role="administrator"
        )
        agent = await agents.add_agent(unit, alice, name="Bob", email=f"bob@{domain}")
        bob = Actor(kind="user", account_id=made.account_id, id=agent.user.id, name="Bob", role="agent")
        api_inbox = await inboxes.create_inbox(unit, alice, "Channel::Api", InboxChanges(name="API"))
        quiet = InboxChanges(name="Website", settings={"enable_email_collect": False})
        website = await inboxes.create_inbox(unit, alice, "Channel::WebWidget", quiet)
        await inboxes.add_members(unit, alice, api_inbox.id, [bob.id])
        carla = await contacts.create_contact(
            unit, alice, ContactChanges(name="Carla", email=f"carla@{domain}")
        )
        place = await contacts.add_contact_inbox(unit, api_inbox, carla, "carla-1")
    return World(
        database, clock, made.account_id, made.api_access_token, alice, bob, carla, place, api_inbox, website
    )
