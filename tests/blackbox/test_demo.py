"""The demo: what a newcomer types first, and what the terminal then shows."""

import asyncio
import re
import subprocess
from pathlib import Path

import httpx

from tests.support.aio import run
from tests.support.process import PATIENCE, Server, until

CURL = re.compile(r"^ +(curl .*?\}\}')$", re.DOTALL | re.MULTILINE)


def run_in_a_shell(command: str) -> str:
    done = subprocess.run(
        ["/bin/sh", "-c", command], check=True, capture_output=True, text=True, timeout=PATIENCE
    )
    return done.stdout


async def try_it(server: Server, conversation: int) -> str:
    """Paste the very command that the terminal shows; answers what the terminal showed besides."""
    await server.start()
    shown = server.log.rpartition("Deskbell is ready")[2]
    found = CURL.search(shown)
    assert found is not None, shown
    answer = await asyncio.to_thread(run_in_a_shell, found[1])
    assert f'"id":{conversation}' in answer.replace(" ", "")
    for bell in (
        f"conversation_created .* conversation {conversation}  open",
        f'message_created .* conversation {conversation}  "Hello',
    ):
        await until(lambda bell=bell: re.search(f"✔ {bell}", server.log), f"a line like: ✔ {bell}")
    await look_at_the_page(server, conversation)
    assert await server.stop() == 0
    return shown


async def look_at_the_page(server: Server, conversation: int) -> None:
    """The address that the terminal shows first has a page, and the page the bells."""
    assert f"{server.address}/demo\n" in server.log
    async with httpx.AsyncClient(base_url=server.address) as browser:
        page = await browser.get("/demo")
        assert page.status_code == 200, "is the frontend built? `make frontend`"
        assert "/packs/js/sdk.js" in page.text
        told = (await browser.get("/demo/bells")).json()
    last = told["payload"][-1]
    assert (last["place"], last["verified"], last["problem"]) == (told["latest"], True, None)
    assert any(
        bell["event"] == "message_created"
        and bell["about"].startswith(f'conversation {conversation}  "Hello')
        for bell in told["payload"]
    )


def test_the_command_the_demo_shows_rings_bells_and_a_second_start_keeps_the_data(tmp_path: Path) -> None:
    async def story() -> None:
        server = Server(tmp_path, "sqlite:///data/deskbell.db", "--demo")
        try:
            first = await try_it(server, 1)
            second = await try_it(server, 2)
            for name in ("administrator", "password", "access token"):
                (kept,) = re.findall(rf"{name} +(\S+)", first)
                assert re.findall(rf"{name} +(\S+)", second) == [kept]
            assert "✘" not in server.log
            assert "Traceback" not in server.log
        finally:
            server.destroy()

    run(story())
