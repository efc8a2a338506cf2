"""A real receiver as an agent bot: it hears by deliveries and answers by the API; where it fails, people take over."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from typing_extensions import override

from deskbell.delivery.guard import Allowance
from deskbell.delivery.http import Client
from deskbell.delivery.resolver import SystemResolver
from deskbell.desk.commands import agent_bots
from deskbell.desk.commands.agent_bots import BotChanges
from deskbell.desk.rules.bots import LOOP_MESSAGES
from deskbell.files.disk import Disk
from deskbell.model.notice import Notice
from deskbell.model.webhook import Address
from deskbell.realtime.live import Live
from deskbell.runtime.receiver import Received, Reply
from deskbell.store import notices
from deskbell.store.agent_bots import BotView
from deskbell.upkeep.handover import Handover
from deskbell.web.app import create_app
from deskbell.web.services import Services
from tests.support.aio import run
from tests.support.delivering import PATIENCE, Scene, scene

INCOMING, OUTGOING = 0, 1


@dataclass
class Bot:
    """Answers each message it is told of by what `reply` says: the API's path below the conversation, and the body."""

    made: BotView
    api: httpx.AsyncClient
    answered: list[int] = field(default_factory=list)
    working: set[asyncio.Task[None]] = field(default_factory=set)

    def reply(self, message: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        if message["message_type"] != INCOMING:
            return None
        if message["content"] == "A person, please":
            return "toggle_status", {"status": "open"}
        return "messages", {"content": f"You said: {message['content']}"}

    def hear(self, received: Received) -> Reply | int | None:
        if received.event == "message_created":
            asked = self.reply(received.json)
            if asked is not None:
                task = asyncio.create_task(self._ask(received.json["conversation"]["id"], *asked))
                self.working.add(task)
                task.add_done_callback(self.working.discard)
        return 200

    async def _ask(self, number: int, path: str, body: dict[str, Any]) -> None:
        answer = await self.api.post(f"conversations/{number}/{path}", json=body)
        self.answered.append(answer.status_code)


@asynccontextmanager
async def bot_in(play: Scene) -> AsyncIterator[Bot]:
    """A bot that answers in the API inbox of the scene, at the scene's receiver."""
    world = play.world
    changes = BotChanges(name="Helper", address=Address(play.url))
    made = await world.do(agent_bots.create_bot, world.alice, changes)
    await world.do(agent_bots.connect_bot, world.alice, world.api_inbox.id, made.bot.id)
    resolver, outbound = SystemResolver(), Client(Allowance())
    live = Live(world.database, world.clock)
    services = Services(
        play.settings,
        world.database,
        world.clock,
        Allowance(),
        resolver,
        "k" * 40,
        outbound,
        live=live,
        files=Disk(play.settings.data_dir),
    )
    api = httpx.AsyncClient(
        transport=httpx.ASGITransport(create_app(services)),
        base_url=f"http://deskbell.test/api/v1/accounts/{world.account_id}",
        headers={"api_access_token": made.access_token or ""},
    )
    async with api:
        bot = Bot(made, api)
        play.answer = bot.hear
        yield bot
    await outbound.close()
    await resolver.close()


@asynccontextmanager
async def handing_over(play: Scene) -> AsyncIterator[None]:
    """People get what failing bots leave, as long as the block."""
    part = Handover(play.world.database, play.world.clock)
    stop = asyncio.Event()

    async def work() -> None:
        while not stop.is_set():
            await part.step()
            await asyncio.sleep(0.01)

    running = asyncio.create_task(work())
    yield
    stop.set()
    await running


async def opened(play: Scene, number: int = 1) -> None:
    """Wait until a conversation is open."""
    async with asyncio.timeout(PATIENCE):
        while (await play.world.get(number)).status != "open":
            await asyncio.sleep(0.01)


async def told(play: Scene) -> list[Notice]:
    """The notices, oldest first."""
    async with play.world.database.read() as reader:
        found = await notices.page(reader, play.world.account_id, after=None, limit=100, offset=0)
    return found[::-1]


def test_a_bot_answers_what_it_hears_and_hands_over_to_people(url: str) -> None:
    async def story() -> None:
        async with scene(url) as play, bot_in(play) as bot, play.working():
            world = play.world
            assert (await world.conversation()).status == "pending"
            await world.hear(content="Where is my order?")
            await play.until(lambda: len(bot.answered) == 1)
            assert (await world.get()).status == "pending"
            await world.hear(content="A person, please")
            await opened(play)
            await play.until(lambda: len(play.received) == 5)
            assert [(one.event, one.json.get("content")) for one in play.received] == [
                ("conversation_created", None),
                ("message_created", "Where is my order?"),
                ("message_created", "You said: Where is my order?"),
                ("message_created", "A person, please"),
                ("conversation_updated", None),
            ]
            assert bot.answered == [200, 200]
            assert [one.name for one in (await world.events())][-2:] == [
                "conversation_updated",
                "conversation_status_changed",
            ]

    run(story())


def test_a_bot_that_answers_itself_is_stopped_and_people_are_called(url: str) -> None:
    class Echo(Bot):
        @override
        def reply(self, message: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
            return "messages", {"content": "You said something"}

    async def story() -> None:
        async with scene(url) as play, bot_in(play) as plain, play.working():
            echo = Echo(plain.made, plain.api)
            play.answer = echo.hear
            await play.world.conversation()
            await play.world.hear()
            await play.until(lambda: 409 in echo.answered)
            assert echo.answered == [200] * (LOOP_MESSAGES + 1) + [409]
            assert (await play.world.get()).status == "open"
            events = len(await play.world.events())
            await play.until(lambda: not echo.working)
            await play.pause(0.1)
            assert len(await play.world.events()) == events
            assert [one.kind for one in await told(play)] == ["agent_bot_loop"]

    run(story())


def test_a_bot_that_is_gone_leaves_its_conversations_to_people_those_that_begin_later_too(url: str) -> None:
    async def story() -> None:
        async with scene(url) as play, bot_in(play), play.working(), handing_over(play):
            play.answer = lambda _received: 410
            await play.world.conversation()
            await play.world.conversation()
            await opened(play, 1)
            await opened(play, 2)
            await play.world.conversation()
            await opened(play, 3)
            names = [one.name for one in await play.world.events()]
            assert names.count("conversation_status_changed") == names.count("conversation_updated") == 3
            assert [one.kind for one in await told(play)] == ["agent_bot_disabled", "agent_bot_handed_over"]

    run(story())


def test_a_bot_that_fails_every_attempt_for_long_leaves_its_conversations_to_people(url: str) -> None:
    async def story() -> None:
        async with scene(url) as play, bot_in(play) as bot, play.working(), handing_over(play):
            play.answer = lambda _received: 500
            await play.world.conversation()
            async with asyncio.timeout(PATIENCE):
                while (await play.world.get()).status != "open":
                    await play.pass_time(20)
                    await play.pause()
            [notice] = await told(play)
            assert (notice.kind, notice.details["disabled"]) == ("agent_bot_handed_over", False)
            play.answer = bot.hear
            await play.pass_time(3600)
            await play.world.hear(content="Anybody?")
            async with asyncio.timeout(PATIENCE):
                while not bot.answered:
                    await play.pass_time(300)
                    await play.pause()
            assert (await play.world.conversation()).status == "pending"
            await play.pause(0.1)
            assert (await play.world.get(2)).status == "pending"

    run(story())
