"""Labels: kept, renamed and deleted, on whatever carries them."""

from typing import Any

import pytest

from deskbell.events.snapshot import thaw
from deskbell.store.statement import Statement
from tests.support.api import API, errors_of, on_api

_LABEL_CONTACT = Statement("INSERT INTO contact_labels (contact_id, title) VALUES (:contact_id, :title)")
_CONTACT_LABELS = Statement(
    "SELECT l.title FROM contact_labels l WHERE l.contact_id = :contact_id ORDER BY l.title"
)


async def made(api: API, title: str, **more: Any) -> dict[str, Any]:
    answer = await api.alice.post("labels", json={"title": title, **more})
    assert answer.status_code == 200, answer.text
    label: dict[str, Any] = answer.json()
    return label


async def label_contact(api: API, *titles: str) -> None:
    async with api.world.database.unit() as unit:
        await unit.run_many(
            _LABEL_CONTACT, [{"contact_id": api.world.carla.id, "title": title} for title in titles]
        )


async def contact_labels(api: API) -> list[str]:
    async with api.world.database.read() as reader:
        return [row["title"] for row in await reader.all(_CONTACT_LABELS, contact_id=api.world.carla.id)]


async def labels_of(api: API, number: int) -> list[str]:
    payload: list[str] = (await api.alice.get(f"conversations/{number}/labels")).json()["payload"]
    return payload


async def thread(api: API, number: int) -> list[str]:
    """What the conversation's thread says."""
    return [
        one["content"] for one in (await api.alice.get(f"conversations/{number}/messages")).json()["payload"]
    ]


async def found_by(api: API, title: str) -> list[int]:
    """The conversations a list finds by a label."""
    listed = await api.alice.get("conversations", params={"labels[]": title})
    return sorted(one["id"] for one in listed.json()["data"]["payload"])


def test_a_label_is_kept_lower_cased_and_shown_by_its_title(url: str) -> None:
    async def story(api: API) -> None:
        vip = await made(api, " VIP ", description="Treat well", color="#ff0000", show_on_sidebar="false")
        assert vip == {
            "id": vip["id"],
            "title": "vip",
            "description": "Treat well",
            "color": "#ff0000",
            "show_on_sidebar": False,
        }
        wrapped = await api.alice.post("labels", json={"label": {"title": "Über_billing-2"}})
        assert (wrapped.json()["title"], wrapped.json()["color"]) == ("über_billing-2", "#1f93ff")
        assert (wrapped.json()["description"], wrapped.json()["show_on_sidebar"]) == (None, True)
        await made(api, "abc")
        listed = (await api.bob.get("labels")).json()["payload"]
        assert [one["title"] for one in listed] == ["abc", "vip", "über_billing-2"]
        assert (await api.alice.get(f"labels/{vip['id']}")).json() == vip

    on_api(url, story)


@pytest.mark.parametrize(
    "title", ["", "  ", None, "a", "two words", "-dash", "_line", "a!", "x" * 101, "日 本", []]
)
def test_a_title_that_is_none_is_refused(sqlite_url: str, title: Any) -> None:
    async def story(api: API) -> None:
        before = await api.state()
        errors_of(await api.alice.post("labels", json={"title": title}), "title")
        assert await api.state() == before

    on_api(sqlite_url, story)


def test_an_account_has_a_title_once_and_every_wrong_field_is_named(url: str) -> None:
    async def story(api: API) -> None:
        one = await made(api, "one")
        two = await made(api, "two")
        before = await api.state()
        assert "taken" in errors_of(await api.alice.post("labels", json={"title": "ONE"}), "title")["title"]
        errors_of(await api.alice.patch(f"labels/{two['id']}", json={"title": "one"}), "title")
        same = await api.alice.put(f"labels/{one['id']}", json={"title": "One"})
        assert same.json() == one
        errors_of(await api.alice.post("labels", json={"title": "a b", "color": "x" * 300}), "title", "color")
        errors_of(
            await api.alice.post("labels", json={"color": {}, "show_on_sidebar": "so-so"}),
            "color",
            "show_on_sidebar",
        )
        errors_of(await api.alice.patch(f"labels/{two['id']}", json={"title": None}), "title")
        assert await api.state() == before
        assert [each["title"] for each in (await api.alice.get("labels")).json()["payload"]] == ["one", "two"]

    on_api(url, story)


def test_what_a_change_does_not_speak_of_stays(url: str) -> None:
    async def story(api: API) -> None:
        label = await made(api, "vip", description="Treat well", color="#ff0000", show_on_sidebar=False)
        for method in ("PATCH", "PUT"):
            changed = await api.alice.request(
                method, f"labels/{label['id']}", json={"color": "", "show_on_sidebar": None}
            )
            assert changed.json() == label
        cleared = await api.alice.patch(
            f"labels/{label['id']}", json={"description": None, "color": "#00ff00"}
        )
        assert cleared.json() == label | {"description": None, "color": "#00ff00"}

    on_api(url, story)


def test_a_new_title_is_the_title_on_every_conversation_and_contact_that_carries_the_old_one(
    url: str,
) -> None:
    async def story(api: API) -> None:
        label = await made(api, "vip")
        for number, titles in enumerate((["a1", "vip", "b2"], ["vip", "gold"], ["b2"]), 1):
            await api.world.conversation()
            await api.alice.post(f"conversations/{number}/labels", json={"labels": titles})
        await label_contact(api, "vip", "gold")
        said, seen = await thread(api, 1), len(await api.told())
        renamed = await api.alice.patch(f"labels/{label['id']}", json={"title": "Gold"})
        assert renamed.json() == label | {"title": "gold"}
        assert await labels_of(api, 1) == ["a1", "gold", "b2"], "where it stood"
        assert await labels_of(api, 2) == ["gold"], "not twice"
        assert await labels_of(api, 3) == ["b2"]
        assert await found_by(api, "gold") == [1, 2]
        assert await found_by(api, "vip") == []
        assert await contact_labels(api) == ["gold"]
        told = [thaw(event.snapshot) for event in await api.world.events(seen)]
        assert [one.event for one in told] == ["conversation_updated", "conversation_updated"]
        [change] = told[0].changes
        assert (change.previous, change.current) == (["a1", "vip", "b2"], ["a1", "gold", "b2"])
        assert await thread(api, 1) == said, "what was said then stays as it was said"

    on_api(url, story)


def test_a_deleted_label_is_taken_off_and_what_was_said_of_it_stays(url: str) -> None:
    async def story(api: API) -> None:
        label = await made(api, "vip")
        await api.world.conversation()
        await api.world.conversation()
        await api.alice.post("conversations/1/labels", json={"labels": ["vip", "b2"]})
        await label_contact(api, "vip", "gold")
        said, seen = await thread(api, 1), len(await api.told())
        gone = await api.alice.delete(f"labels/{label['id']}")
        assert (gone.status_code, gone.content) == (200, b"")
        assert (await labels_of(api, 1), await contact_labels(api)) == (["b2"], ["gold"])
        assert await found_by(api, "vip") == []
        assert await api.told(seen) == ["conversation_updated"]
        assert await thread(api, 1) == said
        assert any("vip" in line for line in said)
        assert (await api.alice.delete(f"labels/{label['id']}")).status_code == 404
        assert (await api.alice.get("labels")).json() == {"payload": []}

    on_api(url, story)


def test_another_accounts_labels_of_the_same_title_are_left_alone(url: str) -> None:
    async def story(api: API) -> None:
        theirs = await api.client(
            f"/api/v1/accounts/{api.other_account}", api.stranger.headers["api_access_token"]
        )
        inbox = (await theirs.post("inboxes", json={"name": "x", "channel": {"type": "api"}})).json()
        await theirs.post("contacts", json={"name": "Otto", "inbox_id": inbox["id"], "source_id": "o-1"})
        await theirs.post("conversations", json={"source_id": "o-1"})
        await theirs.post("conversations/1/labels", json={"labels": ["vip"]})
        own, other = await made(api, "vip"), (await theirs.post("labels", json={"title": "vip"})).json()
        for method, body in (("GET", None), ("PATCH", {"title": "gold"}), ("DELETE", None)):
            answer = await api.alice.request(method, f"labels/{other['id']}", json=body)
            assert answer.status_code == 404
        await api.alice.patch(f"labels/{own['id']}", json={"title": "gold"})
        await api.alice.delete(f"labels/{own['id']}")
        assert (await theirs.get("conversations/1/labels")).json() == {"payload": ["vip"]}
        assert [one["title"] for one in (await theirs.get("labels")).json()["payload"]] == ["vip"]

    on_api(url, story)


def test_agents_see_labels_and_only_administrators_keep_them(url: str) -> None:
    async def story(api: API) -> None:
        label = await made(api, "vip")
        path = f"labels/{label['id']}"
        for method, where, body in (
            ("POST", "labels", {"title": "x1"}),
            ("GET", path, None),
            ("PATCH", path, {"title": "x1"}),
            ("DELETE", path, None),
        ):
            for client, reason in ((api.bob, "only administrators"), (api.bot, "not authorized for bots")):
                refused = await client.request(method, where, json=body)
                assert refused.status_code == 401, (method, where)
                assert reason in refused.json()["error"]
        assert (await api.bot.get("labels")).status_code == 401
        assert (await api.alice.get("labels")).json() == {"payload": [label]}

    on_api(url, story)
