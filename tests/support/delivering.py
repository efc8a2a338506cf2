"""A worker at work in a test: a real client, a real receiver on loopback, a clock the test moves."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from deskbell.config import Settings, load
from deskbell.delivery.guard import Allowance
from deskbell.delivery.http import Client
from deskbell.delivery.http_pool import Limits
from deskbell.delivery.worker import Worker
from deskbell.desk.commands import messages
from deskbell.desk.commands.thread import Draft
from deskbell.desk.queries import webhooks as queries
from deskbell.desk.queries.webhooks import DeliveryView
from deskbell.model.message import Message
from deskbell.model.webhook import Webhook
from deskbell.runtime.receiver import Received, Receiver, Reply
from tests.support.world import World, open_world

PATIENCE = 20.0


@dataclass
class Scene:
    """A world, a worker, and a receiver whose answer a test may change at any time."""

    world: World
    settings: Settings
    received: list[Received] = field(default_factory=list)
    answer: Callable[[Received], Reply | int | None] = lambda _received: 200
    url: str = ""

    def heard(self, path: str = "/hook") -> list[str]:
        """The events a path got, as `event_id` in the order they came."""
        return [one.event_id for one in self.received if one.path == path]

    def has_received(self, count: int) -> bool:
        return len(self.received) >= count

    def has_heard(self, content: str, count: int) -> bool:
        return sum(bool(one.json["content"] == content) for one in self.received) >= count

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait for something to become true; fails the test when it does not."""
        async with asyncio.timeout(PATIENCE):
            while not true():
                await asyncio.sleep(0.005)

    async def say(self, number: int, *contents: str) -> list[Message]:
        """Write messages into a conversation, one after another."""
        written = []
        for content in contents:
            async with self.world.database.unit() as unit:
                draft = Draft(content=content)
                written.append((await messages.create_message(unit, self.world.alice, number, draft)).message)
        return written

    async def deliveries(self, webhook: Webhook) -> list[DeliveryView]:
        """The log, oldest first."""
        async with self.world.database.read() as reader:
            page = await queries.delivery_page(
                reader, self.world.alice, webhook.id, state=None, event=None, before=None, limit=100
            )
        return page[::-1]

    async def shown(self, webhook: Webhook) -> Webhook:
        """The webhook as it is now."""
        async with self.world.database.read() as reader:
            return next(
                one for one in await queries.all_webhooks(reader, self.world.alice) if one.id == webhook.id
            )

    async def settled(self, webhook: Webhook, attempts: int) -> list[DeliveryView]:
        """The log of the deliveries that were attempted, once so many attempts are in it."""
        async with asyncio.timeout(PATIENCE):
            while sum(len(one.attempts) for one in await self.deliveries(webhook)) < attempts:
                await asyncio.sleep(0.01)
        return [one for one in await self.deliveries(webhook) if one.attempts]

    async def disabled(self, webhook: Webhook) -> Webhook:
        """The webhook once it is disabled, which takes a unit after the settlement that decided it."""
        async with asyncio.timeout(PATIENCE):
            while (shown := await self.shown(webhook)).target.status != "disabled":
                await asyncio.sleep(0.005)
        return shown

    async def pause(self, seconds: float = 0.01) -> None:
        """Wait while the clock stands still."""
        await asyncio.sleep(seconds)

    async def pass_time(self, seconds: float) -> None:
        self.world.clock.advance(int(seconds * 1_000_000))

    @asynccontextmanager
    async def working(self) -> AsyncIterator[Worker]:
        """A worker that works as long as the block."""
        limits = Limits(
            connect_timeout=self.settings.delivery_connect_timeout, timeout=self.settings.delivery_timeout
        )
        client = Client(Allowance.parse(self.settings.delivery_allow), limits)
        worker = Worker(self.world.database, client, self.settings, self.world.clock)
        self.world.database.bell = worker.ring
        running = asyncio.create_task(worker.run())
        try:
            yield worker
        finally:
            worker.stop()
            async with asyncio.timeout(PATIENCE):
                await running
            await client.close()


@asynccontextmanager
async def scene(url: str, **settings: Any) -> AsyncIterator[Scene]:
    """A world with a receiver; `settings` change the worker's."""
    plain: dict[str, Any] = {
        "delivery_allow": ("127.0.0.1",),
        "delivery_poll": 0.02,
        "delivery_jitter": 0.0,
        "delivery_timeout": 5.0,
    }
    async with open_world(url) as world:
        made = Scene(world, load({"database": url} | plain | settings))

        def hear(received: Received) -> Reply | int | None:
            made.received.append(received)
            return made.answer(received)

        async with Receiver([], hear) as receiver:
            made.url = f"{receiver.url}/hook"
            yield made
