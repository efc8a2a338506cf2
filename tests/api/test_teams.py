"""Teams: who is in them, and which conversations are theirs."""

from typing import Any

from deskbell.events.formats import render
from deskbell.events.snapshot import Snapshot
from deskbell.kit import json
from tests.support.api import API, errors_of, on_api


async def made(api: API, name: str = "Sales", **more: Any) -> dict[str, Any]:
    answer = await api.alice.post("teams", json={"name": name, **more})
    assert answer.status_code == 200, answer.text
    team: dict[str, Any] = answer.json()
    return team


async def members(api: API, team_id: int) -> list[int]:
    return [one["id"] for one in (await api.bob.get(f"teams/{team_id}/team_members")).json()]


async def assigned(api: API, team_id: Any, number: int = 1) -> Any:
    answer = await api.alice.post(f"conversations/{number}/assignments", json={"team_id": team_id})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def last_told(api: API) -> Snapshot:
    return (await api.world.snapshots())[-1]


def test_a_team_is_kept_lower_cased_and_says_whether_one_is_in_it(url: str) -> None:
    async def story(api: API) -> None:
        team = await made(api, " Sales EMEA ", description="Sells", allow_auto_assign="false")
        assert team == {
            "id": team["id"],
            "name": "sales emea",
            "description": "Sells",
            "allow_auto_assign": False,
            "account_id": api.world.account_id,
            "is_member": False,
        }
        plain = (await api.alice.post("teams", json={"team": {"name": "support"}})).json()
        assert (plain["description"], plain["allow_auto_assign"]) == (None, True)
        await api.alice.post(f"teams/{plain['id']}/team_members", json={"user_ids": [api.world.bob.id]})
        listed = (await api.bob.get("teams")).json()
        assert [(one["name"], one["is_member"]) for one in listed] == [
            ("sales emea", False),
            ("support", True),
        ]
        assert (await api.bob.get(f"teams/{plain['id']}")).json() == plain | {"is_member": True}
        assert (await api.alice.get(f"teams/{plain['id']}")).json() == plain

    on_api(url, story)


def test_a_team_is_changed_and_what_is_not_spoken_of_stays(url: str) -> None:
    async def story(api: API) -> None:
        team = await made(api, "Sales", description="Sells", allow_auto_assign=False)
        path = f"teams/{team['id']}"
        assert (await api.alice.put(path, json={"allow_auto_assign": None})).json() == team
        changed = (await api.alice.patch(path, json={"name": "SUPPORT", "description": None})).json()
        assert changed == team | {"name": "support", "description": None}
        await made(api, "other")
        before = await api.state()
        errors_of(await api.alice.patch(path, json={"name": "Other"}), "name")
        errors_of(await api.alice.post("teams", json={"name": "OTHER"}), "name")
        errors_of(
            await api.alice.patch(path, json={"name": " ", "description": "x" * 150_001}),
            "name",
            "description",
        )
        errors_of(await api.alice.post("teams"), "name")
        errors_of(
            await api.alice.post("teams", json={"name": [], "allow_auto_assign": "so-so"}),
            "name",
            "allow_auto_assign",
        )
        assert await api.state() == before
        assert (await api.alice.get(path)).json() == changed

    on_api(url, story)


def test_members_are_added_replaced_and_taken_out(url: str) -> None:
    async def story(api: API) -> None:
        team_id, alice, bob = (await made(api))["id"], api.world.alice.id, api.world.bob.id
        path = f"teams/{team_id}/team_members"
        assert await members(api, team_id) == []
        added = await api.alice.post(path, json={"user_ids": [str(bob), bob]})
        assert [(one["id"], one["role"]) for one in added.json()] == [(bob, "agent")]
        added = await api.alice.post(path, json={"user_ids": [alice]})
        assert [one["id"] for one in added.json()] == [alice], "those named"
        assert await members(api, team_id) == [alice, bob]
        for method, wanted in (("PATCH", [bob]), ("PUT", [alice])):
            replaced = await api.alice.request(method, path, json={"user_ids": wanted})
            assert [one["id"] for one in replaced.json()] == wanted
            assert await members(api, team_id) == wanted
        removed = await api.alice.request("DELETE", path, json={"user_ids": [alice, bob]})
        assert (removed.status_code, removed.content) == (200, b"")
        assert await members(api, team_id) == []

    on_api(url, story)


def test_only_agents_of_the_account_can_be_members(url: str) -> None:
    async def story(api: API) -> None:
        team_id = (await made(api))["id"]
        path = f"teams/{team_id}/team_members"
        theirs = await api.client(
            f"/api/v1/accounts/{api.other_account}", api.stranger.headers["api_access_token"]
        )
        olga = (await theirs.get("agents")).json()[0]["id"]
        before = await api.state()
        for method in ("POST", "PATCH"):
            refused = await api.alice.request(method, path, json={"user_ids": [api.world.bob.id, olga]})
            assert str(olga) in errors_of(refused, "user_ids")["user_ids"]
            errors_of(await api.alice.request(method, path, json={}), "user_ids")
            errors_of(await api.alice.request(method, path, json={"user_ids": ["x"]}), "user_ids.0")
        assert await api.state() == before

    on_api(url, story)


def test_who_leaves_the_account_leaves_its_teams(url: str) -> None:
    async def story(api: API) -> None:
        team_id, bob = (await made(api))["id"], api.world.bob.id
        await api.alice.post(f"teams/{team_id}/team_members", json={"user_ids": [bob]})
        await api.alice.delete(f"agents/{bob}")
        again = await api.alice.post("agents", json={"email": "bob@example.com"})
        assert again.json()["id"] == bob
        assert await members(api, team_id) == []

    on_api(url, story)


def test_a_conversation_is_assigned_to_a_team_and_the_bell_rings(url: str) -> None:
    async def story(api: API) -> None:
        team = await made(api, description="Sells")
        await api.world.conversation()
        row = await assigned(api, str(team["id"]))
        assert row == {
            "id": team["id"],
            "name": "sales",
            "description": "Sells",
            "allow_auto_assign": True,
            "account_id": api.world.account_id,
            "created_at": row["created_at"],
            "updated_at": row["updated_at"],
        }
        assert (await api.alice.get("conversations/1")).json()["meta"]["team"] == team
        told = await last_told(api)
        assert [(one.attribute, one.previous, one.current) for one in told.changes] == [
            ("team_id", None, team["id"])
        ]
        for form in ("chatwoot", "hoory"):
            body = json.loads(render(told, form))
            assert body["meta"]["team"] == {"id": team["id"], "name": "sales"}
            assert body["changed_attributes"] == [
                {"team_id": {"previous_value": None, "current_value": team["id"]}}
            ]
        lines = [
            one["content"] for one in (await api.alice.get("conversations/1/messages")).json()["payload"]
        ]
        assert lines == ["Alice assigned the conversation to the team sales"]
        seen = len(await api.told())
        await assigned(api, team["id"])
        assert await api.told(seen) == [], "no change, no event"

    on_api(url, story)


def test_a_conversation_may_begin_with_a_team_and_lists_find_a_teams(url: str) -> None:
    async def story(api: API) -> None:
        team = await made(api)
        body = {"source_id": "carla-1", "team_id": team["id"]}
        begun = (await api.alice.post("conversations", json=body)).json()
        assert (begun["id"], begun["meta"]["team"]) == (1, team)
        assert (await last_told(api)).event == "conversation_created"
        assert json.loads(render(await last_told(api), "hoory"))["meta"]["team"]["name"] == "sales"
        await api.world.conversation()
        listed = (await api.bob.get("conversations", params={"team_id": team["id"]})).json()["data"]
        assert [(one["id"], one["meta"]["team"]) for one in listed["payload"]] == [(1, team)]
        counted = await api.bob.get("conversations/meta", params={"team_id": team["id"]})
        assert counted.json()["meta"] == listed["meta"]
        assert listed["meta"]["all_count"] == 1
        before = await api.state()
        unknown = await api.alice.post("conversations", json=body | {"team_id": 999_999})
        assert unknown.status_code == 404
        errors_of(await api.bob.get("conversations", params={"team_id": 0}), "team_id")
        assert await api.state() == before

    on_api(url, story)


def test_a_conversation_is_taken_from_its_team(url: str) -> None:
    async def story(api: API) -> None:
        team = await made(api)
        await api.world.conversation()
        for nobody in (None, "", 0):
            await assigned(api, team["id"])
            assert await assigned(api, nobody) is None
            told = await last_told(api)
            assert [(one.attribute, one.previous, one.current) for one in told.changes] == [
                ("team_id", team["id"], None)
            ]
            assert "team" not in (await api.alice.get("conversations/1")).json()["meta"]
            assert json.loads(render(told, "chatwoot"))["meta"]["team"] is None

    on_api(url, story)


def test_an_assignee_who_is_not_in_the_team_lets_go_and_one_who_is_stays(url: str) -> None:
    async def story(api: API) -> None:
        bob = api.world.bob.id
        inside, outside = await made(api, "inside"), await made(api, "outside")
        await api.alice.post(f"teams/{inside['id']}/team_members", json={"user_ids": [bob]})
        await api.world.conversation(assignee_id=bob)
        await assigned(api, inside["id"])
        assert (await api.world.get()).assignee_id == bob
        assert (await api.bob.get("conversations/1")).json()["meta"]["team"]["is_member"] is True
        await assigned(api, outside["id"])
        after = await api.world.get()
        assert (after.assignee_id, after.team_id) == (None, outside["id"])
        told = await last_told(api)
        assert {one.attribute for one in told.changes} == {"assignee_id", "team_id"}, "one event tells both"
        await api.alice.post("conversations/1/assignments", json={"assignee_id": bob})
        await assigned(api, None)
        assert (await api.world.get()).assignee_id == bob

    on_api(url, story)


def test_a_team_is_passed_over_where_an_assignee_is_named(url: str) -> None:
    async def story(api: API) -> None:
        team = await made(api)
        await api.world.conversation()
        body = {"assignee_id": api.world.bob.id, "team_id": team["id"]}
        answer = await api.alice.post("conversations/1/assignments", json=body)
        assert answer.json()["email"] == "bob@example.com"
        assert (await api.world.get()).team_id is None

    on_api(url, story)


def test_a_strangers_team_is_not_found_and_nothing_is_assigned(url: str) -> None:
    async def story(api: API) -> None:
        theirs = await api.client(
            f"/api/v1/accounts/{api.other_account}", api.stranger.headers["api_access_token"]
        )
        other = (await theirs.post("teams", json={"name": "x"})).json()["id"]
        await api.world.conversation()
        before = await api.state()
        for team_id in (other, 999_999, -1):
            refused = await api.alice.post("conversations/1/assignments", json={"team_id": team_id})
            assert refused.status_code == 404
        for method, path, body in (
            ("GET", f"teams/{other}", None),
            ("PATCH", f"teams/{other}", {"name": "y"}),
            ("DELETE", f"teams/{other}", None),
            ("GET", f"teams/{other}/team_members", None),
            ("POST", f"teams/{other}/team_members", {"user_ids": [api.world.bob.id]}),
            ("PATCH", f"teams/{other}/team_members", {"user_ids": []}),
            ("DELETE", f"teams/{other}/team_members", {"user_ids": []}),
        ):
            assert (await api.alice.request(method, path, json=body)).status_code == 404, (method, path)
        errors_of(await api.alice.post("conversations/1/assignments", json={"team_id": "x"}), "team_id")
        assert await api.state() == before
        assert (await theirs.get("teams")).json()[0]["name"] == "x"

    on_api(url, story)


def test_a_deleted_teams_conversations_are_no_teams_and_say_so(url: str) -> None:
    async def story(api: API) -> None:
        team, other = await made(api), await made(api, "other")
        for number, team_id in ((1, team["id"]), (2, other["id"]), (3, team["id"])):
            await api.world.conversation()
            await assigned(api, team_id, number)
        seen = len(await api.told())
        gone = await api.alice.delete(f"teams/{team['id']}")
        assert (gone.status_code, gone.content) == (200, b"")
        assert [(await api.world.get(number)).team_id for number in (1, 2, 3)] == [None, other["id"], None]
        assert await api.told(seen) == ["conversation_updated", "conversation_updated"]
        assert (await api.alice.get(f"teams/{team['id']}")).status_code == 404
        assert [one["name"] for one in (await api.bob.get("teams")).json()] == ["other"]

    on_api(url, story)


def test_agents_see_teams_and_only_administrators_keep_them(url: str) -> None:
    async def story(api: API) -> None:
        team = await made(api)
        path = f"teams/{team['id']}"
        changes: list[tuple[str, str, Any]] = [
            ("POST", "teams", {"name": "x"}),
            ("PATCH", path, {"name": "x"}),
            ("DELETE", path, None),
            *(
                (method, f"{path}/team_members", {"user_ids": [api.world.bob.id]})
                for method in ("POST", "PATCH", "DELETE")
            ),
        ]
        for client, reason in ((api.bob, "only administrators"), (api.bot, "not authorized for bots")):
            for method, where, body in changes:
                refused = await client.request(method, where, json=body)
                assert refused.status_code == 401, (method, where)
                assert reason in refused.json()["error"]
        for where in ("teams", path, f"{path}/team_members"):
            assert (await api.bob.get(where)).status_code == 200
            assert "bots" in (await api.bot.get(where)).json()["error"]
        await api.world.conversation()
        by_bot = await api.bot.post("conversations/1/assignments", json={"team_id": team["id"]})
        assert (by_bot.status_code, by_bot.json()["name"]) == (200, "sales")

    on_api(url, story)
