"""What the benches need of a desk: an account, conversations, a webhook, and messages to deliver."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from msgspec import Struct

from bench.sink import Sink, mark, until
from deskbell.config import Settings, load
from deskbell.delivery.guard import Allowance
from deskbell.delivery.http import Client
from deskbell.delivery.http_pool import Limits
from deskbell.delivery.worker import Worker
from deskbell.desk.actor import Actor
from deskbell.desk.commands import accounts, contacts, conversations, inboxes, messages, webhooks
from deskbell.desk.commands.contacts import ContactChanges
from deskbell.desk.commands.conversations import NewConversation
from deskbell.desk.commands.inboxes import InboxChanges
from deskbell.desk.commands.thread import Draft
from deskbell.desk.commands.webhooks import WebhookChanges
from deskbell.kit import garbage
from deskbell.kit.clock import SystemClock
from deskbell.model.webhook import Address
from deskbell.store import open_database
from deskbell.store.database import Database, Unit
from deskbell.store.migrate import migrate

_TLS = ssl.create_default_context()  # reading the certificates belongs to no timing
_WORDS = "The parcel never came, and the tracking page says it was delivered on Tuesday. " * 4


def words(number: int) -> str:
    """The content of a message that makes a body of about 2 kB, and by which the sink knows it."""
    return f"{mark(number)} {_WORDS}"


def settings_of(url: str) -> Settings:
    return load({"database": url, "delivery_allow": ("127.0.0.1",)})


class Desk(Struct):
    """An account with conversations."""

    database: Database
    actor: Actor
    token: str
    conversations: int

    async def say(self, total: int, at_once: int = 64) -> None:
        """Write messages into all conversations in turn."""
        places = asyncio.Semaphore(at_once)

        async def one(number: int) -> None:
            async with places:
                await self.write(number)

        await asyncio.gather(*(one(number) for number in range(total)))

    async def write(self, number: int) -> int:
        """Write one message; answers when it was durable, in nanoseconds of the monotonic clock."""
        place = 1 + number % self.conversations
        async with self.database.unit() as unit:
            await messages.create_message(unit, self.actor, place, Draft(content=words(number)))
        return time.monotonic_ns()


@asynccontextmanager
async def open_desk(url: str, addresses: Sequence[str], conversation_count: int = 200) -> AsyncIterator[Desk]:
    """A migrated database with a desk in it that has a webhook for each address."""
    await migrate(url)
    database = await open_database(url, SystemClock())
    try:
        async with database.unit() as unit:
            made = await accounts.create_account(
                unit, name="Bench", email="bench@example.com", password_hash=None
            )
            actor = Actor(
                kind="user", account_id=made.account_id, id=made.user_id, name="Bench", role="administrator"
            )
            await _furnish(unit, actor, conversation_count)
            for address in addresses:
                await webhooks.create_webhook(
                    unit, actor, WebhookChanges(address=Address(address), subscriptions=["message_created"])
                )
        yield Desk(database, actor, made.api_access_token, conversation_count)
    finally:
        await database.close()


async def _furnish(unit: Unit, actor: Actor, conversation_count: int) -> None:
    inbox = await inboxes.create_inbox(unit, actor, "Channel::Api", InboxChanges(name="API"))
    for number in range(conversation_count):
        contact = await contacts.create_contact(unit, actor, ContactChanges(name=f"Contact {number}"))
        place = await contacts.add_contact_inbox(unit, inbox, contact)
        await conversations.create_conversation(
            unit, actor, NewConversation(inbox_id=inbox.id, source_id=place.source_id)
        )


def addresses(receivers: Sink, targets: int = 1, behaviours: Sequence[str] = ()) -> list[str]:
    """An address for each target, in turn on the ports there are; the first ones behave as they are told, the rest well."""
    ways = [*behaviours, *["ok"] * targets]
    return [
        f"http://127.0.0.1:{receivers.ports[number % len(receivers.ports)]}/{ways[number]}/{number}"
        for number in range(targets)
    ]


@asynccontextmanager
async def working(database: Database, settings: Settings) -> AsyncIterator[Worker]:
    """A worker as `serve` runs it. Leaving waits for what is in flight."""
    limits = Limits(per_origin=512, connections=1024)
    client = Client(Allowance.parse(("127.0.0.1",)), limits, ssl_context=_TLS)
    worker = Worker(database, client, settings, SystemClock())
    database.bell = worker.ring
    garbage.freeze()
    running = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        worker.stop()
        await running
        await client.close()


async def drain(database: Database, settings: Settings, total: int) -> int:
    """Deliver until so many are delivered; answers how many it came to with what was in flight."""
    async with working(database, settings) as worker:
        await until(lambda: worker.verdicts["delivered"] >= total)
    return worker.verdicts["delivered"]
