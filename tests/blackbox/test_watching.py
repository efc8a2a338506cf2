"""Who looks at the same conversation, with each colleague at another process."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from websockets.asyncio.client import connect

from deskbell.desk.commands import browser_sessions
from deskbell.kit.clock import DAY, SystemClock
from deskbell.store import open_database
from deskbell.web.dashboard.session import COOKIE
from tests.blackbox.test_cable import HEARING
from tests.support.aio import run
from tests.support.cable import Cable, Channel
from tests.support.faces import desk_on
from tests.support.process import Server, serving, until


@asynccontextmanager
async def page(server: Server, account_id: int, user_id: int) -> AsyncIterator[Channel]:
    """A page of the dashboard that shows the first conversation."""
    opened = await open_database(server.database, SystemClock())
    try:
        async with opened.unit() as unit:
            token = await browser_sessions.open_session(
                unit, user_id, user_agent="Mozilla/5.0", address="127.0.0.1", life=DAY
            )
    finally:
        await opened.close()
    socket = await connect(
        f"{server.address.replace('http://', 'ws://', 1)}/app/accounts/{account_id}/cable",
        origin=server.address,  # type: ignore[arg-type]
        additional_headers={"cookie": f"{COOKIE}={token}"},
        compression=None,
    )
    async with Cable(socket) as cable:
        channel = await cable.subscribe("")
        data = json.dumps({"action": "watch", "conversation": 1})
        await cable.say({"command": "message", "identifier": channel.identifier, "data": data})
        yield channel


async def sees(channel: Channel, *expected: str) -> None:
    def told() -> list[str] | None:
        found = [one["data"]["users"] for one in channel.messages if one["event"] == "deskbell.watchers"]
        return [user["name"] for user in found[-1]] if found else None

    await channel.cable.until(lambda: told() == [*expected], f"to see {expected}")


def test_colleagues_at_two_processes_see_each_other_look_and_leave(postgres_url: str, tmp_path: Path) -> None:
    async def story() -> None:
        async with (
            serving(tmp_path, postgres_url, "--role", "web", name="other") as other,
            desk_on(tmp_path, postgres_url, "--role", "all") as (server, desk),
        ):
            for process in (other, server):
                await until(lambda process=process: HEARING in process.log, "both to listen")
            await desk.begin(1)
            omar = await desk.post(
                "/agents", {"name": "Omar", "email": "omar@example.com", "role": "administrator"}
            )
            me = (await desk.get("/agents"))[0]["name"]
            async with page(server, desk.account_id, desk.user_id) as alice:
                await sees(alice)
                async with page(other, desk.account_id, omar["id"]) as far:
                    await sees(far, me)
                    await sees(alice, "Omar")
                await sees(alice)
                async with page(other, desk.account_id, omar["id"]):
                    await sees(alice, "Omar")
                    assert await other.stop() == 0
                    await sees(alice)

    run(story())
