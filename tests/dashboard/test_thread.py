"""A conversation's messages and the composer in the dashboard: what shows, what is said once, what comes back."""

import re
from typing import Any

from deskbell.desk.commands import conversation_care, messages
from deskbell.desk.commands import message_status as statuses
from deskbell.kit.clock import DAY, HOUR, MINUTE
from deskbell.store.statement import Statement
from deskbell.web.dashboard.session import csrf_token
from tests.support.api import API, on_api
from tests.support.people import Person, beside, person, words

_DRAFTS = Statement("SELECT content FROM drafts")


def at(api: API, rest: str = "") -> str:
    return f"/app/accounts/{api.world.account_id}/conversations/1{rest}"


async def alice_at_a_conversation(api: API) -> Person:
    await api.world.conversation()
    return await person(api, api.world.alice.id)


def message(page: str, message_id: int) -> str:
    """The markup of one message, up to the next."""
    found = re.search(
        rf'<div class="message[^>]*id="message-{message_id}"(?:(?!<div class="message|data-state).)*',
        page,
        re.S,
    )
    assert found is not None, f"message {message_id} is not shown"
    return found[0]


def ids(page: str) -> list[int]:
    return [int(found) for found in re.findall(r'data-message="(\d+)"', page)]


async def send(alice: Person, api: API, key: str, **fields: Any) -> Any:
    """As the script sends."""
    return await alice.post(at(api, "/messages"), fields, hx_request="true", idempotency_key=key)


def test_messages_show_who_said_what_and_what_is_private(url: str) -> None:
    async def story(api: API) -> None:
        alice = await alice_at_a_conversation(api)
        heard = await api.world.hear(content="Is **this** <b>safe</b>? <script>alert(1)</script>")
        said = await api.world.say(content="It is")
        note = await api.world.say(content="Be kind", private=True)
        page = await alice.get(at(api))
        first = message(page, heard.id)
        assert "Carla" in words(first)
        assert "<strong>this</strong>" in first
        assert "<script>" not in first
        assert "&lt;script&gt;" in first
        assert "message incoming" in first
        assert "message outgoing" in message(page, said.id)
        assert "Alice" in words(message(page, said.id))
        assert "Sent" in words(message(page, said.id))
        assert 'class="message outgoing private' in message(page, note.id)
        assert "Private note" in words(message(page, note.id))

    on_api(url, story)


def test_one_speakers_messages_stand_together_and_days_apart(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        first = await api.world.say(content="One")
        api.world.clock.advance(MINUTE)
        second = await api.world.say(content="Two")
        api.world.clock.advance(DAY)
        third = await api.world.say(content="Three")
        alice = await person(api, api.world.alice.id)
        page = await alice.get(at(api))
        follows = [" follows" in message(page, one.id) for one in (first, second, third)]
        assert follows == [False, True, False]
        assert page.count('data-between="day"') == 2

    on_api(url, story)


def test_what_was_unread_begins_at_a_line_and_looking_by_get_reads_nothing(url: str) -> None:
    async def story(api: API) -> None:
        alice = await alice_at_a_conversation(api)
        await api.world.hear(content="Old")
        api.world.clock.advance(MINUTE)
        assert (await alice.post(at(api, "/update_last_seen"), hx_request="true")).status_code == 204
        assert (await api.world.get()).unread_count == 0
        api.world.clock.advance(MINUTE)
        await api.world.hear(content="New")
        page = await alice.get(at(api))
        assert (await api.world.get()).unread_count == 1
        assert re.search(r'data-between="unread".*?data-message="(\d+)"', page, re.S)[1] == str(  # type: ignore[index]
            ids(page)[-1]
        )

    on_api(url, story)


def test_a_pull_brings_what_came_after_and_what_changed(url: str) -> None:
    async def story(api: API) -> None:
        alice = await alice_at_a_conversation(api)
        kept, gone, newer = [await api.world.say(content=text) for text in ("Kept", "Gone", "Newer")]
        since = api.world.clock.now() + 5 * MINUTE
        api.world.clock.advance(HOUR)
        known = {"first": kept.id, "after": newer.id, "since": since}
        assert ids(await alice.get(at(api, "/messages"), **known)) == []
        await api.world.do(messages.delete_message, api.world.alice, 1, gone.id)
        last = await api.world.hear(content="Last")
        page = await alice.get(at(api, "/messages"), **known)
        assert ids(page) == [gone.id, last.id]
        assert "deleted" in words(message(page, gone.id))
        older = await alice.get(at(api, "/messages"), before=newer.id)
        assert ids(older) == [kept.id, gone.id]
        assert ids(await alice.get(at(api), before=newer.id)) == [kept.id, gone.id], "without a script, too"

    on_api(url, story)


def test_what_the_visitor_has_seen_is_marked_as_soon_as_they_have(url: str) -> None:
    async def story(api: API) -> None:
        alice = await alice_at_a_conversation(api)
        said = await api.world.say(content="Look")
        since = api.world.clock.now() + 5 * MINUTE
        api.world.clock.advance(HOUR)
        visitor = await api.client_api()
        seen = f"contacts/{api.world.place.source_id}/conversations/1/update_last_seen"
        assert (await visitor.post(seen)).status_code == 200
        page = await alice.get(at(api, "/messages"), first=said.id, after=said.id, since=since, seen=0)
        assert "Seen" in words(message(page, said.id))

    on_api(url, story)


def test_a_message_is_made_once_however_often_it_is_sent(url: str) -> None:
    async def story(api: API) -> None:
        alice = await alice_at_a_conversation(api)
        before = await api.told()
        first = await send(alice, api, "key-1", content="Once", private="")
        assert 'data-echo="key-1"' in first.text
        assert "data-between" not in first.text
        # The same person with a session of another day: their next try is still the same message.
        later = await person(api, api.world.alice.id)
        second = await send(later, api, "key-1", content="Once", private="")
        assert ids(first.text) == ids(second.text)
        assert ids(await alice.get(at(api, "/messages"))) == ids(first.text)
        assert (await api.told())[len(before) :].count("message_created") == 1
        # A page that never got the answer learns from its next pull which message it was.
        pulled = await alice.get(at(api, "/messages"), after=0, first=0, since=1, echo="key-1")
        assert 'data-echo="key-1"' in message(pulled, ids(first.text)[0])
        other = await alice.get(at(api, "/messages"), after=0, echo="key-2")
        assert "data-echo" not in other
        bob = await person(api, api.world.bob.id)
        assert "data-echo" not in await bob.get(at(api, "/messages"), after=0, echo="key-1")

    on_api(url, story)


def test_a_form_without_a_script_is_sent_and_comes_back_with_what_is_wrong(url: str) -> None:
    async def story(api: API) -> None:
        alice = await alice_at_a_conversation(api)
        await alice.post(at(api, "/draft"), {"content": "Not yet"})
        where = await alice.submit(at(api, "/messages"), {"content": "By hand\r\nin two lines"})
        assert re.fullmatch(rf"{at(api)}#message-\d+", where)
        (said,) = (await api.alice.get("conversations/1/messages")).json()["payload"]
        assert said["content"] == "By hand\nin two lines"
        assert said["private"] is False
        async with api.world.database.read() as reader:
            assert await reader.all(_DRAFTS) == []
        page = await alice.refused(at(api, "/messages"), {"content": "x" * 150_001, "private": "true"})
        assert "too long" in beside(page, "content")
        assert "x" * 1000 in page
        assert re.search(r'value="true" checked', page), "it is still a note"

    on_api(url, story, max_body_bytes=1_000_000)


def test_files_are_sent_and_shown_with_their_size_reserved(url: str) -> None:
    async def story(api: API) -> None:
        alice = await alice_at_a_conversation(api)
        gif = b"GIF89a\x07\x00\x05\x00\x00\x00\x00\x3b"
        files = {"attachments[]": ("dot.gif", gif, "image/gif")}
        headers = {
            "origin": "http://deskbell.test",
            "x-csrf-token": csrf_token(alice.token),
            "hx-request": "true",
        }

        async def sent() -> Any:
            said, keyed = {"content": ""}, headers | {"idempotency-key": "k"}
            return await alice.client.post(at(api, "/messages"), data=said, files=files, headers=keyed)

        first, answer = await sent(), await sent()
        assert ids(first.text) == ids(answer.text)
        assert re.search(r'<img src="/files/[^"]+" alt="dot.gif"[^>]* width="7" height="5"', answer.text)
        (said,) = (await api.alice.get("conversations/1/messages")).json()["payload"]
        assert [one["file_size"] for one in said["attachments"]] == [len(gif)]
        refused = await alice.client.post(
            at(api, "/messages"), data={}, files={"attachments[]": ("empty.txt", b"")}, headers=headers
        )
        assert refused.status_code == 422
        assert "is empty" in words(refused.text)
        strange = await alice.client.post(
            at(api, "/messages"), data={"content": "x"}, files=files, headers=headers | {"x-csrf-token": "no"}
        )
        assert strange.status_code == 403
        assert len((await api.alice.get("conversations/1/messages")).json()["payload"]) == 1

    on_api(url, story)


def test_a_deleted_message_stays_as_a_mark(url: str) -> None:
    async def story(api: API) -> None:
        alice = await alice_at_a_conversation(api)
        said = await api.world.say(content="My secret")
        where = await alice.submit(at(api, f"/messages/{said.id}/delete"))
        assert where == f"{at(api)}#message-{said.id}"
        page = await alice.get(at(api))
        assert "My secret" not in page
        assert " deleted" in message(page, said.id)
        assert f"/messages/{said.id}/delete" not in page
        assert (await alice.post(at(api, "/messages/999999/delete"))).status_code == 404

    on_api(url, story)


def test_a_failed_message_says_why_and_is_tried_again(url: str) -> None:
    async def story(api: API) -> None:
        alice = await alice_at_a_conversation(api)
        said = await api.world.say(content="Hello")
        await api.world.do(statuses.set_status, api.world.alice, 1, said.id, "failed", "The line is <cut>")
        shown = message(await alice.get(at(api)), said.id)
        assert "Not delivered: The line is <cut>" in words(shown)
        again = await alice.post(at(api, f"/messages/{said.id}/retry"), hx_request="true")
        assert "Not delivered" not in words(again.text)
        assert ids(again.text) == [said.id]

    on_api(url, story)


def test_only_administrators_are_led_to_the_bells_of_a_message(url: str) -> None:
    async def story(api: API) -> None:
        alice, bob = await alice_at_a_conversation(api), await person(api, api.world.bob.id)
        said = await api.world.say()
        bells = at(api, f"/messages/{said.id}/bells")
        assert bells in await alice.get(at(api))
        assert bells not in await bob.get(at(api))

    on_api(url, story)


def test_what_visitors_answered_is_shown_and_nonsense_does_no_harm(url: str) -> None:
    async def story(api: API) -> None:
        alice = await alice_at_a_conversation(api)
        items = [{"title": "Small", "value": "s"}, {"title": "Large", "value": "l"}, "nonsense", None]
        size = await api.world.say(
            content="Which size?", content_type="input_select", content_attributes={"items": items}
        )
        fields = [
            {
                "name": "color",
                "label": "Colour",
                "type": "select",
                "options": [{"label": "Red", "value": "r"}],
            }
        ]
        form = await api.world.say(
            content="Tell us", content_type="form", content_attributes={"items": fields}
        )
        card = {
            "title": "Bell",
            "media_url": "javascript:x",
            "actions": [{"text": "Buy", "uri": "javascript:alert(1)"}],
        }
        cards = await api.world.say(
            content="Look", content_type="cards", content_attributes={"items": [card, {"actions": "no"}]}
        )
        odd = await api.world.say(
            content="Odd",
            content_type="input_csat",
            content_attributes={"submitted_values": [1], "items": {"a": 1}},
        )
        page = await alice.get(at(api))
        assert "Not answered yet" in words(message(page, size.id))
        assert "javascript:" not in message(page, cards.id)
        assert "Buy" in words(message(page, cards.id))
        assert "Not answered yet" in words(message(page, odd.id))
        for one, values in (
            (size, [{"title": "Large", "value": "l"}]),
            (form, [{"name": "color", "value": "r"}]),
        ):
            answers = {"submitted_values": values}
            await api.world.do(messages.submit_values, api.world.contact, api.world.place, 1, one.id, answers)
        page = await alice.get(at(api))
        assert "Large (chosen)" in words(message(page, size.id))
        assert "Colour Red" in words(message(page, form.id))

    on_api(url, story)


def test_drafts_are_kept_for_oneself_and_let_go_of_when_blank(url: str) -> None:
    async def story(api: API) -> None:
        alice, bob = await alice_at_a_conversation(api), await person(api, api.world.bob.id)
        draft = {"content": "Half a thought </textarea>"}
        assert (await alice.post(at(api, "/draft"), draft, hx_request="true")).status_code == 204
        assert "Half a thought &lt;/textarea&gt;</textarea>" in await alice.get(at(api))
        assert "Half a thought" not in await bob.get(at(api))
        await alice.post(at(api, "/draft"), {"content": ""}, hx_request="true")
        assert "Half a thought" not in await alice.get(at(api))

    on_api(url, story)


def test_canned_responses_come_with_what_their_variables_stand_for(url: str) -> None:
    async def story(api: API) -> None:
        alice = await alice_at_a_conversation(api)
        text = "Hello {{contact.name}}, I am {{agent.name}} <b>"
        response = {"canned_response": {"short_code": "hi", "content": text}}
        assert (await api.alice.post("canned_responses", json=response)).status_code == 200
        page = await alice.get(at(api, "/canned_responses"))
        assert 'data-text="Hello Carla, I am Alice &lt;b&gt;"' in page

    on_api(url, story)


def test_a_note_may_name_those_who_may_see_the_conversation(url: str) -> None:
    async def story(api: API) -> None:
        alice = await alice_at_a_conversation(api)
        page = await alice.get(at(api, "/mentions"))
        assert f'data-key-of="user/{api.world.bob.id}"' in page
        assert f'data-key-of="user/{api.world.alice.id}"' not in page
        note = f"[@Bob](mention://user/{api.world.bob.id}/Bob) look"
        answer = await send(alice, api, "key-9", content=note, private="true")
        assert "mention:" not in answer.text
        followers = (await api.alice.get("conversations/1/participants")).json()
        assert "Bob" in [one["name"] for one in followers]

    on_api(url, story)


def test_it_is_said_why_one_cannot_reply_or_should_think_twice(url: str) -> None:
    async def story(api: API) -> None:
        alice = await alice_at_a_conversation(api)
        inbox = f"inboxes/{api.world.api_inbox.id}"
        changed = {"channel": {"additional_attributes": {"agent_reply_time_window": 24}}}
        assert (await api.alice.patch(inbox, json=changed)).status_code == 200
        await api.world.hear()
        assert "takes no reply" not in words(await alice.get(at(api)))
        api.world.clock.advance(25 * HOUR)
        alice = await person(api, api.world.alice.id)
        page = await alice.get(at(api))
        assert "takes no reply any more" in words(page)
        assert re.search(r'name="private" value="" disabled', page)
        assert re.search(r'name="private" value="true" checked', page)
        await api.world.do(conversation_care.mute, api.world.alice, 1)
        news = words(await alice.get(at(api, "/messages"), after=0))
        assert "Carla is blocked" in news
        assert "This conversation is resolved" in news

    on_api(url, story)


def test_who_does_not_work_in_an_inbox_reads_and_writes_nothing_there(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        said = await api.world.say()
        await api.alice.request(
            "DELETE",
            "inbox_members",
            json={"inbox_id": api.world.api_inbox.id, "user_ids": [api.world.bob.id]},
        )
        bob, before = await person(api, api.world.bob.id), await api.state()
        for path in ("/messages", "/canned_responses", "/mentions"):
            assert (await bob.client.get(at(api, path))).status_code == 403, path
        for path in ("/messages", "/draft", "/update_last_seen", f"/messages/{said.id}/delete"):
            assert (await bob.post(at(api, path), {"content": "x"})).status_code == 403, path
        assert await api.state() == before

    on_api(url, story)
