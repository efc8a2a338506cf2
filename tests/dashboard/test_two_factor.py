"""Two-factor sign-in: switched on by a first code, asked for after every password and link, and never twice with the same code."""

import asyncio
import html
import re
from urllib.parse import quote

import httpx
import pyotp

from deskbell.desk.commands import browser_sessions, profiles, two_factor
from deskbell.kit.clock import MINUTE, SECOND
from deskbell.kit.passwords import hash_password
from deskbell.web.dashboard.entrance import halfway
from tests.support.api import API, on_api
from tests.support.people import Person, beside, person, visitor, words

EMAIL, PASSWORD = "alice@example.com", "correct horse battery"
STEP = 30 * SECOND


def at(api: API, rest: str = "") -> str:
    return f"/app/accounts/{api.world.account_id}{rest}"


def code(api: API, secret: str, steps: int = 0) -> str:
    """What the phone shows now, or so many steps from now."""
    return pyotp.HOTP(secret).at(api.world.clock.now() // STEP + steps)


def codes_in(page: str) -> list[str]:
    found = re.search(r'id="recovery-codes">([^<]+)<', page)
    assert found is not None, words(page)
    return found[1].split()


async def set_up(api: API) -> tuple[Person, str]:
    """Alice with a password, and the secret she is about to confirm."""
    await api.world.do(browser_sessions.set_password, api.world.alice.id, await hash_password(PASSWORD))
    alice = await person(api, api.world.alice.id)
    assert await alice.submit(at(api, "/profile/two_factor")) == at(api, "/profile/two_factor")
    found = re.search(r'id="totp-key">([A-Z2-7]{32})<', await alice.get(at(api, "/profile/two_factor")))
    assert found is not None
    return alice, found[1]


async def switched_on(api: API) -> tuple[Person, str, list[str]]:
    alice, secret = await set_up(api)
    answer = await alice.post(at(api, "/profile/two_factor/confirm"), {"code": code(api, secret)})
    assert answer.status_code == 200, answer.text
    api.world.clock.advance(STEP)
    return alice, secret, codes_in(answer.text)


async def halfway_in(api: API, **more: str) -> Person:
    someone = await visitor(api)
    fields = {"email": EMAIL, "password": PASSWORD} | more
    assert await someone.submit("/app/login", fields) == "/app/login/code"
    return someone


def test_it_is_switched_on_by_the_code_the_phone_shows(url: str) -> None:
    async def story(api: API) -> None:
        alice, secret = await set_up(api)
        elsewhere = await person(api, api.world.alice.id)
        page = await alice.get(at(api, "/profile/two_factor"))
        assert '<svg viewBox="0 0' in page
        assert "style=" not in page.partition("<main")[2], "the page's policy takes none"
        address = re.search(r'href="(otpauth://[^"]+)"', page)
        assert address is not None
        read = pyotp.parse_uri(html.unescape(address[1]))
        assert (read.secret, read.name, read.issuer) == (secret, EMAIL, "Deskbell")
        wrong = await alice.refused(at(api, "/profile/two_factor/confirm"), {"code": "000000"})
        assert "not the one your device shows" in beside(wrong, "code")
        answer = await alice.post(at(api, "/profile/two_factor/confirm"), {"code": code(api, secret)})
        codes = codes_in(answer.text)
        assert len(set(codes)) == 10
        again = await alice.get(at(api, "/profile/two_factor"))
        assert not any(one in again for one in (*codes, secret)), "shown once"
        assert "10 of yours are left" in words(again)
        assert (await elsewhere.sent_to(at(api))).startswith("/app/login"), "it began without a code"
        assert (await alice.post(at(api, "/profile/two_factor"))).status_code == 409

    on_api(url, story)


def test_a_password_alone_opens_nothing_any_more(url: str) -> None:
    async def story(api: API) -> None:
        _, secret, _ = await switched_on(api)
        someone = await halfway_in(api, next=at(api, "/profile"))
        assert not someone.token
        assert (await someone.sent_to(at(api))).startswith("/app/login")
        assert "Your code" in words(await someone.get("/app/login/code"))
        page = await someone.refused("/app/login/code", {"code": "123456"})
        assert "is not right" in beside(page, "code")
        shown = code(api, secret)
        assert await someone.submit("/app/login/code", {"code": f"{shown[:3]} {shown[3:]}"}) == at(
            api, "/profile"
        )
        assert "Two-factor sign-in On" in words(await someone.get(at(api, "/profile")))

    on_api(url, story)


def test_no_code_is_taken_twice_nor_one_older_than_the_last(url: str) -> None:
    async def story(api: API) -> None:
        _, secret, _ = await switched_on(api)
        before, shown = code(api, secret, -1), code(api, secret)
        assert await (await halfway_in(api)).submit("/app/login/code", {"code": shown}) == "/app"
        other = await halfway_in(api)
        for used in (shown, before):
            assert "used already" in beside(await other.refused("/app/login/code", {"code": used}), "code")
        api.world.clock.advance(STEP)
        assert await other.submit("/app/login/code", {"code": code(api, secret)}) == "/app"

    on_api(url, story)


def test_of_many_with_the_same_code_at_the_same_time_one_is_let_in(url: str) -> None:
    async def story(api: API) -> None:
        _, secret, codes = await switched_on(api)
        for given in (code(api, secret), codes[0]):
            proven = await asyncio.gather(
                *(api.world.do(two_factor.prove, api.world.alice.id, given) for _ in range(5))
            )
            assert sum(proven) == 1

    on_api(url, story)


def test_a_phones_clock_may_be_a_step_off_and_no_more(url: str) -> None:
    async def story(api: API) -> None:
        _, secret, _ = await switched_on(api)
        api.world.clock.advance(MINUTE)
        someone = await halfway_in(api)
        for steps in (-2, 2):
            await someone.refused("/app/login/code", {"code": code(api, secret, steps)})
        assert await someone.submit("/app/login/code", {"code": code(api, secret, -1)}) == "/app"
        assert (
            await (await halfway_in(api)).submit("/app/login/code", {"code": code(api, secret, 1)}) == "/app"
        )

    on_api(url, story)


def test_a_recovery_code_lets_in_once(url: str) -> None:
    async def story(api: API) -> None:
        alice, _, codes = await switched_on(api)
        someone = await halfway_in(api)
        assert await someone.submit("/app/login/code", {"code": codes[0].upper().replace("-", " ")}) == "/app"
        await (await halfway_in(api)).refused("/app/login/code", {"code": codes[0]})
        assert "9 of yours are left" in words(await alice.get(at(api, "/profile/two_factor")))

    on_api(url, story)


def test_new_recovery_codes_take_the_place_of_the_old(url: str) -> None:
    async def story(api: API) -> None:
        alice, secret, old = await switched_on(api)
        path = at(api, "/profile/two_factor/recovery_codes")
        assert "not right" in beside(await alice.refused(path, {"code": "1"}), "code")
        answer = await alice.post(path, {"code": code(api, secret)})
        new = codes_in(answer.text)
        assert not set(new) & set(old)
        someone = await halfway_in(api)
        await someone.refused("/app/login/code", {"code": old[1]})
        assert await someone.submit("/app/login/code", {"code": new[1]}) == "/app"

    on_api(url, story)


def test_the_second_step_is_soon_over_and_ends_with_the_password(url: str) -> None:
    async def story(api: API) -> None:
        _, secret, _ = await switched_on(api)
        late = await halfway_in(api)
        api.world.clock.advance(halfway.LIFE)
        assert await late.sent_to("/app/login/code") == "/app/login"
        assert await late.submit("/app/login/code", {"code": code(api, secret)}) == "/app/login"
        changed = await halfway_in(api)
        await api.world.do(
            browser_sessions.set_password, api.world.alice.id, await hash_password("another one")
        )
        assert await changed.submit("/app/login/code", {"code": code(api, secret)}) == "/app/login"
        stranger = await visitor(api)
        assert await stranger.submit("/app/login/code", {"code": code(api, secret)}) == "/app/login"

    on_api(url, story)


def test_what_stands_for_the_second_step_is_no_session(url: str) -> None:
    async def story(api: API) -> None:
        await switched_on(api)
        someone = await halfway_in(api)
        token = someone.client.cookies[halfway.COOKIE]
        client = await api.client("/api/v1", headers={"access-token": token})
        assert (await client.get("profile")).status_code == 401

    on_api(url, story)


def test_codes_cannot_be_guessed_at_will(url: str) -> None:
    async def story(api: API) -> None:
        _, secret, _ = await switched_on(api)
        someone = await halfway_in(api)
        statuses = [(await someone.post("/app/login/code", {"code": "1"})).status_code for _ in range(5)]
        assert statuses == [422, 422, 422, 429, 429]
        assert (await someone.post("/app/login/code", {"code": code(api, secret)})).status_code == 429

    on_api(url, story, rate_limit_sign_in=4)


def test_links_that_let_in_are_no_way_round_it(url: str) -> None:
    async def story(api: API) -> None:
        _, secret, _ = await switched_on(api)
        token = await api.world.do(profiles.make_login_link, api.world.alice.id)
        someone = await visitor(api)
        fields = {"email": EMAIL, "sso_auth_token": token}
        assert await someone.submit("/app/login", fields) == "/app/login/code"
        token = await api.world.do(profiles.make_login_link, api.world.alice.id)
        fields = {"email": EMAIL, "token": token, "password": "a whole new password"}
        assert await someone.submit("/app/reset", fields) == "/app/login/code"
        assert not someone.token
        assert await someone.submit("/app/login/code", {"code": code(api, secret)}) == "/app"

    on_api(url, story)


async def api_sign_in(anyone: httpx.AsyncClient, **said: str) -> httpx.Response:
    return await anyone.post("/auth/sign_in", json={"email": EMAIL} | said)


def test_the_api_is_no_way_round_it(url: str) -> None:
    async def story(api: API) -> None:
        _, secret, codes = await switched_on(api)
        anyone = await api.client("")
        refused = await api_sign_in(anyone, password=PASSWORD)
        assert (refused.status_code, refused.json()["code"]) == (401, "code_required")
        assert "otp_code" in refused.json()["error"]
        assert "access-token" not in refused.headers
        unknown = await api_sign_in(anyone, password="wrong", otp_code=code(api, secret))
        assert unknown.json()["code"] == "unauthenticated", "who does not know the password learns nothing"
        link = await api.world.do(profiles.make_login_link, api.world.alice.id)
        assert (await api_sign_in(anyone, sso_auth_token=link)).json()["code"] == "code_required"
        shown = code(api, secret)
        assert (await api_sign_in(anyone, sso_auth_token=link, otp_code=shown)).status_code == 200, (
            "not used up"
        )
        again = await api_sign_in(anyone, password=PASSWORD, otp_code=shown)
        assert (again.status_code, again.json()["code"]) == (401, "code_required")
        assert (await api_sign_in(anyone, password=PASSWORD, otp_attempt=codes[3])).status_code == 200
        assert (await api.alice.get("labels")).status_code == 200, "access tokens are asked for nothing"

    on_api(url, story)


def test_switching_it_on_or_off_ends_every_other_session_of_browsers_and_of_programs(url: str) -> None:
    async def story(api: API) -> None:
        alice, secret = await set_up(api)
        other = await person(api, api.world.alice.id)
        program = await session_of(api)
        assert await holds(api, program)
        answer = await alice.post(at(api, "/profile/two_factor/confirm"), {"code": code(api, secret)})
        assert answer.status_code == 200
        assert not await holds(api, program)
        assert (
            await other.sent_to(at(api, "/profile"))
            == f"/app/login?next={quote(at(api, '/profile'), safe='')}"
        )
        assert "Two-factor" in await alice.get(at(api, "/profile"))
        api.world.clock.advance(STEP)
        with_code = await session_of(api, otp_code=code(api, secret))
        assert await holds(api, with_code)
        api.world.clock.advance(STEP)
        fields = {"password": PASSWORD, "off_code": code(api, secret)}
        assert await alice.submit(at(api, "/profile/two_factor/off"), fields) == at(api, "/profile")
        for ended in (program, with_code):
            assert not await holds(api, ended), "none of them comes back"
        assert await holds(api, await session_of(api))
        await alice.get(at(api, "/profile"))

    on_api(url, story)


def test_a_new_password_ends_sessions_and_voids_links(url: str) -> None:
    async def story(api: API) -> None:
        alice, _secret = await set_up(api)
        program, other = await session_of(api), await person(api, api.world.alice.id)
        link = await api.world.do(profiles.make_login_link, api.world.alice.id)
        await alice.submit(
            at(api, "/profile/password"), {"current_password": PASSWORD, "password": "another long one"}
        )
        assert not await holds(api, program)
        assert "/app/login" in await other.sent_to(at(api, "/profile"))
        await alice.get(at(api, "/profile"))
        anyone = await api.client("")
        answer = await anyone.post("/auth/sign_in", json={"email": EMAIL, "sso_auth_token": link})
        assert answer.status_code == 401

    on_api(url, story)


async def session_of(api: API, **more: str) -> dict[str, str]:
    """What a program is let in by that signs in as its users do."""
    anyone = await api.client("")
    answer = await anyone.post("/auth/sign_in", json={"email": EMAIL, "password": PASSWORD} | more)
    assert answer.status_code == 200, answer.text
    return {"access-token": answer.headers["access-token"]}


async def holds(api: API, session: dict[str, str]) -> bool:
    """Whether a session opens both what is its user's and what is the account's."""
    anyone = await api.client("")
    paths = ("/auth/validate_token", f"/api/v1/accounts/{api.world.account_id}/agents")
    found = {(await anyone.get(path, headers=session)).status_code for path in paths}
    assert len(found) == 1
    return found == {200}


def test_it_is_switched_off_by_password_and_code(url: str) -> None:
    async def story(api: API) -> None:
        alice, secret, codes = await switched_on(api)
        path = at(api, "/profile/two_factor/off")
        page = await alice.refused(path, {"password": "wrong", "off_code": code(api, secret)})
        assert "not the one you have" in beside(page, "password")
        assert "not right" in beside(
            await alice.refused(path, {"password": PASSWORD, "off_code": "1"}), "off_code"
        )
        await alice.submit(path, {"password": PASSWORD, "off_code": codes[0]})
        someone = await visitor(api)
        assert await someone.submit("/app/login", {"email": EMAIL, "password": PASSWORD}) == "/app"
        audits = (await api.alice.get("audit_logs")).json()["audit_logs"]
        told = [one["audited_changes"] for one in audits if "two_factor" in one["audited_changes"]]
        assert sorted(told, key=str) == [{"two_factor": [False, True]}, {"two_factor": [True, False]}]

    on_api(url, story)


def test_an_operator_switches_it_off_for_somebody_locked_out(url: str) -> None:
    async def story(api: API) -> None:
        await switched_on(api)
        assert await api.world.do(two_factor.switch_off, api.world.alice.id)
        assert not await api.world.do(two_factor.switch_off, api.world.alice.id)
        someone = await visitor(api)
        assert await someone.submit("/app/login", {"email": EMAIL, "password": PASSWORD}) == "/app"

    on_api(url, story)


def test_a_secret_that_was_never_confirmed_asks_for_nothing(url: str) -> None:
    async def story(api: API) -> None:
        _, first = await set_up(api)
        someone = await visitor(api)
        assert await someone.submit("/app/login", {"email": EMAIL, "password": PASSWORD}) == "/app"
        await someone.submit(at(api, "/profile/two_factor"))
        assert first not in await someone.get(at(api, "/profile/two_factor")), "begun anew, it is another"

    on_api(url, story)
