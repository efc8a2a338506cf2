"""PyPI's `deltawoot`, a bridge between Delta Chat and Chatwoot that people run: unchanged, with a messenger that the test plays."""

import base64
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from tests.clients.program import Program, program
from tests.support.aio import run
from tests.support.faces import Desk, JSONObject, desk_in
from tests.support.process import Server, until

FOLDER = Path(__file__).parent / "bots"
PYTHON = Path(sys.prefix) / "bots/bin/python"
DANA = 11
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg=="
)


class Bridge:
    """The bot, and the messenger on its other side."""

    def __init__(self, bot: Program, folder: Path, told: dict[str, str]) -> None:
        self.bot = bot
        self._folder = folder
        self._told = told
        self._letters = 0

    async def start(self) -> None:
        await self.bot.start(os.environ | self._told)

    def writes(self, person: int, text: str, file: Path | None = None) -> None:
        """A person writes in the messenger, whether or not the bot is there to read it."""
        self._letters += 1
        letter = self._folder / "letters" / str(self._letters)
        written = letter.with_suffix(".new")
        written.write_text(json.dumps({"from": person, "text": text, "file": file and str(file)}))
        written.rename(letter)

    def got(self, person: int) -> list[str]:
        """What a person got in the messenger, in the order in which it came."""
        return [letter["text"] for letter in self._sent() if letter["to"] == person and letter["text"]]

    def files(self) -> list[bytes]:
        """The files that people got."""
        return [Path(letter["file"]).read_bytes() for letter in self._sent() if "file" in letter]

    def _sent(self) -> list[JSONObject]:
        sent = self._folder / "sent"
        return [json.loads(line) for line in sent.read_text().splitlines()] if sent.exists() else []


@asynccontextmanager
async def bridging(server: Server, desk: Desk, inbox: JSONObject, folder: Path) -> AsyncIterator[Bridge]:
    """A bridge for an API inbox, as its manual says: told of it by environment variables, listening by a webhook."""
    assert PYTHON.exists(), "the bots are missing: run `make clients`"
    for name in ("bin", "letters", "seen"):
        (folder / name).mkdir()
    messenger = folder / "bin/deltachat-rpc-server"
    messenger.write_text(f"#!/bin/sh\nexec '{PYTHON}' '{FOLDER / 'messenger.py'}'\n")
    messenger.chmod(0o755)
    async with program([PYTHON, FOLDER / "deltawoot_here.py"], folder / "bot.log") as bot:
        told = {
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
            "MESSENGER": str(folder),
            "WOOT_API_URL": f"{server.address}/api/v1",
            "WOOT_PROFILE_ACCESS_TOKEN": desk.token,
            "WOOT_ACCOUNT_ID": str(desk.account_id),
            "WOOT_INBOX_ID": str(inbox["id"]),
            "DELTAWOOT_ADDR": "desk@example.com",
            "DELTAWOOT_PASSWORD": "secret",
        }
        bridge = Bridge(bot, folder, told)
        await bridge.start()
        yield bridge


async def said(desk: Desk, conversation: int) -> list[tuple[str, int]]:
    """What was said in a conversation, and of which kind it was."""
    answer = await desk.ask("GET", f"/conversations/{conversation}/messages")
    thread = answer.json["payload"] if answer.status == 200 else []
    return [(one["content"], one["message_type"]) for one in thread if one["message_type"] != 2]


async def has(desk: Desk, conversation: int, count: int) -> None:
    async def enough() -> bool:
        return len(await said(desk, conversation)) >= count

    await until(enough, f"{count} messages in conversation {conversation}")


async def webhook_for(desk: Desk, bridge: Bridge) -> int:
    """The webhook an administrator makes for it; its people see no notes, so the bridge need not either."""
    terms = {"payload_format": "chatwoot", "include_private": False}
    made = await desk.webhook(bridge.bot.url, ["message_created"], **terms)
    number: int = made["id"]
    return number


async def inbox_of_its_own(desk: Desk) -> JSONObject:
    """An inbox whose contacts have other ids than the agent: the bridge tells one from the other by id alone."""
    inbox = await desk.api_inbox()
    made = 0
    while made <= desk.user_id:
        made = (await desk.post("/contacts", {"name": "Somebody"}))["payload"]["contact"]["id"]
    return inbox


def test_a_bridge_carries_a_conversation_both_ways_over_restarts(house: Server, tmp_path: Path) -> None:
    async def story() -> None:
        async with desk_in(house) as desk:
            inbox = await inbox_of_its_own(desk)
            async with bridging(house, desk, inbox, tmp_path) as bridge:
                webhook_id = await webhook_for(desk, bridge)
                bridge.writes(DANA, "Where is my parcel?")
                await has(desk, 1, 1)
                await desk.say(1, "On its way")
                await until(lambda: bridge.got(DANA), "the answer in the messenger")
                await desk.say(1, "She is in a hurry", private=True)
                bridge.writes(DANA, "Thanks!")
                await has(desk, 1, 4)

                bridge.bot.kill()
                bridge.writes(DANA, "One more thing")
                for part in ("It arrives", "tomorrow", "at noon"):
                    await desk.say(1, part)
                await bridge.start()
                await until(lambda: len(bridge.got(DANA)) >= 4, "what was said while it was down")
                await has(desk, 1, 8)
                await desk.settled(webhook_id)

                assert bridge.got(DANA) == ["On its way", "It arrives", "tomorrow", "at noon"]
                assert [text for text, kind in await said(desk, 1) if kind == 0] == [
                    "Where is my parcel?",
                    "Thanks!",
                    "One more thing",
                ]
                contact = (await desk.get("/conversations/1"))["meta"]["sender"]
                assert (contact["name"], contact["email"]) == ("Person 11", "person-11@example.com")
                log = await desk.deliveries(webhook_id)
                assert {one["state"] for one in log} == {"delivered"}

    run(story())


def test_two_people_and_another_inbox_do_not_meet(house: Server, tmp_path: Path) -> None:
    async def story() -> None:
        async with desk_in(house) as desk:
            inbox = await inbox_of_its_own(desk)
            async with bridging(house, desk, inbox, tmp_path) as bridge:
                webhook_id = await webhook_for(desk, bridge)
                (elsewhere,) = await desk.begin(1)
                await desk.say(elsewhere, "Not for the bridge")
                bridge.writes(DANA, "I am Dana")
                bridge.writes(DANA + 1, "I am Dora")
                await has(desk, elsewhere + 1, 1)
                await has(desk, elsewhere + 2, 1)
                for number in (elsewhere + 1, elsewhere + 2):
                    ((greeting, _),) = await said(desk, number)
                    await desk.say(number, f"Hello, {greeting.removeprefix('I am ')}")
                await desk.settled(webhook_id)
                assert (bridge.got(DANA), bridge.got(DANA + 1)) == (["Hello, Dana"], ["Hello, Dora"])

    run(story())


def test_pictures_go_both_ways(house: Server, tmp_path: Path) -> None:
    async def story() -> None:
        async with desk_in(house) as desk:
            inbox = await inbox_of_its_own(desk)
            async with bridging(house, desk, inbox, tmp_path) as bridge:
                webhook_id = await webhook_for(desk, bridge)
                (tmp_path / "torn.png").write_bytes(PICTURE)
                bridge.writes(DANA, "It is torn", tmp_path / "torn.png")
                await has(desk, 1, 1)
                thread = (await desk.get("/conversations/1/messages"))["payload"]
                (asked,) = [one for one in thread if one["message_type"] == 0]
                (attached,) = asked["attachments"]
                assert attached["file_type"] == "image"
                async with httpx.AsyncClient(follow_redirects=True) as agent:
                    assert (await agent.get(attached["data_url"])).content == PICTURE
                    url = f"{house.address}/api/v1/accounts/{desk.account_id}/conversations/1/messages"
                    files = {"attachments[]": ("new.png", PICTURE + b"new", "image/png")}
                    sent = await agent.post(
                        url,
                        data={"content": "A new one"},
                        files=files,
                        headers={"api_access_token": desk.token},
                    )
                    assert sent.status_code == 200, sent.text
                await desk.settled(webhook_id)
                assert (bridge.got(DANA), bridge.files()) == (["A new one"], [PICTURE + b"new"])

    run(story())
