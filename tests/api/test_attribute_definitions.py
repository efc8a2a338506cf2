"""Custom attribute definitions."""

from typing import Any

from tests.support.api import API, errors_of, on_api

PATH = "custom_attribute_definitions"
PLAN = {"attribute_display_name": "Plan", "attribute_key": "plan"}


async def define(api: API, **fields: Any) -> dict[str, Any]:
    answer = await api.alice.post(PATH, json=PLAN | fields)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_numbers_and_words_define_the_same(url: str) -> None:
    async def story(api: API) -> None:
        by_number = await define(
            api,
            attribute_display_type=6,
            attribute_model=1,
            attribute_description="What they pay for",
            attribute_values=["free", "pro"],
            regex_pattern="^[a-z]+$",
            regex_cue="Letters",
        )
        assert by_number == {
            "id": by_number["id"],
            "attribute_display_name": "Plan",
            "attribute_display_type": "list",
            "attribute_description": "What they pay for",
            "attribute_key": "plan",
            "regex_pattern": "^[a-z]+$",
            "regex_cue": "Letters",
            "attribute_values": ["free", "pro"],
            "attribute_model": "contact_attribute",
            "default_value": None,
            "created_at": by_number["created_at"],
            "updated_at": by_number["created_at"],
        }
        wrapped = {PATH.removesuffix("s"): PLAN | {"attribute_model": "conversation_attribute"}}
        by_word = (await api.alice.post(PATH, json=wrapped)).json()
        assert (by_word["attribute_model"], by_word["attribute_display_type"]) == (
            "conversation_attribute",
            "text",
        )
        texts = await define(api, attribute_key="since", attribute_display_type="5", attribute_model="1")
        assert (texts["attribute_model"], texts["attribute_display_type"]) == ("contact_attribute", "date")
        assert (await api.bob.get(f"{PATH}/{by_number['id']}")).json() == by_number

    on_api(url, story)


def test_a_list_is_of_all_or_of_one_model(url: str) -> None:
    async def story(api: API) -> None:
        first = (await define(api))["id"]
        second = (await define(api, attribute_model=1))["id"]

        async def listed(**params: Any) -> list[int]:
            answer = await api.bob.get(PATH, params=params)
            assert answer.status_code == 200, answer.text
            return [one["id"] for one in answer.json()]

        assert await listed() == await listed(attribute_model="") == [first, second]
        assert (
            await listed(attribute_model=0)
            == await listed(attribute_model="conversation_attribute")
            == [first]
        )
        assert (
            await listed(attribute_model=1) == await listed(attribute_model="contact_attribute") == [second]
        )
        errors_of(await api.bob.get(PATH, params={"attribute_model": 2}), "attribute_model")

    on_api(url, story)


def test_a_definition_is_changed_and_deleted_and_the_attributes_stay(url: str) -> None:
    async def story(api: API) -> None:
        made = await define(api, attribute_description="x", attribute_values=["a"], regex_cue="y")
        await api.world.conversation(custom_attributes={"plan": "a"})
        path = f"{PATH}/{made['id']}"
        unspoken = {"attribute_model": None, "attribute_display_type": ""}
        assert (await api.alice.put(path, json=unspoken)).json() == made
        changed = (
            await api.alice.patch(
                path,
                json={
                    "attribute_display_name": "Tariff",
                    "attribute_description": None,
                    "attribute_values": None,
                    "regex_cue": None,
                },
            )
        ).json()
        assert changed == made | {
            "attribute_display_name": "Tariff",
            "attribute_description": "",
            "attribute_values": [],
            "regex_cue": None,
        }
        gone = await api.alice.delete(path)
        assert (gone.status_code, gone.content) == (200, b"")
        assert (await api.alice.get(path)).status_code == 404
        assert (await api.world.get()).custom_attributes == {"plan": "a"}

    on_api(url, story)


def test_what_is_wrong_is_named_all_at_once(url: str) -> None:
    async def story(api: API) -> None:
        await define(api)
        other = await define(api, attribute_key="other")
        before = await api.state()
        table: list[tuple[dict[str, Any], tuple[str, ...]]] = [
            ({}, ("attribute_key", "attribute_display_name")),
            (PLAN | {"attribute_key": "a b"}, ("attribute_key",)),
            (PLAN | {"attribute_key": "status"}, ("attribute_key",)),
            (PLAN | {"attribute_key": "email", "attribute_model": 1}, ("attribute_key",)),
            (PLAN, ("attribute_key",)),
            (
                PLAN | {"attribute_display_type": 8, "attribute_model": 2, "attribute_values": "x"},
                ("attribute_display_type", "attribute_model", "attribute_values"),
            ),
            (PLAN | {"attribute_display_type": True}, ("attribute_display_type",)),
        ]
        for body, wrong in table:
            errors_of(await api.alice.post(PATH, json=body), *wrong)
        path = f"{PATH}/{other['id']}"
        errors_of(await api.alice.patch(path, json={"attribute_key": "plan"}), "attribute_key")
        errors_of(await api.alice.patch(path, json={"attribute_display_name": ""}), "attribute_display_name")
        assert await api.state() == before
        assert (await api.alice.get(path)).json() == other
        assert (await define(api, attribute_key="email"))["attribute_key"] == "email", (
            "no conversation has one"
        )

    on_api(url, story)


def test_agents_see_definitions_only_administrators_keep_them_and_strangers_find_none(url: str) -> None:
    async def story(api: API) -> None:
        made = await define(api)
        path = f"{PATH}/{made['id']}"
        changes: list[tuple[str, str, Any]] = [
            ("POST", PATH, PLAN),
            ("PATCH", path, PLAN),
            ("DELETE", path, None),
        ]
        for client, reason in ((api.bob, "only administrators"), (api.bot, "not authorized for bots")):
            for method, where, body in changes:
                refused = await client.request(method, where, json=body)
                assert refused.status_code == 401
                assert reason in refused.json()["error"]
        for where in (PATH, path):
            assert "bots" in (await api.bot.get(where)).json()["error"]
        theirs = await api.client(
            f"/api/v1/accounts/{api.other_account}", api.stranger.headers["api_access_token"]
        )
        assert (await theirs.get(PATH)).json() == []
        for method in ("GET", "PATCH", "DELETE"):
            assert (await theirs.request(method, path)).status_code == 404
        assert (await api.bob.get(PATH)).json() == [made]

    on_api(url, story)
