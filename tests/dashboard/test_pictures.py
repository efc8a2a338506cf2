"""Pictures in the dashboard: an inbox's logo, an agent's face, a bot's; uploaded, shown, replaced, taken away."""

import re
from typing import Any

import httpx

from tests.api.test_files import on_disk
from tests.support.api import API, on_api
from tests.support.files import HTML, SVG, File, attached, picture, png
from tests.support.people import Person, beside, person, words

CHAT = {"widget_color": "#8a5a14"}
LARGE = ("large.png", png() + b"\0" * 3_000, "image/png")


async def places(api: API) -> list[tuple[str, dict[str, Any], httpx.AsyncClient, str]]:
    """Every form with a picture in it: where, what it needs besides; and who shows by the API what became of it, where."""
    base = f"/app/accounts/{api.world.account_id}"
    bot = (await api.alice.post("agent_bots", json={"name": "Robbie"})).json()["id"]
    return [
        (
            f"{base}/settings/inboxes/{api.world.website.id}/look",
            CHAT,
            api.alice,
            f"inboxes/{api.world.website.id}",
        ),
        (f"{base}/settings/agent_bots/{bot}/edit", {"name": "Robbie"}, api.alice, f"agent_bots/{bot}"),
        (
            f"{base}/profile",
            {"name": "Alice", "email": "alice@example.com"},
            await api.client("/api/v1", api.world.token),
            "profile",
        ),
    ]


async def address(client: httpx.AsyncClient, path: str) -> str:
    told = (await client.get(path)).json()
    found: str = told["avatar_url"] if "avatar_url" in told else told["thumbnail"]
    return found


async def give(someone: Person, path: str, fields: dict[str, Any], *files: File) -> None:
    """The form, with a picture or without, which is taken."""
    sent = attached(*files, field="avatar") or [("avatar", ("", b"", "application/octet-stream"))]
    answer = await someone.upload(path, fields, sent)
    assert answer.status_code == 303, (path, answer.text)


def test_a_picture_is_uploaded_shown_kept_replaced_and_taken_away(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        for path, fields, client, shown in await places(api):
            assert "remove_avatar" not in await alice.get(path), "there is none to take away"
            await give(alice, path, fields, picture())
            first = await address(client, shown)
            answer = await api.nobody.get(first)
            assert (answer.content, answer.headers["content-type"]) == (png(), "image/png")
            assert "sandbox" in answer.headers["content-security-policy"]
            page = await alice.get(path)
            assert f'src="{first.removeprefix(api.services.public_url)}"' in page
            await give(alice, path, fields | {"avatar_url": ""})
            assert await address(client, shown) == first, "a form without a file says nothing of it"
            await give(alice, path, fields, ("dog.png", png(5, 5), "image/png"))
            second = await address(client, shown)
            assert (await api.nobody.get(first)).status_code == 404
            await give(alice, path, fields | {"remove_avatar": "1"})
            assert await address(client, shown) == ""
            assert (await api.nobody.get(second)).status_code == 404

    on_api(url, story)


def test_what_is_no_picture_comes_back_with_what_was_typed_and_is_not_kept(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        for path, fields, client, shown in await places(api):
            for wrong, why in (
                (("a.png", HTML, "image/png"), "should be a picture"),
                (("a.svg", SVG, "image/svg+xml"), "should be a picture"),
                (("a.png", b"", "image/png"), "is empty"),
                (LARGE, "too large"),
            ):
                answer = await alice.upload(
                    path, fields | {"name": "Typed <b>"}, attached(wrong, field="avatar")
                )
                assert answer.status_code == 422, (path, answer.text)
                assert why in beside(answer.text, "avatar")
                assert "Choose the file again" in answer.text
                assert "Typed <b>" not in answer.text
            assert await address(client, shown) == ""
            refused = await alice.upload(
                path, fields | {"csrf_token": "x"}, attached(picture(), field="avatar")
            )
            assert refused.status_code == 403
            other = await alice.upload(path, fields, attached(picture(), field="name"))
            assert other.status_code == 422
        assert on_disk(api) == []

    on_api(url, story, max_upload_bytes=2_000)


def test_with_another_field_wrong_a_picture_is_let_go_of(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        for path, fields, _client, _shown in await places(api):
            bad = dict.fromkeys(fields, "")
            answer = await alice.upload(path, fields | bad, attached(picture(), field="avatar"))
            assert answer.status_code == 422, (path, answer.text)
            assert "Choose the file again" in answer.text
        assert on_disk(api) == []

    on_api(url, story)


def test_a_logo_and_a_bots_picture_may_lie_elsewhere(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        for path, fields, client, shown in (await places(api))[:2]:
            await give(alice, path, fields, picture())
            mine = await address(client, shown)
            elsewhere = "https://example.com/logo.png"
            await give(alice, path, fields | {"avatar_url": elsewhere})
            assert await address(client, shown) == elsewhere
            assert (await api.nobody.get(mine)).status_code == 404, "the file that was there is let go of"
            assert f'value="{elsewhere}"' in await alice.get(path)
            page = await alice.refused(path, fields | {"avatar_url": "javascript:alert(1)"})
            assert "https://" in beside(page, "avatar_url")
            refused = await client.patch(shown, json={"avatar_url": "javascript:alert(1)"})
            assert refused.status_code == 422, "the API refuses it as well"
            await give(alice, path, fields | {"avatar_url": ""})
            assert await address(client, shown) == "", "blanked, it is none"

    on_api(url, story)


def test_agents_choose_their_own_face_and_no_other(url: str) -> None:
    async def story(api: API) -> None:
        bob = await person(api, api.world.bob.id)
        for path, fields, client, shown in await places(api):
            answer = await bob.upload(path, fields, attached(picture(), field="avatar"))
            assert answer.status_code == (422 if path.endswith("/profile") else 403), (path, answer.text)
            assert await address(client, shown) == ""
        assert on_disk(api) == []
        base = f"/app/accounts/{api.world.account_id}"
        await give(bob, f"{base}/profile", {"name": "Bob", "email": "bob@example.com"}, picture())
        agents = (await api.alice.get("agents")).json()
        [own] = [one["thumbnail"] for one in agents if one["email"] == "bob@example.com"]
        assert own.startswith(f"{api.services.public_url}/files/")
        await api.world.conversation()
        await bob.post(f"{base}/conversations/1/messages", {"content": "Hello"})
        thread = await bob.get(f"{base}/conversations/1")
        assert re.search(rf'<img class="avatar[^>]*src="{own.removeprefix(api.services.public_url)}"', thread)
        assert "Hello" in words(thread)

    on_api(url, story)
