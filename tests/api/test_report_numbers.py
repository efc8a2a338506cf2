"""The numbers of reports are what somebody with the log and a pencil would come to."""

from itertools import pairwise
from typing import Any

import httpx
import pytest

from deskbell.kit.clock import DAY, HOUR, SECOND, iso
from tests.support.api import API, on_api
from tests.support.chance import chance
from tests.support.reporting import LABELS, MESSAGES, METRICS, Past, mean, stretch

ALL = ("conversations_count", *MESSAGES, *METRICS)
STEPS = 90


async def lived(api: API, name: str) -> tuple[Past, httpx.AsyncClient, int]:
    """A past of some weeks, a client for its reports, and when it began."""
    past = Past(api, chance(name))
    await past.prepare()
    began = past.now
    await past.live(STEPS)
    return past, await api.client(f"/api/v2/accounts/{api.world.account_id}", api.world.token), began


async def told(client: httpx.AsyncClient, path: str, **params: Any) -> Any:
    answer = await client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def span(past: Past, began: int) -> tuple[int, int]:
    """Some part of the past, in whole seconds."""
    length = past.now - began
    since = began // SECOND + past.chance.randrange(length // SECOND // 2)
    return since, since + past.chance.randrange(1, length // SECOND)


def things(past: Past) -> list[tuple[str, int]]:
    return [("account", 0), *((kind, key) for kind, keys in past.ids.items() for key in keys)]


def test_series_are_what_the_log_says(url: str) -> None:
    async def story(api: API) -> None:
        past, client, began = await lived(api, "series")
        for metric in ALL:
            for kind, key in things(past):
                group_by = past.chance.choice(("day", "week", "month", "year"))
                minutes = past.chance.choice((0, 330, -210, 840, -600))
                since, until = span(past, began)
                found = await told(
                    client,
                    "reports",
                    metric=metric,
                    type=kind,
                    id=key or "",
                    since=since,
                    until=until,
                    group_by=group_by,
                    timezone_offset=minutes / 60,
                )
                expected: dict[int, list[int]] = {}
                for at in range(since, until, 3600):
                    expected.setdefault(stretch(group_by, at * SECOND, minutes), [])
                expected.setdefault(stretch(group_by, (until - 1) * SECOND, minutes), [])
                for at, value in past.points(metric, kind, key, since * SECOND, until * SECOND):
                    expected[stretch(group_by, at, minutes)].append(value)
                averaged = metric in ("avg_first_response_time", "avg_resolution_time", "reply_time")
                assert found == [
                    {"value": mean(values) or 0, "timestamp": start, "count": len(values)}
                    if averaged
                    else {"value": len(values), "timestamp": start}
                    for start, values in expected.items()
                ], (metric, kind, key, group_by, minutes, since, until)

    on_api(url, story)


def test_summaries_are_what_the_log_says(url: str) -> None:
    def summed(past: Past, kind: str, key: int, since: int, until: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for metric in ALL:
            if not metric.startswith("bot_"):
                points = past.points(metric, kind, key, since * SECOND, until * SECOND)
                timed = metric.startswith("avg_") or metric == "reply_time"
                found[metric] = mean(value for _, value in points) if timed else len(points)
        return found

    async def story(api: API) -> None:
        past, client, began = await lived(api, "summaries")
        for kind, key in things(past):
            since, until = span(past, began)
            asked = {"type": kind, "id": key or "", "since": since, "until": until}
            before = summed(past, kind, key, 2 * since - until, since)
            assert await told(client, "reports/summary", **asked) == summed(past, kind, key, since, until) | {
                "previous": before
            }
            bots = await told(client, "reports/bot_summary", **asked)
            for metric in ("bot_resolutions_count", "bot_handoffs_count"):
                points = past.points(metric, kind, key, since * SECOND, until * SECOND)
                assert bots[metric] == len(points)

    on_api(url, story)


@pytest.mark.parametrize("kind", ["agent", "inbox", "team", "label"])
def test_lines_are_what_the_log_says(url: str, kind: str) -> None:
    async def story(api: API) -> None:
        past, client, began = await lived(api, f"lines by {kind}")
        since, until = span(past, began)
        nothing = 0 if kind == "label" else None

        def line(key: int) -> dict[str, Any]:
            def values(metric: str) -> list[int]:
                return [value for _, value in past.points(metric, kind, key, since * SECOND, until * SECOND)]

            return {
                "id": key,
                "conversations_count": len(values("conversations_count")),
                "resolved_conversations_count": len(values("resolutions_count")),
                "avg_resolution_time": mean(values("avg_resolution_time")) or nothing,
                "avg_first_response_time": mean(values("avg_first_response_time")) or nothing,
                "avg_reply_time": mean(values("reply_time")) or nothing,
            }

        found = await told(client, f"summary_reports/{kind}", since=since, until=until)
        if kind == "label":
            assert [one.pop("name") for one in found] == sorted(LABELS)
        known = {one["id"]: one for one in found}
        assert {key: known[key] for key in past.ids[kind]} == {key: line(key) for key in past.ids[kind]}

        sent = await told(client, "reports/outgoing_messages_count", group_by=kind, since=since, until=until)
        counts = {
            key: len(past.points("outgoing_messages_count", kind, key, since * SECOND, until * SECOND))
            for key in past.ids[kind]
        }
        told_counts = {one["id"]: one["outgoing_messages_count"] for one in sent}
        assert told_counts == {key: count for key, count in counts.items() if count}
        assert all(one["name"] for one in sent)

    on_api(url, story)


def test_tables_and_live_numbers_are_what_the_log_says(url: str) -> None:
    async def story(api: API) -> None:
        past, client, began = await lived(api, "tables")
        since, until = span(past, began)
        begun = [one for one in past.talks if since * SECOND <= one.born < until * SECOND]

        found = await told(client, "reports/inbox_label_matrix", since=since, until=until)
        for row, inbox in enumerate(found["inboxes"]):
            for column, label in enumerate(found["labels"]):
                here = [one for one in begun if one.inbox == inbox["id"] and label["title"] in one.labels]
                assert found["matrix"][row][column] == len(here)

        channels = await told(client, "summary_reports/channel", since=since, until=until)
        counts = {
            status: sum(one.status == status for one in begun)
            for status in ("open", "resolved", "pending", "snoozed")
        }
        assert channels == ({"Channel::Api": counts | {"total": len(begun)}} if begun else {})

        first = [one.value for one in past.taken if one.name == "first_response"]
        classes = await told(client, "reports/first_response_time_distribution")
        limits = (0, *(hours * HOUR // SECOND for hours in (1, 4, 8, 24)), 10**9)
        assert list(classes.get("Channel::Api", {}).values()) == [
            sum(low <= value < high for value in first) for low, high in pairwise(limits) if first
        ]

        opened = [one for one in past.talks if one.status == "open"]
        unattended = [one for one in opened if one.first is None or one.waiting is not None]
        assert await told(client, "live_reports/conversation_metrics") == {
            "open": len(opened),
            "unattended": len(unattended),
            "unassigned": sum(one.assignee is None for one in opened),
            "pending": sum(one.status == "pending" for one in past.talks),
        }
        grouped = await told(client, "live_reports/grouped_conversation_metrics", group_by="assignee_id")
        assert {one["assignee_id"]: (one["open"], one["unattended"]) for one in grouped} == {
            key: (
                sum(one.assignee == key for one in opened),
                sum(one.assignee == key for one in unattended),
            )
            for key in {one.assignee for one in opened}
        }

    on_api(url, story)


def test_the_list_of_what_was_measured_is_the_log(url: str) -> None:
    async def story(api: API) -> None:
        past, _, began = await lived(api, "list")

        def shown(found: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
            return sorted(
                (
                    one["conversation_id"],
                    one["event_end_time"],
                    one["name"],
                    one["user_id"] or 0,
                    one["value"],
                )
                for one in found
            )

        def logged(found: list[Any]) -> list[tuple[Any, ...]]:
            return sorted((one.talk.number, iso(one.at), one.name, one.user or 0, one.value) for one in found)

        every: list[dict[str, Any]] = []
        pages, total = 1, 1
        while pages <= total:
            answer = await told(api.alice, "reporting_events", page=pages, per_page=40)
            meta = answer["meta"]
            assert meta == {
                "count": len(past.taken),
                "current_page": pages,
                "total_pages": -(-len(past.taken) // 40),
            }
            every += answer["payload"]
            pages, total = pages + 1, meta["total_pages"]
        assert shown(every) == logged(past.taken)
        assert [one["created_at"] for one in every] == sorted(
            (one["created_at"] for one in every), reverse=True
        )

        since, until = span(past, began)
        bob = api.world.bob.id
        some = await told(
            api.alice,
            "reporting_events",
            since=since,
            until=until,
            name="reply_time",
            user_id=bob,
            inbox_id=past.ids["inbox"][0],
            per_page=100,
        )
        assert shown(some["payload"]) == logged(
            [
                one
                for one in past.taken
                if since * SECOND <= one.at < until * SECOND
                and (one.name, one.user, one.talk.inbox) == ("reply_time", bob, past.ids["inbox"][0])
            ]
        )
        talk = past.talks[0]
        own = await told(api.bob, f"conversations/{talk.number}/reporting_events")
        assert shown(own) == logged([one for one in past.taken if one.talk is talk])
        assert [one["id"] for one in own] == sorted(one["id"] for one in own)
        assert past.now - began > DAY

    on_api(url, story)
