"""A user of one account who is added to another by their email: those who run the other get nothing to be them by."""

import json

from deskbell.desk.commands import browser_sessions, profiles
from deskbell.kit.passwords import hash_password
from deskbell.store import users
from tests.support.api import API, on_api
from tests.support.people import Person, visitor

PASSWORD = "correct horse battery"
EMAIL, OTHERS = "alice@example.com", "mallory@example.org"


async def mallory(api: API) -> tuple[Person, int]:
    """Somebody who runs another account, and added Alice to it by her email; answers them and their account."""
    await api.world.do(browser_sessions.set_password, api.world.alice.id, await hash_password(PASSWORD))
    account = api.other_account
    own = await api.client(f"/api/v1/accounts/{account}", api.stranger.headers["api_access_token"])
    me = (await (await api.client("/api/v1", own.headers["api_access_token"])).get("/profile")).json()
    await api.world.do(browser_sessions.set_password, me["id"], await hash_password(PASSWORD))
    someone = await visitor(api)
    await someone.submit("/app/login", {"email": me["email"], "password": PASSWORD})
    fields = {"name": "Alice", "email": EMAIL, "role": "agent"}
    await someone.submit(f"/app/accounts/{account}/settings/agents", fields)
    return someone, account


def test_who_added_somebody_by_their_email_cannot_make_a_password_for_them(url: str) -> None:
    async def story(api: API) -> None:
        someone, account = await mallory(api)
        path = f"/app/accounts/{account}/settings/agents/{api.world.alice.id}"
        assert (await someone.post(f"{path}/link")).status_code == 422
        for role in ("administrator", "agent"):
            await someone.submit(f"{path}/role", {"role": role})
        assert (await someone.post(f"{path}/link")).status_code == 422
        anyone = await visitor(api)
        assert (await anyone.post("/app/login", {"email": EMAIL, "password": PASSWORD})).status_code == 303

    on_api(url, story)


def test_nothing_that_is_theirs_to_sign_in_with_is_told(url: str) -> None:
    async def story(api: API) -> None:
        someone, account = await mallory(api)
        async with api.world.database.read() as reader:
            alice = await users.get(reader, api.world.alice.id)
        assert alice is not None
        secrets = [api.world.token, alice.pubsub_token]
        token = api.stranger.headers["api_access_token"]
        own = await api.client(f"/api/v1/accounts/{account}", token)
        told = [
            (await own.get("/agents")).text,
            (await own.patch(f"/agents/{api.world.alice.id}", json={"role": "administrator"})).text,
            (await own.get("/audit_logs")).text,
            await someone.get(f"/app/accounts/{account}/settings/agents"),
        ]
        assert all("alice" in one.lower() for one in told[:2])
        for text in told:
            assert not [one for one in secrets if one in text]

    on_api(url, story)


def test_neither_by_the_api_can_their_email_or_password_be_changed(url: str) -> None:
    async def story(api: API) -> None:
        _someone, account = await mallory(api)
        own = await api.client(f"/api/v1/accounts/{account}", api.stranger.headers["api_access_token"])
        body = {"email": OTHERS, "password": "mine from now on", "name": "Alice", "access_token": "x"}
        answer = await own.patch(f"/agents/{api.world.alice.id}", json=body)
        assert answer.status_code in (200, 422)
        async with api.world.database.read() as reader:
            alice = await users.get(reader, api.world.alice.id)
        assert alice is not None
        assert alice.email == EMAIL
        anyone = await api.client("")
        for password, status in ((PASSWORD, 200), ("mine from now on", 401)):
            signed = await anyone.post("/auth/sign_in", json={"email": EMAIL, "password": password})
            assert signed.status_code == status, json.dumps(signed.json())

    on_api(url, story)


def test_links_they_had_are_void_once_they_are_added_elsewhere(url: str) -> None:
    async def story(api: API) -> None:
        link = await api.world.do(profiles.make_login_link, api.world.alice.id)
        await mallory(api)
        anyone = await api.client("")
        answer = await anyone.post("/auth/sign_in", json={"email": EMAIL, "sso_auth_token": link})
        assert answer.status_code == 401

    on_api(url, story)
