"""Messages of a conversation."""

from typing import Any

import httpx

from tests.support.api import API, errors_of, on_api

PATH = "conversations/1/messages"


async def written(client: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await client.post(PATH, json=fields)
    assert answer.status_code == 200, answer.text
    message: dict[str, Any] = answer.json()
    return message


def test_an_agents_message_goes_out(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        made = await written(
            api.bob, content="Hello", content_attributes={"in_reply_to": 1}, echo_id="e-1", source_id="s-1"
        )
        assert (made["content"], made["message_type"], made["private"]) == ("Hello", 1, False)
        assert (made["status"], made["content_type"], made["conversation_id"]) == ("sent", "text", 1)
        assert (made["echo_id"], made["source_id"]) == ("e-1", "s-1")
        assert made["content_attributes"] == {"in_reply_to": 1}
        assert made["created_at"] == api.world.clock.now() // 1_000_000
        assert (made["sender"]["name"], made["sender"]["type"]) == ("Bob", "user")
        assert await api.told(after=1) == ["message_created"]

    on_api(url, story)


def test_what_clients_say_of_a_message_type_is_understood(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        for said, kind in (
            ("outgoing", 1),
            (1, 1),
            ("1", 1),
            (None, 1),
            ("", 1),
            ("incoming", 0),
            (0, 0),
            ("0", 0),
        ):
            assert (await written(api.alice, content="x", message_type=said))["message_type"] == kind, said
        errors_of(
            await api.alice.post(PATH, json={"content": "x", "message_type": "shouted"}), "message_type"
        )
        errors_of(await api.alice.post(PATH, json={"content": "x", "message_type": True}), "message_type")
        for never in ("activity", "template"):
            errors_of(
                await api.alice.post(PATH, json={"content": "x", "message_type": never}), "message_type"
            )

    on_api(url, story)


def test_an_incoming_message_is_the_contacts_and_only_for_api_inboxes(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        made = await written(api.alice, content="Hi", message_type="incoming", private=True)
        assert (made["message_type"], made["private"]) == (0, False)
        assert (made["sender"]["id"], made["sender"]["type"]) == (api.world.carla.id, "contact")
        body = {"contact_id": api.world.carla.id, "inbox_id": api.world.website.id}
        await api.alice.post("conversations", json=body)
        before = await api.state()
        refused = await api.alice.post(
            "conversations/2/messages", json={"content": "Hi", "message_type": "incoming"}
        )
        assert "Api inboxes" in errors_of(refused, "message_type")["message_type"]
        assert await api.state() == before

    on_api(url, story)


def test_a_private_note_is_told_but_is_not_the_conversations_last_public_word(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        await written(api.alice, content="Hello")
        note = await written(api.alice, content="A rude one", private="true")
        assert note["private"] is True
        shown = (await api.alice.get("conversations/1")).json()
        assert shown["messages"][0]["content"] == "A rude one"
        assert shown["last_non_activity_message"]["content"] == "Hello"
        assert (await api.told())[-1] == "message_created"
        visitor = await api.client_api()
        public = (await visitor.get("contacts/carla-1/conversations/1/messages")).json()
        assert [one["content"] for one in public] == ["Hello"]

    on_api(url, story)


def test_messages_are_paged_before_after_and_between(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        made = [(await written(api.alice, content=f"m{number}"))["id"] for number in range(25)]

        async def page(query: str) -> list[int]:
            answer = await api.alice.get(f"{PATH}?{query}")
            return [one["id"] for one in answer.json()["payload"]]

        assert await page("") == made[5:]
        assert await page("before=&after=") == made[5:]
        assert await page(f"before={made[5]}") == made[:5]
        assert await page(f"after={made[21]}") == made[22:]
        assert await page(f"after={made[1]}&before={made[4]}") == made[2:4]
        assert await page("before=0") == []
        errors_of(await api.alice.get(f"{PATH}?before=-1&after=x"), "before", "after")

    on_api(url, story)


def test_a_list_of_messages_says_whose_conversation_it_is(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation(assignee_id=api.world.bob.id, additional_attributes={"page": "/"})
        meta = (await api.alice.get(PATH)).json()["meta"]
        assert (meta["labels"], meta["additional_attributes"]) == ([], {"page": "/"})
        assert (meta["contact"]["id"], meta["assignee"]["id"]) == (api.world.carla.id, api.world.bob.id)
        assert meta["agent_last_seen_at"] is None
        await api.alice.post("conversations/1/update_last_seen")
        assert (await api.alice.get(PATH)).json()["meta"]["agent_last_seen_at"].endswith("Z")

    on_api(url, story)


def test_a_deleted_message_stays_as_a_mark(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        made = await written(api.alice, content="Oops", content_attributes={"in_reply_to": 3})
        before = len(await api.told())
        for _ in range(2):
            gone = (await api.alice.delete(f"{PATH}/{made['id']}")).json()
            assert gone["content_attributes"] == {"deleted": True}
            assert "Oops" not in gone["content"]
        assert await api.told(before) == ["message_updated"], "deleting twice tells once"
        assert [one["id"] for one in (await api.alice.get(PATH)).json()["payload"]] == [made["id"]]
        assert (await api.alice.delete(f"{PATH}/999999")).status_code == 404

    on_api(url, story)


def test_a_message_of_another_conversation_is_not_found_under_this_one(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        await api.world.conversation()
        made = await written(api.alice, content="in the first")
        before = await api.state()
        assert (await api.alice.delete(f"conversations/2/messages/{made['id']}")).status_code == 404
        assert await api.state() == before

    on_api(url, story)


def test_a_bots_message_is_the_bots(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        choices = {"items": [{"title": "Yes", "value": "yes"}]}
        made = await written(api.bot, content=None, content_type="input_select", content_attributes=choices)
        assert (made["sender"]["name"], made["sender"]["type"]) == ("Botty", "agent_bot")
        assert (made["content_type"], made["content_attributes"]) == ("input_select", choices)

    on_api(url, story)


def test_a_messages_wrong_fields_are_named_all_at_once(url: str) -> None:
    async def story(api: API) -> None:
        await api.world.conversation()
        before = await api.state()
        table: list[tuple[dict[str, Any], tuple[str, ...]]] = [
            ({}, ("content",)),
            ({"content": " \n "}, ("content",)),
            ({"content": None, "content_type": "hologram"}, ("content", "content_type")),
            ({"content": "x" * 150_001}, ("content",)),
            ({"content": ["x"], "private": "perhaps", "echo_id": {}}, ("content", "private", "echo_id")),
            (
                {"content": "x", "content_attributes": [1], "source_id": False},
                ("content_attributes", "source_id"),
            ),
            ({"content": 1.5, "additional_attributes": 7}, ("content", "additional_attributes")),
        ]
        for body, wrong in table:
            errors_of(await api.alice.post(PATH, json=body), *wrong)
        assert (await api.alice.post("conversations/9/messages", json={"content": "x"})).status_code == 404
        assert await api.state() == before

    on_api(url, story)
