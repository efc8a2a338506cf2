"""Who am I, and who works here."""

import asyncio
from typing import Any

from deskbell.desk.commands.departures import STEP
from deskbell.store.statement import Statement
from tests.support.api import API, errors_of, on_api

PARTICIPANTS = Statement("SELECT conversation_id FROM conversation_participants WHERE user_id = :user_id")


def test_a_profile_tells_whose_token_it_is_and_in_which_accounts(url: str) -> None:
    async def story(api: API) -> None:
        shown = (await (await api.root()).get("/api/v1/profile")).json()
        assert (shown["id"], shown["name"], shown["email"]) == (
            api.world.alice.id,
            "Alice",
            "alice@example.com",
        )
        assert (shown["access_token"], shown["account_id"]) == (api.world.token, api.world.account_id)
        assert [(one["id"], one["name"], one["role"]) for one in shown["accounts"]] == [
            (api.world.account_id, "Acme", "administrator")
        ]

    on_api(url, story)


def test_a_profile_is_a_persons_and_not_a_bots(url: str) -> None:
    async def story(api: API) -> None:
        bot = await api.client("", "bots-token")
        refused = await bot.get("/api/v1/profile")
        assert refused.status_code == 401
        assert "bots" in refused.json()["error"]

    on_api(url, story)


def test_agents_are_a_bare_list_that_agents_may_read(url: str) -> None:
    async def story(api: API) -> None:
        for client in (api.alice, api.bob):
            listed = (await client.get("agents")).json()
            assert [(one["name"], one["role"]) for one in listed] == [
                ("Alice", "administrator"),
                ("Bob", "agent"),
            ]
            assert all(one["account_id"] == api.world.account_id and one["confirmed"] for one in listed)

    on_api(url, story)


def test_an_agent_is_added_changed_and_taken_out_again(url: str) -> None:
    async def story(api: API) -> None:
        added = (await api.alice.post("agents", json={"name": "Zoe", "email": "ZOE@example.com"})).json()
        assert (added["name"], added["email"], added["role"]) == ("Zoe", "zoe@example.com", "agent")
        path = f"agents/{added['id']}"
        for method in ("PUT", "PATCH"):
            role = "administrator" if method == "PUT" else "agent"
            changed = await api.alice.request(
                method, path, json={"role": role, "availability": "busy", "auto_offline": False}
            )
            assert (changed.json()["role"], changed.json()["availability_status"]) == (role, "busy")
        assert (await api.alice.patch(path, json={"name": "Zoë"})).json()["available_name"] == "Zoë"
        gone = await api.alice.delete(path)
        assert (gone.status_code, gone.content) == (200, b"")
        assert (await api.alice.delete(path)).status_code == 404
        assert len((await api.alice.get("agents")).json()) == 2

    on_api(url, story)


def test_the_last_administrator_stays_one(url: str) -> None:
    async def story(api: API) -> None:
        path = f"agents/{api.world.alice.id}"
        errors_of(await api.alice.patch(path, json={"role": "agent"}), "role")
        errors_of(await api.alice.delete(path), "role")
        assert (await api.alice.get("agents")).json()[0]["role"] == "administrator"

    on_api(url, story)


def test_an_agents_wrong_fields_are_named(url: str) -> None:
    async def story(api: API) -> None:
        before = await api.state()
        table: list[tuple[dict[str, Any], tuple[str, ...]]] = [
            ({}, ("email",)),
            ({"email": "nobody"}, ("email",)),
            ({"email": "", "name": "x" * 256}, ("email", "name")),
            ({"email": "bob@example.com"}, ("email",)),
            ({"email": 7, "role": "king", "availability": "asleep"}, ("email", "role", "availability")),
            ({"email": "x@example.com", "auto_offline": "perhaps", "name": ["x"]}, ("auto_offline", "name")),
        ]
        for body, wrong in table:
            errors_of(await api.alice.post("agents", json=body), *wrong)
        errors_of(await api.alice.patch(f"agents/{api.world.bob.id}", json={"name": "x" * 256}), "name")
        assert await api.state() == before

    on_api(url, story)


def test_an_agent_who_leaves_leaves_nothing_assigned_and_each_conversation_tells(url: str) -> None:
    async def story(api: API) -> None:
        bob = api.world.bob.id
        for _ in range(STEP + 2):
            await api.world.conversation(assignee_id=bob)
        hers = await api.world.conversation(assignee_id=api.world.alice.id)
        team = (await api.alice.post("teams", json={"name": "t"})).json()["id"]
        await api.alice.post(f"teams/{team}/team_members", json={"user_ids": [bob]})
        after = len(await api.told())
        assert (await api.alice.delete(f"agents/{bob}")).status_code == 200
        assert await api.told(after) == ["conversation_updated"] * (STEP + 2)
        told = [one.thread for one in await api.world.snapshots(after) if one.thread is not None]
        assert [one.assignee for one in told] == [None] * (STEP + 2)
        for number in range(1, STEP + 3):
            assert (await api.world.get(number)).assignee_id is None
        assert (await api.world.get(hers.number)).assignee_id == api.world.alice.id
        assert (await api.alice.get(f"teams/{team}/team_members")).json() == []
        members = await api.alice.get(f"inbox_members/{api.world.api_inbox.id}")
        assert bob not in [one["id"] for one in members.json()["payload"]]
        async with api.world.database.read() as reader:
            rows = await reader.all(PARTICIPANTS, user_id=bob)
        assert list(rows) == []
        assert (await api.bob.get("conversations")).status_code == 404

    on_api(url, story)


def test_a_conversation_cannot_be_given_to_who_is_leaving(url: str) -> None:
    """Whoever assigns and whoever takes the agent out at the same time: nobody who left has a conversation."""

    async def story(api: API) -> None:
        bob = api.world.bob.id
        for _ in range(6):
            await api.world.conversation()
        assigned = [
            api.alice.post(f"conversations/{number}/assignments", json={"assignee_id": bob})
            for number in range(1, 7)
        ]
        answers = await asyncio.gather(*assigned[:3], api.alice.delete(f"agents/{bob}"), *assigned[3:])
        assert answers[3].status_code == 200
        assert {one.status_code for one in answers} <= {200, 404}
        assert [(await api.world.get(number)).assignee_id for number in range(1, 7)] == [None] * 6

    on_api(url, story)
