"""The demo's page: there with `--demo` only."""

import hashlib
import hmac
from pathlib import Path
from typing import Any

from deskbell.kit import json
from deskbell.web.services import Demo
from tests.api.test_widget_page import Page, folder, policy, serving
from tests.support.api import API, on_api

__all__ = ["folder"]


def bell(place: int) -> dict[str, Any]:
    return {"place": place, "id": f"evt_1_{place}", "event": "message_created", "verified": True}


def shown(api: API, *bells: dict[str, Any]) -> Demo:
    website = api.world.website
    identity = hmac.new(website.hmac_token.encode(), b"customer-7", hashlib.sha256).hexdigest()
    return Demo(
        website_token=website.token,
        identifier="customer-7",
        identifier_hash=identity,
        name="Vera Visitor",
        email="vera@example.com",
        label="sales",
        bells=lambda: list(bells),
    )


def test_without_the_demo_there_is_no_page(url: str, folder: Path) -> None:
    async def story(api: API) -> None:
        browser = await serving(api, folder)
        assert (await browser.get("/demo")).status_code == 404
        assert (await browser.get("/demo/bells")).status_code == 404

    on_api(url, story)


def test_the_page_embeds_the_widget_and_runs_nothing_of_others(url: str, folder: Path) -> None:
    async def story(api: API) -> None:
        browser = await serving(api, folder, demo=shown(api))
        before = await api.state()
        answer = await browser.get("/demo")
        page = Page(answer.text)
        assert answer.status_code == 200
        assert page.inline == []
        assert {"/static/demo/demo-D4.js", "/packs/js/sdk.js"} <= set(page.loads)
        assert f'data-website-token="{api.world.website.token}"' in answer.text
        told = policy(answer)
        assert (told["default-src"], told["frame-ancestors"]) == ("'none'", "'none'")
        assert told["script-src"] == told["style-src"] == told["frame-src"] == "'self'"
        assert await api.state() == before
        said = json.loads(page.data["demo"])
        visitor = await api.visitor()
        known = await visitor.patch(
            "contact/set_user", json={"identifier": said["identifier"], **said["user"]}
        )
        assert (known.status_code, known.json()["name"]) == (200, "Vera Visitor"), (
            "its visitor is vouched for"
        )

    on_api(url, story)


def test_the_page_asks_for_the_bells_that_rang_since(url: str, folder: Path) -> None:
    async def story(api: API) -> None:
        browser = await serving(api, folder, demo=shown(api, bell(1), bell(2), bell(3)))
        assert (await browser.get("/demo/bells")).json() == {
            "payload": [bell(1), bell(2), bell(3)],
            "latest": 3,
        }
        assert (await browser.get("/demo/bells?after=2")).json() == {"payload": [bell(3)], "latest": 3}
        assert (await browser.get("/demo/bells?after=99")).json() == {"payload": [], "latest": 3}
        assert (await browser.get("/demo/bells?after=x")).status_code == 422
        silent = await serving(api, folder, demo=shown(api))
        assert (await silent.get("/demo/bells")).json() == {"payload": [], "latest": 0}

    on_api(url, story)


def test_a_checkout_that_is_not_built_says_what_to_do(url: str, tmp_path: Path) -> None:
    async def story(api: API) -> None:
        browser = await serving(api, tmp_path, demo=shown(api))
        answer = await browser.get("/demo")
        assert (answer.status_code, "make frontend" in answer.text) == (503, True)

    on_api(url, story)
