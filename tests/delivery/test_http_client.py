"""The outbound client against real receivers that misbehave in every way a receiver can."""

import asyncio
import logging
import socket
import ssl
import struct
import subprocess
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from shutil import which

import pytest

from deskbell.delivery.http import Client, Limits, header_lines
from deskbell.delivery.outcome import Answered, Outcome
from tests.support.aio import Script, Visit, always, receiver, run, saying, silent
from tests.support.sending import OK, Names, answer_of, client, exchange, failure_of, request

SHORT = Limits(connect_timeout=0.3, timeout=0.3)


# -- what is sent


def test_a_request_arrives_as_it_was_meant() -> None:
    async def scene() -> tuple[bytes, bytes, int]:
        arrived: list[tuple[bytes, bytes]] = []

        async def script(visit: Visit) -> None:
            arrived.append(await visit.read_request())
            await visit.say(OK)

        async with receiver(script) as there, client() as here:
            url = there.url("/hook?a=ü").replace("//", "//user:pass@")
            headers = header_lines([("content-type", "application/json"), ("x-custom", "säfe")])
            answer_of(await here.send(request(url, b'{"a":1}', headers)))
            return *arrived[0], there.port

    head, body, port = run(scene())
    assert body == b'{"a":1}'
    assert head.split(b"\r\n")[0] == b"POST /hook?a=%C3%BC HTTP/1.1"
    assert set(head.split(b"\r\n")[1:-2]) == {
        b"Host: 127.0.0.1:%d" % port,
        b"Accept: */*",
        b"Authorization: Basic dXNlcjpwYXNz",
        b"content-type: application/json",
        "x-custom: säfe".encode("latin-1"),
        b"Content-Length: 7",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x", "a\r\nb: c"),
        ("x", "a\nb"),
        ("x", "a\0"),
        ("x\r\n", "a"),
        ("x y", "a"),
        ("x:", "a"),
        ("", "a"),
        ("x", "€"),
        ("Host", "evil"),
        ("content-length", "0"),
        ("Transfer-Encoding", "chunked"),
        ("connection", "close"),
    ],
)
def test_a_header_cannot_forge_the_request(name: str, value: str) -> None:
    with pytest.raises(ValueError):
        header_lines([("fine", "yes"), (name, value)])


# -- what comes back


@pytest.mark.parametrize(
    ("answer", "status", "excerpt"),
    [
        (OK, 200, b"ok"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
        (b"HTTP/1.1 500 \r\nContent-Length: 4\r\n\r\noops", 500, b"oops"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, 200, b"ok"),
        (b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + OK, 200, b"ok"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n",
            200,
            b"abc",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Sum: 1\r\nY: 2\r\n\r\n",
            200,
            b"a",
        ),
        (b"HTTP/1.0 200 OK\r\n\r\nto the end", 200, b"to the end"),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", 200, b"x"),
        (b"HTTP/1.1 200 OK\r\n\r\nto the end", 200, b"to the end"),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx", 200, b"x"),
        (b"HTTP/1.1 200 OK\r\nUpgrade: h2c\r\nConnection: Upgrade\r\nContent-Length: 1\r\n\r\nx", 200, b"x"),
        (OK + b"more than was promised", 200, b"ok"),
        (OK + OK, 200, b"ok"),
    ],
)
@pytest.mark.parametrize("pieces", ["at once", "byte by byte"])
def test_an_answer_is_understood_however_it_is_framed(
    answer: bytes, status: int, excerpt: bytes, pieces: str
) -> None:
    async def script(visit: Visit) -> None:
        await visit.read_request()
        for piece in [answer] if pieces == "at once" else [bytes([byte]) for byte in answer]:
            await visit.say(piece)
            await asyncio.sleep(0)

    outcome = answer_of(exchange(script))
    assert (outcome.status, outcome.excerpt) == (status, excerpt)
    assert outcome.duration >= 0


def test_retry_after_is_handed_on_from_the_final_head_only() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nRetry-After: 1\r\n\r\n"
    final = b"HTTP/1.1 503 Busy\r\nretry-AFTER: 120\r\nTransfer-Encoding: chunked\r\n\r\n"
    trailer = b"0\r\nRetry-After: 9\r\n\r\n"
    assert answer_of(exchange(saying(early + final + trailer))).retry_after == "120"
    assert answer_of(exchange(saying(OK.replace(b"200 OK", b"503 Busy")))).retry_after is None


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    async def scene() -> tuple[Outcome, int]:
        async with receiver(always(OK)) as other, client() as here:
            location = f"HTTP/1.1 {status} Moved\r\nLocation: {other.url()}\r\nContent-Length: 0\r\n\r\n"
            async with receiver(saying(location.encode())) as there:
                return await here.send(request(there.url())), other.connections

    outcome, visits_elsewhere = run(scene())
    assert answer_of(outcome).status == status
    assert visits_elsewhere == 0


def test_an_excerpt_is_no_longer_than_16_kib() -> None:
    answer = b"HTTP/1.1 500 Oops\r\nContent-Length: 60000\r\n\r\n" + b"x" * 60000
    assert answer_of(exchange(saying(answer))).excerpt == b"x" * 16384


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 1000),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", b"x" * 1000),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"3e8\r\n" + b"x" * 1000 + b"\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;e=", b"x" * 1000),
    ],
)
def test_an_endless_body_is_cut_and_its_status_taken(head: bytes, piece: bytes) -> None:
    async def script(visit: Visit) -> None:
        await visit.read_request()
        await visit.say(head)
        while True:
            await visit.say(piece)

    assert answer_of(exchange(script)).status == 200


@pytest.mark.parametrize("pause", [False, True])
def test_an_endless_header_is_cut(pause: bool) -> None:
    async def script(visit: Visit) -> None:
        await visit.read_request()
        await visit.say(b"HTTP/1.1 200 OK\r\n")
        while True:
            await visit.say(b"X-Filler: " + b"x" * 1000 + b"\r\n")
            if pause:
                await asyncio.sleep(0)

    assert failure_of(exchange(script)).reason == "too_large"


def test_a_header_just_within_the_limit_is_read_with_its_body() -> None:
    start, end = b"HTTP/1.1 200 OK\r\nContent-Length: 40000\r\nX: ", b"\r\n\r\n"
    head = start + b"x" * (65_536 - len(start) - len(end)) + end
    assert answer_of(exchange(saying(head + b"y" * 40_000))).excerpt == b"y" * 16_384
    assert failure_of(exchange(saying(head[:-4] + b"x" + end))).reason == "too_large"


def test_endless_interim_answers_are_cut() -> None:
    async def script(visit: Visit) -> None:
        await visit.read_request()
        while True:
            await visit.say(b"HTTP/1.1 100 Continue\r\n\r\n")

    assert failure_of(exchange(script)).reason == "too_large"


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x15\x03\x01\x00\x02\x02\x46",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\nxx",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0x2\r\n\r\nxx",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n",
    ],
)
def test_what_is_not_http_is_named_so(answer: bytes) -> None:
    assert failure_of(exchange(saying(answer))).reason == "bad_response"


# -- connections that break


@pytest.mark.parametrize(
    "part",
    [
        b"",
        b"HTT",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
    ],
)
@pytest.mark.parametrize("how", ["end", "reset"])
def test_an_answer_that_breaks_off_is_a_broken_connection(part: bytes, how: str) -> None:
    async def script(visit: Visit) -> None:
        await visit.read_request()
        await visit.say(part)
        if how == "reset":
            await asyncio.sleep(0.02)
            visit.reset()

    assert failure_of(exchange(script)).reason == "connection"


def test_a_receiver_that_hangs_up_without_reading_is_a_broken_connection() -> None:
    async def script(visit: Visit) -> None:
        visit.reset()

    assert failure_of(exchange(script)).reason == "connection"


def test_nobody_listening_is_a_broken_connection() -> None:
    async def scene() -> Outcome:
        with socket.socket() as unheard:
            unheard.bind(("127.0.0.1", 0))
            async with client() as here:
                return await here.send(request(f"http://127.0.0.1:{unheard.getsockname()[1]}/"))

    outcome = failure_of(run(scene()))
    assert outcome.reason == "connection"
    assert outcome.detail == "Cannot connect to 127.0.0.1: Connection refused"


@pytest.mark.parametrize("ending", ["stays", "leaves"])
def test_an_answer_that_comes_before_the_request_was_read_is_taken(ending: str) -> None:
    async def script(visit: Visit) -> None:
        await visit.read_head()
        await visit.say(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
        if ending == "stays":
            await asyncio.sleep(60)

    assert answer_of(exchange(script, body=b"x" * 8_000_000)).status == 413


# -- time


async def drip(visit: Visit) -> None:
    await visit.read_request()
    for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 10_000:
        await visit.say(bytes([byte]))
        await asyncio.sleep(0.01)


async def stall_in_body(visit: Visit) -> None:
    await visit.read_request()
    await visit.say(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
    await asyncio.sleep(60)


@pytest.mark.parametrize("script", [silent, drip, stall_in_body])
def test_no_whole_answer_in_time_is_a_timeout(script: Script) -> None:
    outcome = failure_of(exchange(script, SHORT))
    assert (outcome.reason, outcome.detail) == ("timeout", "No whole answer within 0.3 s")
    assert outcome.duration >= 290_000


def test_a_connection_that_never_opens_is_a_timeout() -> None:
    async def scene() -> Outcome:
        full = socket.socket()
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        place = full.getsockname()
        stuffing = [socket.socket() for _ in range(4)]
        for one in stuffing:
            one.setblocking(False)
            one.connect_ex(place)
        try:
            async with client(Limits(connect_timeout=0.2, timeout=5)) as here:
                return await here.send(request(f"http://127.0.0.1:{place[1]}/"))
        finally:
            for one in [full, *stuffing]:
                one.close()

    outcome = failure_of(run(scene()))
    assert (outcome.reason, outcome.detail) == ("timeout", "No connection to 127.0.0.1 within 0.2 s")


def test_waiting_for_a_connection_counts() -> None:
    async def scene() -> list[Outcome]:
        limits = Limits(timeout=0.3, per_origin=1)
        async with receiver(silent) as there, client(limits) as here:
            return await asyncio.gather(*(here.send(request(there.url())) for _ in range(3)))

    outcomes = run(scene())
    assert [failure_of(outcome).reason for outcome in outcomes] == ["timeout"] * 3


# -- addresses


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9000/", "http://[::1]:9000/", "http://169.254.169.254/latest"]
)
def test_a_literal_that_leads_inside_is_refused(url: str) -> None:
    async def scene() -> Outcome:
        async with client(allow=()) as here:
            return await here.send(request(url))

    assert failure_of(run(scene())).reason == "refused_address"


def test_a_name_that_leads_inside_is_refused_and_told_why() -> None:
    async def scene() -> tuple[Outcome, int]:
        async with receiver(always(OK)) as there, client(allow=()) as here:
            return await here.send(request(there.url(host="localhost"))), there.connections

    outcome, connections = run(scene())
    assert failure_of(outcome).reason == "refused_address"
    assert "is a loopback address" in failure_of(outcome).detail
    assert connections == 0


def test_a_rebinding_name_gains_nothing() -> None:
    """Public when looked up first, and loopback ever after: only what was checked is connected to."""

    async def scene() -> tuple[list[Outcome], int, int]:
        # 127.0.0.2 plays the public address: allowed, but nobody listens there. 127.0.0.1 is the forbidden
        # inside.
        names = Names(["127.0.0.2"], ["127.0.0.1"])
        async with receiver(always(OK)) as inside, client(allow=("127.0.0.2",), resolver=names) as here:
            url = inside.url(host="rebinding.example")
            outcomes = [await here.send(request(url)) for _ in range(3)]
            return outcomes, inside.connections, names.asked

    outcomes, connections, asked = run(scene())
    assert [failure_of(outcome).reason for outcome in outcomes] == [
        "connection",
        "refused_address",
        "refused_address",
    ]
    assert connections == 0
    assert asked == 3


def test_only_the_allowed_addresses_of_a_name_are_tried_and_each_of_them() -> None:
    async def scene() -> Outcome:
        names = Names(["10.0.0.1", "127.0.0.3", "127.0.0.1"])
        async with receiver(always(OK)) as there, client(resolver=names) as here:
            return await here.send(request(there.url(host="many.example")))

    assert answer_of(run(scene())).status == 200


def test_a_host_the_operator_allowed_may_lead_inside() -> None:
    async def scene() -> Outcome:
        async with (
            receiver(always(OK)) as there,
            client(allow=("hooks.internal",), resolver=Names(["127.0.0.1"])) as here,
        ):
            return await here.send(request(there.url(host="hooks.internal")))

    assert answer_of(run(scene())).status == 200


def test_a_name_without_address_is_a_dns_failure() -> None:
    async def scene() -> Outcome:
        async with client(resolver=Names([])) as here:
            return await here.send(request("http://nowhere.example/"))

    outcome = failure_of(run(scene()))
    assert (outcome.reason, outcome.detail) == (
        "dns",
        "nowhere.example cannot be resolved: Name or service not known",
    )


def test_dead_name_servers_are_a_dns_failure() -> None:
    class Dead:
        async def resolve(self, host: str, port: int) -> list[tuple[int, str]]:
            await asyncio.sleep(60)
            return []

    async def scene() -> Outcome:
        async with client(Limits(connect_timeout=0.1), resolver=Dead()) as here:
            return await here.send(request("http://dead.example/"))

    assert failure_of(run(scene())).reason == "dns"


def test_a_name_with_no_addresses_left_is_a_dns_failure() -> None:
    class Empty:
        async def resolve(self, host: str, port: int) -> list[tuple[int, str]]:
            return []

    async def scene() -> Outcome:
        async with client(resolver=Empty()) as here:
            return await here.send(request("http://empty.example/"))

    assert failure_of(run(scene())).reason == "dns"


def test_a_resolver_that_breaks_fails_the_request_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        async def resolve(self, host: str, port: int) -> list[tuple[int, str]]:
            raise RuntimeError("broken")

    async def scene() -> list[Outcome]:
        async with client(Limits(per_origin=1), resolver=Broken()) as here:
            return [await here.send(request("http://x.example/")) for _ in range(3)]

    assert [failure_of(outcome).reason for outcome in run(scene())] == ["connection"] * 3
    assert "unforeseen" in caplog.text


# -- keeping connections


def test_connections_are_kept_and_used_again() -> None:
    async def scene() -> tuple[int, set[int]]:
        async with receiver(always(OK)) as there, client() as here:
            statuses = {answer_of(await here.send(request(there.url()))).status for _ in range(20)}
            return there.connections, statuses

    assert run(scene()) == (1, {200})


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        OK + b"x",
        OK + OK,
    ],
)
def test_a_connection_that_cannot_be_trusted_is_not_used_again(answer: bytes) -> None:
    async def scene() -> int:
        async with receiver(always(answer)) as there, client() as here:
            for _ in range(3):
                answer_of(await here.send(request(there.url())))
            return there.connections

    assert run(scene()) == 3


def test_a_connection_closed_while_idle_is_replaced() -> None:
    async def scene() -> int:
        async with receiver(saying(OK)) as there, client() as here:
            for _ in range(3):
                answer_of(await here.send(request(there.url())))
                await asyncio.sleep(0.02)
            return there.connections

    assert run(scene()) == 3


def test_a_connection_that_speaks_while_idle_is_dropped() -> None:
    async def script(visit: Visit) -> None:
        await visit.read_request()
        await visit.say(OK)
        await asyncio.sleep(0.01)
        await visit.say(b"HTTP/1.1 500 Late and unasked\r\nContent-Length: 0\r\n\r\n")
        await asyncio.sleep(60)

    async def scene() -> list[int]:
        async with receiver(script) as there, client() as here:
            statuses = []
            for _ in range(3):
                statuses.append(answer_of(await here.send(request(there.url()))).status)
                await asyncio.sleep(0.05)
            return statuses

    assert run(scene()) == [200, 200, 200]


def test_an_idle_connection_is_closed_after_a_while() -> None:
    async def scene() -> bytes:
        ended: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

        async def script(visit: Visit) -> None:
            await visit.read_request()
            await visit.say(OK)
            ended.set_result(await visit.reader.read())

        async with receiver(script) as there, client(Limits(idle_seconds=0.1)) as here:
            answer_of(await here.send(request(there.url())))
            return await asyncio.wait_for(ended, 5)

    assert run(scene()) == b""


def test_no_more_idle_connections_are_kept_than_allowed() -> None:
    async def scene() -> int:
        async with receiver(always(OK)) as there, client(Limits(idle=1)) as here:
            await asyncio.gather(*(here.send(request(there.url())) for _ in range(4)))
            await asyncio.gather(*(here.send(request(there.url())) for _ in range(4)))
            return there.connections

    assert run(scene()) == 7


class ByHand:
    """A receiver played by hand, so that its end and the next request can fall into the same moment."""

    def __init__(self, ssl_context: ssl.SSLContext | None = None) -> None:
        self._ssl_context = ssl_context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(5)
        self.url = f"http{'s' if ssl_context else ''}://127.0.0.1:{self._listener.getsockname()[1]}/"
        self.taken: list[socket.socket] = []

    async def take(self) -> socket.socket:
        return await asyncio.to_thread(self._take)

    async def read(self, connection: socket.socket) -> bytes:
        return await asyncio.to_thread(connection.recv, 65_536)

    def end(self, connection: socket.socket) -> None:
        """Close a connection in good order, without waiting for the client."""
        if isinstance(connection, ssl.SSLSocket):
            connection.settimeout(0)
            with suppress(ssl.SSLWantReadError):  # it has said close_notify, and would wait for the client's
                connection.unwrap()
        connection.close()

    def is_called(self) -> bool:
        """Whether another connection has come."""
        self._listener.settimeout(0.1)
        try:
            self._take()
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        for one in [self._listener, *self.taken]:
            one.close()

    def _take(self) -> socket.socket:
        connection, _ = self._listener.accept()
        connection.settimeout(5)
        if self._ssl_context is not None:
            connection = self._ssl_context.wrap_socket(connection, server_side=True)
        self.taken.append(connection)
        return connection


@asynccontextmanager
async def kept_connection(
    server_side: ssl.SSLContext | None = None, client_side: ssl.SSLContext | None = None
) -> AsyncIterator[tuple[ByHand, Client, socket.socket]]:
    """A receiver, a client, and a connection between them that has served one request."""
    there = ByHand(server_side)
    try:
        async with client(ssl_context=client_side) as here:
            first = asyncio.ensure_future(here.send(request(there.url, b"first")))
            connection = await there.take()
            assert (await there.read(connection)).endswith(b"first")
            connection.sendall(OK)
            answer_of(await first)
            yield there, here, connection
    finally:
        there.close()


async def post_again(here: Client, url: str, body: bytes = b"second") -> asyncio.Future[Outcome]:
    outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
    here.post(request(url, body), outcome.set_result)
    return outcome


@pytest.mark.parametrize("secure", [False, True])
@pytest.mark.parametrize("size", [10, 20_000])
def test_a_request_that_met_a_closed_connection_is_sent_again_and_received_once(
    secure: bool, size: int, certificates: "Certificates"
) -> None:
    async def scene() -> tuple[Outcome, bytes, bool]:
        sides = (certificates.serving("good"), certificates.trusting()) if secure else (None, None)
        async with kept_connection(*sides) as (there, here, connection):
            there.end(connection)
            outcome = await post_again(here, there.url, b"x" * size)
            fresh = await there.take()
            arrived = b""
            while not arrived.endswith(b"x" * size):
                arrived += await there.read(fresh)
            fresh.sendall(OK)
            return await outcome, arrived, there.is_called()

    outcome, arrived, called_again = run(scene())
    assert answer_of(outcome).status == 200
    assert arrived.count(b"POST") == 1
    assert not called_again


@pytest.mark.parametrize("how", ["end", "reset"])
def test_a_request_that_may_have_been_read_is_not_sent_again(how: str) -> None:
    async def scene() -> tuple[Outcome, bool]:
        async with kept_connection() as (there, here, connection):
            outcome = await post_again(here, there.url)
            await there.read(connection)
            if how == "reset":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
            return await outcome, there.is_called()

    outcome, called_again = run(scene())
    assert failure_of(outcome).reason == "connection"
    assert not called_again


def test_a_request_is_sent_again_only_once() -> None:
    async def scene() -> tuple[Outcome, bool]:
        async with kept_connection() as (there, here, connection):
            connection.close()
            outcome = await post_again(here, there.url)
            (await there.take()).close()
            return await outcome, there.is_called()

    outcome, called_again = run(scene())
    assert failure_of(outcome).reason == "connection"
    assert not called_again


def test_a_request_waiting_to_be_sent_again_still_runs_out_of_time() -> None:
    async def scene() -> Outcome:
        there = ByHand()
        names = Names(["127.0.0.1"])
        async with client(Limits(timeout=0.3), resolver=names) as here:
            url = there.url.replace("127.0.0.1", "slow.example")
            first = asyncio.ensure_future(here.send(request(url)))
            connection = await there.take()
            await there.read(connection)
            connection.sendall(OK)
            answer_of(await first)
            names.delay = 1.0
            connection.close()
            outcome = await (await post_again(here, url))
        there.close()
        return outcome

    assert failure_of(run(scene())).reason == "timeout"


# -- many at once


def test_an_origin_gets_no_more_connections_than_its_cap() -> None:
    async def scene() -> tuple[int, int]:
        busy = most = 0

        async def script(visit: Visit) -> None:
            nonlocal busy, most
            while True:
                await visit.read_request()
                busy += 1
                most = max(most, busy)
                await asyncio.sleep(0.005)
                busy -= 1
                await visit.say(OK)

        async with receiver(script) as there, client(Limits(per_origin=3)) as here:
            outcomes = await asyncio.gather(*(here.send(request(there.url())) for _ in range(30)))
            assert {answer_of(outcome).status for outcome in outcomes} == {200}
            return most, there.connections

    assert run(scene()) == (3, 3)


def test_those_who_wait_are_served_in_order() -> None:
    async def scene() -> list[bytes]:
        arrived = []

        async def script(visit: Visit) -> None:
            while True:
                arrived.append((await visit.read_request())[1])
                await visit.say(OK)

        async with receiver(script) as there, client(Limits(per_origin=1)) as here:
            await asyncio.gather(*(here.send(request(there.url(), b"%d" % number)) for number in range(20)))
        return arrived

    assert run(scene()) == [b"%d" % number for number in range(20)]


def test_a_hung_origin_does_not_hold_up_another() -> None:
    async def scene() -> list[Outcome]:
        limits = Limits(timeout=30, per_origin=4)
        async with receiver(silent) as hung, receiver(always(OK)) as well, client(limits) as here:
            stuck: list[Outcome] = []
            for _ in range(200):
                here.post(request(hung.url()), stuck.append)
            outcomes = [await here.send(request(well.url())) for _ in range(50)]
            assert not stuck
            return outcomes

    assert {answer_of(outcome).status for outcome in run(scene())} == {200}


def test_a_busy_origin_makes_room_for_a_starved_one() -> None:
    async def scene() -> tuple[int, Outcome]:
        limits = Limits(timeout=5, per_origin=4, connections=4)
        async with receiver(always(OK)) as busy, receiver(always(OK)) as starved, client(limits) as here:
            served = 0

            def again(outcome: Outcome) -> None:
                nonlocal served
                served += isinstance(outcome, Answered)
                if not finished:
                    here.post(request(busy.url()), again)

            finished = False
            for _ in range(20):
                here.post(request(busy.url()), again)
            outcome = await here.send(request(starved.url()))
            finished = True
            return served, outcome

    served, outcome = run(scene())
    assert answer_of(outcome).status == 200
    assert served > 0


def test_an_idle_connection_makes_room_under_the_total_cap() -> None:
    async def scene() -> set[int]:
        async with (
            receiver(always(OK)) as one,
            receiver(always(OK)) as other,
            client(Limits(connections=1)) as here,
        ):
            return {
                answer_of(await here.send(request(there.url()))).status for there in (one, other, one, other)
            }

    assert run(scene()) == {200}


def test_many_origins_take_turns_under_the_total_cap() -> None:
    async def scene() -> list[Outcome]:
        limits = Limits(timeout=10, connections=2)
        async with AsyncExitStack() as stack:
            here = await stack.enter_async_context(client(limits))
            theirs = [await stack.enter_async_context(receiver(always(OK))) for _ in range(6)]
            return await asyncio.gather(
                *(here.send(request(there.url())) for _ in range(5) for there in theirs)
            )

    assert [answer_of(outcome).status for outcome in run(scene())] == [200] * 30


def test_starved_requests_run_out_of_time_and_leave_nothing_behind() -> None:
    async def scene() -> tuple[Outcome, Outcome]:
        limits = Limits(timeout=0.3, connections=1)
        async with receiver(silent) as hung, receiver(always(OK)) as well, client(limits) as here:
            stuck: list[Outcome] = []
            here.post(request(hung.url()), stuck.append)
            starved = await here.send(request(well.url()))
            failure_of(stuck[0])
            return starved, await here.send(request(well.url()))

    starved, later = run(scene())
    assert failure_of(starved).reason == "timeout"
    assert answer_of(later).status == 200


# -- callers, and the end


def test_a_caller_that_raises_costs_nobody_else(caplog: pytest.LogCaptureFixture) -> None:
    def careless(outcome: Outcome) -> None:
        raise RuntimeError("careless")

    async def scene() -> tuple[Outcome, int]:
        async with receiver(always(OK)) as there, client() as here:
            here.post(request(there.url()), careless)
            await asyncio.sleep(0.05)
            return await here.send(request(there.url())), there.connections

    with caplog.at_level(logging.CRITICAL, "deskbell.delivery"):
        outcome, connections = run(scene())
    assert answer_of(outcome).status == 200
    assert connections == 1


def test_every_request_is_told_exactly_once_even_when_the_client_is_closed() -> None:
    async def scene() -> list[list[Outcome]]:
        told: list[list[Outcome]] = [[] for _ in range(12)]
        async with (
            receiver(silent) as hung,
            receiver(always(OK)) as well,
            client(Limits(per_origin=2)) as here,
        ):
            for number in range(9):
                here.post(request([hung, well][number % 2].url()), told[number].append)
            await asyncio.sleep(0.05)
            here.post(request("http://127.0.0.1:9999/"), told[9].append)
            here.post(request(hung.url()), lambda outcome: here.post(request(hung.url()), told[10].append))
            await here.close()
            here.post(request(well.url()), told[11].append)
            assert told[11] == []
            await asyncio.sleep(0.01)
        return told

    told = run(scene())
    assert [len(outcomes) for outcomes in told] == [1] * 12
    assert {failure_of(told[number][0]).reason for number in (0, 2, 4, 6, 8, 9, 10, 11)} == {"connection"}


def test_a_caller_that_gave_up_waiting_disturbs_nothing() -> None:
    async def scene() -> Outcome:
        async def script(visit: Visit) -> None:
            while True:
                await visit.read_request()
                await asyncio.sleep(0.05)
                await visit.say(OK)

        async with receiver(script) as there, client() as here:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(here.send(request(there.url())), 0.02)
            await asyncio.sleep(0.1)
            return await here.send(request(there.url()))

    assert answer_of(run(scene())).status == 200


# -- TLS


class Certificates:
    """An authority made for these tests, and what it has certified, well or badly."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._openssl(
            "req", "-x509", "-subj", "/CN=Test authority", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2"
        )
        for name, subject in {"good": "IP:127.0.0.1,DNS:hooks.example", "other": "DNS:other.example"}.items():
            self._sign(name, subject, "-days", "2")
        self._sign("expired", "IP:127.0.0.1", "-days", "-1")
        alone = ("-subj", "/CN=Alone", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2")
        self._openssl("req", "-x509", *alone, "-keyout", "alone.key", "-out", "alone.pem")

    def serving(self, name: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        return context

    def trusting(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._folder / "ca.pem")

    def _sign(self, name: str, subject: str, *options: str) -> None:
        self._openssl("req", "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        (self._folder / f"{name}.ext").write_text(f"subjectAltName={subject}\n")
        authority = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", f"{name}.ext")
        self._openssl("x509", "-req", "-in", f"{name}.csr", *authority, "-out", f"{name}.pem", *options)

    def _openssl(self, command: str, *options: str) -> None:
        new_key = (
            ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"] if command == "req" else []
        )
        subprocess.run(
            ["openssl", command, *new_key, *options], cwd=self._folder, check=True, capture_output=True
        )


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    assert which("openssl") is not None, "the TLS tests need the openssl program"
    return Certificates(tmp_path_factory.mktemp("certificates"))


def test_a_valid_certificate_is_accepted_and_the_connection_kept(certificates: Certificates) -> None:
    async def scene() -> tuple[set[int], int]:
        async with (
            receiver(always(OK), ssl_context=certificates.serving("good")) as there,
            client(ssl_context=certificates.trusting(), resolver=Names(["127.0.0.1"])) as here,
        ):
            statuses = set()
            for host in ("127.0.0.1", "hooks.example", "hooks.example"):
                statuses.add(answer_of(await here.send(request(there.url(scheme="https", host=host)))).status)
            return statuses, there.connections

    assert run(scene()) == ({200}, 2)


@pytest.mark.parametrize(
    ("name", "detail"),
    [("other", "IP address mismatch"), ("expired", "has expired"), ("alone", "self-signed certificate")],
)
def test_a_wrong_certificate_is_a_tls_failure(name: str, detail: str, certificates: Certificates) -> None:
    async def scene() -> Outcome:
        async with (
            receiver(always(OK), ssl_context=certificates.serving(name)) as there,
            client(ssl_context=certificates.trusting()) as here,
        ):
            return await here.send(request(there.url(scheme="https")))

    outcome = failure_of(run(scene()))
    assert outcome.reason == "tls"
    assert detail in outcome.detail


def test_plain_http_behind_https_is_a_tls_failure(certificates: Certificates) -> None:
    async def script(visit: Visit) -> None:
        await visit.reader.read(1000)
        await visit.say(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async def scene() -> Outcome:
        async with receiver(script) as there, client(ssl_context=certificates.trusting()) as here:
            return await here.send(request(there.url(scheme="https")))

    assert failure_of(run(scene())).reason == "tls"


@pytest.mark.parametrize("script", [silent, saying()])
def test_a_handshake_that_goes_nowhere_is_not_waited_for(script: Script, certificates: Certificates) -> None:
    async def scene() -> Outcome:
        async with receiver(script) as there, client(SHORT, ssl_context=certificates.trusting()) as here:
            return await here.send(request(there.url(scheme="https")))

    assert failure_of(run(scene())).reason == ("timeout" if script is silent else "connection")


def test_a_tls_answer_that_ends_with_the_connection_is_whole(certificates: Certificates) -> None:
    async def scene() -> Outcome:
        async with (
            receiver(
                saying(b"HTTP/1.1 200 OK\r\n\r\nto the end"), ssl_context=certificates.serving("good")
            ) as there,
            client(ssl_context=certificates.trusting()) as here,
        ):
            return await here.send(request(there.url(scheme="https")))

    assert answer_of(run(scene())).excerpt == b"to the end"
