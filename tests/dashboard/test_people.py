"""Account, agents and profile in the dashboard: settings, invitations, passwords, tokens, sessions."""

import re

from deskbell.desk.commands import browser_sessions
from deskbell.kit.clock import DAY
from deskbell.kit.passwords import hash_password
from tests.support.api import API, on_api
from tests.support.people import beside, person, visitor, words

PASSWORD = "correct horse battery"


def at(api: API, rest: str = "") -> str:
    return f"/app/accounts/{api.world.account_id}{rest}"


def link_in(page: str) -> str:
    found = re.search(r'id="link">https?://[^/]+(/[^<]+)<', page)
    assert found is not None, words(page)
    return found[1].replace("&amp;", "&")


def asked(link: str) -> dict[str, str]:
    """What the page behind a link sends back."""
    return {
        name: value.replace("%40", "@")
        for name, value in (pair.split("=") for pair in link.partition("?")[2].split("&"))
    }


def test_an_accounts_settings_are_changed(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        fields = {
            "name": "Campana",
            "locale": "de",
            "support_email": "help@example.com",
            "default_payload_format": "chatwoot",
        }
        await alice.submit(at(api, "/settings/account"), fields)
        told = (await api.alice.get("")).json()
        assert (told["name"], told["locale"], told["support_email"]) == ("Campana", "de", "help@example.com")
        page = await alice.get(at(api, "/settings/webhooks/new"))
        assert re.search(r'value="chatwoot"\s+checked', page), "new webhooks begin with it"
        page = await alice.refused(at(api, "/settings/account"), fields | {"name": " ", "support_email": "x"})
        assert "blank" in beside(page, "name")
        assert "not an email" in beside(page, "support_email")

    on_api(url, story)


def test_an_invited_agent_chooses_a_password_by_the_link_once(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        invited = {"email": "nina@example.com", "name": "Nina", "role": "agent"}
        answer = await alice.post(at(api, "/settings/agents"), invited)
        assert answer.status_code == 200
        link = link_in(answer.text)
        nina = await visitor(api)
        assert "Welcome to Deskbell" in words(await nina.get(link))
        fields = asked(link) | {"password": PASSWORD}
        assert await nina.submit("/app/reset", fields) == "/app"
        assert await nina.sent_to("/app") == at(api)
        assert "used already" in words(await (await visitor(api)).refused("/app/reset", fields))
        assert "nina" not in words(await alice.get(at(api, "/settings/agents"))).partition("A link for")[2]

    on_api(url, story)


def test_a_link_that_is_old_lets_nobody_in(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        invited = {"email": "nina@example.com", "role": "agent"}
        link = link_in((await alice.post(at(api, "/settings/agents"), invited)).text)
        api.world.clock.advance(3 * DAY)
        page = await (await visitor(api)).refused("/app/reset", asked(link) | {"password": PASSWORD})
        assert "its time is over" in words(page)

    on_api(url, story)


def test_no_administrator_gets_a_link_for_somebody_of_another_account(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        answer = await alice.post(at(api, "/settings/agents"), {"email": "olga@example.org", "role": "agent"})
        assert answer.status_code == 303, "added, without a link"
        found = (await api.alice.get("agents")).json()
        olga = next(one["id"] for one in found if one["email"] == "olga@example.org")
        refused = await alice.post(at(api, f"/settings/agents/{olga}/link"))
        assert refused.status_code == 422
        assert "/app/reset" not in refused.text

    on_api(url, story)


def test_an_invitation_is_void_once_another_account_added_them(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        invited = {"email": "nina@example.com", "role": "agent"}
        link = link_in((await alice.post(at(api, "/settings/agents"), invited)).text)
        olga = await api.client(
            f"/api/v1/accounts/{api.other_account}", api.stranger.headers["api_access_token"]
        )
        assert (await olga.post("agents", json={"email": "nina@example.com"})).status_code == 200
        page = await (await visitor(api)).refused("/app/reset", asked(link) | {"password": PASSWORD})
        assert "used already" in words(page)

    on_api(url, story)


def test_agents_are_made_administrators_and_let_go(url: str) -> None:
    async def story(api: API) -> None:
        alice, bob = await person(api, api.world.alice.id), api.world.bob.id
        await alice.submit(at(api, f"/settings/agents/{bob}/role"), {"role": "administrator"})
        roles = {one["id"]: one["role"] for one in (await api.alice.get("agents")).json()}
        assert roles[bob] == "administrator"
        await alice.submit(at(api, f"/settings/agents/{bob}/remove"))
        assert [one["id"] for one in (await api.alice.get("agents")).json()] == [api.world.alice.id]
        answer = await alice.post(at(api, f"/settings/agents/{api.world.alice.id}/remove"))
        assert answer.status_code == 422
        assert "last administrator" in words(answer.text)

    on_api(url, story)


def test_a_wrong_invitation_names_its_field(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        page = await alice.refused(at(api, "/settings/agents"), {"email": "nobody", "name": "Nina"})
        assert "not an email" in beside(page, "email")
        assert 'value="Nina"' in page
        page = await alice.refused(at(api, "/settings/agents"), {"email": "bob@example.com"})
        assert "works here already" in beside(page, "email")

    on_api(url, story)


def test_ones_own_names_are_changed(url: str) -> None:
    async def story(api: API) -> None:
        bob = await person(api, api.world.bob.id)
        await bob.submit(
            at(api, "/profile"), {"name": "Robert", "display_name": "Rob", "email": "rob@example.com"}
        )
        told = (await (await api.client("/api/v1", "bobs-token")).get("profile")).json()
        assert (told["name"], told["display_name"], told["email"]) == ("Robert", "Rob", "rob@example.com")
        page = await bob.refused(at(api, "/profile"), {"name": "", "email": "alice"})
        assert "blank" in beside(page, "name")
        assert "not an email" in beside(page, "email")

    on_api(url, story)


def test_whether_one_is_available_is_said_beside_every_page(url: str) -> None:
    async def story(api: API) -> None:
        bob = await person(api, api.world.bob.id)
        assert "Bob : Online" in words(await bob.get(at(api, "/profile"))), "as long as nothing else is said"
        path, profile = at(api, "/availability"), at(api, "/profile")
        said = await bob.post(path, {"availability": "busy", "next": profile})
        assert (said.status_code, said.headers["location"]) == (303, profile)
        assert "Bob : Busy" in words(await bob.get(profile))
        elsewhere = await bob.post(path, {"availability": "offline", "next": "https://stranger.example"})
        assert elsewhere.headers["location"] == "/app"
        assert (await bob.post(path, {"availability": "asleep"})).status_code == 422
        assert "Bob : Offline" in words(await bob.get(profile))

    on_api(url, story)


def test_a_new_password_needs_the_old_one_and_signs_out_everywhere_else(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.do(browser_sessions.set_password, api.world.bob.id, await hash_password(PASSWORD))
        bob, elsewhere = await person(api, api.world.bob.id), await person(api, api.world.bob.id)
        path = at(api, "/profile/password")
        page = await bob.refused(path, {"current_password": "wrong", "password": "short"})
        assert "not the one" in beside(page, "current_password")
        assert "8 to 128" in beside(page, "password")
        await bob.submit(path, {"current_password": PASSWORD, "password": "a whole new one"})
        await bob.get(at(api))
        assert (await elsewhere.sent_to(at(api))).startswith("/app/login")

    on_api(url, story)


def test_sessions_are_listed_and_ended(url: str) -> None:
    async def story(api: API) -> None:
        bob, second, third = [await person(api, api.world.bob.id) for _ in range(3)]
        page = await bob.get(at(api, "/profile"))
        ends = re.findall(r"/profile/sessions/(\d+)/end", page)
        assert len(ends) == 2, "the one that looks is not among those to end"
        alice = await person(api, api.world.alice.id)
        await alice.submit(at(api, f"/profile/sessions/{ends[0]}/end"))
        await second.get(at(api))
        await third.get(at(api))
        await bob.submit(at(api, "/profile/sessions/end_others"))
        await bob.get(at(api))
        for other in (second, third):
            assert (await other.sent_to(at(api))).startswith("/app/login")
        await alice.get(at(api))

    on_api(url, story)


def test_a_new_access_token_takes_the_olds_place(url: str) -> None:
    async def story(api: API) -> None:
        bob = await person(api, api.world.bob.id)
        before = re.search(r'id="token">([^<]+)<', await bob.get(at(api, "/profile")))
        await bob.submit(at(api, "/profile/access_token"))
        after = re.search(r'id="token">([^<]+)<', await bob.get(at(api, "/profile")))
        assert before is not None
        assert after is not None
        assert (await api.bob.get("conversations")).status_code == 401
        for token, status in ((before[1], 401), (after[1], 200)):
            client = await api.client("/api/v1", token)
            assert (await client.get("profile")).status_code == status

    on_api(url, story)
