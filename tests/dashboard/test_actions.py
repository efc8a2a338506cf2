"""What agents do to a conversation from its head; and that nobody overwrites another."""

import asyncio
import re
from datetime import UTC, datetime

from deskbell.desk.commands import agents, conversations, labels, teams
from deskbell.desk.commands.labels import LabelChanges
from deskbell.desk.commands.teams import TeamChanges
from deskbell.desk.queries import conversation_care
from deskbell.kit.clock import HOUR, SECOND
from tests.support.api import API, on_api
from tests.support.people import Person, person, words

FRAGMENT = {"hx_request": "true"}


def at(api: API, rest: str = "") -> str:
    return f"/app/accounts/{api.world.account_id}/conversations/1{rest}"


async def seen(someone: Person, api: API, what: str) -> str:
    """What the form of the head shows its reader, and brings back."""
    page = await someone.get(at(api, "/head"))
    found = re.search(rf'action="{at(api)}/{what}"[^>]*>.*?name="seen" value="([^"]*)"', page, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_head_tells_how_a_conversation_stands(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation(priority="high", assignee_id=api.world.bob.id)
        told = words(await (await person(api, api.world.bob.id)).get(at(api)))
        for what in ("Carla", "#1 · API", "Open", "Bob", "High", "No team", "Resolve", "Snooze"):
            assert what in told

    on_api(url, story)


def test_a_status_is_set_and_a_browser_without_script_is_sent_back(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        bob = await person(api, api.world.bob.id)
        where = await bob.submit(at(api, "/status?tab=all"), {"status": "resolved", "seen": "open"})
        assert where == at(api, "?tab=all")
        assert (await api.world.get()).status == "resolved"
        answer = await bob.post(at(api, "/status"), {"status": "pending", "seen": "resolved"}, **FRAGMENT)
        assert (answer.status_code, (await api.world.get()).status) == (200, "pending")
        assert answer.text.lstrip().startswith("<header")
        assert "Pending" in words(answer.text)

    on_api(url, story)


def test_until_tomorrow_is_nine_in_the_morning_where_the_agent_is(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        bob = await person(api, api.world.bob.id)
        seen = "open"
        for choice, zone, hour, days in (
            ("tomorrow", "Asia/Tokyo", 0, (0, 1)),
            ("week", "America/New_York", 13, (1, 2, 3, 4, 5, 6, 7)),
            ("tomorrow", "", 9, (1,)),
        ):
            fields = {"status": "snoozed", "snooze": choice, "zone": zone, "seen": seen}
            await bob.submit(at(api, "/status"), fields)
            now = await api.world.get()
            assert now.snoozed_until is not None
            until = datetime.fromtimestamp(now.snoozed_until / SECOND, UTC)
            today = datetime.fromtimestamp(api.world.clock.now() / SECOND, UTC).date()
            assert (until.hour, until.minute) in ((hour, 0), (hour + 1, 0)), (choice, zone, until)
            assert (until.date() - today).days in days
            seen = f"snoozed {now.snoozed_until}"

    on_api(url, story)


def test_a_snooze_ends_after_an_hour_at_a_time_of_ones_own_or_with_the_next_reply(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        bob = await person(api, api.world.bob.id)
        await bob.submit(at(api, "/status"), {"status": "snoozed", "snooze": "hour", "seen": "open"})
        until = (await api.world.get()).snoozed_until
        assert until == api.world.clock.now() + HOUR
        fields = {
            "status": "snoozed",
            "snooze": "custom",
            "zone": "Europe/Vienna",
            "seen": f"snoozed {until}",
        }
        await bob.submit(at(api, "/status"), fields | {"until": "2090-07-01T18:30"})
        until = (await api.world.get()).snoozed_until
        assert until == int(datetime(2090, 7, 1, 16, 30, tzinfo=UTC).timestamp()) * SECOND
        fields = {"status": "snoozed", "snooze": "reply", "seen": f"snoozed {until}"}
        await bob.submit(at(api, "/status"), fields)
        assert (await api.world.get()).snoozed_until is None
        await api.world.hear()
        assert (await api.world.get()).status == "open"

    on_api(url, story)


def test_a_time_that_is_past_or_none_at_all_comes_back_to_be_mended(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        bob = await person(api, api.world.bob.id)
        for until, wrong in (("2001-01-01T10:00", "time to come"), ("soon", "a day and a time")):
            fields = {"status": "snoozed", "snooze": "custom", "seen": "open", "until": until}
            answer = await bob.post(at(api, "/status"), fields, **FRAGMENT)
            assert answer.status_code == 422
            assert wrong in words(answer.text)
            assert f'value="{until}"' in answer.text
        assert (await api.world.get()).status == "open"
        assert (await bob.post(at(api, "/status"), {"status": "gone", "seen": "open"})).status_code == 422

    on_api(url, story)


def test_an_agent_a_bot_and_nobody_are_assigned(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        alice = await person(api, api.world.alice.id)
        bob = api.world.bob.id
        await alice.submit(at(api, "/assignee"), {"assignee": f"user {bob}", "seen": ""})
        assert (await api.world.get()).assignee_id == bob
        await alice.submit(at(api, "/assignee"), {"assignee": f"bot {api.bot_id}", "seen": f"user {bob}"})
        now = await api.world.get()
        assert (now.assignee_id, now.assignee_agent_bot_id) == (None, api.bot_id)
        await alice.submit(at(api, "/assignee"), {"assignee": "", "seen": f"bot {api.bot_id}"})
        assert (await api.world.get()).assignee_agent_bot_id is None
        for stranger in ("user 999999", "bot 999999"):
            answer = await alice.post(at(api, "/assignee"), {"assignee": stranger, "seen": ""})
            assert answer.status_code == 404

    on_api(url, story)


def test_only_who_may_see_an_inbox_is_offered(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.do(agents.add_agent, api.world.alice, name="Elsewhere", email="else@example.com")
        await api.world.conversation()
        told = words(await (await person(api, api.world.bob.id)).get(at(api, "/head")))
        assert "Alice" in told
        assert "Elsewhere" not in told

    on_api(url, story)


def test_a_team_and_a_priority_are_set_and_taken_away(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        team = await api.world.do(teams.create_team, api.world.alice, TeamChanges(name="support"))
        bob = await person(api, api.world.bob.id)
        await bob.submit(at(api, "/team"), {"team": str(team.id), "seen": ""})
        await bob.submit(at(api, "/priority"), {"priority": "urgent", "seen": ""})
        now = await api.world.get()
        assert (now.team_id, now.priority) == (team.id, "urgent")
        await bob.submit(at(api, "/team"), {"team": "", "seen": str(team.id)})
        await bob.submit(at(api, "/priority"), {"priority": "", "seen": "urgent"})
        now = await api.world.get()
        assert (now.team_id, now.priority) == (None, None)

    on_api(url, story)


def test_who_was_second_changes_nothing_and_is_told_who_was_first(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        alice = await person(api, api.world.alice.id)
        shown = await seen(alice, api, "assignee")
        await api.world.do(conversations.assign_user, api.world.bob, 1, api.world.bob.id)
        api.world.clock.advance(60 * SECOND)
        answer = await alice.post(
            at(api, "/assignee"), {"assignee": f"user {api.world.alice.id}", "seen": shown}, **FRAGMENT
        )
        assert answer.status_code == 409
        told = words(answer.text)
        assert "Bob assigned the conversation to themselves, 1 min ago." in told
        assert "choose again" in told
        assert (await api.world.get()).assignee_id == api.world.bob.id
        again = await seen(alice, api, "assignee")
        await alice.submit(at(api, "/assignee"), {"assignee": f"user {api.world.alice.id}", "seen": again})
        assert (await api.world.get()).assignee_id == api.world.alice.id

    on_api(url, story)


def test_without_a_script_who_was_second_gets_the_whole_page(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        bob = await person(api, api.world.bob.id)
        await api.world.do(conversations.set_status, api.world.alice, 1, "resolved")
        answer = await bob.post(at(api, "/status"), {"status": "snoozed", "snooze": "hour", "seen": "open"})
        assert answer.status_code == 409
        assert answer.text.startswith("<!doctype html>")
        assert "Alice marked the conversation resolved" in words(answer.text)
        assert (await api.world.get()).status == "resolved"

    on_api(url, story)


def test_every_field_that_one_has_to_have_seen_is_guarded(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation(priority="low", assignee_id=api.world.bob.id)
        team = await api.world.do(teams.create_team, api.world.alice, TeamChanges(name="support"))
        bob = await person(api, api.world.bob.id)
        before = await api.world.get()
        for what, fields in (
            ("status", {"status": "resolved", "seen": "pending"}),
            ("assignee", {"assignee": "", "seen": ""}),
            ("team", {"team": str(team.id), "seen": "17"}),
            ("priority", {"priority": "urgent"}),
        ):
            assert (await bob.post(at(api, f"/{what}"), fields)).status_code == 409, what
        assert await api.world.get() == before

    on_api(url, story)


def test_of_two_at_the_same_time_one_wins_and_the_other_is_told(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        alice, bob = await person(api, api.world.alice.id), await person(api, api.world.bob.id)
        for step in range(8):
            shown = await seen(alice, api, "priority")
            wanted = ("urgent", "low") if step % 2 else ("high", "medium")
            answers = await asyncio.gather(
                *(
                    someone.post(at(api, "/priority"), {"priority": value, "seen": shown}, **FRAGMENT)
                    for someone, value in zip((alice, bob), wanted, strict=True)
                )
            )
            assert sorted(one.status_code for one in answers) == [200, 409]
            winner = next(value for one, value in zip(answers, wanted, strict=True) if one.status_code == 200)
            assert (await api.world.get()).priority == winner

    on_api(url, story)


def test_labels_of_two_agents_at_the_same_time_are_all_there(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        titles = [f"label-{place}" for place in range(6)]
        for title in titles:
            await api.world.do(labels.create_label, api.world.alice, LabelChanges(title=title))
        alice, bob = await person(api, api.world.alice.id), await person(api, api.world.bob.id)
        answers = await asyncio.gather(
            *(
                (alice, bob)[place % 2].post(at(api, "/labels"), {"add": title})
                for place, title in enumerate(titles)
            )
        )
        assert {one.status_code for one in answers} == {303}
        assert sorted((await api.world.get()).labels) == titles
        await asyncio.gather(
            alice.submit(at(api, "/labels"), {"remove": "label-0"}),
            bob.submit(at(api, "/labels"), {"remove": "label-1"}),
        )
        assert sorted((await api.world.get()).labels) == titles[2:]

    on_api(url, story)


def test_only_administrators_make_a_label_on_the_fly(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        alice, bob = await person(api, api.world.alice.id), await person(api, api.world.bob.id)
        answer = await bob.post(at(api, "/labels"), {"new": "Refund"}, **FRAGMENT)
        assert answer.status_code == 422
        assert "an administrator can make it one" in words(answer.text)
        await alice.submit(at(api, "/labels"), {"new": "Refund"})
        assert (await api.world.get()).labels == ["refund"]
        assert [one["title"] for one in (await api.alice.get("labels")).json()["payload"]] == ["refund"]
        answer = await alice.post(at(api, "/labels"), {"new": "<b>"}, **FRAGMENT)
        assert answer.status_code == 422
        assert "letters, digits" in words(answer.text)
        assert 'value="&lt;b&gt;"' in answer.text

    on_api(url, story)


def test_muting_resolves_and_blocks_and_unmuting_lets_them_write_again(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        bob = await person(api, api.world.bob.id)
        await bob.submit(at(api, "/mute"), {"muted": "true"})
        told = words(await bob.get(at(api)))
        assert "Muted" in told
        assert (await api.world.get()).status == "resolved"
        await bob.submit(at(api, "/mute"), {"muted": "false"})
        assert "Unmute" not in words(await bob.get(at(api)))

    on_api(url, story)


def test_agents_follow_a_conversation_one_by_one(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        bob = await person(api, api.world.bob.id)

        async def following() -> set[int]:
            async with api.world.database.read() as reader:
                found = await conversation_care.participants_of(reader, api.world.alice, 1)
            return {one.user.id for one in found}

        ids = {api.world.alice.id, api.world.bob.id}
        await asyncio.gather(*(bob.submit(at(api, "/participants"), {"add": str(one)}) for one in ids))
        assert await following() == ids
        await bob.submit(at(api, "/participants"), {"remove": str(api.world.bob.id)})
        assert await following() == {api.world.alice.id}
        answer = await bob.post(at(api, "/participants"), {"add": "999999"}, **FRAGMENT)
        assert answer.status_code == 422

    on_api(url, story)


def test_a_transcript_needs_a_mail_server_and_an_address(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        bob = await person(api, api.world.bob.id)
        answer = await bob.post(at(api, "/transcript"), {"email": "x@example.com"}, **FRAGMENT)
        assert answer.status_code == 422
        assert "Email" in words(answer.text)
        assert 'value="x@example.com"' in answer.text

    on_api(url, story)


def test_who_does_not_work_in_an_inbox_can_do_nothing_to_its_conversations(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        agent = await api.world.do(agents.add_agent, api.world.alice, name="Eve", email="eve@example.com")
        eve, before = await person(api, agent.user.id), await api.state()
        for what, fields in (
            ("status", {"status": "resolved", "seen": "open"}),
            ("assignee", {"assignee": "", "seen": ""}),
            ("priority", {"priority": "low", "seen": ""}),
            ("labels", {"remove": "x"}),
            ("mute", {"muted": "true"}),
            ("participants", {"add": str(agent.user.id)}),
            ("transcript", {"email": "eve@example.com"}),
        ):
            assert (await eve.post(at(api, f"/{what}"), fields)).status_code == 403, what
        assert await api.state() == before

    on_api(url, story)
