"""A bridge behind an API inbox's `webhook_url`, made the way Chatwoot's are: it carries replies out, brings messages in, and tells of both."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import httpx

from tests.clients.program import program
from tests.support.aio import run
from tests.support.faces import Desk, JSONObject, desk_in
from tests.support.process import Server, until

COURIER = Path(__file__).parent / "bots/courier.py"
CARLA, NOBODY = "+41446681800", "+41446681000"


async def bridged_inbox(desk: Desk, url: str) -> JSONObject:
    """An API inbox that tells a bridge in Chatwoot's format, as all of the account's do from now on."""
    await desk.patch("", {"default_payload_format": "chatwoot"})
    channel = {"type": "api", "webhook_url": url}
    made: JSONObject = await desk.post("/inboxes", {"name": "Telephones", "channel": channel})
    for number in (CARLA, NOBODY):
        contact = {"name": number, "phone_number": number, "inbox_id": made["id"], "source_id": number}
        await desk.post("/contacts", contact)
    return made


async def messages(desk: Desk, conversation: int) -> list[dict[str, Any]]:
    answer = await desk.ask("GET", f"/conversations/{conversation}/messages")
    thread = answer.json["payload"] if answer.status == 200 else []
    return [one for one in thread if one["message_type"] != 2]


async def reach(desk: Desk, conversation: int, *statuses: str) -> None:
    """Wait until the replies of a conversation have come to this."""

    async def reached() -> bool:
        replies = [one for one in await messages(desk, conversation) if one["message_type"] == 1]
        return [one["status"] for one in replies if not one["private"]] == list(statuses)

    await until(reached, f"the replies to be {statuses}")


async def rings(url: str, number: str, text: str) -> None:
    """A telephone says something to the bridge."""
    async with httpx.AsyncClient() as phone:
        assert (await phone.post(f"{url}phone", json={"from": number, "text": text})).status_code == 200


def test_a_bridge_carries_replies_and_says_what_became_of_them(house: Server, tmp_path: Path) -> None:
    async def story() -> None:
        async with desk_in(house) as desk, program([sys.executable, COURIER], tmp_path / "bot.log") as bot:
            inbox = await bridged_inbox(desk, bot.url)
            told = {
                "ADDRESS": house.address,
                "ACCOUNT_ID": str(desk.account_id),
                "TOKEN": desk.token,
                "SECRET": inbox["secret"],
                "INBOX_ID": str(inbox["id"]),
                "CARRIED": str(tmp_path / "carried"),
            }
            await bot.start(os.environ | told)
            await rings(bot.url, CARLA, "Where is my parcel?")
            await desk.say(1, "On its way")
            await desk.say(1, "She is in a hurry", private=True)
            await reach(desk, 1, "delivered")

            bot.kill()
            await desk.say(1, "It arrives")
            await desk.say(1, "tomorrow")
            await bot.start(os.environ | told)
            await reach(desk, 1, "delivered", "delivered", "delivered")
            await rings(bot.url, CARLA, "Thanks!")
            await rings(bot.url, NOBODY, "Hello?")
            await desk.say(2, "Who is there?")
            await reach(desk, 2, "failed")

            carried = [json.loads(line) for line in (tmp_path / "carried").read_text().splitlines()]
            assert [(one["to"], one["text"]) for one in carried] == [
                (CARLA, "On its way"),
                (CARLA, "It arrives"),
                (CARLA, "tomorrow"),
            ]
            brought = [one["content"] for one in await messages(desk, 1) if one["message_type"] == 0]
            assert brought == ["Where is my parcel?", "Thanks!"]
            failed = (await messages(desk, 2))[1]
            assert failed["content_attributes"]["external_error"] == "No such number"

    run(story())
