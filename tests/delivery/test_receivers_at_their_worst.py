"""Receivers that send without end, lead elsewhere, or are not there at all cost no more than one attempt of their own."""

import asyncio
import socket
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from deskbell.delivery.http import Limits
from deskbell.delivery.outcome import Outcome
from tests.support.aio import Visit, always, receiver, run, saying
from tests.support.sending import OK, Names, answer_of, client, failure_of, request

MEGABYTE = 2**20
PIECE = b"x" * 65_536
ENDLESS = 10 * 2**30
IN_THE_KERNEL = 24 * MEGABYTE
"""More than the system's buffers between two sockets on loopback take."""


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % ENDLESS, PIECE),
        (b"HTTP/1.1 200 OK\r\n\r\n", PIECE),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + PIECE + b"\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", PIECE),
    ],
)
def test_ten_gigabytes_are_neither_read_nor_kept(head: bytes, piece: bytes) -> None:
    sent = 0

    async def script(visit: Visit) -> None:
        nonlocal sent
        await visit.read_request()
        await visit.say(head)
        while sent < ENDLESS:
            await visit.say(piece)
            sent += len(piece)

    async def scene() -> tuple[Outcome, int]:
        async with receiver(script) as there, client() as here:
            tracemalloc.start()
            try:
                return await here.send(request(there.url())), tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    outcome, most = run(scene())
    answered = answer_of(outcome)
    assert (answered.status, answered.excerpt) == (200, b"x" * 16_384)
    assert sent < IN_THE_KERNEL
    assert most < 4 * MEGABYTE


def test_an_answer_that_lies_about_its_length_costs_the_next_request_nothing() -> None:
    """Too much, too little, and twice the same: each request gets the answer to itself."""
    short = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more"
    twice = b"HTTP/1.1 201 Made\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok"
    long = b"HTTP/1.1 202 Taken\r\nContent-Length: 9\r\n\r\nok"

    async def scene() -> list[Outcome]:
        answers = iter([short, twice, long, OK])

        async def script(visit: Visit) -> None:
            while True:
                await visit.read_request()
                answer = next(answers)
                await visit.say(answer)
                if answer is long:
                    return

        async with receiver(script) as there, client() as here:
            return [await here.send(request(there.url())) for _ in range(4)]

    first, second, third, fourth = run(scene())
    assert answer_of(first).excerpt == b"ok"
    assert getattr(second, "status", None) == 201 or failure_of(second).reason == "bad_response"
    assert failure_of(third).reason == "connection"
    assert answer_of(fourth).status == 200


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://[fd00:ec2::254]/",
        "http://metadata.example/",
        "//127.0.0.1:{port}/inside",
        "/elsewhere",
        "file:///etc/passwd",
    ],
)
def test_a_redirect_leads_nowhere(location: str) -> None:
    async def scene() -> tuple[Outcome, int, int, int]:
        names = Names(["127.0.0.1"])
        async with receiver(always(OK)) as inside, client(resolver=names) as here:
            told = f"HTTP/1.1 307 Moved\r\nLocation: {location.format(port=inside.port)}\r\nContent-Length: 0\r\n\r\n"
            async with receiver(always(told.encode())) as there:
                outcome = await here.send(request(there.url(host="hooks.example")))
                return outcome, names.asked, there.connections, inside.connections

    outcome, asked, there, inside = run(scene())
    assert answer_of(outcome).status == 307
    assert (asked, there, inside) == (1, 1, 0)


# -- IPv6


def test_a_receiver_with_an_ipv6_address_is_reached() -> None:
    async def scene() -> tuple[Outcome, bytes]:
        heads = []

        async def script(visit: Visit) -> None:
            heads.append((await visit.read_request())[0])
            await visit.say(OK)

        async with receiver(script, host="::1") as there, client() as here:
            return await here.send(request(there.url(host="[::1]"))), heads[0]

    outcome, head = run(scene())
    assert answer_of(outcome).status == 200
    assert b"\r\nHost: [::1]:" in head


def test_where_ipv6_leads_nowhere_ipv4_is_tried() -> None:
    async def scene() -> Outcome:
        async with receiver(always(OK)) as there, client(resolver=Names(["::1", "127.0.0.1"])) as here:
            return await here.send(request(there.url(host="both.example")))

    assert answer_of(run(scene())).status == 200


@pytest.mark.parametrize(
    "address", ["::ffff:127.0.0.1", "::ffff:7f00:1", "64:ff9b::7f00:1", "::1", "fe80::1%lo"]
)
def test_no_disguise_of_an_address_inside_is_connected_to(address: str) -> None:
    async def scene() -> tuple[Outcome, int]:
        async with receiver(always(OK)) as there, client(allow=(), resolver=Names([address])) as here:
            return await here.send(request(there.url(host="disguised.example"))), there.connections

    outcome, connections = run(scene())
    assert failure_of(outcome).reason == "refused_address"
    assert connections == 0


# -- dead hosts


@contextmanager
def swallowing() -> Iterator[int]:
    """A port that lets connections neither in nor down: its queue is full and nobody takes from it."""
    full = socket.socket()
    full.bind(("127.0.0.1", 0))
    full.listen(0)
    place = full.getsockname()
    stuffing = [socket.socket() for _ in range(4)]
    for one in stuffing:
        one.setblocking(False)
        one.connect_ex(place)
    try:
        yield place[1]
    finally:
        for one in [full, *stuffing]:
            one.close()


def test_a_thousand_dead_hosts_hold_up_no_other_and_leave_nothing_behind() -> None:
    async def scene() -> tuple[int, list[Outcome], list[Outcome]]:
        names = Names(["127.0.0.1"])
        dead: list[Outcome] = []
        with swallowing() as port:
            limits = Limits(connect_timeout=1.0, connections=2048)
            async with receiver(always(OK)) as there, client(limits, resolver=names) as here:
                for number in range(1000):
                    here.post(request(f"http://dead-{number}.example:{port}/"), dead.append)
                while names.asked < 1000:
                    await asyncio.sleep(0.01)
                alive = [await here.send(request(there.url())) for _ in range(20)]
                told_before = len(dead)
                while len(dead) < 1000:
                    await asyncio.sleep(0.05)
                alive.append(await here.send(request(there.url(host="alive.example"))))
        return told_before, dead, alive

    told_before, dead, alive = run(scene())
    assert told_before == 0, "the dead hosts were being dialled all the while"
    assert {answer_of(one).status for one in alive} == {200}
    assert {failure_of(one).reason for one in dead} == {"timeout"}
    assert len(dead) == 1000


def test_each_of_a_thousand_hosts_that_answer_and_hang_up_costs_one_attempt() -> None:
    async def scene() -> tuple[list[Outcome], int]:
        async with receiver(saying(OK)) as there, client(resolver=Names(["127.0.0.1"])) as here:
            urls = [there.url(host=f"host-{number}.example") for number in range(1000)]
            return await asyncio.gather(*(here.send(request(url)) for url in urls)), there.connections

    outcomes, connections = run(scene())
    assert {answer_of(one).status for one in outcomes} == {200}
    assert connections == 1000
