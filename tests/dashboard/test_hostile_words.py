"""Whatever people, programs and visitors call things, and whatever they say: on no page does any of it run."""

import re
from html.parser import HTMLParser
from typing import Any

from typing_extensions import override

from tests.dashboard.test_every_route import filled
from tests.support.api import API, on_api
from tests.support.people import person

MARKUP = "\"><img src=x onerror=alert(1)>'`<script>alert(2)</script>"
SCRIPT = "javascript:alert(1)//"


class Dangers(HTMLParser):
    """What of a page would run, or lead to what does."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[object] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        links = [said.get(name) or "" for name in ("href", "src", "action", "formaction")]
        runs = any(re.match(r"\s*(javascript|vbscript|data:text)", link, re.IGNORECASE) for link in links)
        if runs or "style" in said or any(name.startswith("on") for name in said) or said.get("src") == "x":
            self.found.append((tag, attrs))
        if tag == "script" and said.get("type") not in ("module", "application/json"):
            self.found.append((tag, attrs))


async def name_badly(api: API) -> None:
    """Everything that somebody may name, named so that it would do harm where it is taken for markup."""
    cards = {
        "title": MARKUP,
        "media_url": SCRIPT,
        "actions": [{"type": "link", "text": MARKUP, "uri": SCRIPT}],
    }
    article = {"title": MARKUP, "link": SCRIPT, "description": MARKUP}
    own = {"custom_attributes": {"plan": SCRIPT, MARKUP: MARKUP}}
    made: list[tuple[str, str, dict[str, Any]]] = [
        ("PATCH", f"contacts/{api.world.carla.id}", own | {"name": MARKUP, "avatar_url": SCRIPT}),
        ("PATCH", f"inboxes/{api.world.api_inbox.id}", {"name": MARKUP}),
        ("POST", "canned_responses", {"short_code": "x", "content": f"{MARKUP} [a]({SCRIPT})"}),
        ("POST", "teams", {"name": MARKUP, "description": MARKUP}),
        ("POST", "agent_bots", {"name": MARKUP, "description": MARKUP}),
        ("POST", "custom_filters", {"name": MARKUP, "type": "conversation", "query": {"payload": []}}),
        ("POST", "conversations/1/custom_attributes", own),
        ("POST", "conversations/1/messages", {"content": f"{MARKUP} [a]({SCRIPT}) <{SCRIPT}>"}),
        (
            "POST",
            "conversations/1/messages",
            {"content_type": "cards", "content_attributes": {"items": [cards]}},
        ),
        (
            "POST",
            "conversations/1/messages",
            {"content_type": "article", "content_attributes": {"items": [article]}},
        ),
    ]
    for method, path, body in made:
        answer = await api.alice.request(
            method, path, json=body | ({"content": MARKUP} if "items" in str(body) else {})
        )
        assert answer.is_success, (path, answer.text)
    files = {"attachments[]": ('"><svg onload=alert(1)>.svg', b"<svg onload='alert(1)'/>", "image/svg+xml")}
    assert (await api.alice.post("conversations/1/messages", data={"content": "f"}, files=files)).is_success
    await api.world.hear(1, MARKUP)


def test_nothing_that_is_named_or_said_runs_on_any_page(url: str) -> None:
    async def story(api: API) -> None:
        paths = await filled(api)
        await name_badly(api)
        alice = await person(api, api.world.alice.id)
        for route, path in paths.items():
            if route.startswith("GET"):
                asked = dict.fromkeys(
                    ("q", "find", "text", "url", "email", "launcher", "conversation"), MARKUP
                )
                for query in ({}, asked):
                    page = Dangers()
                    page.feed((await alice.client.get(path, params=query)).text)
                    assert not page.found, (route, page.found)

    on_api(url, story)
