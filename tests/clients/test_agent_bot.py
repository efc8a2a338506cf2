"""An agent bot made the way Chatwoot's are, in Node: it believes the signature, answers, hands over, and handles a delivery once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tests.clients.node import NODE, environment
from tests.clients.program import Program, program
from tests.support.aio import run
from tests.support.faces import Chat, Desk, JSONObject, desk_in
from tests.support.process import Server, until

HELPER = Path(__file__).parent / "bots/helper.mjs"


class Helper:
    """The bot as a process, and what the account knows of it."""

    def __init__(self, bot: Program, made: JSONObject, told: dict[str, str]) -> None:
        self.bot = bot
        self.id: int = made["id"]
        self._told = told

    async def start(self, fall_at: str = "") -> None:
        """Start it; with `fall_at` it falls once it has answered a message that says so, before it acknowledges it."""
        await self.bot.start(self._told | {"FALL_AT": fall_at})


@asynccontextmanager
async def helping(server: Server, desk: Desk, folder: Path) -> AsyncIterator[tuple[Helper, Chat]]:
    """A bot connected to an API inbox by the API, and a contact who writes there."""
    async with program([NODE, HELPER], folder / "bot.log") as bot:
        asked = {"name": "Helper", "outgoing_url": bot.url, "payload_format": "chatwoot"}
        made = await desk.post("/agent_bots", asked)
        inbox = await desk.api_inbox()
        await desk.post(f"/inboxes/{inbox['id']}/set_agent_bot", {"agent_bot": made["id"]})
        told = environment(
            address=server.address,
            bot_token=made["access_token"],
            bot_secret=made["secret"],
            handled=folder / "handled",
        )
        helper = Helper(bot, made, told)
        await helper.start()
        async with Chat(server, inbox, "carla") as chat:
            await chat.register("Carla")
            yield helper, chat


async def settled(desk: Desk, helper: Helper) -> None:
    """Wait until the bot has acknowledged everything, its own messages included."""

    async def nothing_waits() -> bool:
        waiting = await desk.get(f"/agent_bots/{helper.id}/deliveries", state="pending")
        return not waiting["payload"]

    await until(nothing_waits, "the bot to have taken everything")


async def thread(desk: Desk, conversation: int) -> list[str]:
    listed = (await desk.get(f"/conversations/{conversation}/messages"))["payload"]
    return [one["content"] for one in listed if one["message_type"] != 2]


async def status(desk: Desk, conversation: int) -> str:
    told: str = (await desk.get(f"/conversations/{conversation}"))["status"]
    return told


async def answered(desk: Desk, conversation: int, count: int) -> None:
    async def enough() -> bool:
        return len(await thread(desk, conversation)) >= count

    await until(enough, f"{count} messages in conversation {conversation}")


def test_a_bot_answers_and_hands_over_to_people(house: Server, tmp_path: Path) -> None:
    async def story() -> None:
        async with desk_in(house) as desk, helping(house, desk, tmp_path) as (helper, chat):
            number = await chat.begin()
            assert await status(desk, number) == "pending"
            await chat.say(number, "When do you open?")
            await answered(desk, number, 2)
            await chat.say(number, "Give me a human")
            await answered(desk, number, 5)
            await settled(desk, helper)
            assert await status(desk, number) == "open"
            await desk.say(number, "Alice here, until noon I am open for you")
            await chat.say(number, "Are you open?")
            await settled(desk, helper)
            assert await thread(desk, number) == [
                "When do you open?",
                "From nine to five.",
                "Give me a human",
                "One moment, Carla.",
                "Asked for a person.",
                "Alice here, until noon I am open for you",
                "Are you open?",
            ]
            heard = await chat.get(f"/carla/conversations/{number}/messages")
            assert "Asked for a person." not in [one["content"] for one in heard]

    run(story())


def test_what_is_asked_while_a_bot_is_down_is_answered_in_order_when_it_is_back(
    house: Server, tmp_path: Path
) -> None:
    async def story() -> None:
        async with desk_in(house) as desk, helping(house, desk, tmp_path) as (helper, chat):
            first, second = await chat.begin(), await chat.begin()
            helper.bot.kill()
            await chat.say(first, "One")
            await chat.say(first, "Two")
            await chat.say(second, "When do you open?")
            await helper.start()
            await answered(desk, first, 4)
            await answered(desk, second, 2)
            await settled(desk, helper)
            assert await thread(desk, first) == [
                "One",
                "Two",
                'I do not know "One".',
                'I do not know "Two".',
            ]
            assert await thread(desk, second) == ["When do you open?", "From nine to five."]

    run(story())


def test_a_bot_that_falls_before_it_acknowledged_answers_once(house: Server, tmp_path: Path) -> None:
    async def story() -> None:
        async with desk_in(house) as desk, helping(house, desk, tmp_path) as (helper, chat):
            number = await chat.begin()
            helper.bot.kill()
            await helper.start(fall_at="now")
            await chat.say(number, "Do you open now?")
            await helper.bot.ended()
            await chat.say(number, "Hello?")
            await helper.start()
            await answered(desk, number, 4)
            await settled(desk, helper)
            assert await thread(desk, number) == [
                "Do you open now?",
                "From nine to five.",
                "Hello?",
                'I do not know "Hello?".',
            ]
            log = (await desk.get(f"/agent_bots/{helper.id}/deliveries"))["payload"]
            assert max(len(one["attempts"]) for one in log) > 1, "one delivery was not acknowledged at first"

    run(story())


@pytest.mark.parametrize("forged", ["", "sha256=" + "0" * 64])
def test_a_bot_refuses_what_deskbell_did_not_sign(house: Server, tmp_path: Path, forged: str) -> None:
    async def story() -> None:
        async with desk_in(house) as desk, helping(house, desk, tmp_path) as (helper, chat):
            number = await chat.begin()
            event = {"event": "message_created", "message_type": "incoming", "content": "When do you open?"}
            headers = {
                "X-Chatwoot-Signature": forged,
                "X-Chatwoot-Timestamp": "1",
                "X-Chatwoot-Delivery": "x",
            }
            async with httpx.AsyncClient() as stranger:
                assert (await stranger.post(helper.bot.url, json=event, headers=headers)).status_code == 401
            await settled(desk, helper)
            assert await thread(desk, number) == []

    run(story())
