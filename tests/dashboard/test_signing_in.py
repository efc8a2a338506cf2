"""Signing in to the dashboard: sessions, what ends them, and what a change must prove."""

import re
from typing import Any

from deskbell.desk.commands import browser_sessions, profiles
from deskbell.kit.clock import DAY, MINUTE
from deskbell.kit.passwords import hash_password
from deskbell.web.dashboard.session import COOKIE
from tests.support.api import API, on_api
from tests.support.people import Person, person, visitor, words

EMAIL, PASSWORD = "alice@example.com", "correct horse battery"


async def with_password(api: API) -> None:
    await api.world.do(browser_sessions.set_password, api.world.alice.id, await hash_password(PASSWORD))


async def email(api: API) -> str:
    found = await api.alice.get("agents")
    return str(next(one["email"] for one in found.json() if one["id"] == api.world.alice.id))


def home(api: API) -> str:
    return f"/app/accounts/{api.world.account_id}"


async def signs_in(api: API, **more: str) -> tuple[Person, str]:
    someone = await visitor(api)
    fields = {"email": await email(api), "password": PASSWORD}
    return someone, await someone.submit("/app/login", fields | more)


def test_a_password_opens_the_dashboard(url: str) -> None:
    async def story(api: API) -> None:
        await with_password(api)
        someone, location = await signs_in(api)
        assert location == "/app"
        assert await someone.sent_to("/app") == home(api)
        assert "Getting started" in words(await someone.get(home(api)))

    on_api(url, story)


def test_the_cookie_is_kept_from_scripts_and_other_sites(url: str) -> None:
    async def story(api: API) -> None:
        await with_password(api)
        someone = await visitor(api)
        answer = await someone.post("/app/login", {"email": await email(api), "password": PASSWORD})
        told = answer.headers["set-cookie"]
        assert "HttpOnly" in told
        assert "SameSite=lax" in told
        assert "Path=/app" in told
        assert "Secure" in told

    on_api(url, story, public_url="https://desk.example.com")


def test_a_wrong_password_and_an_unknown_email_look_the_same(url: str) -> None:
    async def story(api: API) -> None:
        await with_password(api)
        someone = await visitor(api)
        known = await someone.refused("/app/login", {"email": await email(api), "password": "wrong"})
        unknown = await someone.refused("/app/login", {"email": "nobody@example.org", "password": "wrong"})
        assert "do not go together" in words(known)
        assert words(known).replace(await email(api), "") == words(unknown).replace("nobody@example.org", "")
        assert not someone.token

    on_api(url, story)


def test_attempts_to_sign_in_are_counted(url: str) -> None:
    async def story(api: API) -> None:
        someone = await visitor(api)
        wrong = {"email": "nobody@example.org", "password": "wrong"}
        statuses = [(await someone.post("/app/login", wrong)).status_code for _ in range(4)]
        assert statuses == [422, 422, 422, 429]
        answer = await someone.post("/app/login", wrong)
        assert int(answer.headers["retry-after"]) > 0
        assert "Too many attempts" in words(answer.text)

    on_api(url, story, rate_limit_sign_in=3)


def test_one_comes_back_to_where_one_was(url: str) -> None:
    async def story(api: API) -> None:
        await with_password(api)
        someone = await visitor(api)
        wanted = f"{home(api)}/settings/webhooks?x=1"
        location = await someone.sent_to(wanted)
        page = await someone.get(location)
        onward = re.search(r'name="next" value="([^"]*)"', page)
        assert onward is not None
        assert onward[1] == wanted
        assert (await signs_in(api, next=onward[1]))[1] == wanted

    on_api(url, story)


def test_nobody_is_led_to_a_strangers_site(url: str) -> None:
    async def story(api: API) -> None:
        await with_password(api)
        for elsewhere in (
            "https://evil.example",
            "//evil.example",
            "/app\\evil",
            "/application",
            "/app\n",
            "javascript:x",
        ):
            assert (await signs_in(api, next=elsewhere))[1] == "/app", elsewhere

    on_api(url, story, rate_limit_sign_in=0)


def test_signing_out_ends_the_session_for_good(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        token = alice.token
        assert await alice.submit("/app/logout") == "/app/login"
        alice.client.cookies.set(COOKIE, token, domain="deskbell.test", path="/app")
        assert (await alice.sent_to(home(api))).startswith("/app/login")

    on_api(url, story)


def test_a_session_ends_with_its_time_its_password_and_its_user(url: str) -> None:
    async def story(api: API) -> None:
        by_time = await person(api, api.world.alice.id)
        api.world.clock.advance(DAY + MINUTE)
        assert (await by_time.sent_to(home(api))).startswith("/app/login")
        by_password = await person(api, api.world.alice.id)
        await by_password.get(home(api))
        await api.world.do(profiles.change_user, api.world.alice.id, profiles.UserChanges(), "another hash")
        assert (await by_password.sent_to(home(api))).startswith("/app/login")
        bob = await person(api, api.world.bob.id)
        assert (await api.alice.delete(f"agents/{api.world.bob.id}")).status_code == 200
        await bob.get(home(api), status=404)
        assert "You are in no account" in words(await bob.get("/app"))

    on_api(url, story)


def test_a_login_link_lets_in_once(url: str) -> None:
    async def story(api: API) -> None:
        token = await api.world.do(profiles.make_login_link, api.world.alice.id)
        someone = await visitor(api)
        page = await someone.get("/app/login", email=await email(api), sso_auth_token=token)
        assert "This link signs you in" in words(page)
        fields = {"email": await email(api), "sso_auth_token": token}
        assert await someone.submit("/app/login", fields) == "/app"
        assert "used already" in words(await (await visitor(api)).refused("/app/login", fields))

    on_api(url, story)


def test_a_change_without_the_sessions_token_is_refused(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        before = await api.state()
        for csrf in ("", "wrong", "é"):
            answer = await alice.post(f"{home(api)}/first_website", csrf=csrf)
            assert answer.status_code == 403
            assert "out of date" in words(answer.text)
        assert await api.state() == before
        answer = await alice.post(
            f"{home(api)}/first_website", csrf="", x_csrf_token=_token_of(await alice.get(home(api)))
        )
        assert answer.status_code == 303, "htmx sends it in a header"

    on_api(url, story)


def test_a_change_from_another_site_is_refused(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        before = await api.state()
        elsewhere: tuple[dict[str, Any], ...] = (
            {"origin": "https://evil.example"},
            {"origin": "null"},
            {"origin": ""},
            {"sec_fetch_site": "cross-site"},
            {"sec_fetch_site": "same-site"},
        )
        for headers in elsewhere:
            answer = await alice.post(f"{home(api)}/first_website", **headers)
            assert answer.status_code == 403, headers
        assert await api.state() == before
        someone = await visitor(api)
        answer = await someone.post("/app/login", {"email": "a@example.com"}, origin="https://evil.example")
        assert answer.status_code == 403

    on_api(url, story)


def test_a_new_password_by_a_link_signs_out_everywhere_else(url: str) -> None:
    async def story(api: API) -> None:
        await with_password(api)
        elsewhere = await person(api, api.world.alice.id)
        token = await api.world.do(profiles.make_login_link, api.world.alice.id)
        someone = await visitor(api)
        fields = {"email": await email(api), "token": token, "password": "short"}
        assert "8 to 128" in words(await someone.refused("/app/reset", fields))
        fields["password"] = "a whole new password"
        assert await someone.submit("/app/reset", fields) == "/app"
        await someone.get(home(api))
        assert (await elsewhere.sent_to(home(api))).startswith("/app/login")
        assert "used already" in words(await (await visitor(api)).refused("/app/reset", fields))

    on_api(url, story)


def test_a_browser_at_the_root_meets_the_dashboard_and_a_program_the_api(url: str) -> None:
    async def story(api: API) -> None:
        client = await api.client("")
        browser = await client.get("/", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
        assert (browser.status_code, browser.headers["location"]) == (302, "/app")
        assert (await client.get("/", headers={"accept": "*/*"})).json()["name"] == "Deskbell"

    on_api(url, story)


def _token_of(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]
