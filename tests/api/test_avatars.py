"""Avatars: a file of one's own, or an address elsewhere; of contacts, inboxes, agent bots and users."""

from pathlib import Path
from typing import Any

import httpx

from tests.api.test_files import on_disk
from tests.support import bodies
from tests.support.api import API, errors_of, on_api
from tests.support.files import HTML, PDF, attached, picture, png


def found_in(answer: httpx.Response) -> str:
    """The avatar's address, wherever the answer has it."""
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    shown = shown.get("payload", shown)
    shown = shown.get("contact", shown)
    address: str = shown["avatar_url"] if "avatar_url" in shown else shown["thumbnail"]
    return address


async def owners(api: API) -> list[tuple[httpx.AsyncClient, str, str]]:
    """Everybody with a face: who asks, where, and the reference's wrapper."""
    bot = (await api.alice.post("agent_bots", json={"name": "Robbie"})).json()["id"]
    return [
        (api.alice, f"contacts/{api.world.carla.id}", "contact"),
        (api.alice, f"inboxes/{api.world.api_inbox.id}", "inbox"),
        (api.alice, f"agent_bots/{bot}", "agent_bot"),
        (await api.client("/api/v1", api.world.token), "profile", "profile"),
    ]


def test_a_picture_is_taken_shown_replaced_and_taken_away(url: str) -> None:
    async def story(api: API) -> None:
        for client, path, wrapper in await owners(api):
            first = found_in(await client.patch(path, files=attached(picture(), field="avatar")))
            assert (await api.nobody.get(first)).content == png()
            assert found_in(await client.get(path)) == first
            other = ("dog.png", png(5, 5), "image/png")
            second = found_in(await client.put(path, files=attached(other, field=f"{wrapper}[avatar]")))
            assert [(await api.nobody.get(one)).status_code for one in (first, second)] == [404, 200]
            assert found_in(await client.patch(path, json={"name": "Same", "avatar_url": second})) == second
            assert (await api.nobody.get(second)).status_code == 200
            assert (await client.delete(f"{path}/avatar")).status_code == 200
            assert found_in(await client.get(path)) == ""
            assert (await api.nobody.get(second)).status_code == 404
            assert (await client.delete(f"{path}/avatar")).status_code == 200

    on_api(url, story)


def test_an_address_elsewhere_takes_a_files_place(url: str) -> None:
    async def story(api: API) -> None:
        for client, path, _ in await owners(api):
            mine = found_in(await client.patch(path, files=attached(picture(), field="avatar")))
            elsewhere = {"avatar_url": "https://example.com/files/cat.png"}
            assert found_in(await client.patch(path, json=elsewhere)) == elsewhere["avatar_url"]
            assert (await api.nobody.get(mine)).status_code == 404

    on_api(url, story)


def test_only_pictures_make_faces(url: str) -> None:
    async def story(api: API) -> None:
        for client, path, _ in await owners(api):
            for data in (HTML, PDF, png()[:10], b""):
                wrong = ("a.png", data, "image/png")
                errors_of(await client.patch(path, files=attached(wrong, field="avatar")), "avatar")
            assert found_in(await client.patch(path, json={"avatar": "not a file"})) == ""
        refused = await api.bob.patch(
            f"inboxes/{api.world.website.id}", files=attached(picture(), field="avatar")
        )
        assert refused.status_code == 401
        assert on_disk(api) == []

    on_api(url, story)


def test_those_who_are_made_may_come_with_a_face(url: str) -> None:
    async def story(api: API) -> None:
        fields = {
            "contacts": {"name": "Dora"},
            "inboxes": {"name": "Shop", "channel[type]": "api"},
            "agent_bots": {"name": "Robbie"},
        }
        for path, data in fields.items():
            files = attached(picture(), field="avatar")
            assert (
                await api.nobody.get(found_in(await api.alice.post(path, data=data, files=files)))
            ).is_success
        wrong = await api.alice.post(
            "contacts", data={"email": "none"}, files=attached(picture(), field="avatar")
        )
        errors_of(wrong, "email")
        kept: list[Path] = on_disk(api)
        assert len(kept) == 3, "what was refused left nothing"

    on_api(url, story)


def test_a_merged_contact_brings_its_face_and_events_show_it(url: str) -> None:
    async def story(api: API) -> None:
        made = await api.alice.post(
            "contacts", data={"name": "Dora"}, files=attached(picture(), field="avatar")
        )
        face = found_in(made)
        both = {
            "base_contact_id": api.world.carla.id,
            "mergee_contact_id": made.json()["payload"]["contact"]["id"],
        }
        assert (await api.alice.post("actions/contact_merge", json=both)).status_code == 200
        assert (await api.nobody.get(face)).content == png()
        await api.world.conversation()
        told = (await api.world.snapshots())[-1]
        assert bodies.hoory(told)["meta"]["sender"]["avatar"] == face
        assert bodies.chatwoot(told)["meta"]["sender"]["thumbnail"] == face

    on_api(url, story)
