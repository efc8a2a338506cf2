"""The page of the widget's frame, and the built files that it and other sites load."""

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec.structs import replace
from typing_extensions import override

from deskbell.kit import json
from deskbell.web.built import Built
from tests.support.api import API, errors_of, on_api

MANIFEST = {"script": "frame-A1.js", "style": "frame-B2.css", "preload": ["chunk-C3.js"]}
FILES = {
    "sdk.js": b"window.deskbellSDK = {};",
    "widget/frame-A1.js": b"console.log('frame');" * 100,
    "widget/frame-B2.css": b"body { margin: 0 }",
    "widget/chunk-C3.js": b"export {};",
    "widget/manifest.json": json.dumps(MANIFEST),
    "demo/manifest.json": json.dumps({"script": "demo-D4.js", "style": None, "preload": []}),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What a build leaves behind, small."""
    for name, body in FILES.items():
        path = tmp_path / "static" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return tmp_path / "static"


async def serving(api: API, folder: Path, **more: Any) -> httpx.AsyncClient:
    """A browser, at a server that was built into this folder."""
    api.app.state.services = replace(api.services, built=Built(folder), **more)
    return await api.client("")


class Page(HTMLParser):
    """What is in a page: scripts and styles it has itself, and what it loads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.data: dict[str, str] = {}
        self.loads: list[str] = []
        self.inline: list[str] = []
        self.language: str | None = None
        self._script: dict[str, str | None] | None = None
        self.feed(html)
        self.close()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.language = told.get("lang") if tag == "html" else self.language
        self._script = told if tag in ("script", "style") else None
        self.loads += [told[name] or "" for name in ("src", "href") if name in told]
        self.inline += [name for name in told if name == "style" or name.startswith("on")]

    @override
    def handle_endtag(self, tag: str) -> None:
        self._script = None

    @override
    def handle_data(self, data: str) -> None:
        if self._script is None or not data.strip():
            return
        if self._script.get("type") == "application/json":
            self.data[self._script["id"] or ""] = data
        else:
            self.inline.append(data)


def policy(answer: httpx.Response) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer.headers["content-security-policy"].split(";"))
    return {name: value for name, _, value in parts}


async def shown(api: API, browser: httpx.AsyncClient, **query: str) -> tuple[Page, dict[str, Any]]:
    answer = await browser.get("/widget", params={"website_token": api.world.website.token, **query})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    page = Page(answer.text)
    told: dict[str, Any] = json.loads(page.data["deskbell"])
    return page, told


def test_the_page_tells_the_frame_what_it_needs_and_makes_no_record(url: str, folder: Path) -> None:
    async def story(api: API) -> None:
        browser = await serving(api, folder)
        before = await api.state()
        page, told = await shown(api, browser, origin="https://Shop.example.com", locale="pt_BR")
        assert page.language == "pt_BR"
        assert page.loads == [
            "data:,",  # no favicon: the browser need not ask for one
            "/static/widget/frame-B2.css",
            "/static/widget/chunk-C3.js",
            "/static/widget/frame-A1.js",
        ]
        assert sorted(told) == ["cable", "channel", "locale", "origin", "website_token"]
        assert (told["origin"], told["locale"]) == ("https://shop.example.com", "pt_BR")
        assert (told["channel"]["website_name"], told["cable"]) == ("Website", "/cable")
        assert "auth_token" not in told["channel"]
        opened = (await (await api.browser()).post("config")).json()["website_channel_config"]
        assert told["channel"] | {"locale": "en", "auth_token": opened["auth_token"]} == opened
        assert await api.state() == before
        assert not browser.cookies

    on_api(url, story)


def test_the_page_runs_nothing_but_our_own_files(url: str, folder: Path) -> None:
    async def story(api: API) -> None:
        browser = await serving(api, folder)
        page, _ = await shown(api, browser)
        assert page.inline == []
        answer = await browser.get("/widget", params={"website_token": api.world.website.token})
        told = policy(answer)
        assert (told["default-src"], told["base-uri"], told["form-action"]) == ("'none'", "'none'", "'none'")
        assert told["script-src"] == told["style-src"] == told["connect-src"] == "'self'"
        assert told["frame-ancestors"] == "*"
        assert "unsafe" not in str(told)
        assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == (
            "no-store",
            "nosniff",
        )

    on_api(url, story)


def test_only_allowed_domains_may_show_the_page(url: str, folder: Path) -> None:
    async def story(api: API) -> None:
        browser = await serving(api, folder)
        path = f"inboxes/{api.world.website.id}"
        said = {"channel": {"allowed_domains": "Example.com, *.example.org https://a.example.net:8443/"}}
        assert (await api.alice.patch(path, json=said)).status_code == 200
        answer = await browser.get("/widget", params={"website_token": api.world.website.token})
        wanted = "example.com *.example.org https://a.example.net:8443"
        assert policy(answer)["frame-ancestors"] == wanted

    on_api(url, story)


def test_domains_that_are_none_are_refused_by_name(url: str) -> None:
    async def story(api: API) -> None:
        for wrong in ("https://example.com/shop", "example.com; script-src *", "*", "x" * 10_001):
            said = {"channel": {"type": "web_widget", "allowed_domains": wrong}}
            made = await api.alice.post("inboxes", json={"name": "Shop", **said})
            changed = await api.alice.patch(f"inboxes/{api.world.website.id}", json=said)
            for answer in (made, changed):
                told = errors_of(answer, "allowed_domains")["allowed_domains"]
                assert "example.com" in told or "too long" in told
                assert len(told) < 600

    on_api(url, story)


@pytest.mark.parametrize(
    "name", ["</script><script>alert(1)</script>", "<!--<script>", '" onload="x', "</title><b>", "'{{7*7}}"]
)
def test_a_websites_name_cannot_break_out(url: str, folder: Path, name: str) -> None:
    async def story(api: API) -> None:
        browser = await serving(api, folder)
        named = {"name": name, "channel": {"welcome_title": name}}
        assert (await api.alice.patch(f"inboxes/{api.world.website.id}", json=named)).status_code == 200
        page, told = await shown(api, browser, locale='"><script>alert(2)</script>'[:35])
        assert told["channel"]["website_name"] == told["channel"]["welcome_title"] == name
        assert page.inline == []
        assert list(page.data) == ["deskbell"]

    on_api(url, story)


@pytest.mark.parametrize(
    "origin", ["", "null", "*", "javascript:alert(1)", "https://a.example.com/x", "file://"]
)
def test_an_origin_that_is_none_is_not_told(url: str, folder: Path, origin: str) -> None:
    async def story(api: API) -> None:
        _, told = await shown(api, await serving(api, folder), origin=origin)
        assert told["origin"] is None

    on_api(url, story)


def test_a_token_of_no_website_gets_a_page_that_says_so(url: str, folder: Path) -> None:
    async def story(api: API) -> None:
        browser = await serving(api, folder)
        for token in ("nobody", "", api.world.api_inbox.token):
            answer = await browser.get("/widget", params={"website_token": token})
            assert answer.status_code == 404
            assert "Copy the snippet" in answer.text
            assert policy(answer)["default-src"] == "'none'"
            assert Page(answer.text).inline == Page(answer.text).loads == []

    on_api(url, story)


def test_a_checkout_that_is_not_built_says_what_to_do(url: str, tmp_path: Path) -> None:
    async def story(api: API) -> None:
        browser = await serving(api, tmp_path)
        answer = await browser.get("/widget", params={"website_token": api.world.website.token})
        assert answer.status_code == 503
        assert "make frontend" in answer.text
        assert (await browser.get("/packs/js/sdk.js")).status_code == 404

    on_api(url, story)


def test_the_bubble_learns_its_colour_on_any_site(url: str) -> None:
    async def story(api: API) -> None:
        path = f"inboxes/{api.world.website.id}"
        await api.alice.patch(path, json={"channel": {"widget_color": "#123456"}})
        before = await api.state()
        query = {"website_token": api.world.website.token}
        answer = await (await api.client("")).get("/widget/look", params=query)
        assert answer.json() == {"widget_color": "#123456"}
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cache-control"] == "public, max-age=300"
        unknown = await (await api.client("")).get("/widget/look", params={"website_token": "nobody"})
        assert unknown.status_code == 404
        assert await api.state() == before

    on_api(url, story)


def test_built_files_are_kept_for_ever_and_the_loader_for_a_while(url: str, folder: Path) -> None:
    async def story(api: API) -> None:
        browser = await serving(api, folder)
        for path, name, keep, kind in (
            (
                "/static/widget/frame-A1.js",
                "widget/frame-A1.js",
                "public, max-age=31536000, immutable",
                "javascript",
            ),
            (
                "/static/widget/frame-B2.css",
                "widget/frame-B2.css",
                "public, max-age=31536000, immutable",
                "text/css",
            ),
            ("/packs/js/sdk.js", "sdk.js", "public, max-age=300", "javascript"),
        ):
            answer = await browser.get(path)
            headers = answer.headers
            assert (answer.status_code, answer.content) == (200, FILES[name])
            assert (headers["cache-control"], headers["vary"]) == (keep, "Accept-Encoding")
            assert kind in headers["content-type"]
            assert headers["cross-origin-resource-policy"] == "cross-origin"
            again = await browser.get(path, headers={"If-None-Match": headers["etag"]})
            assert (again.status_code, again.content) == (304, b"")
            assert (again.headers["cache-control"], again.headers["etag"]) == (keep, headers["etag"])

    on_api(url, story)


def test_a_browser_that_takes_gzip_gets_it_and_one_that_does_not_does_not(url: str, folder: Path) -> None:
    async def story(api: API) -> None:
        browser = await serving(api, folder)
        path, body = "/static/widget/frame-A1.js", FILES["widget/frame-A1.js"]
        async with browser.stream("GET", path, headers={"Accept-Encoding": "gzip, br"}) as small:
            sent = b"".join([part async for part in small.aiter_raw()])
            assert small.headers["content-encoding"] == "gzip"
        plain = await browser.get(path, headers={"Accept-Encoding": "identity"})
        assert gzip.decompress(sent) == plain.content == body
        assert len(sent) < len(body)
        assert "content-encoding" not in plain.headers
        assert plain.headers["etag"] == small.headers["etag"]

    on_api(url, story)


@pytest.mark.parametrize(
    ("known", "status"),
    [('"other", {}', 304), ("{strong}", 304), ('"other"', 200), ("", 200), ("*x", 200)],
)
def test_a_browser_that_has_a_file_is_not_sent_it_again(
    url: str, folder: Path, known: str, status: int
) -> None:
    async def story(api: API) -> None:
        browser = await serving(api, folder)
        etag = (await browser.get("/packs/js/sdk.js")).headers["etag"]
        asked = known.format(etag, strong=etag.removeprefix("W/"))
        answer = await browser.get("/packs/js/sdk.js", headers={"If-None-Match": asked})
        assert answer.status_code == status

    on_api(url, story)


@pytest.mark.parametrize(
    "path",
    [
        "nothing.js",
        "widget",
        "widget/",
        "widget/manifest.json",
        "demo/manifest.json",
        "../pages.py",
        "%2e%2e/pages.py",
        "..%2fpages.py",
        "widget/..%2f..%2fpages.py",
        "/etc/passwd",
        "widget//frame-A1.js",
        "widget%5cframe-A1.js",
        "WIDGET/FRAME-A1.JS",
        "%00",
        "sdk.js%00.css",
    ],
)
def test_nothing_else_is_served(url: str, folder: Path, path: str) -> None:
    async def story(api: API) -> None:
        browser = await serving(api, folder)
        answer = await browser.get(f"/static/{path}")
        assert answer.status_code == 404
        assert not re.search(rb"import|root:", answer.content)

    on_api(url, story)
