"""The story every crash test tells: a server under load, a receiver that is moody, and in the end the reckoning."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from deskbell.model.event import EVENT_NAMES
from tests.support.faces import Desk
from tests.support.load import Load, load
from tests.support.process import Server
from tests.support.reckoning import Reckoning, reckon
from tests.support.witness import Behaviour, Witness, moody, witnessing

SETTINGS = {
    "delivery_allow": "127.0.0.1",
    "delivery_schedule": "0" + ",0,1" * 40,
    "delivery_timeout": 1,
}
"""Tries again soon and for longer than any test lasts. The lease is two seconds, so that work of the dead moves on."""

CONVERSATIONS = 8


class Scene:
    """A webhook that asked for everything, its receiver, and the writers."""

    def __init__(self, desk: Desk, witness: Witness, load: Load, webhook_id: int) -> None:
        self.desk = desk
        self.witness = witness
        self.load = load
        self.webhook_id = webhook_id

    async def reckoning(self, name: str) -> Reckoning:
        """End the load, wait until everything is settled, and compare; the server's own log has to agree."""
        await self.load.end()
        await self.desk.settled(self.webhook_id)
        log = await self.desk.deliveries(self.webhook_id)
        dead = {one["event_id"] for one in log if one["state"] == "dead"}
        found = reckon(self.load.ledger, self.witness.receipts, dead=dead, overlaps=self.witness.overlaps)
        found.tell(name)
        found.check()
        accepted = {one.received.event_id for one in self.witness.receipts if one.accepted}
        assert {one["event_id"] for one in log if one["state"] == "delivered"} <= accepted
        assert {one["state"] for one in log} <= {"delivered", "dead"}
        assert [one["number"] for one in log] == list(range(1, len(log) + 1))
        assert len(log) == found.events
        return found

    async def catches_up(self) -> None:
        """Wait until the receiver has taken everything that is acknowledged by now."""
        due = {message.id for message in self.load.ledger.acknowledged}
        await self.load.until(lambda: due <= self.witness.messages, f"{len(due)} messages to arrive")


@asynccontextmanager
async def scene(
    server: Server, desk: Desk, chance: random.Random, behave: Behaviour | None = None
) -> AsyncIterator[Scene]:
    """The load has not begun yet."""
    async with witnessing(behave or moody(chance)) as witness:
        webhook_id = (await desk.webhook(witness.url, EVENT_NAMES, secret=witness.secret))["id"]
        async with load(server, desk, CONVERSATIONS, chance) as writing:
            yield Scene(desk, witness, writing, webhook_id)
