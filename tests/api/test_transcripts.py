"""A conversation by mail: sent by a real server where one is set up, and refused with what to do where none is."""

from collections.abc import Iterator
from typing import Any

import pytest

from deskbell.config import SettingsError, load
from deskbell.kit.clock import MINUTE
from tests.support.api import API, errors_of, identified, on_api, written
from tests.support.mailbox import FROM, Mailbox, mail_server


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, dict[str, Any]]]:
    """A mail server on loopback, and the settings that name it."""
    with mail_server() as found:
        yield found


def test_a_transcript_holds_what_the_contact_may_read(
    url: str, mailbox: tuple[Mailbox, dict[str, Any]]
) -> None:
    box, settings = mailbox

    async def story(api: API) -> None:
        await api.alice.patch("", json={"name": "Acme\r\nBcc: victim@example.com"})
        await api.world.conversation()
        await api.world.hear(content="Où est mon colis ?")
        api.world.clock.advance(MINUTE)
        await api.world.say(content="Nearly there.\n\nTomorrow.")
        await api.world.say(content="They are impatient", private=True)
        sent = await api.bob.post("conversations/1/transcript", json={"email": "Dora@Example.com"})
        assert (sent.status_code, sent.content) == (200, b"")
        [letter] = box.letters
        assert box.readers == [["dora@example.com"]]
        assert (letter["From"], letter["To"], letter["Bcc"]) == (FROM, "dora@example.com", None)
        text = letter.get_content().replace("\r\n", "\n")
        assert (
            "Carla, 2025-10-09 08:53 UTC:\nOù est mon colis ?\n\nAlice, 2025-10-09 08:54 UTC:\nNearly there."
            in text
        )
        assert "impatient" not in text

    on_api(url, story, **settings)


def test_without_a_mail_server_the_answer_says_what_to_set_up(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        refused = await api.alice.post("conversations/1/transcript", json={"email": "dora@example.com"})
        assert "DESKBELL_SMTP_URL" in errors_of(refused, "email")["email"]

    on_api(url, story)


def test_who_is_no_reader_is_named(url: str, mailbox: tuple[Mailbox, dict[str, Any]]) -> None:
    box, settings = mailbox

    async def story(api: API) -> None:
        await api.world.conversation()
        path = "conversations/1/transcript"
        for wrong in (
            {},
            {"email": ""},
            {"email": "x"},
            {"email": "a@b.c\r\nDATA"},
            {"email": "nobody@example.com"},
            {"email": "=?utf-8?q?dora=0abcc?=@example.com"},
            {"email": "=?utf-8?q?dora?=@example.com"},
        ):
            errors_of(await api.alice.post(path, json=wrong), "email")
        assert box.letters == []

    on_api(url, story, **settings)


def test_a_mail_server_that_is_away_is_told_apart_from_a_wrong_request(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        refused = await api.alice.post("conversations/1/transcript", json={"email": "dora@example.com"})
        assert refused.status_code == 503
        assert "mail server" in refused.json()["error"]

    on_api(url, story, smtp_url="smtp://127.0.0.1:1", mail_from=FROM)


def test_a_password_is_never_sent_in_the_open(url: str, mailbox: tuple[Mailbox, dict[str, Any]]) -> None:
    box, settings = mailbox

    async def story(api: API) -> None:
        await api.world.conversation()
        refused = await api.alice.post("conversations/1/transcript", json={"email": "dora@example.com"})
        assert refused.status_code == 503
        assert "hush" not in refused.text
        assert box.letters == []

    on_api(url, story, **(settings | {"smtp_url": settings["smtp_url"].replace("//", "//me:hush@")}))


def test_a_visitor_gets_their_own_conversation_and_only_at_their_own_address(
    url: str, mailbox: tuple[Mailbox, dict[str, Any]]
) -> None:
    box, settings = mailbox

    async def story(api: API) -> None:
        visitor = await api.visitor()
        assert (await visitor.post("conversations/transcript")).status_code == 404
        await written(visitor, "Hi there")
        errors_of(await visitor.post("conversations/transcript", json={"email": "v@example.com"}), "email")
        visitor = await identified(api, visitor, identifier="vera", email="vera@example.com")
        for status in (200, 200, 200, 429):
            sent = await visitor.post("conversations/transcript", json={"email": "victim@example.com"})
            assert sent.status_code == status
        assert box.readers == [["vera@example.com"]] * 3
        assert "Hi there" in box.letters[0].get_content()

    on_api(url, story, **settings)


def test_nobody_is_flooded_with_letters_by_visitors_who_claim_their_address(
    url: str, mailbox: tuple[Mailbox, dict[str, Any]]
) -> None:
    box, settings = mailbox

    async def story(api: API) -> None:
        statuses = []
        for _ in range(4):
            visitor = await api.visitor()
            await written(visitor, "Buy this")
            await visitor.patch("contact", json={"email": "victim@example.com"})
            statuses.append((await visitor.post("conversations/transcript")).status_code)
        assert statuses == [200, 200, 200, 429]
        assert box.readers == [["victim@example.com"]] * 3

    on_api(url, story, **settings)


def test_an_account_sends_only_so_many_letters(url: str, mailbox: tuple[Mailbox, dict[str, Any]]) -> None:
    box, settings = mailbox

    async def story(api: API) -> None:
        await api.world.conversation()
        asked = {"email": "dora@example.com"}
        answers = [
            (await api.alice.post("conversations/1/transcript", json=asked)).status_code for _ in range(3)
        ]
        assert answers == [200, 200, 429]
        api.world.clock.advance(5 * MINUTE)
        assert (await api.alice.post("conversations/1/transcript", json=asked)).status_code == 200
        assert len(box.letters) == 3

    on_api(url, story, **settings, rate_limit_mail=2)


def test_transcripts_are_for_those_who_may_read_the_conversation(
    url: str, mailbox: tuple[Mailbox, dict[str, Any]]
) -> None:
    box, settings = mailbox

    async def story(api: API) -> None:
        await written(await api.visitor(), "Hi")
        asked = {"email": "dora@example.com"}
        for client, status in ((api.bob, 401), (api.bot, 401), (api.stranger, 404)):
            assert (await client.post("conversations/1/transcript", json=asked)).status_code == status
        assert (await api.alice.post("conversations/9/transcript", json=asked)).status_code == 404
        assert box.letters == []

    on_api(url, story, **settings)


@pytest.mark.parametrize(
    "wrong",
    [
        {"smtp_url": "mail.example.com"},
        {"smtp_url": "smtp://"},
        {"mail_from": "Acme"},
        {"mail_from": "a@b\r\nBcc: x@y"},
    ],
)
def test_settings_that_name_no_server_or_sender_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(SettingsError):
        load(wrong)
