"""Reports: who may see them, what they refuse, and what becomes of them when things go."""

import csv
import io
from typing import Any

import httpx

from deskbell.desk.commands import contacts
from deskbell.kit.clock import DAY, HOUR, MINUTE, SECOND
from tests.support.api import API, errors_of, on_api

OF_ADMINISTRATORS = (
    "reports?metric=conversations_count",
    "reports/summary",
    "reports/bot_summary",
    "reports/bot_metrics",
    "reports/conversations?type=account",
    "reports/conversations/?type=agent",
    "reports/first_response_time_distribution",
    "reports/inbox_label_matrix",
    "reports/outgoing_messages_count?group_by=agent",
    "reports/conversation_traffic",
    "reports/agents",
    "reports/inboxes",
    "reports/labels",
    "reports/teams",
    "summary_reports/agent",
    "summary_reports/inbox",
    "summary_reports/team",
    "summary_reports/label",
    "summary_reports/channel",
    "live_reports/conversation_metrics",
    "live_reports/grouped_conversation_metrics?group_by=team_id",
)


async def reports(api: API, token: str | None = None) -> httpx.AsyncClient:
    """Alice's way to the reports, or somebody else's."""
    return await api.client(f"/api/v2/accounts/{api.world.account_id}", token or api.world.token)


async def measured(api: API, number: int = 1) -> list[tuple[str, int, int | None]]:
    found = (await api.alice.get(f"conversations/{number}/reporting_events")).json()
    return [(one["name"], one["value"], one["user_id"]) for one in found]


async def status(client: httpx.AsyncClient, wanted: str, number: int = 1) -> None:
    answer = await client.post(f"conversations/{number}/toggle_status", json={"status": wanted})
    assert answer.status_code == 200, answer.text


def test_reports_are_for_administrators(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        admin, agent, bot = (
            await reports(api),
            await reports(api, "bobs-token"),
            await reports(api, "bots-token"),
        )
        stranger = await reports(api, api.stranger.headers["api_access_token"])
        for path in OF_ADMINISTRATORS:
            assert (await admin.get(path)).status_code == 200, path
            refused = await agent.get(path)
            assert (refused.status_code, "only administrators" in refused.text) == (401, True), path
            refused = await bot.get(path)
            assert (refused.status_code, "not authorized for bots" in refused.text) == (401, True), path
            assert (await stranger.get(path)).status_code == 404, path
        assert (await api.bob.get("reporting_events")).status_code == 401
        assert (await api.bot.get("reporting_events")).status_code == 401
        assert (await api.bot.get("conversations/1/reporting_events")).status_code == 401
        assert (await api.stranger.get("reporting_events")).status_code == 404

    on_api(url, story)


def test_an_agent_sees_what_was_measured_where_they_work(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        await api.world.say()
        assert len((await api.bob.get("conversations/1/reporting_events")).json()) == 1
        members = {"inbox_id": api.world.api_inbox.id, "user_ids": [api.world.bob.id]}
        await api.alice.request("DELETE", "inbox_members", json=members)
        refused = await api.bob.get("conversations/1/reporting_events")
        assert (refused.status_code, "inbox" in refused.json()["error"]) == (401, True)
        assert (await api.alice.get("conversations/9/reporting_events")).status_code == 404

    on_api(url, story)


def test_a_conversations_steps_are_measured_as_they_happen(url: str) -> None:
    async def story(api: API) -> None:
        world, clock = api.world, api.world.clock
        alice, bob = world.alice.id, world.bob.id
        await world.conversation(assignee_id=bob)
        await world.hear()
        clock.advance(HOUR)
        await api.alice.post("conversations/1/messages", json={"content": "psst", "private": True})
        assert await measured(api) == [], "nobody answered"
        await api.bob.post("conversations/1/messages", json={"content": "Hello"})
        steps: list[tuple[str, int, int | None]] = [("first_response", 3600, bob)]
        assert await measured(api) == steps
        clock.advance(5 * MINUTE)
        await world.say()
        assert await measured(api) == steps, "nobody waited"
        await world.hear()
        clock.advance(MINUTE)
        await world.hear()
        clock.advance(MINUTE)
        await world.say()
        steps.append(("reply_time", 120, alice))
        assert await measured(api) == steps, "they wait from their first unanswered message on"
        clock.advance(SECOND)
        await status(api.alice, "resolved")
        steps.append(("conversation_resolved", 3600 + 420 + 1, bob))
        clock.advance(DAY)
        await world.hear()
        steps.append(("conversation_opened", 86_400, bob))
        assert await measured(api) == steps
        await status(api.alice, "open")
        assert await measured(api) == steps, "it is open already"

    on_api(url, story)


def test_a_bots_steps_are_measured(url: str) -> None:
    async def story(api: API) -> None:
        world, clock = api.world, api.world.clock
        await api.alice.post(f"inboxes/{world.api_inbox.id}/set_agent_bot", json={"agent_bot": api.bot_id})
        for number in (1, 2, 3):
            assert (await world.conversation()).status == "pending"
            await api.bot.post(f"conversations/{number}/messages", json={"content": "How may I help?"})
        clock.advance(MINUTE)
        await status(api.bot, "resolved")
        assert await measured(api) == [
            ("conversation_resolved", 60, None),
            ("conversation_bot_resolved", 60, None),
        ]
        await status(api.bot, "open", 2)
        clock.advance(HOUR)
        await world.say(2)
        clock.advance(HOUR)
        await status(api.alice, "pending", 2)
        await status(api.bot, "open", 2)
        assert await measured(api, 2) == [
            ("conversation_opened", 0, None),
            ("conversation_bot_handoff", 60, None),
            ("first_response", 3600, world.alice.id),
            ("conversation_opened", 0, None),
        ], "people's time counts from the hand-over on, which counts once"
        await status(api.bob, "open", 3)
        assert [name for name, *_ in await measured(api, 3)] == ["conversation_opened"], (
            "no bot handed it over"
        )
        client = await reports(api)
        found = (await client.get("reports/bot_metrics")).json()
        assert found == {
            "conversation_count": 3,
            "message_count": 4,
            "resolution_rate": 33,
            "handoff_rate": 33,
        }

    on_api(url, story)


def test_a_bot_that_is_stopped_in_its_loop_has_handed_over(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation(status="pending")
        for _ in range(21):
            await api.bot.post("conversations/1/messages", json={"content": "Again"})
        assert [name for name, *_ in await measured(api)] == [
            "conversation_opened",
            "conversation_bot_handoff",
        ]

    on_api(url, story)


def test_business_hours_count_only_while_the_inbox_is_open(url: str) -> None:
    async def story(api: API) -> None:
        world = api.world
        days = [
            {"day_of_week": day, "open_hour": 9, "open_minutes": 0, "close_hour": 17, "close_minutes": 0}
            for day in range(7)
        ]
        body = {"working_hours_enabled": True, "working_hours": days, "timezone": "Asia/Kolkata"}
        answer = await api.alice.patch(f"inboxes/{world.api_inbox.id}", json=body)
        assert answer.status_code == 200, answer.text
        await world.conversation()  # at 14:23:20 in Kolkata
        world.clock.advance(DAY)
        await world.say()
        own = (await api.alice.get("conversations/1/reporting_events")).json()[0]
        assert (own["value"], own["value_in_business_hours"]) == (86_400, 8 * 3600)
        client = await reports(api)
        for business, value in (("", 86_400), ("true", 8 * 3600), ("false", 86_400)):
            asked = {"business_hours": business}
            assert (await client.get("reports/summary", params=asked)).json()[
                "avg_first_response_time"
            ] == value
            line = (await client.get("summary_reports/inbox", params=asked)).json()[0]
            assert line["avg_first_response_time"] == value
            series = await client.get("reports", params={"metric": "avg_first_response_time"} | asked)
            assert [one["value"] for one in series.json()] == [0, value]

    on_api(url, story)


def test_a_clock_that_is_set_back_measures_nothing_below_zero(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        api.world.clock.advance(-HOUR)
        await api.world.say()
        await status(api.alice, "resolved")
        assert {value for _, value, _ in await measured(api)} == {0}
        since = api.world.clock.now() // SECOND - 60
        found = (
            await (await reports(api)).get(
                "reports/summary", params={"since": since, "until": since + 2 * 3600}
            )
        ).json()
        assert (
            found["conversations_count"],
            found["outgoing_messages_count"],
            found["resolutions_count"],
        ) == (1, 1, 1)

    on_api(url, story)


def test_what_is_deleted_goes_from_the_reports_and_who_left_stays_in_the_totals(url: str) -> None:
    async def story(api: API) -> None:
        world, client = api.world, await reports(api)
        for number in (1, 2):
            await world.conversation()
            await api.bob.post(f"conversations/{number}/messages", json={"content": "Hello"})
        await api.alice.delete(f"agents/{world.bob.id}")
        agents = (await client.get("summary_reports/agent")).json()
        assert [one["id"] for one in agents] == [world.alice.id]
        summary = (await client.get("reports/summary")).json()
        assert (summary["conversations_count"], summary["outgoing_messages_count"]) == (2, 2)
        assert summary["avg_first_response_time"] == 0
        sent = (await client.get("reports/outgoing_messages_count", params={"group_by": "agent"})).json()
        assert sent == [{"id": world.bob.id, "name": None, "outgoing_messages_count": 2}]
        async with world.database.unit() as unit:
            await contacts.delete_contact(unit, world.alice, world.carla.id)
        assert (await client.get("reports/summary")).json()["avg_first_response_time"] is None
        assert (await api.alice.get("reporting_events")).json()["meta"]["count"] == 0

    on_api(url, story)


def test_a_range_has_its_beginning_and_not_its_end(url: str) -> None:
    async def story(api: API) -> None:
        client, now = await reports(api), api.world.clock.now() // SECOND
        await api.world.conversation()
        await api.world.say()
        for since, until, count in (
            (now, now + 1, 1),
            (now - 10, now, 0),
            (now, now, 0),
            (now + 1, now + 9, 0),
        ):
            asked = {"since": since, "until": until}
            found = (await client.get("reports/summary", params=asked)).json()
            counts = [found["conversations_count"], found["outgoing_messages_count"]]
            assert counts == [count, count]
            assert (found["avg_first_response_time"] is not None) == bool(count)
            listed = (await api.alice.get("reporting_events", params=asked)).json()["payload"]
            assert len(listed) == count
            channels = (await client.get("summary_reports/channel", params=asked)).json()
            classes = (await client.get("reports/first_response_time_distribution", params=asked)).json()
            assert (len(channels), len(classes)) == (count, count)
            series = (await client.get("reports", params=asked | {"metric": "reply_time"})).json()
            assert len(series) == int(until > since)

    on_api(url, story)


def test_what_is_asked_wrongly_is_named(url: str) -> None:
    async def story(api: API) -> None:
        client = await reports(api)
        tries: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [
            ("reports", {}, ("metric",)),
            ("reports", {"metric": "x", "group_by": "x", "type": "x"}, ("metric", "group_by", "type")),
            (
                "reports",
                {"metric": "reply_time", "since": "x", "until": -1, "timezone_offset": 15, "id": 0},
                ("since", "until", "timezone_offset", "id"),
            ),
            (
                "reports",
                {"metric": "reply_time", "timezone_offset": "nan", "business_hours": "?"},
                ("timezone_offset", "business_hours"),
            ),
            ("reports", {"metric": "reply_time", "since": 1_760_000_000_000}, ("since",)),
            (
                "reports",
                {"metric": "reply_time", "since": 0, "until": 99_999_999, "group_by": "hour"},
                ("group_by",),
            ),
            ("reports", {"metric": "reply_time", "type": "team"}, ("id",)),
            ("reports/summary", {"since": 10, "until": 5}, ("until",)),
            ("reports/conversations", {}, ("type",)),
            ("reports/conversations", {"type": "team", "page": 0}, ("type", "page")),
            ("reports/outgoing_messages_count", {"group_by": "day"}, ("group_by",)),
            (
                "reports/inbox_label_matrix",
                {"inbox_ids": "x", "label_ids[]": "0"},
                ("inbox_ids.0", "label_ids[].0"),
            ),
            ("reports/conversation_traffic", {"days_before": 32}, ("days_before",)),
            ("live_reports/grouped_conversation_metrics", {"group_by": "inbox_id"}, ("group_by",)),
            ("live_reports/conversation_metrics", {"team_id": "x"}, ("team_id",)),
        ]
        for path, asked, wrong in tries:
            errors_of(await client.get(path, params=asked), *wrong)
        errors_of(await api.alice.get("reporting_events", params={"name": "x", "page": "y"}), "name", "page")
        long = await client.get("summary_reports/channel", params={"since": 0, "until": 99_999_999})
        assert (long.status_code, "six months" in long.json()["error"]) == (400, True)

    on_api(url, story)


def test_a_strangers_things_are_not_found(url: str) -> None:
    async def story(api: API) -> None:
        client = await reports(api)
        theirs = await api.client(
            f"/api/v1/accounts/{api.other_account}", api.stranger.headers["api_access_token"]
        )
        ids = {
            "agent": (await theirs.get("agents")).json()[0]["id"],
            "inbox": (await theirs.post("inboxes", json={"name": "x", "channel": {"type": "api"}})).json()[
                "id"
            ],
            "team": (await theirs.post("teams", json={"name": "x"})).json()["id"],
            "label": (await theirs.post("labels", json={"title": "xx"})).json()["id"],
        }
        for kind, key in ids.items():
            for thing in (key, 999_999):
                asked = {"metric": "conversations_count", "type": kind, "id": thing}
                assert (await client.get("reports", params=asked)).status_code == 404, kind
                assert (await client.get("reports/summary", params=asked)).status_code == 404, kind
        for path in ("conversation_metrics", "grouped_conversation_metrics"):
            asked = {"team_id": ids["team"], "group_by": "team_id"}
            assert (await client.get(f"live_reports/{path}", params=asked)).status_code == 404
        load = await client.get("reports/conversations", params={"type": "agent", "user_id": ids["agent"]})
        assert load.status_code == 404

    on_api(url, story)


def test_two_accounts_reports_do_not_mix(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        await api.world.say()
        theirs = await api.client(
            f"/api/v2/accounts/{api.other_account}", api.stranger.headers["api_access_token"]
        )
        found = (await theirs.get("reports/summary")).json()
        assert {value for name, value in found.items() if name != "previous"} == {0, None}
        assert (await theirs.get("live_reports/conversation_metrics")).json()["open"] == 0
        assert (await theirs.get("summary_reports/channel")).json() == {}

    on_api(url, story)


def test_what_waits_for_each_agent_is_shown_in_pages(url: str) -> None:
    async def story(api: API) -> None:
        client = await reports(api)
        for assignee in (api.world.bob.id, api.world.bob.id, None):
            await api.world.conversation(assignee_id=assignee)
        await api.world.say(2)
        asked: dict[str, Any] = {"type": "agent", "per_page": 1}
        pages = [
            (await client.get("reports/conversations", params=asked | {"page": page})).json()
            for page in (1, 2, 3)
        ]
        assert [[one["name"] for one in page] for page in pages] == [["Alice"], ["Bob"], []]
        assert pages[0][0]["metric"] == {"open": 0, "unattended": 0}
        assert pages[1][0]["metric"] == {"open": 2, "unattended": 1}
        assert sorted(pages[1][0]) == ["availability", "email", "id", "metric", "name", "thumbnail"]
        one = await client.get(
            "reports/conversations/", params={"type": "agent", "user_id": str(api.world.bob.id)}
        )
        assert one.json() == pages[1]
        account = (await client.get("reports/conversations", params={"type": "account"})).json()
        assert account == {"open": 3, "unattended": 2, "unassigned": 1, "pending": 0}

    on_api(url, story)


def test_files_hold_a_line_for_each_and_no_formulas(url: str) -> None:
    async def story(api: API) -> None:
        client, world = await reports(api), api.world
        await api.alice.post("inboxes", json={"name": "=1+1", "channel": {"type": "api"}})
        await api.alice.post("labels", json={"title": "vip"})
        await api.alice.post("teams", json={"name": "sales"})
        await world.conversation()
        await api.alice.post("conversations/1/labels", json={"labels": ["vip"]})
        world.clock.advance(HOUR)
        await world.say()
        world.clock.advance(HOUR)
        await status(api.alice, "resolved")
        numbers = ["1", "3600", "7200", "", "1"]
        expected = {
            "inboxes": [
                ["API", "Channel::Api", *numbers],
                ["Website", "Channel::WebWidget", "0", "", "", "", "0"],
                ["'=1+1", "Channel::Api", "0", "", "", "", "0"],
            ],
            "labels": [["vip", *numbers]],
            "teams": [["sales", "0", "", "", "", "0"]],
            "agents": [["Alice", "0", "3600", "", "", "0"], ["Bob", "0", "", "", "", "0"]],
        }
        for name, lines in expected.items():
            answer = await client.get(f"reports/{name}")
            assert answer.headers["content-type"] == "text/csv; charset=utf-8"
            assert answer.headers["content-disposition"] == f"attachment; filename={name}_report.csv"
            rows = list(csv.reader(io.StringIO(answer.text)))
            assert rows[3:] == lines, name
            assert {len(row) for row in rows[3:]} == {len(rows[2])}

    on_api(url, story)


def test_traffic_shows_the_hours_of_the_days_before_today(url: str) -> None:
    async def story(api: API) -> None:
        client, clock = await reports(api), api.world.clock
        await api.world.conversation()  # 2025-10-09T08:53:20Z
        clock.advance(HOUR)
        await api.world.conversation()
        clock.advance(DAY)
        await api.world.conversation()  # today, which is not over
        for offset, zone, hour in ((0, "GMT+00:00", 8), (-3.5, "GMT-03:30", 5), (10, "GMT+10:00", 18)):
            answer = await client.get(
                "reports/conversation_traffic", params={"timezone_offset": offset, "days_before": 2}
            )
            rows = list(csv.reader(io.StringIO(answer.text)))
            assert rows[0] == ["Timezone", zone]
            assert rows[2] == ["Start of the hour", "2025-10-08", "2025-10-09"]
            assert [row[0] for row in rows[3:]] == [f"{hour:02}:00" for hour in range(24)]
            assert [int(row[2]) for row in rows[3:]] == [int(at in (hour, hour + 1)) for at in range(24)]
            assert {row[1] for row in rows[3:]} == {"0"}

    on_api(url, story)


def test_the_matrix_is_of_the_inboxes_and_labels_named(url: str) -> None:
    async def story(api: API) -> None:
        client = await reports(api)
        labels = [(await api.alice.post("labels", json={"title": one})).json()["id"] for one in ("aa", "bb")]
        await api.world.conversation()
        await api.alice.post("conversations/1/labels", json={"labels": ["aa", "bb"]})
        inbox, label = api.world.api_inbox.id, labels[1]
        expected = {
            "inboxes": [{"id": inbox, "name": "API"}],
            "labels": [{"id": label, "title": "bb"}],
            "matrix": [[1]],
        }
        asking: list[dict[str, Any]] = [
            {"inbox_ids[]": [inbox], "label_ids[]": [label]},
            {"inbox_ids": [inbox], "label_ids": [label, 999]},
            {"inbox_ids": f"{inbox},777", "label_ids": f"{label}"},
        ]
        for asked in asking:
            found = await client.get("reports/inbox_label_matrix", params=asked)
            assert found.json() == expected, asked
        every = (await client.get("reports/inbox_label_matrix")).json()
        assert every["matrix"] == [[1, 1], [0, 0]]

    on_api(url, story)
