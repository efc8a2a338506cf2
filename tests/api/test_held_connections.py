"""Connections that somebody holds open: WebSockets beyond their number, and bodies that never come. On real sockets."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.support.api import API, on_api
from tests.support.cable import Station, on_air
from tests.support.process import until

Story = Callable[[Station], Awaitable[None]]
SOON = 0.2
"""A body's silence that is long enough, in tests."""


def live(url: str, story: Story, **settings: object) -> None:
    async def told(api: API) -> None:
        async with on_air(api) as station:
            await story(station)

    on_api(url, told, **settings)


def test_one_address_opens_so_many_sockets_and_another_once_one_is_closed(url: str) -> None:
    async def story(on: Station) -> None:
        async with on.cable() as first, on.cable():
            with pytest.raises(InvalidStatus) as refused:
                async with on.cable():
                    pass
            response = refused.value.response
            assert (response.status_code, response.headers["retry-after"]) == (429, "30")
            told = json.loads(response.body or b"")
            assert told["code"] == "too_many_requests"
            assert "open connections" in told["error"]
            await first.socket.close()
            await until(lambda: len(on.live.hub.connections) == 1, "the server to see it gone")
            async with on.cable() as third:
                await on.agent(third, on.api.world.alice.id)

    live(url, story, sockets_per_address=2)


def test_sockets_that_were_refused_or_lost_leave_their_places(url: str) -> None:
    async def story(on: Station) -> None:
        for _ in range(5):
            async with on.cable() as cable:
                cable.socket.transport.abort()
                await cable.ended()
            await until(lambda: not on.live.hub.connections, "the server to see it gone")
        stranger = on.url.replace("http://", "ws://") + f"/app/accounts/{on.api.world.account_id}/cable"
        for _ in range(3):
            with pytest.raises(InvalidStatus) as refused:
                await asyncio.wait_for(_connect(stranger), 20)
            assert refused.value.response.status_code == 403
        async with on.cable() as cable:
            await on.agent(cable, on.api.world.alice.id)

    live(url, story, sockets_per_address=1)


def test_of_one_account_so_many_listen_and_its_visitors_keep_no_agent_out(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        await world.conversation()
        async with on.cable() as one, on.cable() as two, on.cable() as three:
            first = await on.agent(one, world.alice.id)
            token = await on.pubsub_token(world.bob.id)
            identifier: dict[str, object] = {"channel": "RoomChannel", "pubsub_token": token}
            identifier |= {"account_id": world.account_id, "user_id": world.bob.id}
            await two.say({"command": "subscribe", "identifier": json.dumps(identifier)})
            told = await two.ended()
            assert told == {"type": "disconnect", "reason": "too_many_listeners", "reconnect": True}
            assert two.closed == 1013
            visitors = await on.api.client_api()
            registered = (await visitors.post("/contacts", json={"source_id": "carla"})).json()
            await three.subscribe(registered["pubsub_token"])
            await first.unsubscribe()
            room = on.live.hub.rooms[world.account_id]
            await until(lambda: not room.agents, "the agent to be gone")
            async with on.cable() as four:
                await on.agent(four, world.bob.id)

    live(url, story, listeners_per_account=1)


@pytest.mark.parametrize("sent", [b"", b'{"content": "Hel'])
@pytest.mark.parametrize("framing", ["Content-Length: 500", "Transfer-Encoding: chunked"])
def test_a_body_that_stops_is_given_up_and_changes_nothing(url: str, framing: str, sent: bytes) -> None:
    async def story(on: Station) -> None:
        await on.api.world.conversation()
        path = f"/api/v1/accounts/{on.api.world.account_id}/conversations/1/messages"
        is_chunk = "chunked" in framing and sent
        piece = f"{len(sent):x}\r\n".encode() + sent + b"\r\n" if is_chunk else sent
        reader, writer = await _asked(on, "POST", path, framing, piece)
        answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b'"too_slow"' in answer
        assert b"connection: close" in answer.lower()
        writer.close()
        found = (await on.api.alice.get("conversations/1/messages")).json()["payload"]
        assert [one for one in found if one["content"].startswith("Hel")] == []

    live(url, story, body_timeout=SOON)


def test_a_body_that_comes_in_pieces_is_taken_however_long_it_is_altogether(url: str) -> None:
    async def story(on: Station) -> None:
        await on.api.world.conversation()
        path = f"/api/v1/accounts/{on.api.world.account_id}/conversations/1/messages"
        body = b'{"content": "Piece by piece"}'
        reader, writer = await _asked(on, "POST", path, f"Content-Length: {len(body)}", b"")
        for byte in body:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 ")
        writer.close()

    live(url, story, body_timeout=20)


def test_what_has_no_body_is_waited_for_as_long_as_it_takes(url: str) -> None:
    async def story(on: Station) -> None:
        for method in ("GET", "DELETE"):
            reader, writer = await _asked(on, method, "/health", "X-Nothing: 1", b"")
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.split()[1] in (b"200", b"405")
            writer.close()

    live(url, story, body_timeout=SOON)


async def _connect(address: str) -> None:
    await connect(address)


async def _asked(
    on: Station, method: str, path: str, header: str, body: bytes
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A request of which no more comes than this."""
    place = urlsplit(on.url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    head = f"{method} {path} HTTP/1.1\r\nHost: {place.netloc}\r\napi_access_token: {on.api.world.token}\r\n"
    writer.write(f"{head}Content-Type: application/json\r\n{header}\r\n\r\n".encode() + body)
    await writer.drain()
    return reader, writer
