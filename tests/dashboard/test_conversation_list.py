"""The list of conversations in the dashboard: what shows of which, what is done to several, and how one begins."""

import html
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest

from deskbell.desk.commands import contacts as contact_commands
from deskbell.desk.commands import conversations as commands
from deskbell.desk.commands import custom_filters, inboxes, labels, participants, teams
from deskbell.desk.commands.contacts import ContactChanges
from deskbell.desk.commands.custom_filters import FilterChanges
from deskbell.desk.commands.labels import LabelChanges
from deskbell.desk.commands.teams import TeamChanges
from deskbell.kit.clock import DAY, HOUR, MINUTE
from deskbell.web.dashboard.conversations.rows import excerpt, marked
from tests.api.test_files import on_disk
from tests.support.api import API, on_api
from tests.support.behaving import settle
from tests.support.files import EXE, attached, picture, png
from tests.support.people import Person, beside, person, words


def at(api: API, rest: str = "") -> str:
    return f"/app/accounts/{api.world.account_id}/conversations{rest}"


async def look(someone: Person, path: str, **chosen: Any) -> str:
    """A page for a choice, as its address says it."""
    return await someone.get(f"{path}?{urlencode(chosen)}" if chosen else path)


def shown(page: str) -> list[int]:
    """The numbers of the conversations a list shows, in its order."""
    return [int(number) for number in re.findall(r'data-conversation="(\d+)"', page)]


def row(page: str, number: int) -> str:
    """What a row says."""
    found = re.search(rf'id="row-{number}".*?</li>', page, re.DOTALL)
    assert found is not None, f"no row for {number}"
    return words(found[0])


def tabs(page: str) -> str:
    """What the tabs count."""
    found = re.search(r'<nav class="tabs" aria-label="Whose">.*?</nav>', page, re.DOTALL)
    assert found is not None
    return words(found[0])


async def three(api: API) -> None:
    """1 is Bob's and urgent, 2 is nobody's and waits, 3 is resolved; each later than the one before."""
    world = api.world
    for _ in range(3):
        await world.conversation()
        world.clock.advance(MINUTE)
    await world.do(commands.assign_user, world.alice, 1, world.bob.id)
    await world.do(commands.set_priority, world.alice, 1, "urgent")
    await world.do(commands.set_status, world.alice, 3, "resolved")


async def many(api: API, count: int) -> None:
    for _ in range(count):
        await api.world.conversation()
        api.world.clock.advance(MINUTE)


async def told(someone: Person, path: str, fields: Mapping[str, object]) -> str:
    """Send a form, and read what is said on the page it leads to."""
    await someone.submit(path, fields)
    found = re.search(r'class="flash" role="status">([^<]*)<', await someone.get(path.partition("/bulk")[0]))
    assert found is not None
    return words(found[1])


def test_each_tab_shows_whose_it_says_and_counts_all(url: str) -> None:
    async def story(api: API) -> None:
        await three(api)
        bob = await person(api, api.world.bob.id)
        page = await look(bob, at(api))
        assert shown(page) == [1]
        assert tabs(page) == "Mine 1 Unassigned 1 All 2"
        assert shown(await look(bob, at(api), tab="unassigned")) == [2]
        assert shown(await look(bob, at(api), tab="all")) == [2, 1]
        assert shown(await look(bob, at(api), tab="all", status="resolved")) == [3]
        assert shown(await look(bob, at(api), tab="all", status="all")) == [3, 2, 1]

    on_api(url, story)


def test_an_unknown_choice_means_the_usual_one(url: str) -> None:
    async def story(api: API) -> None:
        await three(api)
        bob = await person(api, api.world.bob.id)
        strange = {
            "tab": "x",
            "status": "y",
            "sort": "z",
            "page": "-1",
            "inbox": "9" * 40,
            "team": "a",
            "kind": "'",
        }
        assert shown(await look(bob, at(api), **strange)) == [1]
        assert shown(await look(bob, at(api), q="'\"%_!")) == []

    on_api(url, story)


def test_each_filter_finds_what_it_says(url: str) -> None:
    async def story(api: API) -> None:
        world = api.world
        await three(api)
        team = await world.do(teams.create_team, world.alice, TeamChanges(name="night"))
        await world.do(labels.create_label, world.alice, LabelChanges(title="billing"))
        await world.do(commands.assign_team, world.alice, 2, team.id)
        await world.do(commands.set_labels, world.alice, 2, ["billing"])
        await world.do(participants.add_participants, world.alice, 2, [world.alice.id])
        await world.say(1, f"[@Alice](mention://user/{world.alice.id}/Alice) look", private=True)
        await world.say(1, "Hello")
        alice = await person(api, world.alice.id)
        for chosen, found in (
            ({"inbox": world.api_inbox.id}, [1, 2]),
            ({"inbox": world.website.id}, []),
            ({"label": "billing"}, [2]),
            ({"priority": "urgent"}, [1]),
            ({"assignee": world.bob.id}, [1]),
            ({"team": team.id}, [2]),
            ({"kind": "unattended"}, [2]),
            ({"kind": "participating"}, [1, 2]),
            ({"kind": "mentions"}, [1]),
            ({"priority": "urgent", "label": "billing"}, []),
        ):
            page = await look(alice, at(api), tab="all", **chosen)
            assert sorted(shown(page)) == found, chosen

    on_api(url, story)


def test_a_filter_that_is_on_can_be_taken_off_by_itself(url: str) -> None:
    async def story(api: API) -> None:
        await three(api)
        alice = await person(api, api.world.alice.id)
        page = await look(alice, at(api), tab="all", priority="low", inbox=api.world.api_inbox.id)
        assert shown(page) == []
        assert "Nothing matches" in words(page)
        chip = re.search(r'class="chip" href="([^"]*)"[^>]*><span>Low</span>', page)
        assert chip is not None
        assert shown(await alice.get(chip[1].replace("&amp;", "&"))) == [2, 1]

    on_api(url, story)


def test_the_list_is_sorted_as_asked(url: str) -> None:
    async def story(api: API) -> None:
        world = api.world
        await many(api, 3)
        await world.do(commands.set_priority, world.alice, 2, "high")
        await world.say(3, "An answer ends the waiting")
        alice = await person(api, world.alice.id)
        for sort, found in (
            ("latest", [3, 2, 1]),
            ("oldest", [1, 2, 3]),
            ("newest", [3, 2, 1]),
            ("created", [1, 2, 3]),
            ("priority", [2, 3, 1]),
            ("waiting", [1, 2, 3]),
        ):
            assert shown(await look(alice, at(api), tab="all", sort=sort)) == found, sort

    on_api(url, story)


def test_a_saved_filter_lists_what_its_conditions_say(url: str) -> None:
    async def story(api: API) -> None:
        world = api.world
        await three(api)
        query = {
            "payload": [{"attribute_key": "priority", "filter_operator": "equal_to", "values": ["urgent"]}]
        }
        kept = await world.do(
            custom_filters.create_filter,
            world.alice,
            FilterChanges(name="Hurry", kind="conversation", query=query),
        )
        broken = await world.do(
            custom_filters.create_filter,
            world.alice,
            FilterChanges(
                name="Old",
                kind="conversation",
                query={"payload": [{"attribute_key": "gone", "filter_operator": "equal_to", "values": [1]}]},
            ),
        )
        alice, bob = await person(api, world.alice.id), await person(api, world.bob.id)
        page = await look(alice, at(api), tab="all", folder=kept.id)
        assert shown(page) == [1]
        assert "Hurry" in words(page)
        assert "none of any more" in words(await look(alice, at(api), tab="all", folder=broken.id))
        assert shown(await look(bob, at(api), tab="all", folder=kept.id)) == [], "nobody uses another's"
        assert "Hurry" not in words(await look(bob, at(api)))

    on_api(url, story)


def test_a_search_finds_names_numbers_and_words_and_says_what_matched(url: str) -> None:
    async def story(api: API) -> None:
        world = api.world
        await three(api)
        await world.hear(2, "Where is my parcel?")
        await world.say(2, "It is on its way")
        alice = await person(api, world.alice.id)
        page = await look(alice, at(api), q="PARCEL", was="list")
        assert shown(page) == [2]
        assert "Where is my parcel" in row(page, 2), "what was found, not what was said last"
        assert "<mark>parcel</mark>" in page
        assert shown(await look(alice, at(api), q="carla", was="list")) == [2, 3, 1]
        assert shown(await look(alice, at(api), q="carla@example.com", was="list")) == [2, 3, 1]
        assert shown(await look(alice, at(api), q="#3", was="list")) == [3]
        assert shown(await look(alice, at(api), q="carla", was="list", far=1)) == [2, 3, 1]
        page = await look(alice, at(api), q="nobody says this", was="list")
        assert shown(page) == []
        assert "Nothing found" in words(page)

    on_api(url, story)


def test_a_search_begins_among_all_and_is_narrowed_then(url: str) -> None:
    async def story(api: API) -> None:
        await three(api)
        alice = await person(api, api.world.alice.id)
        assert shown(await look(alice, at(api), q="carla", was="list", tab="me", status="open")) == [3, 2, 1]
        assert shown(await look(alice, at(api), q="carla", was="search", tab="all", status="resolved")) == [3]
        assert shown(await look(alice, at(api), q="", was="search", tab="all", status="all")) == []

    on_api(url, story)


def test_who_clears_a_search_is_back_where_they_searched_from(url: str) -> None:
    async def story(api: API) -> None:
        await three(api)
        alice = await person(api, api.world.alice.id)
        page = await look(alice, at(api), q="carla", was="list", tab="unassigned", status="open")
        assert shown(page) == [3, 2, 1]
        back = re.search(r'name="back" value="([^"]*)"', page)
        assert back is not None
        fields = {"was": "search", "tab": "all", "status": "all", "back": back[1]}
        assert shown(await look(alice, at(api), q="", **fields)) == [2]
        chip = re.search(r'<a class="chip" href="([^"]*)"', page)
        assert chip is not None
        assert shown(await alice.get(html.unescape(chip[1]))) == [2]
        for odd in ("", "x", "me x", "x open", " "):
            assert shown(await look(alice, at(api), q="", **fields | {"back": odd})) == []

    on_api(url, story)


def test_a_row_says_all_there_is_to_know_at_a_glance(url: str) -> None:
    async def story(api: API) -> None:
        world = api.world
        await world.conversation()
        await world.do(labels.create_label, world.alice, LabelChanges(title="vip"))
        await world.do(commands.set_labels, world.alice, 1, ["vip"])
        await world.do(commands.set_priority, world.alice, 1, "high")
        await world.do(commands.assign_user, world.alice, 1, world.bob.id)
        await world.hear(1, "First\n\nsecond")
        alice = await person(api, world.alice.id)
        said = row(await look(alice, at(api), tab="all"), 1)
        for part in (
            "Carla",
            "High",
            "First second",
            "1 unread",
            "#1 API",
            "Assigned to Bob",
            "vip",
            "Waiting since",
            "just now",
        ):
            assert part in said, part
        await world.say(1, "Ask the boss", private=True)
        said = row(await look(alice, at(api), tab="all"), 1)
        assert "Private note You: Ask the boss" in said
        until = world.clock.now() + 3 * HOUR
        await world.do(commands.set_status, world.alice, 1, "snoozed", until)
        assert "Snoozed until in 3 h" in row(await look(alice, at(api), tab="all", status="snoozed"), 1)

    on_api(url, story)


def test_a_row_says_what_people_said_and_not_what_the_inbox_answered_by_itself(url: str) -> None:
    async def story(api: API) -> None:
        world = api.world
        await settle(world, greeting_enabled=True, greeting_message="Welcome to us")
        await world.conversation()
        alice = await person(api, world.alice.id)
        await world.hear(1, "My lamp is broken")
        said = row(await look(alice, at(api), tab="all"), 1)
        assert "My lamp is broken" in said
        assert "Welcome to us" not in said
        await world.say(1, "We send another")
        assert "You: We send another" in row(await look(alice, at(api), tab="all"), 1)

    on_api(url, story)


def test_what_visitors_wrote_stays_text(url: str) -> None:
    async def story(api: API) -> None:
        world = api.world
        await world.conversation()
        await world.hear(1, '<img src=x onerror="alert(1)">')
        await world.do(
            contact_commands.update_contact, world.alice, world.carla.id, ContactChanges(name="<b>Carla</b>")
        )
        alice = await person(api, world.alice.id)
        for query in ({"tab": "all"}, {"q": "<img", "was": "list"}, {"q": '"><script>', "was": "list"}):
            page = await look(alice, at(api), **query)
            assert "<img src=x" not in page
            assert "<b>Carla" not in page
            assert "<script>" not in page

    on_api(url, story)


def test_more_are_shown_below_and_the_place_is_kept(url: str) -> None:
    async def story(api: API) -> None:
        await many(api, 30)
        alice = await person(api, api.world.alice.id)
        page = await look(alice, at(api), tab="all")
        assert shown(page) == list(range(30, 5, -1))
        more = re.search(r'id="more" href="([^"#]*)#row-6"', page)
        assert more is not None
        page = await alice.get(more[1].replace("&amp;", "&"))
        assert shown(page) == list(range(30, 0, -1))
        assert 'id="more"' not in page
        assert "page=2" in page, "what is fetched anew shows as much"

    on_api(url, story)


def test_far_down_the_first_ones_are_left_out(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deskbell.web.dashboard.conversations.listing.PER_PAGE", 2)
    monkeypatch.setattr("deskbell.web.dashboard.conversations.listing.AT_ONCE", 2)

    async def story(api: API) -> None:
        await many(api, 7)
        alice = await person(api, api.world.alice.id)
        page = await look(alice, at(api), tab="all", page=3)
        assert shown(page) == [5, 4, 3, 2]
        assert "Show those before" in words(page)

    on_api(url, story)


def test_tabs_count_up_to_a_limit(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deskbell.web.dashboard.conversations.listing.MOST", 2)

    async def story(api: API) -> None:
        await many(api, 3)
        alice = await person(api, api.world.alice.id)
        assert tabs(await look(alice, at(api))) == "Mine 0 Unassigned 2+ All 2+"

    on_api(url, story)


def test_agents_see_conversations_of_their_inboxes_only(url: str) -> None:
    async def story(api: API) -> None:
        world = api.world
        await three(api)
        await world.hear(2, "a secret parcel")
        await world.do(inboxes.remove_members, world.alice, world.api_inbox.id, [world.bob.id])
        bob = await person(api, world.bob.id)
        for query in (
            {},
            {"tab": "all"},
            {"q": "parcel", "was": "list"},
            {"q": "#2", "was": "list"},
            {"q": "carla", "was": "list"},
        ):
            page = await look(bob, at(api), **query)
            assert shown(page) == [], query
            assert tabs(page) == "Mine 0 Unassigned 0 All 0"
        answer = await bob.post(at(api, "/bulk"), {"numbers[]": "2", "do": "status resolved"})
        assert answer.status_code == 303
        assert (await world.get(2)).status == "open"

    on_api(url, story)


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({}, "Look at unassigned (1)"),
        ({"tab": "unassigned", "status": "snoozed"}, "comes back by itself"),
        ({"tab": "all", "status": "pending"}, "a bot"),
    ],
)
def test_every_empty_list_says_what_to_do(url: str, chosen: dict[str, str], told: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        first = words(await look(alice, at(api), **chosen))
        assert "No conversation yet" in first
        assert "Get the snippet" in first
        await api.world.conversation()
        assert told in words(await look(alice, at(api), **chosen))

    on_api(url, story)


def test_the_part_that_is_fetched_anew_marks_what_is_open(url: str) -> None:
    async def story(api: API) -> None:
        await three(api)
        alice = await person(api, api.world.alice.id)
        here = {"hx-request": "true", "hx-current-url": f"http://deskbell.test{at(api, '/2?tab=all')}"}
        answer = await alice.client.get(at(api, "/rows?tab=all"), headers=here)
        assert re.findall(r'data-conversation="(\d+)"[^>]*aria-current="true"', answer.text) == ["2"]
        answer = await alice.client.get(at(api, "?tab=all&sort=oldest"), headers=here)
        assert answer.headers["hx-push-url"] == at(api, "/2?tab=all&sort=oldest")
        elsewhere = here | {"hx-current-url": "http://deskbell.test/app/accounts/999/conversations/2"}
        answer = await alice.client.get(at(api, "?tab=all"), headers=elsewhere)
        assert "hx-push-url" not in answer.headers

    on_api(url, story)


def test_several_are_changed_at_once_and_each_rings_its_bells(url: str) -> None:
    async def story(api: API) -> None:
        world = api.world
        await many(api, 3)
        hook = await world.webhook()
        alice = await person(api, world.alice.id)
        fields = {"numbers[]": ["1", "3", "3"], "do": "status resolved"}
        assert await told(alice, at(api, "/bulk?tab=all"), fields) == "2 resolved."
        assert [(await world.get(number)).status for number in (1, 2, 3)] == ["resolved", "open", "resolved"]
        assert len(await world.lanes(hook)) == 2
        assert (await world.told()).count("conversation_status_changed") == 2

    on_api(url, story)


def test_what_could_not_be_changed_is_said_and_stops_no_other(url: str) -> None:
    async def story(api: API) -> None:
        world = api.world
        await many(api, 2)
        alice = await person(api, world.alice.id)
        fields = {"numbers[]": ["1", "77", "2"], "do": "status resolved"}
        said = await told(alice, at(api, "/bulk"), fields)
        assert said.startswith("2 resolved, 1 could not be: #77 is gone")
        assert (await world.get(2)).status == "resolved"

    on_api(url, story)


def test_each_thing_that_is_done_to_several_is_done(url: str) -> None:
    async def story(api: API) -> None:
        world = api.world
        await world.conversation()
        team = await world.do(teams.create_team, world.alice, TeamChanges(name="night"))
        await world.do(labels.create_label, world.alice, LabelChanges(title="vip"))
        await world.hear(1)
        alice = await person(api, world.alice.id)

        async def do(what: str, **more: str) -> str:
            return await told(alice, at(api, "/bulk"), {"numbers[]": "1", "do": what} | more)

        assert await do(f"assign {world.bob.id}") == "1 assigned."
        assert (await world.get()).assignee_id == world.bob.id
        assert await do("assign") == "1 unassigned."
        assert (await world.get()).assignee_id is None
        assert await do(f"team {team.id}") == "1 given to the team."
        assert (await world.get()).team_id == team.id
        await do("label vip")
        assert (await world.get()).labels == ["vip"]
        await do("unlabel vip")
        assert (await world.get()).labels == []
        await do("priority high")
        assert (await world.get()).priority == "high"
        await do("priority")
        assert (await world.get()).priority is None
        await do("mark read")
        assert (await world.get()).unread_count == 0
        await do("mark unread")
        assert (await world.get()).unread_count == 1
        await do("status pending")
        assert (await world.get()).status == "pending"
        now = world.clock.now()
        assert await do("snooze hour") == "1 snoozed."
        assert (await world.get()).snoozed_until == now + HOUR
        await do("snooze reply")
        assert ((await world.get()).status, (await world.get()).snoozed_until) == ("snoozed", None)
        await do("status open")
        assert (await world.get()).status == "open"

    on_api(url, story)


def test_nothing_is_changed_by_what_makes_no_sense(url: str) -> None:
    async def story(api: API) -> None:
        world = api.world
        await world.conversation()
        alice = await person(api, world.alice.id)
        before = await world.told()
        many_numbers = [str(number) for number in range(1, 202)]
        for fields, said in (
            ({"do": "status resolved"}, "Nothing was selected"),
            ({"numbers[]": ["x"], "do": "status resolved"}, "Nothing was selected"),
            ({"numbers[]": many_numbers, "do": "status resolved"}, "At most 200"),
            ({"numbers[]": "1", "do": "delete"}, "Nothing was changed"),
            ({"numbers[]": "1", "do": "status closed"}, "Nothing was changed"),
            ({"numbers[]": "1", "do": "snooze custom", "until": "then"}, "Nothing was changed"),
            ({"numbers[]": "1", "do": "snooze custom", "until": "2001-01-01T10:00"}, "Nothing was changed"),
            ({"numbers[]": "1", "do": "team 999"}, "1 could not be"),
        ):
            assert said in await told(alice, at(api, "/bulk"), fields), fields
        assert await world.told() == before

    on_api(url, story)


def test_for_htmx_the_list_comes_back_with_what_was_done(url: str) -> None:
    async def story(api: API) -> None:
        await many(api, 2)
        alice = await person(api, api.world.alice.id)
        answer = await alice.post(
            at(api, "/bulk?tab=all"), {"numbers[]": "1", "do": "status resolved"}, hx_request="true"
        )
        assert answer.status_code == 200
        assert shown(answer.text) == [2]
        assert "1%20resolved." in answer.headers["hx-trigger"]

    on_api(url, story)


def test_a_conversation_begins_with_a_known_contact(url: str) -> None:
    async def story(api: API) -> None:
        world = api.world
        alice = await person(api, world.alice.id)
        assert "Carla" in await look(alice, at(api, "/new/contacts"), find="carl")
        assert "Carla" in await look(alice, at(api, "/new"), contact_id=world.carla.id)
        fields = {
            "contact": str(world.carla.id),
            "inbox": str(world.api_inbox.id),
            "content": "Your order is here",
            "assignee": str(world.bob.id),
        }
        assert await alice.submit(at(api, "/new"), fields) == at(api, "/1")
        begun = await world.get()
        assert (begun.contact_id, begun.assignee_id) == (world.carla.id, world.bob.id)
        assert "Your order is here" in await look(alice, at(api, "/1"))
        assert {"conversation_created", "message_created"} <= set(await world.told())

    on_api(url, story)


def test_a_conversation_begins_with_somebody_new(url: str) -> None:
    async def story(api: API) -> None:
        world = api.world
        bob = await person(api, world.bob.id)
        fields = {
            "contact": "new",
            "name": "Dora",
            "email": "dora@example.com",
            "inbox": str(world.api_inbox.id),
            "content": "Hello",
            "assignee": "0",
        }
        await bob.submit(at(api, "/new"), fields)
        page = await look(bob, at(api), tab="unassigned")
        assert "Dora" in row(page, 1)
        assert "You: Hello" in row(page, 1)

    on_api(url, story)


def test_a_conversation_begins_with_files_and_in_a_team(url: str) -> None:
    async def story(api: API) -> None:
        world = api.world
        alice = await person(api, world.alice.id)
        assert 'id="team"' not in await look(alice, at(api, "/new")), "there is none to choose"
        team = (await api.alice.post("teams", json={"name": "Bells & co"})).json()["id"]
        assert "bells &amp; co" in await look(alice, at(api, "/new"))
        fields = {"contact": str(world.carla.id), "inbox": str(world.api_inbox.id), "team": str(team)}
        sent = attached(picture(), ("notes.txt", b"words", "text/plain"))
        answer = await alice.upload(at(api, "/new"), fields | {"content": ""}, sent)
        assert answer.status_code == 303, answer.text
        told = (await api.alice.get("conversations/1")).json()
        assert told["meta"]["team"]["name"] == "bells & co"
        [message] = (await api.alice.get("conversations/1/messages")).json()["payload"]
        assert [one["file_type"] for one in message["attachments"]] == ["image", "file"]
        assert (await api.nobody.get(message["attachments"][0]["data_url"])).content == png()
        page = await look(alice, at(api, "/1"))
        assert "cat.png" in page
        assert "notes.txt" in page

    on_api(url, story)


def test_files_that_cannot_be_sent_are_named_and_nothing_begins(url: str) -> None:
    async def story(api: API) -> None:
        world = api.world
        alice = await person(api, world.alice.id)
        before = await api.state()
        fields = {"contact": "new", "name": "Dora", "inbox": str(world.website.id), "content": "Hello <b>"}
        exe, empty = ("a.exe", EXE, "text/plain"), ("empty.txt", b"", "text/plain")
        large = ("large.txt", b"x" * 3_000, "text/plain")
        for wrong, said, kept in (
            ([picture(), exe], ["a.exe is of a kind not taken here"], fields),
            ([large, picture(), empty], ["large.txt is too large", "empty.txt is empty"], fields),
            ([picture()] * 16, ["These files are too many"], fields),
            ([picture()], [], fields | {"inbox": ""}),
        ):
            answer = await alice.upload(at(api, "/new"), kept, attached(*wrong))
            assert answer.status_code == 422, answer.text
            told = words(answer.text)
            assert all(one in told for one in said), told
            assert "Choose the files again." in told, "a browser brings no file again"
            assert "Hello &lt;b&gt;" in answer.text
        answer = await alice.upload(
            at(api, "/new"), fields | {"attachments[]": "a-word"}, attached(picture())
        )
        assert answer.status_code == 422, answer.text
        foreign = fields | {"csrf_token": "x"}
        assert (await alice.upload(at(api, "/new"), foreign, attached(picture()))).status_code == 403
        other = fields | {"team": "999999"}
        answer = await alice.upload(at(api, "/new"), other, attached(picture()))
        assert "team is gone" in beside(answer.text, "inbox")
        assert await api.state() == before
        assert on_disk(api) == []

    on_api(url, story, max_upload_bytes=2_000)


def test_a_beginning_that_cannot_be_comes_back_with_what_was_typed(url: str) -> None:
    async def story(api: API) -> None:
        world = api.world
        bob = await person(api, world.bob.id)
        before = await api.state()
        page = await bob.refused(at(api, "/new"), {"contact": "", "inbox": "", "content": " "})
        assert "chosen" in beside(page, "contact")
        assert "chosen" in beside(page, "inbox")
        assert "blank" in beside(page, "content")
        known = {
            "contact": "new",
            "name": "<Carla>",
            "email": "carla@example.com",
            "inbox": str(world.api_inbox.id),
            "content": "Kept words",
        }
        page = await bob.refused(at(api, "/new"), known)
        assert "another contact" in beside(page, "email")
        assert "Kept words" in page
        assert "<Carla>" not in page
        page = await bob.refused(at(api, "/new"), known | {"email": "d@example.com", "phone_number": "12"})
        assert "phone_number-wrong" in page
        gone = {"contact": "999999", "inbox": str(world.api_inbox.id), "content": "Hi"}
        assert "gone" in beside(await bob.refused(at(api, "/new"), gone), "inbox")
        foreign = {"contact": str(world.carla.id), "inbox": str(world.website.id), "content": "Hi"}
        assert (await bob.post(at(api, "/new"), foreign)).status_code == 403
        assert await api.state() == before

    on_api(url, story)


def test_the_menu_counts_what_of_ones_own_is_unread(url: str) -> None:
    async def story(api: API) -> None:
        world = api.world
        await many(api, 2)
        for number in (1, 2):
            await world.hear(number)
        await world.do(commands.assign_user, world.alice, 1, world.bob.id)
        bob, alice = await person(api, world.bob.id), await person(api, world.alice.id)
        assert "1 unread" in words(await look(bob, at(api, "/unread")))
        assert words(await look(alice, at(api, "/unread"))) == ""

    on_api(url, story)


def test_the_front_door_leads_to_the_conversations_once_there_is_one(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        assert await alice.sent_to("/app") == at(api).removesuffix("/conversations")
        await api.world.conversation()
        assert await alice.sent_to("/app") == at(api)

    on_api(url, story)


def test_an_excerpt_is_one_short_line_around_what_was_found() -> None:
    assert excerpt("a\n\n b\tc") == "a b c"
    long = "word " * 60 + "needle " + "word " * 60
    assert "needle" not in excerpt(long)
    assert "needle" in excerpt(long, "NEEDLE")
    assert len(excerpt(long, "needle")) <= 160
    assert marked("a (b) A", "a") == [("a", True), (" (b) ", False), ("A", True)]
    assert marked("a.b", ".") == [("a", False), (".", True), ("b", False)]
    assert marked("text", "") == [("text", False)]


def test_long_snoozes_are_reckoned_where_the_browser_is(url: str) -> None:
    async def story(api: API) -> None:
        world = api.world
        await world.conversation()
        alice = await person(api, world.alice.id)
        fields = {"numbers[]": "1", "do": "snooze tomorrow", "zone": "Asia/Tokyo"}
        await alice.submit(at(api, "/bulk"), fields)
        until = (await world.get()).snoozed_until
        assert until is not None
        assert until % DAY == 0, "nine in Tokyo is midnight in UTC"

    on_api(url, story)
