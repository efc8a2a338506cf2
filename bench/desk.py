"""What the benches need of a desk: an account, conversations, a webhook, and messages to deliver."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from msgspec import Struct

from deskbell.config import Settings
from deskbell.delivery.guard import Allowance
from deskbell.delivery.http import Client
from deskbell.delivery.http_pool import Limits
from deskbell.delivery.worker import Worker
from deskbell.desk.actor import Actor
from deskbell.desk.commands import accounts, contacts, conversations, inboxes, messages, webhooks
from deskbell.desk.commands.contacts import ContactChanges
from deskbell.desk.commands.conversations import NewConversation
from deskbell.desk.commands.inboxes import InboxChanges
from deskbell.desk.commands.messages import Draft
from deskbell.desk.commands.webhooks import WebhookChanges
from deskbell.kit.clock import SystemClock
from deskbell.model.webhook import Address
from deskbell.store import open_database
from deskbell.store.database import Database
from deskbell.store.migrate import migrate

WORDS = "The parcel never came, and the tracking page says it was delivered on Tuesday. " * 4
"""A message that makes a body of about 2 kB."""


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
            async with places, self.database.unit() as unit:
                await messages.create_message(
                    unit, self.actor, 1 + number % self.conversations, Draft(content=WORDS)
                )

        await asyncio.gather(*(one(number) for number in range(total)))


@asynccontextmanager
async def open_desk(
    url: str, sink_port: int, conversation_count: int = 200, targets: int = 1
) -> AsyncIterator[Desk]:
    """A migrated database with a desk in it whose webhooks point at the sink."""
    await migrate(url)
    database = await open_database(url, SystemClock())
    try:
        async with database.unit() as unit:
            made = await accounts.create_account(
                unit, name="Bench", email=f"{id(database)}@example.com", password_hash=None
            )
            actor = Actor(
                kind="user", account_id=made.account_id, id=made.user_id, name="Bench", role="administrator"
            )
            inbox = await inboxes.create_inbox(unit, actor, "Channel::Api", InboxChanges(name="API"))
            for number in range(conversation_count):
                contact = await contacts.create_contact(unit, actor, ContactChanges(name=f"Contact {number}"))
                place = await contacts.add_contact_inbox(unit, inbox, contact)
                await conversations.create_conversation(
                    unit, actor, NewConversation(inbox_id=inbox.id, source_id=place.source_id)
                )
            for number in range(targets):
                address = Address(f"http://127.0.0.1:{sink_port}/{number}")
                await webhooks.create_webhook(
                    unit, actor, WebhookChanges(address=address, subscriptions=["message_created"])
                )
        yield Desk(database, actor, made.api_access_token, conversation_count)
    finally:
        await database.close()


async def drain(database: Database, settings: Settings, total: int) -> None:
    """Deliver until so many are delivered, with the worker as `serve` runs it."""
    client = Client(Allowance.parse(("127.0.0.1",)), Limits(per_origin=512, connections=1024))
    worker = Worker(database, client, settings, SystemClock())
    database.bell = worker.ring
    running = asyncio.create_task(worker.run())
    while worker.verdicts["delivered"] < total:
        await asyncio.sleep(0.01)
    worker.stop()
    await running
    await client.close()
