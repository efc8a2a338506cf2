"""Who asks too often is turned away and told when to come back; others, and health checks, are not kept from anything."""

import re
from collections.abc import Callable

import httpx
import pytest

from deskbell.config import Settings
from deskbell.desk.queries import identity
from deskbell.kit.clock import DAY, MINUTE, SECOND, SystemClock
from deskbell.web.limits import Limits
from deskbell.web.security import open_sign_in
from tests.support.api import API, HOST, KEY, on_api

LIMITS = {"rate_limit_token": 3, "rate_limit_address": 5}


def left(answer: httpx.Response) -> tuple[str, int, int]:
    """Which quota an answer tells of, how much of it is left, and for how many seconds."""
    found = re.fullmatch(r'"([a-z-]+)";r=(\d+);t=(\d+)', answer.headers["ratelimit"])
    assert found, answer.headers["ratelimit"]
    return found[1], int(found[2]), int(found[3])


def test_a_token_has_its_quota_and_is_then_told_when_to_come_back(url: str) -> None:
    async def story(api: API) -> None:
        assert left(await api.alice.get("agents")) == ("address", 4, 60)
        api.world.clock.advance(10 * SECOND)
        for rest in (1, 0):
            answer = await api.alice.get("agents")
            assert (answer.status_code, left(answer)) == (200, ("token", rest, 50))
            assert answer.headers["ratelimit-policy"] == '"token";q=3;w=60'
        refused = await api.alice.get("agents")
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
        assert (refused.headers["retry-after"], left(refused)) == ("50", ("token", 0, 50))
        assert refused.headers["x-content-type-options"] == "nosniff"
        assert (await api.bob.get("agents")).status_code == 200
        api.world.clock.advance(50 * SECOND)
        assert (await api.alice.get("agents")).status_code == 200

    on_api(url, story, **LIMITS)


def test_who_is_turned_away_changes_nothing(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        statuses = []
        for _ in range(5):
            answer = await api.alice.post("conversations/1/messages", json={"content": "Hi"})
            statuses.append(answer.status_code)
        assert statuses == [200, 200, 200, 429, 429]
        assert (await api.state())["messages"] == 3

    on_api(url, story, **LIMITS)


def test_making_tokens_up_gains_nothing(url: str) -> None:
    async def story(api: API) -> None:
        await api.alice.get("agents")
        answers = []
        for guess in range(6):
            client = await api.client(f"/api/v1/accounts/{api.world.account_id}", f"guess-{guess}")
            answers.append((await client.get("agents")).status_code)
        assert answers == [401, 401, 401, 401, 429, 429]
        assert (await api.alice.get("agents")).status_code == 200

    on_api(url, story, **LIMITS)


@pytest.mark.parametrize(
    "beside",
    [
        lambda token, number: [("access-token", f"guess-{number}"), ("api_access_token", token)],
        lambda token, number: [("Authorization", f"Bearer guess-{number}"), ("api-access-token", token)],
        lambda token, number: [("Authorization", f"Bearer {' ' * number}{token}")],
        lambda token, number: [("Authorization", "BEARER"[:number] + "bearer"[number:] + f" {token}")],
    ],
    ids=["a session's header", "a bearer", "blanks", "case"],
)
def test_a_token_has_one_quota_however_it_is_written_and_whatever_comes_along(
    url: str, beside: Callable[[str, int], list[tuple[str, str]]]
) -> None:
    async def story(api: API) -> None:
        client = await api.client(f"/api/v1/accounts/{api.world.account_id}")
        statuses = []
        for number in range(5):
            answer = await client.get("agents", headers=beside(api.world.token, number))
            statuses.append(answer.status_code)
        assert statuses == [200, 200, 200, 429, 429]

    on_api(url, story, **(LIMITS | {"rate_limit_address": 100}))


def test_a_session_has_one_quota_however_its_signature_is_written(url: str) -> None:
    async def story(api: API) -> None:
        session = open_sign_in(
            KEY, api.world.alice.id, identity.mark(None), "a client", api.world.clock.now() + DAY
        )
        client = await api.client(f"/api/v1/accounts/{api.world.account_id}")
        statuses = []
        for number in range(5):
            headers = {"access-token": session + "=" * (number % 2)}
            statuses.append((await client.get("agents", headers=headers)).status_code)
        assert statuses == [200, 200, 200, 429, 429]

    on_api(url, story, **(LIMITS | {"rate_limit_address": 100}))


def test_faces_without_tokens_count_by_address_whatever_header_comes_along(url: str) -> None:
    async def story(api: API) -> None:
        customer = await api.client_api()
        for number in range(5):
            answer = await customer.get("", headers={"api_access_token": f"guess-{number}"})
            assert (answer.status_code, left(answer)[:2]) == (200, ("address", 4 - number))
        assert (await customer.get("")).status_code == 429

    on_api(url, story, **LIMITS)


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
    ],
)
def test_addresses_count_apart_and_an_ipv6_network_as_one(
    url: str, one: str, other: str, *, together: bool
) -> None:
    async def story(api: API) -> None:
        path = f"/public/api/v1/inboxes/{api.world.api_inbox.token}"
        statuses = []
        for host in (one, other):
            transport = httpx.ASGITransport(api.app, client=(host, 1234))
            async with httpx.AsyncClient(transport=transport, base_url=HOST) as client:
                statuses.append((await client.get(path)).status_code)
        assert statuses == [200, 429 if together else 200]

    on_api(url, story, rate_limit_address=1)


def test_of_a_name_without_end_only_the_beginning_is_remembered() -> None:
    limits = Limits(Settings(rate_limit_sign_in=1), SystemClock())
    lefts = []
    for end in ("one", "other"):
        taken = limits.take(limits.sign_in, "a" * 500 + end)
        lefts.append(taken.left if taken else None)
    assert lefts == [0, -1]


def test_health_checks_are_never_limited(url: str) -> None:
    async def story(api: API) -> None:
        anyone = await api.client("")
        for path in ("/health", "/ready", "/", "/health/"):
            for _ in range(3):
                answer = await anyone.get(path)
                assert (answer.status_code, "ratelimit" in answer.headers) == (200, False)

    on_api(url, story, rate_limit_address=1)


def test_no_limit_says_nothing_of_one(url: str) -> None:
    async def story(api: API) -> None:
        for _ in range(5):
            answer = await api.alice.get("agents")
            assert (answer.status_code, "ratelimit" in answer.headers) == (200, False)

    on_api(url, story, rate_limit_token=0, rate_limit_address=0)


def test_a_clock_that_is_set_back_locks_nobody_out(url: str) -> None:
    async def story(api: API) -> None:
        customer = await api.client_api()
        assert [(await customer.get("")).status_code for _ in range(2)] == [200, 429]
        api.world.clock.advance(-60 * MINUTE)
        assert (await customer.get("")).status_code == 200

    on_api(url, story, rate_limit_address=1)
