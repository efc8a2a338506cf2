"""Surveys: answered through every face, by their page, and read by administrators."""

import csv
import io
from typing import Any

import httpx

from deskbell.kit.clock import DAY, SECOND
from deskbell.store import installation
from tests.support.api import API, errors_of, on_api

NO_SUCH = "00000000-0000-4000-8000-000000000000"
GOOD = {"csat_survey_response": {"rating": 5, "feedback_message": "Great"}}


async def surveyed(api: API, number: int = 1, **config: Any) -> str:
    """A resolved conversation in the API inbox whose contact was asked; answers its uuid."""
    await api.world.do(installation.write, installation.PUBLIC_URL, "http://deskbell.test")
    settings = {"csat_survey_enabled": True, "csat_config": {"message": "Well?", **config}}
    await api.alice.patch(f"inboxes/{api.world.api_inbox.id}", json=settings)
    conversation = await api.world.conversation(assignee_id=api.world.bob.id)
    await api.alice.post(f"conversations/{number}/toggle_status", json={"status": "resolved"})
    return conversation.uuid


async def question(api: API, number: int = 1) -> dict[str, Any]:
    found = (await api.alice.get(f"conversations/{number}/messages")).json()["payload"]
    asked: dict[str, Any] = next(one for one in found if one["content_type"] == "input_csat")
    return asked


async def listed(api: API, **params: Any) -> list[dict[str, Any]]:
    answer = await api.alice.get("csat_survey_responses", params=params)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def put(api: API, uuid: str, rating: Any, feedback: Any = None) -> httpx.Response:
    public = await api.client("/public/api/v1/csat_survey")
    said = {"csat_survey_response": {"rating": rating, "feedback_message": feedback}}
    return await public.put(uuid, json={"message": {"submitted_values": said}})


def test_a_survey_is_answered_in_the_customers_own_chat(url: str) -> None:
    async def story(api: API) -> None:
        await surveyed(api)
        asked = await question(api)
        client = await api.client_api()
        path = f"contacts/carla-1/conversations/1/messages/{asked['id']}"
        answered = await client.patch(path, json={"submitted_values": GOOD})
        assert answered.json()["content_attributes"]["submitted_values"] == GOOD
        assert (await api.told())[-1] == "message_updated"
        for rating in (0, 6, "many", None, 2.5, True):
            said = {"submitted_values": {"csat_survey_response": {"rating": rating}}}
            errors_of(await client.patch(path, json=said), "rating")
        errors_of(await client.patch(path, json={"submitted_values": {}}), "csat_survey_response")
        (one,) = await listed(api)
        assert (one["rating"], one["feedback_message"], one["conversation_id"]) == (5, "Great", 1)
        assert one["contact"]["email"] == "carla@example.com"
        assert one["assigned_agent"]["id"] == api.world.bob.id
        assert one["message_id"] == asked["id"]

    on_api(url, story)


def test_a_survey_is_answered_in_the_widget(url: str) -> None:
    async def story(api: API) -> None:
        await api.alice.patch(f"inboxes/{api.world.website.id}", json={"csat_survey_enabled": True})
        visitor = await api.visitor()
        await visitor.post("messages", json={"message": {"content": "Hi"}})
        await api.alice.post("conversations/1/toggle_status", json={"status": "resolved"})
        asked = (await visitor.get("messages")).json()["payload"][-1]
        assert (asked["content_type"], asked["message_type"]) == ("input_csat", 3)
        assert asked["content_attributes"] == {"display_type": "emoji"}, "the widget shows it itself"
        await visitor.patch(f"messages/{asked['id']}", json={"message": {"submitted_values": GOOD}})
        (one,) = await listed(api)
        assert (one["rating"], one["conversation_id"]) == (5, 1)
        assert "assigned_agent" not in one

    on_api(url, story)


def test_whoever_has_the_address_reads_and_answers_and_changes_the_answer(url: str) -> None:
    async def story(api: API) -> None:
        uuid = await surveyed(api)
        public = await api.client("/public/api/v1/csat_survey")
        shown = (await public.get(uuid)).json()
        assert (shown["csat_survey_response"], shown["inbox_name"], shown["content"]) == (
            None,
            "API",
            "Well?",
        )
        assert (shown["conversation_id"], shown["display_type"]) == (1, "emoji")
        answered = (await put(api, uuid, "4")).json()["csat_survey_response"]
        assert (answered["rating"], answered["feedback_message"]) == (4, None)
        assert (await put(api, uuid, 2, "Slow")).json()["csat_survey_response"]["rating"] == 2
        assert [(one["rating"], one["feedback_message"]) for one in await listed(api)] == [(2, "Slow")]
        told = (await api.world.snapshots())[-1]
        assert told.message is not None
        values = told.message.message.content_attributes["submitted_values"]
        assert values == {"csat_survey_response": {"rating": 2, "feedback_message": "Slow"}}

    on_api(url, story)


def test_a_survey_closes_after_fourteen_days_and_wrong_answers_change_nothing(url: str) -> None:
    async def story(api: API) -> None:
        uuid = await surveyed(api)
        before = await api.told()
        errors_of(await put(api, uuid, 6), "rating")
        errors_of(await put(api, uuid, 3, ["?"]), "feedback_message")
        errors_of(await put(api, uuid, 3, "x" * 150_001), "feedback_message")
        public = await api.client("/public/api/v1/csat_survey")
        for body in ({}, {"message": None}, {"message": {"submitted_values": "x"}}):
            errors_of(await public.put(uuid, json=body), "csat_survey_response")
        api.world.clock.advance(14 * DAY)
        assert (await put(api, uuid, 3)).status_code == 200
        api.world.clock.advance(SECOND)
        errors_of(await put(api, uuid, 4), "csat_survey_response")
        assert (await api.told())[len(before) :] == ["message_updated"]
        page = await (await api.client("/survey/responses")).get(uuid)
        assert "This survey is closed." in page.text
        assert "<form" not in page.text

    on_api(url, story)


def test_where_nobody_was_asked_there_is_no_survey(url: str) -> None:
    async def story(api: API) -> None:
        conversation = await api.world.conversation()
        public, pages = await api.client("/public/api/v1/csat_survey"), await api.client("/survey/responses")
        for uuid in (conversation.uuid, NO_SUCH, "x", "1", "%00"):
            assert (await public.get(uuid)).status_code == 404
            assert (await put(api, uuid, 5)).status_code == 404
            for method in ("GET", "POST"):
                refused = await pages.request(
                    method, uuid, data={"rating": "5"} if method == "POST" else None
                )
                assert refused.status_code == 404
        assert (await pages.get(NO_SUCH)).headers["content-type"].startswith("text/html")

    on_api(url, story)


def test_the_page_is_answered_without_a_script(url: str) -> None:
    async def story(api: API) -> None:
        uuid = await surveyed(api, message="<b>Well?</b>")
        page = await api.client("/survey/responses")
        shown = await page.get(uuid)
        assert shown.headers["content-type"] == "text/html; charset=utf-8"
        assert "default-src 'none'" in shown.headers["content-security-policy"]
        assert "<script" not in shown.text
        assert "&lt;b&gt;Well?&lt;/b&gt;" in shown.text
        assert shown.text.count('type="radio"') == 5
        sent = await page.post(uuid, data={"rating": "4", "feedback_message": 'So "so" <3'})
        assert (sent.status_code, sent.headers["location"]) == (303, f"/survey/responses/{uuid}")
        again = (await page.get(uuid)).text
        assert "4 of 5" in again
        assert "So &#34;so&#34; &lt;3" in again
        empty = await page.post(uuid, data={"feedback_message": "?"})
        assert (empty.status_code, 'role="alert"' in empty.text) == (422, True)
        assert [(one["rating"], one["feedback_message"]) for one in await listed(api)] == [(4, 'So "so" <3')]

    on_api(url, story)


def test_answers_are_found_by_agent_inbox_team_rating_and_time(url: str) -> None:
    async def story(api: API) -> None:
        team = (await api.alice.post("teams", json={"name": "sales"})).json()["id"]
        start = api.world.clock.now() // SECOND
        for number, rating in enumerate((5, 1, 5), 1):
            await put(api, await surveyed(api, number), rating)
            api.world.clock.advance(DAY)
        await api.alice.post("conversations/2/assignments", json={"team_id": team})
        await surveyed(api, 4)

        async def numbers(**params: Any) -> list[int]:
            return [one["conversation_id"] for one in await listed(api, **params)]

        assert await numbers() == [3, 2, 1]
        assert await numbers(sort="created_at") == [1, 2, 3]
        assert await numbers(per_page=2, page=2) == [1]
        page = await api.alice.get("csat_survey_responses", params={"rating": 5, "per_page": 1})
        assert (page.headers["x-total-count"], "rating=5" in page.links["next"]["url"]) == ("2", True)
        assert await numbers(rating=5) == [3, 1]
        assert await numbers(**{"user_ids[]": api.world.bob.id}) == [3, 2, 1]
        assert await numbers(user_ids=api.world.alice.id) == []
        assert await numbers(inbox_id=api.world.website.id) == []
        assert await numbers(team_id=team) == [2]
        assert await numbers(since=start + 60, until=start + 2 * 86_400 - 60) == [2]
        counted = (await api.alice.get("csat_survey_responses/metrics")).json()
        assert counted == {
            "total_count": 3,
            "ratings_count": {"1": 1, "5": 2},
            "total_sent_messages_count": 4,
        }
        late = await api.alice.get("csat_survey_responses/metrics", params={"since": start + 86_400})
        assert late.json()["total_sent_messages_count"] == 3
        errors_of(await api.alice.get("csat_survey_responses", params={"rating": 6}), "rating")

    on_api(url, story)


def test_answers_come_as_a_file_that_runs_nothing(url: str) -> None:
    async def story(api: API) -> None:
        await put(api, await surveyed(api), 3, "=1+1")
        answer = await api.alice.get("csat_survey_responses/download")
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        header, line = list(csv.reader(io.StringIO(answer.text)))
        assert header[:3] == ["Agent", "Rating", "Feedback"]
        assert line[:5] == ["Bob (bob@example.com)", "3", "'=1+1", "Carla", "carla@example.com"]

    on_api(url, story)


def test_only_administrators_of_the_account_read_answers(url: str) -> None:
    async def story(api: API) -> None:
        await put(api, await surveyed(api), 3)
        for path in ("", "/metrics", "/download"):
            assert (await api.bob.get(f"csat_survey_responses{path}")).status_code == 401
            assert (await api.bot.get(f"csat_survey_responses{path}")).status_code == 401
            assert (await api.stranger.get(f"csat_survey_responses{path}")).status_code in (401, 404)
            assert (await api.nobody.get(f"csat_survey_responses{path}")).status_code == 401

    on_api(url, story)


def test_answers_go_with_their_conversation_and_outlive_their_agent(url: str) -> None:
    async def story(api: API) -> None:
        uuid = await surveyed(api)
        await api.alice.delete(f"agents/{api.world.bob.id}")
        assert (await put(api, uuid, 4)).status_code == 200
        assert "assigned_agent" not in (await listed(api))[0]
        await api.alice.delete(f"inboxes/{api.world.api_inbox.id}")
        assert await listed(api) == []

    on_api(url, story)
