"""The loopback receiver's HTTP: any cut of the bytes, answers as told, in order, and an end when it is closed."""

import asyncio
import itertools
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import uvloop
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from deskbell.runtime.receiver import Received, Receiver, Reply
from deskbell.runtime.receiver_http import LARGEST_BODY, Connection
from tests.support.hooks import (
    BODY,
    SECRET,
    Client,
    Notes,
    connect,
    post,
    received_from,
    signed,
    with_receiver,
)

Run = Callable[[Coroutine[Any, Any, None]], None]


@pytest.fixture(params=[asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Run:
    """The receiver works on either event loop."""
    chosen: Run = request.param
    return chosen


def test_one_connection_carries_many_requests_in_order(run: Run) -> None:
    notes = Notes()

    async def use(client: Client, _: Receiver) -> None:
        for _number in range(50):
            assert (await client.ask(post()))[0] == 200

    run(with_receiver([SECRET], notes, use))
    assert [received.received_at for received in notes] == list(range(1, 51))


def test_a_body_may_come_in_chunks() -> None:
    headers = signed() | {"Transfer-Encoding": "chunked"}
    head = post(b"", headers).replace(b"Content-Length: 0\r\n", b"")
    pieces = [BODY[start : start + 7] for start in range(0, len(BODY), 7)]
    chunks = b"".join(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in [*pieces, b""])
    [received] = received_from(head + chunks)
    assert received.verified
    assert received.body == BODY


class Pipe(asyncio.Transport):
    """Remembers what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.closed = False

    @override
    def write(self, data: "bytes | bytearray | memoryview[Any]") -> None:
        self.written += bytes(data)

    @override
    def close(self) -> None:
        self.closed = True

    @override
    def is_closing(self) -> bool:
        return self.closed


def pushed(*pieces: bytes) -> tuple[list[tuple[str, bytes]], Pipe]:
    """What a connection takes and writes when these bytes come one after another."""
    taken: list[tuple[str, bytes]] = []

    def take(path: str, _headers: dict[str, str], body: bytes) -> Reply:
        taken.append((path, body))
        return Reply(body=path.encode())

    connection = Connection(take, lambda _: None, lambda _: None)
    pipe = Pipe()
    connection.connection_made(pipe)
    for piece in pieces:
        connection.data_received(piece)
    return taken, pipe


STREAM = post(path="/one") + post(b"", path="/two") + post(path="/three")


@given(st.sets(st.integers(1, len(STREAM) - 1)))
def test_where_the_network_cuts_makes_no_difference(cuts: set[int]) -> None:
    edges = [0, *sorted(cuts), len(STREAM)]
    taken, pipe = pushed(*(STREAM[start:end] for start, end in itertools.pairwise(edges)))
    assert taken == [("/one", BODY), ("/two", b""), ("/three", BODY)]
    assert pipe.written == pushed(STREAM)[1].written


@given(st.binary(max_size=200), st.integers(0, len(STREAM)))
def test_no_garbage_breaks_it(garbage: bytes, at: int) -> None:
    pushed(STREAM[:at] + garbage + STREAM[at:], garbage)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (None, (200, {"content-length": "0"}, b"")),
        (503, (503, {"content-length": "0"}, b"")),
        (599, (599, {"content-length": "0"}, b"")),
        (204, (204, {}, b"")),
        (Reply(429, {"Retry-After": "5"}), (429, {"content-length": "0", "retry-after": "5"}, b"")),
        (Reply(body=b"thanks"), (200, {"content-length": "6"}, b"thanks")),
        (Reply(body=b"thanks", delay=0.01), (200, {"content-length": "6"}, b"thanks")),
    ],
)
def test_it_answers_as_told(run: Run, answer: Reply | int | None, expected: object) -> None:
    async def use(client: Client, _: Receiver) -> None:
        assert await client.ask(post()) == expected
        assert await client.ask(post()) == expected

    run(with_receiver([SECRET], Notes(answer), use))


def test_replies_keep_the_order_of_their_requests(run: Run) -> None:
    def slow_first(received: Received) -> Reply:
        return Reply(body=received.path.encode(), delay=0.05 if received.path == "/one" else 0)

    async def use(client: Client, receiver: Receiver) -> None:
        client.writer.write(STREAM)
        other = await connect(receiver)
        assert (await other.ask(post(path="/other")))[2] == b"/other"
        other.writer.close()
        assert [(await client.answer())[2] for _ in range(3)] == [b"/one", b"/two", b"/three"]

    run(with_receiver([SECRET], slow_first, use))


def test_a_reply_takes_its_time() -> None:
    async def use(client: Client, _: Receiver) -> None:
        start = time.monotonic()
        await client.ask(post())
        assert time.monotonic() - start >= 0.09

    asyncio.run(with_receiver([SECRET], Notes(Reply(delay=0.1)), use))


def test_what_the_callback_raises_is_logged_and_answered_with_500(caplog: pytest.LogCaptureFixture) -> None:
    def fails(received: Received) -> int:
        raise LookupError("the callback's own trouble")

    async def use(client: Client, _: Receiver) -> None:
        assert (await client.ask(post()))[0] == 500
        assert (await client.ask(post()))[0] == 500

    asyncio.run(with_receiver([SECRET], fails, use))
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
    assert "LookupError: the callback's own trouble" in caplog.text


@pytest.mark.parametrize(
    ("request_", "status", "told", "stays"),
    [
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", 405, 0, True),
        (b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", 405, 0, True),
        (b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}", 405, 0, True),
        (b"hello?\r\n\r\n", 400, 0, False),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01", 400, 0, False),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400, 0, False),
        (post(headers={"Connection": "Upgrade", "Upgrade": "h2c"}), 400, 0, False),
        (b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 400, 0, False),
        (post(headers={"Connection": "close"}), 200, 1, False),
        (post().replace(b"HTTP/1.1", b"HTTP/1.0", 1), 200, 1, False),
    ],
)
def test_other_requests_are_no_events(run: Run, request_: bytes, status: int, told: int, stays: bool) -> None:
    notes = Notes()

    async def use(client: Client, _: Receiver) -> None:
        answered, headers, _body = await client.ask(request_)
        assert answered == status
        assert headers.get("allow") == ("POST" if status == 405 else None)
        if stays:
            assert (await client.ask(post()))[0] == 200
            notes.pop()
        else:
            assert headers["connection"] == "close"
            assert await client.is_cut()

    run(with_receiver([SECRET], notes, use))
    assert len(notes) == told


def test_a_body_beyond_all_measure_is_refused() -> None:
    head = post(b"").replace(b"Content-Length: 0", f"Content-Length: {LARGEST_BODY + 1}".encode())
    half = b" " * (LARGEST_BODY // 2)
    taken, pipe = pushed(head, half, half, b" " + post())
    assert taken == []
    assert pipe.written.startswith(b"HTTP/1.1 413 ")
    assert pipe.written.count(b"HTTP/1.1") == 1
    assert pipe.closed
    assert len(pushed(head.replace(b"%d" % (LARGEST_BODY + 1), b"%d" % LARGEST_BODY), half, half)[0]) == 1


def test_a_client_that_asks_for_leave_gets_it() -> None:
    async def use(client: Client, _: Receiver) -> None:
        request = post(headers=signed() | {"Expect": "100-continue"})
        assert (await client.ask(request.removesuffix(BODY)))[0] == 100
        assert (await client.ask(BODY))[0] == 200

    asyncio.run(with_receiver([SECRET], Notes(), use))


def test_closing_cuts_connections_that_wait(run: Run) -> None:
    async def use(client: Client, receiver: Receiver) -> None:
        client.writer.write(post())
        idle = await connect(receiver)
        await asyncio.sleep(0.05)
        await receiver.close()
        assert await client.is_cut()
        assert await idle.is_cut()
        idle.writer.close()
        with pytest.raises(OSError):
            await connect(receiver)
        await receiver.close()

    run(with_receiver([SECRET], Notes(Reply(delay=3600)), use))


def test_it_comes_back_at_the_same_address(run: Run) -> None:
    notes = Notes()

    async def use(client: Client, receiver: Receiver) -> None:
        url = receiver.url
        assert url == f"http://127.0.0.1:{receiver.port}"
        await client.ask(post())
        await receiver.close()
        await receiver.start()
        assert receiver.url == url
        again = await connect(receiver)
        assert (await again.ask(post()))[0] == 200
        again.writer.close()

    run(with_receiver([SECRET], notes, use))
    assert [received.received_at for received in notes] == [1, 2]
