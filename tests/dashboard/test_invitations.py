"""Being let in by a link: invitations with and without mail, and forgotten passwords."""

import html
import re
from collections.abc import Awaitable, Callable
from typing import Any

from deskbell.desk.commands import browser_sessions
from deskbell.kit.clock import DAY, HOUR
from deskbell.web.dashboard.session import COOKIE
from tests.support.api import API, on_api
from tests.support.mailbox import Mailbox, mail_server
from tests.support.people import beside, person, visitor, words

PASSWORD = "correct horse battery"
NINA = {"email": "nina@example.com", "role": "agent"}


def at(api: API, rest: str = "") -> str:
    return f"/app/accounts/{api.world.account_id}/settings/agents{rest}"


def link_in(text: str) -> str:
    found = re.search(r"https?://[^/\s]+(/app/reset\?[^\s<]+)", html.unescape(text))
    assert found is not None, text
    return found[1]


def field_in(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page)
    assert found is not None, page
    return html.unescape(found[1])


async def accept(api: API, link: str, **fields: str) -> dict[str, str]:
    """What the page behind a link sends."""
    page = await (await visitor(api)).get(link)
    said = {name: field_in(page, name) for name in ("token", "email")}
    return said | {"first": "1", "password": PASSWORD} | fields


async def bob_is_here(api: API) -> None:
    """Who has chosen a password is no guest any more."""
    await api.world.do(browser_sessions.set_password, api.world.bob.id, "a hash")


async def names(api: API) -> dict[str, str]:
    return {one["email"]: one["name"] for one in (await api.alice.get("agents")).json()}


def test_the_invited_choose_a_name_and_a_password(url: str) -> None:
    async def story(api: API) -> None:
        alice, nina = await person(api, api.world.alice.id), await visitor(api)
        link = link_in((await alice.post(at(api), NINA)).text)
        fields = await accept(api, link, name="Nina Nightingale")
        short = await nina.refused("/app/reset", fields | {"password": "short"})
        assert "8 to 128" in beside(short, "password")
        assert field_in(short, "name") == "Nina Nightingale"
        page = await nina.refused("/app/reset", fields | {"name": "x" * 300})
        assert "too long" in beside(page, "name")
        assert await nina.submit("/app/reset", fields) == "/app"
        assert (await names(api))["nina@example.com"] == "Nina Nightingale"
        assert "used already" in words(await nina.get(link))

    on_api(url, story)


def test_a_name_that_was_given_is_offered_and_a_guessed_one_is_not(url: str) -> None:
    async def story(api: API) -> None:
        alice, anybody = await person(api, api.world.alice.id), await visitor(api)
        named = link_in((await alice.post(at(api), NINA | {"name": "Nina N."})).text)
        assert field_in(await anybody.get(named), "name") == "Nina N."
        guessed = link_in((await alice.post(at(api), {"email": "max@example.com"})).text)
        assert field_in(await anybody.get(guessed), "name") == ""
        forged = re.sub("token=[^&]+", "token=guessed", named)
        assert "Nina" not in words(await anybody.get(forged)), "only the link tells"

    on_api(url, story)


def test_pending_invitations_are_listed_until_they_are_accepted(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        await bob_is_here(api)
        link = link_in((await alice.post(at(api), NINA)).text)
        invited = words(await alice.get(at(api))).partition("Invited")[2]
        assert "nina@example.com Waiting Agent, the link ends in 3 d" in invited
        assert "bob" not in invited.lower()
        api.world.clock.advance(3 * DAY)
        alice = await person(api, api.world.alice.id)
        assert "No link Agent, no link is open" in words(await alice.get(at(api)))
        [invitation] = [
            one["id"] for one in (await api.alice.get("agents")).json() if one["email"] == "nina@example.com"
        ]
        renewed = link_in((await alice.post(at(api, f"/{invitation}/link"))).text)
        assert renewed != link
        assert "first=1" in renewed, "they are new still"
        assert "Waiting" in words(await alice.get(at(api)))
        nina = await visitor(api)
        await nina.submit("/app/reset", await accept(api, renewed, name="Nina"))
        assert "Invited" not in words(await alice.get(at(api)))

    on_api(url, story)


def test_only_the_newest_link_lets_in(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        await bob_is_here(api)
        first = link_in((await alice.post(at(api), NINA)).text)
        fields = await accept(api, first)
        invited = re.search(r"/settings/agents/(\d+)/withdraw", await alice.get(at(api)))
        assert invited is not None
        await alice.post(at(api, f"/{invited[1]}/link"))
        assert "used already" in words(await (await visitor(api)).get(first))
        page = await (await visitor(api)).refused("/app/reset", fields)
        assert "used already" in words(page)

    on_api(url, story)


def test_a_withdrawn_invitation_lets_nobody_in(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        await bob_is_here(api)
        link = link_in((await alice.post(at(api), NINA)).text)
        fields = await accept(api, link)
        found = re.search(r"/settings/agents/(\d+)/withdraw", await alice.get(at(api)))
        assert found is not None
        await alice.submit(at(api, f"/{found[1]}/withdraw"))
        assert "nina@example.com" not in await names(api)
        nina = await visitor(api)
        await nina.refused("/app/reset", fields)
        assert not nina.token
        late = await alice.post(at(api, f"/{api.world.bob.id}/withdraw"))
        assert (late.status_code, "accepted already" in words(late.text)) == (409, True)
        assert len(await names(api)) == 2

    on_api(url, story)


def with_mail(url: str, story: Callable[[API, Mailbox], Awaitable[None]], **settings: Any) -> None:
    """A story in which mail is set up."""
    with mail_server() as (box, more):

        async def told(api: API) -> None:
            await story(api, box)

        on_api(url, told, **more, **settings)


def test_an_invitation_is_mailed_where_mail_is_set_up(url: str) -> None:
    async def story(api: API, box: Mailbox) -> None:
        await api.alice.patch("", json={"name": "Acme\r\nBcc: victim@example.com"})
        alice = await person(api, api.world.alice.id)
        assert await alice.submit(at(api), NINA) == at(api)
        page = await alice.get(at(api))
        assert "Mailed to nina@example.com" in words(page)
        assert "/app/reset" not in page, "the link is theirs alone"
        [letter] = box.letters
        assert box.readers == [["nina@example.com"]]
        assert (letter["Bcc"], letter["Subject"]) == (
            None,
            "Alice invites you to Acme Bcc: victim@example.com",
        )
        nina = await visitor(api)
        fields = await accept(api, link_in(box.texts[0]), name="Nina")
        assert await nina.submit("/app/reset", fields) == "/app"

    with_mail(url, story)


def test_a_letter_that_is_not_taken_leaves_the_link_to_copy(url: str) -> None:
    async def story(api: API, box: Mailbox) -> None:
        alice = await person(api, api.world.alice.id)
        answer = await alice.post(at(api), {"email": "nobody@example.com"})
        assert "could not be mailed" in words(answer.text)
        assert "refused by the mail server" in words(answer.text)
        assert link_in(answer.text)
        assert box.letters == []

    with_mail(url, story)


def test_who_is_somewhere_already_is_told_that_they_were_added(url: str) -> None:
    async def story(api: API, box: Mailbox) -> None:
        alice = await person(api, api.world.alice.id)
        await alice.submit(at(api), {"email": "olga@example.org"})
        [text] = box.texts
        assert "has added you" in text
        assert "token" not in text

    with_mail(url, story)


def test_letters_are_counted(url: str) -> None:
    async def story(api: API, box: Mailbox) -> None:
        alice = await person(api, api.world.alice.id)
        await alice.submit(at(api), NINA)
        before = await api.state()
        assert (await alice.post(at(api), {"email": "max@example.com"})).status_code == 429
        assert await api.state() == before
        assert len(box.letters) == 1

    with_mail(url, story, rate_limit_mail=1)


def test_a_forgotten_password_is_chosen_anew_by_mail(url: str) -> None:
    async def story(api: API, box: Mailbox) -> None:
        alice = await visitor(api)
        known = await alice.post("/app/forgot", {"email": " Alice@Example.com "})
        unknown = await alice.post("/app/forgot", {"email": "nobody.here@example.com"})
        assert known.status_code == unknown.status_code == 200
        assert words(known.text).replace("Alice@Example.com", "") == words(unknown.text).replace(
            "nobody.here@example.com", ""
        )
        [text] = box.texts
        assert box.readers == [["alice@example.com"]]
        page = await alice.get(link_in(text))
        fields = {name: field_in(page, name) for name in ("token", "email")}
        assert await alice.submit("/app/reset", fields | {"password": PASSWORD}) == "/app"
        assert alice.client.cookies.get(COOKIE)

    with_mail(url, story)


def test_a_mailed_link_is_good_for_an_hour(url: str) -> None:
    async def story(api: API, box: Mailbox) -> None:
        someone = await visitor(api)
        await someone.post("/app/forgot", {"email": "alice@example.com"})
        api.world.clock.advance(HOUR)
        assert "its time is over" in words(await someone.get(link_in(box.texts[0])))

    with_mail(url, story)


def test_nobody_is_buried_in_letters(url: str) -> None:
    async def story(api: API, box: Mailbox) -> None:
        someone = await visitor(api)
        for email in ("alice@example.com", "unknown@example.com"):
            statuses = [(await someone.post("/app/forgot", {"email": email})).status_code for _ in range(4)]
            assert statuses == [200, 200, 200, 429], "the same for everybody"
        assert len(box.letters) == 3

    with_mail(url, story)


def test_without_mail_a_forgotten_password_is_somebody_elses_to_help_with(url: str) -> None:
    async def story(api: API) -> None:
        someone = await visitor(api)
        assert "/app/forgot" in await someone.get("/app/login")
        page = words(await someone.get("/app/forgot", email="alice@example.com"))
        assert "An administrator of your account can make you a link" in page
        assert "deskbell admin reset-password alice@example.com" in page
        answer = await someone.post("/app/forgot", {"email": "alice@example.com"})
        assert "An administrator" in words(answer.text)

    on_api(url, story)


def test_an_agent_who_forgot_their_password_is_mailed_a_link(url: str) -> None:
    async def story(api: API, box: Mailbox) -> None:
        alice = await person(api, api.world.alice.id)
        await bob_is_here(api)
        await alice.submit(at(api, f"/{api.world.bob.id}/link"))
        assert box.readers == [["bob@example.com"]]
        assert "first=1" not in link_in(box.texts[0]), "they have been here"

    with_mail(url, story)
