"""Who am I, and who works here."""

from typing import Any

from tests.support.api import API, errors_of, on_api


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
            changed = await api.alice.request(method, path, json={"role": role, "availability": "busy"})
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
