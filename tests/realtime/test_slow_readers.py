"""A slow reader is dropped, and holds up nobody; a peer that is gone is noticed."""

import asyncio
import socket
import struct

from websockets.client import ClientProtocol
from websockets.uri import parse_uri

from deskbell.realtime.outbox import BYTES, MESSAGES, Outbox
from tests.api.test_cable import live
from tests.support.aio import run
from tests.support.cable import Station
from tests.support.process import until


def test_an_outbox_keeps_the_order_and_ends_after_what_waits() -> None:
    async def story() -> None:
        outbox = Outbox()
        for place in range(MESSAGES):
            outbox.put(str(place))
        outbox.close("bye")
        outbox.put("too late")
        told = [await outbox.take() for _ in range(MESSAGES + 2)]
        assert told == [*map(str, range(MESSAGES)), None, None]

    run(story())


def test_a_full_outbox_is_lost_by_count_and_by_size() -> None:
    async def story() -> None:
        for size, count in ((1, MESSAGES + 1), (BYTES // 10, 11)):
            outbox = Outbox()
            for _ in range(count):
                assert not outbox.lost.is_set()
                outbox.put("x" * size)
            assert outbox.lost.is_set()
            assert await outbox.take() is None
            assert not await outbox.room(0.01)

    run(story())


def test_there_is_room_once_the_reader_takes_and_none_for_one_who_does_not() -> None:
    async def story() -> None:
        outbox = Outbox()
        assert await outbox.room(0.01)
        for _ in range(100):
            outbox.put("x")
        assert not await outbox.room(0.01)
        waiting = asyncio.create_task(outbox.room(10))
        await asyncio.sleep(0)
        await outbox.take()
        assert await waiting

    run(story())


async def deaf(on: Station, subscribe: str) -> socket.socket:
    """A connection that subscribes and then reads nothing more."""
    host, port = on.url.removeprefix("http://").split(":")
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    raw.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(raw, (host, int(port)))
    client = ClientProtocol(parse_uri(f"ws://{host}:{port}/cable"))
    client.send_request(client.connect())
    await loop.sock_sendall(raw, b"".join(client.data_to_send()))
    while not client.events_received():
        client.receive_data(await loop.sock_recv(raw, 4_096))
    client.send_text(subscribe.encode())
    await loop.sock_sendall(raw, b"".join(client.data_to_send()))
    return raw


def test_a_reader_that_does_not_read_is_dropped_and_the_others_hear_everything(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        await world.conversation()
        said = (
            '{"command":"subscribe","identifier":"{\\"channel\\":\\"RoomChannel\\",\\"pubsub_token\\":\\"'
            + world.place.pubsub_token
            + '\\"}"}'
        )
        async with on.cable() as cable:
            alice = await on.agent(cable, world.alice.id)
            raw = await deaf(on, said)
            await until(lambda: len(list(on.live.hub.subscriptions())) == 2, "both to listen")
            content = "x" * 100_000
            count = 0
            while len(list(on.live.hub.subscriptions())) == 2:
                await world.say(1, content)
                count += 1
                assert count < 400, "the reader was never dropped"
            await alice.hears("message.created", count)
            await until(lambda: len(on.live.hub.connections) == 1, "the end of the deaf one")
            raw.close()

    live(url, story)


def test_a_connection_that_breaks_off_is_forgotten(url: str) -> None:
    async def story(on: Station) -> None:
        world = on.api.world
        async with on.cable() as cable:
            await on.agent(cable, world.alice.id)
            raw = cable.socket.transport.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            cable.socket.transport.abort()
            await until(lambda: not on.live.hub.connections, "the end of it")
            await until(lambda: not on.live.feed.followed and not on.live.hub.rooms, "nothing left of it")

    live(url, story)
