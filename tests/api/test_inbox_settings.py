"""Every setting of an inbox: kept, shown, and refused by name where it is wrong."""

from typing import Any

from tests.support.api import API, errors_of, on_api

WEEKDAY = {
    "closed_all_day": False,
    "open_hour": 9,
    "open_minutes": 0,
    "close_hour": 17,
    "close_minutes": 0,
    "open_all_day": False,
}
WEEKEND = {
    "closed_all_day": True,
    "open_hour": None,
    "open_minutes": None,
    "close_hour": None,
    "close_minutes": None,
    "open_all_day": False,
}


def website(api: API) -> str:
    return f"inboxes/{api.world.website.id}"


async def changed(api: API, path: str, **said: Any) -> dict[str, Any]:
    answer = await api.alice.patch(path, json=said)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    assert (await api.alice.get(path)).json() == shown
    return shown


def test_a_new_inbox_has_the_references_defaults(url: str) -> None:
    async def story(api: API) -> None:
        made = (
            await api.alice.post("inboxes", json={"name": "Shop", "channel": {"type": "web_widget"}})
        ).json()
        assert made["working_hours"] == [
            {"day_of_week": day, **(WEEKEND if day in (0, 6) else WEEKDAY)} for day in range(7)
        ]
        shown = {name: made[name] for name in ("csat_config", "auto_assignment_config", "timezone")}
        assert shown == {"csat_config": {}, "auto_assignment_config": {}, "timezone": "UTC"}
        flags = (
            "enable_email_collect",
            "enable_auto_assignment",
            "allow_messages_after_resolved",
            "greeting_enabled",
            "working_hours_enabled",
            "csat_survey_enabled",
        )
        assert [made[name] for name in flags] == [True, True, True, False, False, False]

    on_api(url, story)


def test_working_hours_are_changed_day_by_day(url: str) -> None:
    async def story(api: API) -> None:
        path = website(api)
        late = {
            "day_of_week": 1,
            "closed_all_day": False,
            "open_hour": "10",
            "close_hour": 22,
            "close_minutes": 30,
        }
        open_all_day = {"day_of_week": 6, "closed_all_day": False, "open_all_day": True}
        shown = await changed(
            api,
            path,
            working_hours_enabled=True,
            timezone="Europe/Lisbon",
            working_hours=[late, open_all_day],
        )
        week = shown["working_hours"]
        assert week[1] == WEEKDAY | {"day_of_week": 1, "open_hour": 10, "close_hour": 22, "close_minutes": 30}
        assert (week[6]["open_all_day"], week[6]["close_hour"], week[6]["close_minutes"]) == (True, 23, 59)
        assert week[2] == {"day_of_week": 2, **WEEKDAY}
        assert shown["timezone"] == "Europe/Lisbon"
        again = await changed(api, path, working_hours=week)
        assert again == shown, "what was shown is taken back"
        client = await api.client_api()
        assert len((await client.get("")).json()["working_hours"]) == 7

    on_api(url, story)


def test_wrong_settings_are_named_together_and_change_nothing(url: str) -> None:
    async def story(api: API) -> None:
        path = website(api)
        before = (await api.alice.get(path)).json()
        wrong = {
            "name": " ",
            "timezone": "Mars/Olympus",
            "working_hours": [
                {"day_of_week": 7},
                {"day_of_week": 1, "open_hour": 24},
                {"day_of_week": 2, "open_hour": 18},
                {"day_of_week": 0, "closed_all_day": False},
                {"day_of_week": 3, "closed_all_day": True, "open_all_day": True},
                {"day_of_week": 4, "open_all_day": "so-so"},
            ],
            "greeting_message": "x" * 10_001,
            "csat_config": {"display_type": "hearts", "survey_rules": {"operator": "is", "values": [1]}},
            "auto_assignment_config": {"max_assignment_limit": 0},
            "channel": {"selected_feature_flags": ["telepathy"]},
        }
        errors_of(
            await api.alice.patch(path, json=wrong),
            "name",
            "timezone",
            "working_hours.0.day_of_week",
            "working_hours.1.open_hour",
            "working_hours.2.close_hour",
            "working_hours.3.open_hour",
            "working_hours.3.open_minutes",
            "working_hours.3.close_hour",
            "working_hours.3.close_minutes",
            "working_hours.4.open_all_day",
            "working_hours.5.open_all_day",
            "greeting_message",
            "csat_config.display_type",
            "csat_config.survey_rules.operator",
            "csat_config.survey_rules.values",
            "auto_assignment_config.max_assignment_limit",
            "selected_feature_flags",
        )
        errors_of(await api.alice.patch(path, json={"working_hours": {"day_of_week": 1}}), "working_hours")
        errors_of(await api.alice.patch(path, json={"working_hours": [{}] * 8}), "working_hours")
        assert (await api.alice.get(path)).json() == before

    on_api(url, story)


def test_surveys_and_assignment_are_configured_as_in_the_reference(url: str) -> None:
    async def story(api: API) -> None:
        survey = {
            "display_type": "star",
            "message": "Well?",
            "survey_rules": {"operator": "contains", "values": ["Sales"]},
        }
        shown = await changed(
            api,
            website(api),
            csat_survey_enabled=True,
            csat_config={**survey, "stranger": 1},
            auto_assignment_config={"max_assignment_limit": "5"},
        )
        survey["survey_rules"] = {"operator": "contains", "values": ["sales"]}
        assert shown["csat_config"] == survey
        assert shown["auto_assignment_config"] == {"max_assignment_limit": 5}
        cleared = await changed(api, website(api), auto_assignment_config={"max_assignment_limit": None})
        assert (cleared["auto_assignment_config"], cleared["csat_config"]) == ({}, survey)

    on_api(url, story)


def test_only_administrators_change_an_inbox(url: str) -> None:
    async def story(api: API) -> None:
        refused = await api.bob.patch(f"inboxes/{api.world.api_inbox.id}", json={"timezone": "UTC"})
        assert refused.status_code == 401

    on_api(url, story)


async def collecting(api: API) -> None:
    await changed(api, website(api), enable_email_collect=True)


async def last(visitor: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await visitor.get("messages")).json()["payload"][-1]
    return found


def test_a_visitor_nobody_can_reach_is_asked_for_an_address_once(url: str) -> None:
    async def story(api: API) -> None:
        await collecting(api)
        visitor = await api.visitor()
        await visitor.post("messages", json={"message": {"content": "Hi"}})
        assert await api.told() == ["conversation_created", "message_created", "message_created"]
        first = (await api.world.snapshots())[0].thread
        assert first is not None
        assert first.last_message is not None
        assert first.last_message.message.content == "Hi", "the beginning shows the visitor's own words"
        question = await last(visitor)
        assert (question["message_type"], question["content_type"]) == (3, "input_email")
        await visitor.post("messages", json={"message": {"content": "Hello?"}})
        assert (await last(visitor))["content"] == "Hello?"
        answered = await visitor.patch(
            f"messages/{question['id']}", json={"message": {"submitted_email": "Vera@example.com"}}
        )
        assert answered.json()["content_attributes"] == {"submitted_email": "Vera@example.com"}
        assert (await visitor.get("contact")).json()["email"] == "vera@example.com"
        assert (await api.told())[-1] == "message_updated"

    on_api(url, story)


def test_an_address_that_is_none_is_refused_and_one_that_is_known_is_not_asked_for(url: str) -> None:
    async def story(api: API) -> None:
        await collecting(api)
        visitor = await api.visitor()
        await visitor.post("messages", json={"message": {"content": "Hi"}})
        question = await last(visitor)
        for body in ({"message": {"submitted_email": "nonsense"}}, {"contact": {"email": "nonsense"}}):
            errors_of(await visitor.patch(f"messages/{question['id']}", json=body), "email")
        assert (await last(visitor))["content_attributes"] == {}
        known = await api.visitor()
        await known.post(
            "conversations", json={"contact": {"email": "willy@example.com"}, "message": {"content": "Hi"}}
        )
        assert (await last(known))["content"] == "Hi"

    on_api(url, story)


def test_a_resolved_conversation_goes_on_or_a_new_one_begins_as_the_inbox_says(url: str) -> None:
    async def story(api: API) -> None:
        visitor = await api.visitor()
        for content in ("One", "Two"):
            await visitor.post("messages", json={"message": {"content": content}})
            await api.alice.post("conversations/1/toggle_status", json={"status": "resolved"})
        assert (await api.state())["conversations"] == 1
        await changed(api, website(api), allow_messages_after_resolved=False)
        for content in ("Three", "Four"):
            await visitor.post("messages", json={"message": {"content": content}})
        assert (await api.state())["conversations"] == 2
        assert (await api.alice.get("conversations/1")).json()["status"] == "resolved"
        assert [one["content"] for one in (await visitor.get("messages")).json()["payload"]] == [
            "Three",
            "Four",
        ]

    on_api(url, story)
