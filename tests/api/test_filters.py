"""Contacts and conversations found by filters."""

from typing import Any

import httpx

from deskbell.store.statement import Statement
from tests.support.api import API, errors_of, on_api

DEFINE = Statement(
    "INSERT INTO attribute_definitions (account_id, model, key, name, display_type, created_at, updated_at) "
    "VALUES (:account_id, :model, :key, :key, :display_type, 0, 0)"
)


async def define(api: API, model: str, key: str, display_type: str, account_id: int | None = None) -> None:
    async with api.world.database.unit() as unit:
        await unit.run(
            DEFINE,
            account_id=account_id or api.world.account_id,
            model=model,
            key=key,
            display_type=display_type,
        )


async def made(api: API, **fields: Any) -> int:
    answer = await api.alice.post("contacts", json=fields)
    assert answer.status_code == 200, answer.text
    contact_id: int = answer.json()["payload"]["contact"]["id"]
    return contact_id


def condition(key: str, operator: str, *values: Any, **more: Any) -> dict[str, Any]:
    return {"attribute_key": key, "filter_operator": operator, "values": list(values)} | more


async def asked(api: API, path: str, *conditions: dict[str, Any], **params: Any) -> httpx.Response:
    return await api.alice.post(path, json={"payload": conditions}, params=params)


def names(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["payload"]]


def numbers(answer: httpx.Response) -> list[int]:
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["payload"]]


def test_contacts_are_filtered_in_pages_with_a_count(url: str) -> None:
    async def story(api: API) -> None:
        for number in range(17):
            await made(api, name=f"N{number:02}", email=f"n{number:02}@shop.example")
        await made(api, name="N99")
        shop = condition("email", "contains", "SHOP.example")
        first = await asked(api, "contacts/filter", shop)
        assert first.json()["meta"] == {"count": 17, "current_page": 1}
        assert names(first) == [f"N{number:02}" for number in range(15)]
        assert names(await asked(api, "contacts/filter", shop, page=2)) == ["N15", "N16"]
        some = await asked(api, "contacts/filter", shop, page=2, per_page=3, sort="-name")
        assert names(some) == ["N13", "N12", "N11"]
        assert len((await asked(api, "contacts/filter", per_page=100)).json()["payload"]) == 18
        errors_of(await asked(api, "contacts/filter", shop, sort="shoe_size"), "sort")

    on_api(url, story)


def test_and_binds_tighter_than_or(url: str) -> None:
    async def story(api: API) -> None:
        for name, city in (("Ann", "Graz"), ("Ben", "Graz"), ("Cleo", "Linz")):
            await made(api, name=name, identifier=name, additional_attributes={"city": city})
        cleo = condition("name", "equal_to", "cleo", query_operator="or")
        graz = condition("city", "equal_to", "graz", query_operator="AND")
        ann = condition("name", "starts_with", "a", query_operator=None)
        assert names(await asked(api, "contacts/filter", cleo, graz, ann)) == ["Ann", "Cleo"]
        graz["query_operator"], cleo["query_operator"] = "AND", "OR"
        assert names(await asked(api, "contacts/filter", graz, cleo, ann)) == ["Ann"]

    on_api(url, story)


def test_a_custom_attribute_is_filtered_by_once_it_is_defined(url: str) -> None:
    async def story(api: API) -> None:
        await made(api, name="Ann", identifier="a", custom_attributes={"plan": "Gold"})
        gold = condition("plan", "equal_to", "gold")
        errors_of(await asked(api, "contacts/filter", gold), "payload.0.attribute_key")
        await define(api, "contact", "plan", "text", api.other_account)
        errors_of(await asked(api, "contacts/filter", gold), "payload.0.attribute_key")
        await define(api, "contact", "plan", "text")
        assert names(await asked(api, "contacts/filter", gold)) == ["Ann"]
        typed = gold | {"custom_attribute_type": "contact_attribute"}
        assert names(await asked(api, "contacts/filter", typed)) == ["Ann"]
        wrong = gold | {"custom_attribute_type": "conversation_attribute"}
        errors_of(await asked(api, "contacts/filter", wrong), "payload.0.attribute_key")

    on_api(url, story)


def test_conversations_are_filtered_with_counts_by_assignee(url: str) -> None:
    async def story(api: API) -> None:
        for _ in range(3):
            await api.world.conversation()
        await api.alice.post("conversations/1/assignments", json={"assignee_id": api.world.alice.id})
        await api.alice.post("conversations/2/assignments", json={"assignee_id": api.world.bob.id})
        await api.alice.post("conversations/3/labels", json={"labels": ["vip"]})
        every = await asked(api, "conversations/filter", condition("status", "equal_to", "open", "pending"))
        assert every.json()["meta"] == {
            "mine_count": 1,
            "assigned_count": 2,
            "unassigned_count": 1,
            "all_count": 3,
        }
        assert sorted(numbers(every)) == [1, 2, 3]
        table = [
            (condition("labels", "equal_to", "VIP"), [3]),
            (condition("assignee_id", "equal_to", str(api.world.bob.id)), [2]),
            (condition("assignee_id", "is_not_present"), [3]),
            (condition("assignee_id", "not_equal_to", api.world.bob.id), [1, 3]),
            (condition("display_id", "contains", 2), [2]),
            (condition("status", "equal_to", "resolved"), []),
            (condition("status", "equal_to", "all"), [1, 2, 3]),
            (condition("created_at", "is_greater_than", "2020-01-01"), [1, 2, 3]),
            (condition("created_at", "days_before", 3), []),
        ]
        for one, found in table:
            assert sorted(numbers(await asked(api, "conversations/filter", one))) == found, one
        paged = await asked(api, "conversations/filter", table[6][0], page=2, per_page=2)
        assert (len(numbers(paged)), paged.json()["meta"]["all_count"]) == (1, 3)

    on_api(url, story)


def test_conversations_are_filtered_by_what_is_known_of_their_contact(url: str) -> None:
    async def story(api: API) -> None:
        await define(api, "contact", "plan", "text")
        await api.world.conversation()
        await api.alice.patch(f"contacts/{api.world.carla.id}", json={"custom_attributes": {"plan": "gold"}})
        theirs = {"custom_attribute_type": "contact_attribute"}
        gold, tin = (
            condition("plan", "equal_to", "gold", **theirs),
            condition("plan", "equal_to", "tin", **theirs),
        )
        assert numbers(await asked(api, "conversations/filter", gold)) == [1]
        assert numbers(await asked(api, "conversations/filter", tin)) == []

    on_api(url, story)


def test_an_agent_finds_only_what_is_in_their_inboxes(url: str) -> None:
    async def story(api: API) -> None:
        carla = api.world.carla.id
        for inbox_id in (api.world.api_inbox.id, api.world.website.id):
            await api.alice.post("conversations", json={"contact_id": carla, "inbox_id": inbox_id})
        body = {"payload": [condition("status", "equal_to", "open", query_operator="OR")]}
        body["payload"].append(condition("inbox_id", "is_present"))
        mine = await api.bob.post("conversations/filter", json=body)
        assert (numbers(mine), mine.json()["meta"]["all_count"]) == ([1], 1)
        assert sorted(numbers(await api.alice.post("conversations/filter", json=body))) == [1, 2]

    on_api(url, story)


def test_what_a_filter_cannot_mean_is_named_all_at_once(url: str) -> None:
    async def story(api: API) -> None:
        wrong = await asked(
            api,
            "contacts/filter",
            condition("shoe_size", "equal_to", 1),
            condition("name", "resembles", "x"),
            condition("name", "equal_to", "x", query_operator="XOR"),
            condition("created_at", "is_greater_than", "yesterday"),
            condition("blocked", "equal_to", "perhaps"),
            condition("email", "contains"),
            condition("name", "equal_to", {"a": 1}),
            condition("name'; DROP TABLE contacts; --", "equal_to", 1),
        )
        errors = errors_of(
            wrong,
            "payload.0.attribute_key",
            "payload.1.filter_operator",
            "payload.2.query_operator",
            "payload.3.values",
            "payload.4.values",
            "payload.5.values",
            "payload.6.values",
            "payload.7.attribute_key",
        )
        assert "shoe_size" in errors["payload.0.attribute_key"]
        assert "does_not_contain" in errors["payload.1.filter_operator"]
        table = [
            (condition("status", "equal_to", "closed"), "values"),
            (condition("assignee_id", "equal_to", "Bob"), "values"),
            (condition("assignee_id", "equal_to", 2**63), "values"),
            (condition("created_at", "days_before", "-1"), "values"),
            (condition("labels", "contains", "x"), "filter_operator"),
            (condition("display_id", "equal_to", *range(101)), "values"),
        ]
        for one, part in table:
            errors_of(await asked(api, "conversations/filter", one), f"payload.0.{part}")
        for path in ("contacts/filter", "conversations/filter"):
            errors_of(await api.alice.post(path, json={}), "payload")
            errors_of(await api.alice.post(path, json={"payload": [{}] * 51}), "payload")

    on_api(url, story)
