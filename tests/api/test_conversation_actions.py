"""What is done to a conversation."""

from typing import Any

from deskbell.kit.clock import HOUR
from tests.support.api import API, errors_of, on_api

EMPTY: dict[str, Any] = {}
ONE = "conversations/1"


async def shown(api: API) -> dict[str, Any]:
    conversation: dict[str, Any] = (await api.alice.get(ONE)).json()
    return conversation


def test_a_status_is_set_toggled_and_snoozed(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        path = f"{ONE}/toggle_status"
        table: list[tuple[Any, str, int | None]] = [
            (EMPTY, "resolved", None),
            (None, "open", None),
            ({"status": ""}, "resolved", None),
            ({"status": "snoozed", "snoozed_until": 1_893_456_000}, "snoozed", 1_893_456_000),
            ({"status": None}, "open", None),
            ({"status": "snoozed", "snoozed_until": "1893456000"}, "snoozed", 1_893_456_000),
            ({"status": "snoozed", "snoozed_until": "2030-01-01T00:00:00+00:00"}, "snoozed", 1_893_456_000),
            ({"status": "snoozed"}, "snoozed", None),
            ({"status": "pending", "snoozed_until": 1_893_456_000}, "pending", None),
        ]
        for body, status, until in table:
            answer = await (api.alice.post(path) if body is None else api.alice.post(path, json=body))
            assert answer.json() == {
                "meta": {},
                "payload": {
                    "success": True,
                    "conversation_id": 1,
                    "current_status": status,
                    "snoozed_until": until,
                },
            }, body
            assert (await shown(api))["status"] == status

    on_api(url, story)


def test_a_status_change_is_told_and_setting_the_same_again_is_not(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        for _ in range(2):
            await api.alice.post(f"{ONE}/toggle_status", json={"status": "resolved"})
        assert await api.told(after=1) == ["conversation_updated", "conversation_status_changed"]

    on_api(url, story)


def test_an_agent_who_reopens_a_conversation_takes_it(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation(status="resolved")
        await api.bob.post(f"{ONE}/toggle_status", json={"status": "open"})
        assert (await shown(api))["meta"]["assignee"]["id"] == api.world.bob.id

    on_api(url, story)


def test_a_priority_is_set_and_taken_away(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        for given, kept in (
            ("urgent", "urgent"),
            (None, None),
            ("low", "low"),
            ("none", None),
            ("high", "high"),
            ("", None),
        ):
            answer = await api.alice.post(f"{ONE}/toggle_priority", json={"priority": given})
            assert (answer.status_code, answer.content) == (200, b"")
            assert (await shown(api))["priority"] == kept, given
        for method, given, kept in (("PATCH", "medium", "medium"), ("PUT", "none", None)):
            answer = await api.alice.request(method, ONE, json={"priority": given})
            assert answer.json()["priority"] == kept
        await api.alice.patch(ONE, json={"custom_attributes": {"a": 1}})
        assert (await api.alice.patch(ONE, json={"custom_attributes": None})).json()["custom_attributes"] == {
            "a": 1
        }

    on_api(url, story)


def test_an_agent_is_assigned_and_unassigned_by_null_and_blank(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        bob, path = api.world.bob.id, f"{ONE}/assignments"
        for nobody in (None, "", 0):
            given = await api.alice.post(path, json={"assignee_id": str(bob)})
            assert (given.json()["id"], given.json()["role"]) == (bob, "agent")
            assert (await shown(api))["meta"]["assignee"]["id"] == bob
            taken = await api.alice.post(path, json={"assignee_id": nobody})
            assert (taken.status_code, taken.json()) == (200, None)
            assert "assignee" not in (await shown(api))["meta"]

    on_api(url, story)


def test_an_assignment_that_names_nobody_changes_nothing(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation(assignee_id=api.world.bob.id)
        for body in (EMPTY, {"assignee_type": "AgentBot"}):
            assert (await api.alice.post(f"{ONE}/assignments", json=body)).json()["id"] == api.world.bob.id
        assert (await shown(api))["meta"]["assignee"]["id"] == api.world.bob.id
        for stranger in (
            {"team_id": 999},
            {"assignee_id": 999},
            {"assignee_id": 999, "assignee_type": "AgentBot"},
        ):
            assert (await api.alice.post(f"{ONE}/assignments", json=stranger)).status_code == 404
        assert await api.told() == ["conversation_created"]

    on_api(url, story)


def test_a_bot_is_assigned_and_lets_go_when_a_person_takes_over(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        path = f"{ONE}/assignments"
        given = await api.alice.post(path, json={"assignee_id": api.bot_id, "assignee_type": "AgentBot"})
        assert (given.json()["id"], given.json()["name"]) == (api.bot_id, "Botty")
        meta = (await shown(api))["meta"]
        assert (meta["assignee"]["id"], meta["assignee_type"]) == (api.bot_id, "AgentBot")
        await api.alice.post(path, json={"assignee_id": api.world.bob.id, "assignee_type": "User"})
        meta = (await shown(api))["meta"]
        assert (meta["assignee"]["id"], meta["assignee_type"]) == (api.world.bob.id, "User")

    on_api(url, story)


def test_labels_are_replaced(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        path = f"{ONE}/labels"
        table: list[tuple[Any, list[str]]] = [
            (["VIP", "vip ", "tea"], ["vip", "tea"]),
            (["größe 1", ""], ["größe 1"]),
            (None, []),
            (["x"], ["x"]),
            ([], []),
        ]
        for given, kept in table:
            assert (await api.alice.post(path, json={"labels": given})).json() == {"payload": kept}
            assert (await api.alice.get(path)).json() == {"payload": kept}
            assert (await shown(api))["labels"] == kept
        form = await api.alice.post(path, data={"labels[]": ["a", "b"]})
        assert form.json() == {"payload": ["a", "b"]}
        before = await api.state()
        for body in (EMPTY, {"labels": "vip"}, {"labels": ["a,b"]}, {"labels": {"a": 1}}):
            errors_of(await api.alice.post(path, json=body), "labels")
        assert await api.state() == before

    on_api(url, story)


def test_custom_attributes_are_replaced(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation(custom_attributes={"old": 1})
        path = f"{ONE}/custom_attributes"
        given = {"order": 7, "nested": {"list": [1, None, "x"]}, "float": 0.5, "big": 2**63}
        assert (await api.alice.post(path, json={"custom_attributes": given})).json() == {
            "custom_attributes": given
        }
        assert (await shown(api))["custom_attributes"] == given
        multipart = await api.alice.post(path, files={"custom_attributes": (None, '{"form": true}')})
        assert multipart.json() == {"custom_attributes": {"form": True}}
        before = await api.state()
        for wrong in (EMPTY, {"custom_attributes": None}, {"custom_attributes": [1]}):
            errors_of(await api.alice.post(path, json=wrong), "custom_attributes")
        assert await api.state() == before

    on_api(url, story)


def test_a_seen_conversation_has_nothing_unread_and_tells_so_once_an_hour(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        await api.alice.post(f"{ONE}/messages", json={"content": "Hi", "message_type": "incoming"})
        assert (await shown(api))["unread_count"] == 1
        before = len(await api.told())
        for _ in range(2):
            seen = await api.alice.post(f"{ONE}/update_last_seen")
            assert seen.json()["unread_count"] == 0
            assert seen.json()["agent_last_seen_at"] == api.world.clock.now() // 1_000_000
        assert await api.told(before) == ["conversation_updated"]
        api.world.clock.advance(HOUR)
        await api.alice.post(f"{ONE}/update_last_seen")
        assert len(await api.told(before)) == 2

    on_api(url, story)


def test_an_actions_wrong_fields_are_named_and_change_nothing(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        before = await api.state()
        table: list[tuple[str, Any, tuple[str, ...]]] = [
            ("toggle_status", {"status": "asleep", "snoozed_until": "tomorrow"}, ("status", "snoozed_until")),
            ("toggle_status", {"status": "snoozed", "snoozed_until": 2**62}, ("snoozed_until",)),
            ("toggle_status", {"status": "snoozed", "snoozed_until": -1}, ("snoozed_until",)),
            ("toggle_status", {"status": "snoozed", "snoozed_until": 300_000_000_000}, ("snoozed_until",)),
            ("toggle_status", {"status": ["open"], "snoozed_until": True}, ("status", "snoozed_until")),
            ("toggle_priority", {"priority": "whatever"}, ("priority",)),
            ("toggle_priority", {"priority": 3}, ("priority",)),
            ("assignments", {"assignee_id": "bob"}, ("assignee_id",)),
            (
                "assignments",
                {"assignee_id": {"id": 1}, "assignee_type": "Robot"},
                ("assignee_id", "assignee_type"),
            ),
            ("assignments", {"assignee_id": 2**63}, ("assignee_id",)),
            ("labels", {"labels": [1]}, ("labels.0",)),
        ]
        for action, body, wrong in table:
            errors_of(await api.alice.post(f"{ONE}/{action}", json=body), *wrong)
        assert await api.state() == before

    on_api(url, story)
