"""Names are found by real queries to a real name server on loopback, and dead ones hold up nobody."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from deskbell.delivery.address import parse_url
from deskbell.delivery.guard import Allowance
from deskbell.delivery.http import Client, Limits, Request
from deskbell.delivery.outcome import Answered, Failed, Outcome
from deskbell.delivery.resolver import Resolved, SystemResolver
from tests.support.aio import always, receiver, run
from tests.support.names import NameServer, name_server

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@asynccontextmanager
async def asking(*servers: NameServer) -> AsyncIterator[SystemResolver]:
    resolver = SystemResolver([server.address for server in servers])
    try:
        yield resolver
    finally:
        await resolver.close()


def request(url: str) -> Request:
    return Request(parse_url(url), b"", b"{}")


def test_a_thousand_names_that_nobody_answers_for_hold_up_no_other() -> None:
    async def scene() -> tuple[Outcome, int, int]:
        async with (
            receiver(always(OK)) as there,
            name_server({"alive.example": ["127.0.0.1"]}) as names,
            asking(names) as resolver,
        ):
            client = Client(Allowance.parse(["127.0.0.1"]), Limits(connections=2048), resolver=resolver)
            dead: list[Outcome] = []
            for number in range(1000):
                client.post(request(f"http://dead-{number}.example/"), dead.append)
            while len({name for name in names.asked if name.startswith("dead")}) < 1000:
                await asyncio.sleep(0.01)
            alive = await client.send(request(there.url(host="alive.example")))
            told_before = len(dead)
            await client.close()
            return alive, told_before, len(dead)

    alive, told_before, told = run(scene())
    assert isinstance(alive, Answered), "the dead names were being asked for all the while"
    assert (told_before, told) == (0, 1000)


def test_a_name_that_nobody_answers_for_is_given_up_with_the_connect_timeout() -> None:
    async def scene() -> Outcome:
        async with name_server() as names, asking(names) as resolver:
            client = Client(Allowance(), Limits(connect_timeout=0.2), resolver=resolver)
            try:
                return await client.send(request("http://dead.example/"))
            finally:
                await client.close()

    outcome = run(scene())
    assert isinstance(outcome, Failed)
    assert (outcome.reason, outcome.detail) == (
        "dns",
        "The name servers did not answer for dead.example in time",
    )


def resolve(host: str, known: dict[str, list[str]], **how: bool) -> Resolved:
    async def scene() -> Resolved:
        async with name_server(known, **how) as names, asking(names) as resolver:
            return await resolver.resolve(host, 80)

    return run(scene())


def test_a_names_addresses_of_both_families_are_found() -> None:
    found = resolve("both.example", {"both.example": ["192.0.2.7", "192.0.2.8", "2001:db8::7"]})
    assert sorted(found) == [
        (socket.AF_INET, "192.0.2.7"),
        (socket.AF_INET, "192.0.2.8"),
        (socket.AF_INET6, "2001:db8::7"),
    ]


@pytest.mark.parametrize("host", ["unknown.example", "empty.example"])
def test_a_name_without_addresses_is_not_known(host: str) -> None:
    with pytest.raises(socket.gaierror, match="Name or service not known"):
        resolve(host, {"empty.example": []})


def test_a_name_server_that_fails_is_an_error_of_its_own() -> None:
    with pytest.raises(OSError, match=r"(?i)server"):
        resolve("any.example", {}, failing=True)


@pytest.mark.parametrize("host", ["a" * 100 + ".example", "a..example", "x" * 300])
def test_what_is_no_name_is_unknown_and_no_error_of_ours(host: str) -> None:
    with pytest.raises(OSError):
        resolve(host, {})


def test_the_machines_own_names_are_found_without_asking() -> None:
    async def scene() -> tuple[Resolved, list[str]]:
        async with name_server() as names, asking(names) as resolver:
            return await resolver.resolve("localhost", 80), names.asked

    found, asked = run(scene())
    assert (socket.AF_INET, "127.0.0.1") in found
    assert asked == []


def test_a_dead_name_server_is_passed_over_for_the_next() -> None:
    async def scene() -> Resolved:
        async with (
            name_server(deaf=True) as first,
            name_server({"known.example": ["192.0.2.7"]}) as second,
            asking(first, second) as resolver,
        ):
            return await resolver.resolve("known.example", 80)

    assert run(scene()) == [(socket.AF_INET, "192.0.2.7")]


def test_one_look_up_serves_all_who_ask_meanwhile() -> None:
    async def scene() -> tuple[list[Resolved], list[str]]:
        async with name_server({"a.example": ["192.0.2.7"]}, ttl=0) as names, asking(names) as resolver:
            return await asyncio.gather(*(resolver.resolve("a.example", 80) for _ in range(20))), names.asked

    found, asked = run(scene())
    assert found == [[(socket.AF_INET, "192.0.2.7")]] * 20
    assert len(asked) == 2, "one for each family"


@pytest.mark.parametrize(("ttl", "kept"), [(60, True), (0, False)])
@pytest.mark.parametrize("host", ["known.example", "unknown.example"])
def test_answers_and_denials_are_kept_as_long_as_their_server_says(host: str, ttl: int, kept: bool) -> None:
    async def scene() -> tuple[int, int]:
        async with name_server({"known.example": ["192.0.2.7"]}, ttl=ttl) as names, asking(names) as resolver:
            await asyncio.gather(resolver.resolve(host, 80), return_exceptions=True)
            once = len(names.asked)
            await asyncio.gather(resolver.resolve(host, 80), return_exceptions=True)
            return once, len(names.asked)

    once, twice = run(scene())
    assert (once == twice) is kept


def test_who_gives_up_leaves_the_look_up_to_whoever_asks_next() -> None:
    async def scene() -> list[str]:
        async with name_server() as names, asking(names) as resolver:
            for _ in range(5):
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(resolver.resolve("dead.example", 80), 0.05)
            return names.asked

    assert len(run(scene())) == 2, "one for each family"


def test_closing_ends_every_look_up() -> None:
    async def scene() -> list[Resolved | BaseException]:
        async with name_server() as names, asking(names) as resolver:
            waiting = [asyncio.ensure_future(resolver.resolve(f"dead-{n}.example", 80)) for n in range(3)]
            await asyncio.sleep(0.05)
            await resolver.close()
            return await asyncio.gather(*waiting, return_exceptions=True)

    assert all(isinstance(one, OSError) for one in run(scene()))
