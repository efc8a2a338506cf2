"""Signing in with a password, what a session opens, and when it ends."""

from typing import Any

import httpx
import pytest

from deskbell.desk.commands import profiles
from deskbell.desk.commands.profiles import UserChanges
from deskbell.kit.clock import DAY, MINUTE, SECOND
from deskbell.kit.passwords import hash_password
from deskbell.store.statement import Statement
from tests.support.api import API, on_api

PASSWORD = "correct horse battery"
SESSION = ("access-token", "client", "uid", "expiry", "token-type")


async def with_password(api: API) -> httpx.AsyncClient:
    """Alice has a password; a client without any token."""
    hashed = await hash_password(PASSWORD)
    await api.world.do(profiles.change_user, api.world.alice.id, UserChanges(), hashed)
    return await api.client("")


async def sign_in(anyone: httpx.AsyncClient, **said: Any) -> httpx.Response:
    credentials = {"email": "alice@example.com", "password": PASSWORD}
    return await anyone.post("/auth/sign_in", json=credentials | said)


def session(answer: httpx.Response) -> dict[str, str]:
    """The headers a client sends back."""
    assert answer.status_code == 200, answer.text
    return {name: answer.headers[name] for name in SESSION}


def test_a_password_opens_a_session_that_does_what_a_token_does(url: str) -> None:
    async def story(api: API) -> None:
        anyone = await with_password(api)
        answer = await sign_in(anyone, email=" Alice@Example.com ")
        data, headers = answer.json()["data"], session(answer)
        assert (data["id"], data["access_token"]) == (api.world.alice.id, api.world.token)
        assert (headers["uid"], headers["token-type"]) == ("alice@example.com", "Bearer")
        assert int(headers["expiry"]) == (api.world.clock.now() + 60 * DAY) // SECOND
        valid = await anyone.get("/auth/validate_token", headers=headers)
        assert valid.json() == {"payload": {"success": True, "data": data}}
        assert (await anyone.get("/api/v1/profile", headers=headers)).json() == data
        path = f"/api/v1/accounts/{api.world.account_id}"
        assert (await anyone.post(f"{path}/labels", headers=headers)).status_code != 401
        assert (await anyone.get(f"{path}/webhooks", headers=headers)).status_code == 200
        other = await anyone.get(f"/api/v1/accounts/{api.other_account}/agents", headers=headers)
        assert other.status_code == 404

    on_api(url, story)


def test_wrong_credentials_look_the_same_whoever_is_known(url: str) -> None:
    async def story(api: API) -> None:
        anyone = await with_password(api)
        refused = [
            await sign_in(anyone, password="wrong"),
            await sign_in(anyone, password=""),
            await sign_in(anyone, password=None),
            await sign_in(anyone, email="nobody@example.com"),
            await sign_in(anyone, email="bob@example.com"),  # who has no password
            await sign_in(anyone, password=None, sso_auth_token="guess"),
        ]
        assert {(answer.status_code, answer.content) for answer in refused} == {(401, refused[0].content)}
        assert refused[0].json()["errors"] == ["Invalid login credentials. Please try again."]
        assert not any("access-token" in answer.headers for answer in refused)

    on_api(url, story)


def test_a_session_ends_with_its_time(url: str) -> None:
    async def story(api: API) -> None:
        anyone = await with_password(api)
        headers = session(await sign_in(anyone))
        api.world.clock.advance(DAY - SECOND)
        assert (await anyone.get("/auth/validate_token", headers=headers)).status_code == 200
        api.world.clock.advance(SECOND)
        for path in ("/auth/validate_token", f"/api/v1/accounts/{api.world.account_id}/agents"):
            assert (await anyone.get(path, headers=headers)).status_code == 401

    on_api(url, story, sign_in_days=1)


def test_a_session_ends_with_the_password_it_began_with(url: str) -> None:
    async def story(api: API) -> None:
        anyone = await with_password(api)
        headers = session(await sign_in(anyone))
        change = {"profile": {"current_password": PASSWORD, "password": "another long one"}}
        assert (await anyone.put("/api/v1/profile", json=change, headers=headers)).status_code == 200
        for path in ("/auth/validate_token", f"/api/v1/accounts/{api.world.account_id}/agents"):
            assert (await anyone.get(path, headers=headers)).status_code == 401
        assert (await sign_in(anyone)).status_code == 401
        assert (await sign_in(anyone, password="another long one")).status_code == 200

    on_api(url, story)


def test_signing_out_ends_this_session_and_no_other(url: str) -> None:
    async def story(api: API) -> None:
        anyone = await with_password(api)
        first, second = session(await sign_in(anyone)), session(await sign_in(anyone))
        out = await anyone.delete("/auth/sign_out", headers=first)
        assert (out.status_code, out.json()) == (200, {"success": True})
        paths = ("/auth/validate_token", f"/api/v1/accounts/{api.world.account_id}/agents")
        for path in paths:
            assert (await anyone.get(path, headers=first)).status_code == 401
            assert (await anyone.get(path, headers=second)).status_code == 200
        assert (await anyone.delete("/auth/sign_out", headers=first)).status_code == 401
        for nobody in ({}, {"api_access_token": api.world.token}, {"access-token": "x"}):
            assert (await anyone.delete("/auth/sign_out", headers=nobody)).status_code == 401

    on_api(url, story)


def test_a_session_that_was_ended_cannot_be_written_in_another_way(url: str) -> None:
    async def story(api: API) -> None:
        anyone = await with_password(api)
        headers = session(await sign_in(anyone))
        token = headers["access-token"]
        # The last letter of a signature carries two bits that mean nothing: four spellings are the same signature.
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        spellings = [token[:-1] + letters[letters.index(token[-1]) // 4 * 4 + extra] for extra in range(4)]
        path = "/auth/validate_token"
        before = [await anyone.get(path, headers={"access-token": one}) for one in spellings]
        assert 200 in {answer.status_code for answer in before}
        await anyone.delete("/auth/sign_out", headers=headers)
        after = [await anyone.get(path, headers={"access-token": one}) for one in spellings]
        assert {answer.status_code for answer in after} == {401}

    on_api(url, story)


def test_an_ended_session_is_remembered_as_long_as_it_would_have_held_and_never_as_it_is(url: str) -> None:
    async def kept(api: API) -> list[str]:
        async with api.world.database.read() as reader:
            return [row[0] for row in await reader.all(Statement("SELECT session_hash FROM ended_sessions"))]

    async def story(api: API) -> None:
        anyone = await with_password(api)
        headers = session(await sign_in(anyone))
        await anyone.delete("/auth/sign_out", headers=headers)
        [first] = await kept(api)
        assert first not in headers["access-token"]
        api.world.clock.advance(DAY)
        assert (await anyone.get("/auth/validate_token", headers=headers)).status_code == 401
        await anyone.delete("/auth/sign_out", headers=session(await sign_in(anyone)))
        assert len(await kept(api)) == 1
        assert await kept(api) != [first]

    on_api(url, story, sign_in_days=1)


def test_what_is_no_session_is_refused(url: str) -> None:
    async def story(api: API) -> None:
        anyone = await api.client("")
        opened = await (await api.browser()).post("config")
        visitor = opened.json()["website_channel_config"]["auth_token"]
        for token in (visitor, api.world.token, "", "a.b.c", "x" * 10_000):
            answer = await anyone.get("/auth/validate_token", headers={"access-token": token})
            assert answer.status_code == 401, token
        assert (await anyone.get("/auth/validate_token")).status_code == 401

    on_api(url, story)


def test_who_left_an_account_has_no_session_there(url: str) -> None:
    async def story(api: API) -> None:
        anyone = await with_password(api)
        hashed = await hash_password(PASSWORD)
        await api.world.do(profiles.change_user, api.world.bob.id, UserChanges(), hashed)
        headers = session(await sign_in(anyone, email="bob@example.com"))
        path = f"/api/v1/accounts/{api.world.account_id}/agents"
        assert (await anyone.get(path, headers=headers)).status_code == 200
        assert (await anyone.post(path, json={"email": "x@example.com"}, headers=headers)).status_code == 401
        assert (await api.alice.delete(f"agents/{api.world.bob.id}")).status_code == 200
        assert (await anyone.get(path, headers=headers)).status_code == 404

    on_api(url, story)


@pytest.mark.parametrize("spread", [False, True])
def test_guessing_passwords_is_slow(url: str, *, spread: bool) -> None:
    async def story(api: API) -> None:
        await with_password(api)
        answers = []
        for number in range(4):
            host = f"192.0.2.{number}" if spread else "192.0.2.1"
            email = "alice@example.com" if spread else f"{number}@example.com"
            transport = httpx.ASGITransport(api.app, client=(host, 1))
            async with httpx.AsyncClient(transport=transport, base_url="http://deskbell.test") as anyone:
                answers.append(await sign_in(anyone, email=email, password="guess"))
        assert [answer.status_code for answer in answers] == [401, 401, 429, 429]
        assert answers[-1].headers["retry-after"] == "300"
        assert (await api.alice.get("agents")).status_code == 200
        api.world.clock.advance(5 * MINUTE)
        assert (await sign_in(await api.client(""))).status_code == 200

    on_api(url, story, rate_limit_sign_in=2)
