"""Agent bots in the dashboard: made with a token, sent to, paused, connected to inboxes, deleted."""

import re
from typing import Any

from tests.support.api import API, PUBLIC_HOOK, on_api
from tests.support.people import Person, beside, person, words


def at(api: API, rest: str = "") -> str:
    return f"/app/accounts/{api.world.account_id}/settings/agent_bots{rest}"


def filled(**more: str) -> dict[str, str]:
    """The form as a browser sends it."""
    return {
        "name": "Clara",
        "description": "Answers first",
        "avatar_url": "",
        "outgoing_url": PUBLIC_HOOK,
        "payload_format": "chatwoot",
        "signature": "hmac",
        "headers": "X-Team: bots",
        "schedule": "0 s, 30 s",
        "timeout": "",
        "concurrency": "",
    } | more


async def kept(api: API, bot_id: int) -> dict[str, Any]:
    found: dict[str, Any] = (await api.alice.get(f"agent_bots/{bot_id}")).json()
    return found


async def made(api: API, **more: str) -> tuple[Person, int]:
    alice = await person(api, api.world.alice.id)
    location = await alice.submit(at(api, "/new"), filled(**more))
    return alice, int(location.rpartition("/")[2])


def token_in(page: str) -> str:
    found = re.search(r'id="token">([^<]+)<', page)
    assert found is not None
    return found[1]


def test_a_bot_is_made_with_a_token_that_opens_what_bots_may(url: str) -> None:
    async def story(api: API) -> None:
        alice, bot_id = await made(api)
        bot = await kept(api, bot_id)
        assert (bot["name"], bot["outgoing_url"], bot["payload_format"]) == ("Clara", PUBLIC_HOOK, "chatwoot")
        assert (bot["headers"], bot["schedule"]) == ({"X-Team": "bots"}, [0, 30])
        page = await alice.get(at(api, f"/{bot_id}"))
        assert bot["secret"] in page
        assert token_in(page) == bot["access_token"]
        await api.world.conversation()
        client = await api.client(f"/api/v1/accounts/{api.world.account_id}", token_in(page))
        assert (await client.get("conversations/1")).status_code == 200
        assert "Clara Answers first 9.9.9.9, answers in no inbox yet Nothing accepted yet" in words(
            await alice.get(at(api))
        )

    on_api(url, story)


def test_a_bot_without_an_address_needs_no_terms(url: str) -> None:
    async def story(api: API) -> None:
        alice, bot_id = await made(api, outgoing_url="")
        assert (await kept(api, bot_id))["outgoing_url"] is None
        page = words(await alice.get(at(api, f"/{bot_id}")))
        assert "nothing is sent to it" in page
        assert "Signing secret" not in page

    on_api(url, story)


def test_every_wrong_field_of_a_bot_is_named(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        wrong = filled(
            name=" ",
            outgoing_url="http://10.0.0.1/",
            headers="no colon",
            schedule="soon",
            avatar_url="javascript:x",
        )
        page = await alice.refused(at(api, "/new"), wrong)
        assert "blank" in beside(page, "name")
        assert "private" in beside(page, "outgoing_url")
        assert "no colon" in beside(page, "headers")
        assert "soon" in beside(page, "schedule")
        assert "https://" in beside(page, "avatar_url")
        assert 'value="Answers first"' in page
        assert "private" in await alice.get(at(api, "/address"), outgoing_url="http://10.0.0.1/")
        assert "can be sent to" in await alice.get(at(api, "/address"), outgoing_url=PUBLIC_HOOK)

    on_api(url, story)


def test_a_bot_is_changed_and_its_address_taken_away(url: str) -> None:
    async def story(api: API) -> None:
        alice, bot_id = await made(api)
        before = await kept(api, bot_id)
        path = at(api, f"/{bot_id}/edit")
        page = await alice.get(path)
        assert "X-Team: bots</textarea>" in page
        assert 'value="0 s, 30 s"' in page
        await alice.submit(path, filled(name="Clara B."))
        after = await kept(api, bot_id)
        assert {name for name in before if before[name] != after[name]} == {"name"}
        await alice.submit(path, filled(outgoing_url=""))
        assert (await kept(api, bot_id))["outgoing_url"] is None

    on_api(url, story)


def test_it_answers_in_the_inboxes_that_are_ticked(url: str) -> None:
    async def story(api: API) -> None:
        alice, clara = await made(api)
        _, other = await made(api, name="Otto")
        inbox, website = api.world.api_inbox.id, api.world.website.id
        both = {"inbox_ids[]": [str(inbox), str(website)]}
        await alice.submit(at(api, f"/{clara}/inboxes"), both)
        await alice.submit(at(api, f"/{other}/inboxes"), {"inbox_ids[]": [str(website)]})
        answering = {
            one: (await api.alice.get(f"inboxes/{one}/agent_bot")).json()["agent_bot"]["id"]
            for one in (inbox, website)
        }
        assert answering == {inbox: clara, website: other}
        assert "Otto answers here now" in words(await alice.get(at(api, f"/{clara}")))
        await alice.submit(at(api, f"/{clara}/inboxes"))
        assert (await api.alice.get(f"inboxes/{inbox}/agent_bot")).json()["agent_bot"] == {}
        assert (await api.alice.get(f"inboxes/{website}/agent_bot")).json()["agent_bot"]["id"] == other

    on_api(url, story)


def test_it_is_paused_and_enabled_again(url: str) -> None:
    async def story(api: API) -> None:
        alice, bot_id = await made(api)
        await alice.submit(at(api, f"/{bot_id}/status"), {"status": "paused"})
        assert "Paused" in words(await alice.get(at(api)))
        await api.alice.patch(f"agent_bots/{bot_id}", json={"status": "disabled"})
        page = words(await alice.get(at(api, f"/{bot_id}")))
        assert "Nothing is sent to it" in page
        assert "Enable again" in page
        await alice.submit(at(api, f"/{bot_id}/status"), {"status": "enabled"})
        assert (await kept(api, bot_id))["status"] == "enabled"

    on_api(url, story)


def test_a_new_token_and_a_new_secret_take_the_olds_place(url: str) -> None:
    async def story(api: API) -> None:
        alice, bot_id = await made(api)
        before = await kept(api, bot_id)
        answer = await alice.post(at(api, f"/{bot_id}/access_token"))
        assert token_in(answer.text) != before["access_token"]
        client = await api.client(f"/api/v1/accounts/{api.world.account_id}", before["access_token"])
        assert (await client.get("conversations/1")).status_code == 401
        await alice.submit(at(api, f"/{bot_id}/rotate_secret"), {"overlap_hours": "1"})
        after = await kept(api, bot_id)
        assert after["secret"] != before["secret"]
        page = await alice.get(at(api, f"/{bot_id}"))
        assert after["secret"] in page
        assert "signs, too, until" in words(page)

    on_api(url, story)


def test_a_deleted_bot_leaves_its_conversations_to_people(url: str) -> None:
    async def story(api: API) -> None:
        alice, bot_id = await made(api)
        await alice.submit(at(api, f"/{bot_id}/inboxes"), {"inbox_ids[]": [str(api.world.api_inbox.id)]})
        await api.world.conversation()
        assert (await api.world.get()).status == "pending"
        assert await alice.submit(at(api, f"/{bot_id}/delete")) == at(api)
        assert (await api.world.get()).status == "open"
        await alice.get(at(api, f"/{bot_id}"), status=404)

    on_api(url, story)


def test_what_a_bot_is_called_is_text(url: str) -> None:
    async def story(api: API) -> None:
        alice, bot_id = await made(api, name="<b>Clara</b>", description="<script>x</script>")
        for path in ("", f"/{bot_id}", f"/{bot_id}/edit"):
            page = await alice.get(at(api, path))
            assert "<b>Clara" not in page
            assert "<script>x" not in page

    on_api(url, story)
