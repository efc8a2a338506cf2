"""Contacts' labels and notes, where they can be reached, and two contacts made one."""

import asyncio
from typing import Any

from deskbell.desk.commands import agents, contact_care
from deskbell.desk.commands import contacts as contact_commands
from deskbell.desk.commands.contacts import ContactChanges
from tests.support.api import API, errors_of, on_api


async def made(api: API, **fields: Any) -> int:
    answer = await api.alice.post("contacts", json=fields)
    assert answer.status_code == 200, answer.text
    contact_id: int = answer.json()["payload"]["contact"]["id"]
    return contact_id


def test_a_contacts_labels_are_replaced_whole(url: str) -> None:
    async def story(api: API) -> None:
        path = f"contacts/{api.world.carla.id}/labels"
        assert (await api.bob.get(path)).json() == {"payload": []}
        given = await api.bob.post(path, json={"labels": ["VIP", "billing", "vip"]})
        assert given.json() == {"payload": ["billing", "vip"]}
        assert (await api.alice.post(path, json={"labels": ["gold"]})).json() == {"payload": ["gold"]}
        assert (await api.alice.get(path)).json() == {"payload": ["gold"]}
        errors_of(await api.alice.post(path, json={"labels": ["a,b"]}), "labels")
        errors_of(await api.alice.post(path, json={}), "labels")
        assert (await api.alice.post(path, json={"labels": []})).json() == {"payload": []}

    on_api(url, story)


def test_notes_are_written_shown_changed_and_deleted(url: str) -> None:
    async def story(api: API) -> None:
        path = f"contacts/{api.world.carla.id}/notes"
        first = (await api.bob.post(path, json={"note": {"content": " Likes tea "}})).json()
        assert (first["content"], first["user"]["name"]) == ("Likes tea", "Bob")
        assert (first["contact_id"], first["account_id"]) == (api.world.carla.id, api.world.account_id)
        second = (await api.alice.post(path, json={"content": "Called"})).json()
        assert [one["id"] for one in (await api.alice.get(path)).json()] == [second["id"], first["id"]]
        api.world.clock.advance(5_000_000)
        for method in ("PATCH", "PUT"):
            await api.alice.request(method, f"{path}/{first['id']}", json={"content": f"Likes {method}"})
            changed = (await api.bob.get(f"{path}/{first['id']}")).json()
            assert (changed["content"], changed["user"]["name"]) == (f"Likes {method}", "Bob")
            assert changed["updated_at"] == first["updated_at"] + 5
        gone = await api.bob.delete(f"{path}/{first['id']}")
        assert (gone.status_code, gone.content) == (200, b"")
        assert [one["id"] for one in (await api.alice.get(path)).json()] == [second["id"]]
        for method in ("GET", "PATCH", "DELETE"):
            again = await api.alice.request(method, f"{path}/{first['id']}", json={"content": "x"})
            assert again.status_code == 404

    on_api(url, story)


def test_a_note_needs_words_and_belongs_to_one_contact(url: str) -> None:
    async def story(api: API) -> None:
        path = f"contacts/{api.world.carla.id}/notes"
        for content in (None, "", "  ", "x" * 150_001):
            errors_of(await api.alice.post(path, json={"content": content}), "content")
        note = (await api.alice.post(path, json={"content": "Hers"})).json()["id"]
        errors_of(await api.alice.patch(f"{path}/{note}", json={"content": " "}), "content")
        dora = await made(api, name="Dora")
        for method in ("GET", "PATCH", "DELETE"):
            other = await api.alice.request(method, f"contacts/{dora}/notes/{note}", json={"content": "x"})
            assert other.status_code == 404
        assert (await api.alice.get(f"{path}/{note}")).json()["content"] == "Hers"

    on_api(url, story)


def test_a_note_outlives_its_authors_time_in_the_account(url: str) -> None:
    async def story(api: API) -> None:
        path = f"contacts/{api.world.carla.id}/notes"
        await api.bob.post(path, json={"content": "Bob was here"})
        async with api.world.database.unit() as unit:
            await agents.remove_agent(unit, api.world.alice, api.world.bob.id)
        [note] = (await api.alice.get(path)).json()
        assert (note["content"], note["user"]) == ("Bob was here", None)

    on_api(url, story)


def test_a_contact_can_be_reached_in_api_inboxes_and_where_nobody_has_talked_yet(url: str) -> None:
    async def story(api: API) -> None:
        carla, website = api.world.carla.id, api.world.website.id
        path = f"contacts/{carla}/contactable_inboxes"
        first = (await api.alice.get(path)).json()["payload"]
        assert [(one["source_id"], one["inbox"]["id"]) for one in first] == [
            ("carla-1", api.world.api_inbox.id)
        ]
        asked = {"inbox_id": website, "source_id": "web-1"}
        await api.alice.post(f"contacts/{carla}/contact_inboxes", json=asked)
        both = (await api.alice.get(path)).json()["payload"]
        assert [one["inbox"]["id"] for one in both] == [api.world.api_inbox.id, website]
        mine = (await api.bob.get(path)).json()["payload"]
        assert [one["inbox"]["id"] for one in mine] == [api.world.api_inbox.id]
        await api.alice.post("conversations", json=asked)
        assert (await api.alice.get(path)).json()["payload"] == first
        dora = await made(api, name="Dora")
        [place] = (await api.alice.get(f"contacts/{dora}/contactable_inboxes")).json()["payload"]
        begun = await api.alice.post(
            "conversations",
            json={"contact_id": dora, "inbox_id": place["inbox"]["id"], "source_id": place["source_id"]},
        )
        assert begun.json()["meta"]["sender"]["id"] == dora

    on_api(url, story)


def test_a_merge_gives_the_base_all_that_was_the_others(url: str) -> None:
    async def story(api: API) -> None:
        carla, world = api.world.carla.id, api.world
        await world.conversation()
        await world.hear()
        await api.alice.patch(
            f"contacts/{carla}",
            json={"phone_number": "+14155550123", "custom_attributes": {"plan": "tin", "age": 4}},
        )
        await api.alice.post(f"contacts/{carla}/labels", json={"labels": ["vip", "old"]})
        await api.alice.post(f"contacts/{carla}/notes", json={"content": "Likes tea"})
        base = await made(api, email="dora@example.com", identifier="d-1", custom_attributes={"plan": "gold"})
        await api.alice.post(f"contacts/{base}/labels", json={"labels": ["vip"]})
        before = len(await world.events())
        merged = await api.alice.post(
            "actions/contact_merge", json={"base_contact_id": str(base), "mergee_contact_id": carla}
        )
        assert merged.status_code == 200, merged.text
        contact = merged.json()
        assert (contact["id"], contact["email"], contact["identifier"]) == (base, "dora@example.com", "d-1")
        assert (contact["name"], contact["phone_number"]) == ("Carla", "+14155550123")
        assert contact["custom_attributes"] == {"plan": "gold", "age": 4}
        assert (await api.alice.get(f"contacts/{carla}")).status_code == 404
        assert (await api.alice.get(f"contacts/{base}/labels")).json() == {"payload": ["old", "vip"]}
        [note] = (await api.alice.get(f"contacts/{base}/notes")).json()
        assert (note["content"], note["contact_id"]) == ("Likes tea", base)
        shown = (await api.alice.get("conversations/1")).json()
        assert (shown["meta"]["sender"]["id"], shown["messages"][0]["sender"]["id"]) == (base, base)
        [told] = await world.snapshots(before)
        assert told.event == "conversation_updated"
        assert [change.attribute for change in told.changes] == ["contact_id"]

    on_api(url, story)


def test_merging_a_contact_with_itself_changes_nothing_and_strangers_are_not_found(url: str) -> None:
    async def story(api: API) -> None:
        carla = api.world.carla.id
        await api.world.conversation()
        before, told = await api.state(), await api.told()
        same = {"base_contact_id": carla, "mergee_contact_id": carla}
        assert (await api.alice.post("actions/contact_merge", json=same)).json()["id"] == carla
        for wrong in (
            {"base_contact_id": carla, "mergee_contact_id": 999_999},
            {"base_contact_id": 999_999, "mergee_contact_id": carla},
        ):
            assert (await api.alice.post("actions/contact_merge", json=wrong)).status_code == 404
        errors_of(
            await api.alice.post("actions/contact_merge", json={}), "base_contact_id", "mergee_contact_id"
        )
        assert (await api.state(), await api.told()) == (before, told)

    on_api(url, story)


def test_merging_two_contacts_into_each_other_at_once_leaves_one(url: str) -> None:
    async def story(api: API) -> None:
        for _ in range(5):
            async with api.world.database.unit() as unit:
                two = [
                    (
                        await contact_commands.create_contact(
                            unit, api.world.alice, ContactChanges(name=name)
                        )
                    ).id
                    for name in ("One", "Other")
                ]
                for contact_id in two:
                    contact = await contact_commands.update_contact(
                        unit, api.world.alice, contact_id, ContactChanges()
                    )
                    await contact_commands.add_contact_inbox(unit, api.world.api_inbox, contact)

            def merge(base: int, other: int) -> Any:
                return api.world.do(contact_care.merge_contacts, api.world.alice, base, other)

            done = await asyncio.gather(merge(*two), merge(*two[::-1]), return_exceptions=True)
            assert sum(isinstance(one, Exception) for one in done) == 1, done
            left = [(await api.alice.get(f"contacts/{one}")).status_code for one in two]
            assert sorted(left) == [200, 404]
            [kept] = [one for one, status in zip(two, left, strict=True) if status == 200]
            shown = (await api.alice.get(f"contacts/{kept}")).json()["payload"]
            assert len(shown["contact_inboxes"]) == 2

    on_api(url, story)
