"""The log of deliveries, looked through by whatever is known of one; replays; the bells a message rang; bots' and inboxes' alike."""

import re
from typing import Any

import pytest
from msgspec.structs import replace

from deskbell.delivery import replay as replaying
from deskbell.delivery.guard import Allowance
from deskbell.desk.queries import delivery_log
from deskbell.desk.queries.delivery_log import Sought
from deskbell.kit.clock import HOUR, MINUTE, iso
from deskbell.model.webhook import Webhook
from deskbell.store.delivery_log import Criteria
from tests.dashboard.test_webhooks import HOOK, at, became, owner
from tests.support.aio import receiver, run, saying
from tests.support.api import API, on_api, open_api
from tests.support.people import Person, person, words


def shown(page: str) -> list[int]:
    """The numbers of the deliveries on a page."""
    return [int(number) for number in re.findall(r'aria-label="Delivery (\d+)"', page)]


async def busy(api: API) -> tuple[Person, Webhook, str]:
    """Two conversations: 1 and 3 are the first's, 2 and 4 the second's; two hours lie between the pairs."""
    webhook = await api.world.webhook(HOOK, ["message_created"])
    await api.world.conversation()
    await api.world.conversation()
    await api.world.say(1, 'Order "4711" is late')
    await api.world.say(2, "Grüße")
    api.world.clock.advance(2 * HOUR)
    await api.world.say(1, "On its way")
    await api.world.say(2, "Danke")
    return await owner(api), webhook, at(api, f"/{webhook.id}/deliveries")


def test_the_log_is_looked_through_by_all_that_is_known_of_a_delivery(url: str) -> None:
    async def story(api: API) -> None:
        alice, webhook, path = await busy(api)
        await became(api, webhook.target.id, 1, "dead", 500, 404)
        await became(api, webhook.target.id, 2, "delivered", 500, 200)
        found: dict[str, list[int]] = {
            "conversation=1": [3, 1],
            "conversation=%232": [4, 2],
            "conversation=99": [],
            "status=404": [1],
            "status=4xx": [1],
            "status=5xx": [],
            "status=2xx": [2],
            "state=dead": [1],
            "state=pending&conversation=1": [3],
            "within=hour": [4, 3],
            "within=day": [4, 3, 2, 1],
            "text=4711": [1],
            "text=order+%224711%22": [1],
            "text=DANKE": [4],
            "text=gr%C3%BC": [2],
            "text=no+such+words": [],
            "state=dead&event=message_created&status=404&within=day&text=late&conversation=1": [1],
            "text=%25": [],
        }
        for query, numbers in found.items():
            assert shown(await alice.get(f"{path}?{query}")) == numbers, query

    on_api(url, story)


def test_a_time_from_and_to_is_in_utc_and_the_end_is_not_in_it(url: str) -> None:
    async def story(api: API) -> None:
        alice, _, path = await busy(api)
        now = api.world.clock.now()
        minutes = {
            name: iso(now + span)[:16] for name, span in (("now", 0), ("before", -HOUR), ("after", MINUTE))
        }
        custom: dict[str, Any] = {"within": "custom", "since": minutes["before"]}
        assert shown(await alice.get(path, **custom, until=minutes["after"])) == [4, 3]
        assert shown(await alice.get(path, within="custom", since="", until=minutes["before"])) == [2, 1]
        assert shown(await alice.get(path, **custom | {"within": ""})) == [4, 3, 2, 1], (
            "only where it is chosen"
        )

    on_api(url, story)


def test_what_cannot_be_meant_is_said_and_nothing_is_looked_for(url: str) -> None:
    async def story(api: API) -> None:
        alice, _, path = await busy(api)
        wrong = {
            "conversation": "Conversation should be a conversation's number",
            "status": "Last answer should be such as 404, 5xx or none",
        }
        for name, told in wrong.items():
            page = await alice.get(f"{path}?{name}=<b>soon")
            assert told in words(page)
            assert "<b>soon" not in page
            assert shown(page) == []
        times: dict[str, Any] = {"within": "custom", "since": "soon", "until": "2026-01-01T00:00"}
        assert "From should be a date and a time" in words(await alice.get(path, **times))
        times["since"] = "2026-01-02T00:00"
        assert "To should be later than the beginning" in words(await alice.get(path, **times))

    on_api(url, story)


def test_what_is_rare_is_looked_for_a_stretch_at_a_time(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery_log, "MOST", 20)
    monkeypatch.setattr(delivery_log, "MOST_TEXTS", 10)
    monkeypatch.setattr(delivery_log, "STEP", 3)
    monkeypatch.setattr(delivery_log, "TEXTS", 4)

    async def story(api: API) -> None:
        webhook = await api.world.webhook(HOOK, ["message_created"])
        await api.world.conversation()
        await api.world.say(content="the needle")
        for _ in range(44):
            await api.world.say(content="hay")
        await became(api, webhook.target.id, 1, "delivered", 200)
        await became(api, webhook.target.id, 2, "skipped")
        alice, path = await owner(api), at(api, f"/{webhook.id}/deliveries")
        for query, looked, number in (("state=skipped", 20, 2), ("text=needle", 10, 1)):
            page = await alice.get(f"{path}?{query}")
            looks = 1
            while not shown(page):
                assert f"{looked} deliveries were looked through, back to just now" in words(page)
                further = re.search(r'href="([^"]*before=\d+)">Look further back', page)
                assert further is not None, words(page)
                page = await alice.get(further[1].replace("&amp;", "&"))
                looks += 1
            assert (shown(page), looks) == ([number], -(-45 // looked))
            assert "Look further back" not in words(page)

    on_api(url, story)


def test_every_page_of_a_filtered_log_follows_on_the_one_before(url: str) -> None:
    async def story(api: API) -> None:
        webhook = await api.world.webhook(HOOK, ["message_created"])
        await api.world.conversation()
        await api.world.conversation()
        for number in range(24):
            await api.world.say(1 + number % 2)
        async with api.world.database.read() as reader:
            for criteria in (Criteria(), Criteria(state="pending"), Criteria(event_name="message_created")):
                for conversation, every in ((None, list(range(24, 0, -1))), (2, list(range(24, 0, -2)))):
                    numbers: list[int] = []
                    before: int | None = None
                    while before is not None or not numbers:
                        sought = Sought(criteria=criteria, conversation=conversation, before=before)
                        found = await delivery_log.search(reader, api.world.alice, webhook.id, sought, 5)
                        numbers += [one.delivery.number for one in found.views]
                        before = found.older
                    assert numbers == every

    on_api(url, story)


def test_the_log_keeps_itself_up_to_date_but_for_older_pages(url: str) -> None:
    async def story(api: API) -> None:
        alice, _, path = await busy(api)
        assert 'hx-trigger="every 5s"' in await alice.get(path, state="pending")
        assert f'hx-get="{path}?state=pending"' in await alice.get(path, state="pending")
        assert f'hx-get="{path}' not in (await alice.get(path, before=3)).partition('id="deliveries"')[2]
        fragment = await alice.client.get(path, headers={"hx-request": "true"})
        assert "<html" not in fragment.text
        assert shown(fragment.text) == [4, 3, 2, 1]
        assert "<td>pending" not in fragment.text
        assert 'name="numbers"' not in fragment.text, "what waits cannot be selected"

    on_api(url, story)


def test_what_died_is_told_of_until_it_is_sent_again_and_then_where_it_went(url: str) -> None:
    async def story(api: API) -> None:
        alice, webhook, path = await busy(api)
        await became(api, webhook.target.id, 1, "dead", 500, 500)
        overview = at(api, f"/{webhook.id}")
        assert "1 delivery died and was not sent again since." in words(await alice.get(overview))
        await alice.submit(f"{overview}/replays", {"number": "1"})
        while await replaying.step(api.world.database):
            api.world.clock.advance(MINUTE // 2)
        assert "not sent again since" not in words(await alice.get(overview))
        first = words(await alice.get(f"{path}/1"))
        assert "It was sent again: see #5" in first
        assert "Again #5 waiting" in first
        again = await alice.get(f"{path}/5")
        assert "First and again #1 dead" in words(again)
        assert 'name="number" value=' not in again, "it is on its way already"
        await became(api, webhook.target.id, 3, "delivered", 200)
        await became(api, webhook.target.id, 5, "dead", 500)
        again = await alice.get(f"{path}/5")
        assert 'name="number" value="1"' in again, "what is replayed is what was first"
        assert await alice.submit(f"{overview}/replays", {"number": "1"}) == f"{path}/1"

    on_api(url, story)


def test_why_it_waits_leads_to_what_it_waits_for(url: str) -> None:
    async def story(api: API) -> None:
        alice, webhook, path = await busy(api)
        page = await alice.get(f"{path}/3")
        assert "It waits behind delivery 1 of the same conversation. See #1" in words(page)
        assert f'href="{path}/1"' in page
        await became(api, webhook.target.id, 1, "dead", 500)
        told = iso(api.world.clock.now())
        page = await alice.get(f"{path}/1")
        assert f'given up at <time datetime="{told}">{told}</time>.' in page

    on_api(url, story)


async def replays(api: API, webhook: Webhook) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await api.alice.get(f"webhooks/{webhook.id}/replays")).json()["payload"]
    return found


def test_what_is_selected_is_counted_sent_again_and_nothing_else(url: str) -> None:
    async def story(api: API) -> None:
        alice, webhook, path = await busy(api)
        for number in (1, 2, 3):
            await became(api, webhook.target.id, number, "delivered", 200)
        page = await alice.get(path)
        assert re.findall(r'name="numbers" value="(\d+)"', page) == ["3", "2", "1"]
        new = at(api, f"/{webhook.id}/replays/new")
        told = await alice.get(f"{new}?what=selected&numbers=1&numbers=3&numbers=4")
        assert "This sends 2 deliveries again." in words(told), "4 waits still"
        form = {"what": "selected", "numbers[]": ["1", "3", "4"], "rate": "10"}
        assert await alice.submit(at(api, f"/{webhook.id}/replays"), form) == path
        [replay] = await replays(api, webhook)
        assert (replay["total"], replay["rate"]) == (2, 10)
        progress = await alice.client.get(at(api, f"/{webhook.id}/replays"), headers={"hx-request": "true"})
        assert 'hx-trigger="every 1s"' in progress.text
        assert "Sending again 0 of 2" in words(progress.text)
        while await replaying.step(api.world.database):
            api.world.clock.advance(MINUTE // 2)
        progress = await alice.client.get(at(api, f"/{webhook.id}/replays"), headers={"hx-request": "true"})
        assert "Done: 2 of 2 are in line again" in words(progress.text)
        assert "hx-trigger" not in progress.text
        again = await alice.get(path)
        assert shown(again) == [6, 5, 4, 3, 2, 1]
        assert words(again).count("message_created replay") == 2
        bodies = [
            (await api.alice.get(f"webhooks/{webhook.id}/deliveries/{number}")).json() for number in (5, 6)
        ]
        assert [one["event_id"] for one in bodies] == [
            (await api.alice.get(f"webhooks/{webhook.id}/deliveries/{number}")).json()["event_id"]
            for number in (1, 3)
        ]
        api.world.clock.advance(2 * MINUTE)
        assert "Done:" not in words(await alice.get(path)), "and then it is out of the way"

    on_api(url, story)


def test_ranges_times_and_the_dead_are_counted_before_they_are_sent(url: str) -> None:
    async def story(api: API) -> None:
        alice, webhook, _ = await busy(api)
        for number in (1, 2, 3):
            await became(api, webhook.target.id, number, "dead" if number == 2 else "delivered", 500)
        new, now = at(api, f"/{webhook.id}/replays/new"), api.world.clock.now()
        times = {"since": iso(now - HOUR)[:16], "until": iso(now + HOUR)[:16]}
        counted = {
            "what=range&first=1&last=2": "2 deliveries",
            "what=range&first=3&last=4": "1 delivery",
            f"what=time&since={times['since']}&until={times['until']}": "1 delivery",
            "what=dead&span=day": "1 delivery",
            "what=dead&span=all": "1 delivery",
            "number=2": "1 delivery",
        }
        for query, told in counted.items():
            page = words(await alice.get(f"{new}?{query}"))
            assert f"This sends {told} again." in page, query
        assert "nothing to replay" in words(await alice.get(f"{new}?what=range&first=4&last=4"))
        assert await replays(api, webhook) == [], "looking sends nothing"
        for query, told in {
            "what=range&first=&last=9": "From number should be a delivery's number",
            "what=range&first=9&last=2": "To number should not be smaller than the number to start from",
            "what=time&since=soon&until=later": "should be a date and a time",
            "what=selected": "None is selected",
        }.items():
            assert told in words(await alice.get(f"{new}?{query}", status=422)), query

    on_api(url, story)


def test_more_than_is_counted_is_said_to_be_more(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deskbell.desk.commands.replays.MOST_COUNTED", 2)
    monkeypatch.setattr("deskbell.web.dashboard.targets.replays.MOST_COUNTED", 2)

    async def story(api: API) -> None:
        alice, webhook, _ = await busy(api)
        for number in (1, 2, 3):
            await became(api, webhook.target.id, number, "delivered", 200)
        path = at(api, f"/{webhook.id}/replays")
        told = words(await alice.get(f"{path}/new?what=range&first=1&last=4"))
        assert "This sends more than 2 deliveries again." in told
        await alice.submit(path, {"what": "range", "first": "1", "last": "4"})
        assert (await replays(api, webhook))[0]["total"] == 3, "what is sent is counted to the last"

    on_api(url, story)


def test_the_api_replays_chosen_numbers_too(url: str) -> None:
    async def story(api: API) -> None:
        _, webhook, _ = await busy(api)
        await became(api, webhook.target.id, 1, "dead", 500)
        path = f"webhooks/{webhook.id}/replays"
        made = (await api.alice.post(path, json={"numbers": [1, 4], "dry_run": True})).json()["payload"]
        assert made["total"] == 1
        refused: list[dict[str, Any]] = [{"numbers": []}, {"numbers": [0]}, {"numbers": [1], "number": 1}]
        for wrong in refused:
            assert (await api.alice.post(path, json=wrong)).status_code == 422

    on_api(url, story)


def test_a_message_tells_which_bells_it_rang_and_why_others_kept_silent(url: str) -> None:
    async def story(api: API) -> None:
        every = await api.world.webhook(HOOK, name="Every")
        await api.world.webhook("https://9.9.9.9/two", ["webwidget_triggered"], name="<i>Widget</i>")
        told = {"channel": {"webhook_url": "https://9.9.9.9/inbox"}}
        await api.alice.patch(f"inboxes/{api.world.api_inbox.id}", json=told)
        await api.world.conversation()
        api.world.clock.advance(MINUTE)
        first = await api.world.say(content="one")
        other = await api.world.say(content="two")
        path = f"/app/accounts/{api.world.account_id}/conversations/1/messages"
        alice = await owner(api)
        page = await alice.get(f"{path}/{first.id}/bells")
        assert page.count("<code>message_created</code>") == 1, (
            "the other message of the same instant rang its own"
        )
        seen = words(page)
        assert "Every Webhook It is" in seen or "Every Webhook It waits" in seen
        assert "API Inbox" in seen
        assert "The webhook is not subscribed to message_created." in seen
        assert "&lt;i&gt;Widget" in page
        link = re.search(r'href="([^"]*/settings/webhooks/\d+/deliveries/\d+)"', page)
        assert link is not None
        assert "message_created" in await alice.get(link[1])
        api.world.clock.advance(MINUTE)
        assert (await api.alice.delete(f"conversations/1/messages/{first.id}")).is_success
        assert "<code>message_updated</code>" in await alice.get(f"{path}/{first.id}/bells")
        assert "<code>message_updated</code>" not in await alice.get(f"{path}/{other.id}/bells")
        await became(api, every.target.id, 1, "delivered", 200)
        await became(api, every.target.id, 2, "dead", 500)
        assert "was given up" in words(await alice.get(f"{path}/{first.id}/bells"))
        await alice.get(f"{path}/999999/bells", status=404)
        await api.world.conversation()
        await alice.get(f"{path.replace('/1/', '/2/')}/{first.id}/bells", status=404)
        bob = await person(api, api.world.bob.id)
        await bob.get(f"{path}/{first.id}/bells", status=403)

    on_api(url, story)


def test_a_message_without_anybody_to_hear_it_says_so(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        message = await api.world.say()
        path = f"/app/accounts/{api.world.account_id}/conversations/1/messages/{message.id}/bells"
        assert "Nobody listens." in words(await (await owner(api)).get(path))

    on_api(url, story)


def test_bots_and_inboxes_have_the_same_screens(url: str) -> None:
    async def story(api: API) -> None:
        inbox = f"inboxes/{api.world.api_inbox.id}"
        bot = (await api.alice.post("agent_bots", json={"name": "Clara", "outgoing_url": HOOK})).json()["id"]
        quiet = (await api.alice.post("agent_bots", json={"name": "Quiet"})).json()["id"]
        await api.alice.patch(inbox, json={"channel": {"webhook_url": "https://9.9.9.9/inbox"}})
        await api.alice.post(f"{inbox}/set_agent_bot", json={"agent_bot": bot})
        await api.world.conversation()
        await api.world.say()
        alice, base = await owner(api), f"/app/accounts/{api.world.account_id}/settings"
        for path, name in ((f"{base}/agent_bots/{bot}", "Clara"), (f"{base}/{inbox}", "API")):
            page = words(await alice.get(f"{path}/deliveries"))
            assert f"Deliveries · {name}" in page
            assert "message_created" in page
            assert "Send a test" in words(await alice.get(f"{path}/pulse"))
            assert "It is due" in words(await alice.get(f"{path}/deliveries/1"))
            assert await alice.submit(f"{path}/skip_backlog") == f"{path}/pulse"
            assert "Skipped" in words(await alice.get(f"{path}/deliveries/1"))
            told = words(await alice.get(f"{path}/replays/new?what=range&first=1&last=1"))
            assert "This sends 1 delivery again." in told
            assert await alice.submit(f"{path}/replays", {"number": "1"}) == f"{path}/deliveries/1"
            cancelled = await alice.submit(f"{path}/replays/{1 if name == 'Clara' else 2}/cancel")
            assert cancelled == f"{path}/deliveries"
        refused = await alice.get(f"{base}/agent_bots/{quiet}/deliveries", status=422)
        assert "nothing is sent to this bot" in words(refused)
        await alice.get(f"{base}/agent_bots/{bot}x/deliveries", status=404)

    on_api(url, story)


def test_an_address_that_is_typed_is_knocked_at(sqlite_url: str) -> None:
    async def story() -> None:
        async with open_api(sqlite_url) as api, receiver(saying()) as hook:
            api.app.state.services = replace(api.services, allowance=Allowance.parse(("127.0.0.1",)))
            alice, path = await owner(api), at(api, "/address")
            assert "a server answers there" in words(await alice.get(path, url=hook.url("/")))
            await hook.stop()
            told = words(await alice.get(path, url=hook.url("/")))
            assert "nobody answers there now" in told
            assert "Connection refused" in told

    run(story())


def test_the_charts_say_why_attempts_failed_and_how_long_answers_took(url: str) -> None:
    async def story(api: API) -> None:
        alice, webhook, _ = await busy(api)
        await became(api, webhook.target.id, 1, "delivered", 500, 500, 200)
        page = words(await alice.get(at(api, f"/{webhook.id}")))
        assert "Answered 500 2" in page
        assert "40 ms 40 ms" in page, "p50 and p99 of the hour, in the table"
        svg = await alice.get(at(api, f"/{webhook.id}"))
        assert f'href="{at(api, f"/{webhook.id}/deliveries")}?status=500"' in svg
        assert 'aria-label="Latency by hour' in svg
        assert " style=" not in svg
        fragment = await alice.client.get(at(api, f"/{webhook.id}/charts"), headers={"hx-request": "true"})
        assert "<html" not in fragment.text

    on_api(url, story)
