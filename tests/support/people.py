"""People in front of the dashboard: a browser's cookies and forms, in the process."""

import html
import re
from collections.abc import Mapping
from typing import Any

import httpx

from deskbell.desk.commands import browser_sessions
from deskbell.kit.clock import DAY
from deskbell.web.dashboard.session import COOKIE, csrf_token
from tests.support.api import API, HOST
from tests.support.files import File


class Person:
    """Somebody in front of a browser. Forms go out as a page of ours sends them."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    @property
    def token(self) -> str:
        return self.client.cookies.get(COOKIE) or ""

    async def get(self, path: str, *, status: int = 200, **query: Any) -> str:
        """A page, as it reads."""
        answer = await self.client.get(path, params=query or None)
        assert answer.status_code == status, (path, answer.status_code, answer.text)
        return answer.text

    async def sent_to(self, path: str) -> str:
        """Where a page leads at once."""
        answer = await self.client.get(path)
        assert answer.status_code in (302, 303), (path, answer.status_code, answer.text)
        return answer.headers["location"]

    async def post(
        self, path: str, fields: Mapping[str, Any] | None = None, *, csrf: str | None = None, **headers: str
    ) -> httpx.Response:
        """A form. Without a token of its own it carries the session's."""
        token = csrf if csrf is not None else csrf_token(self.token)
        origin = {"origin": HOST} | {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.post(path, data={"csrf_token": token} | dict(fields or {}), headers=origin)

    async def upload(
        self, path: str, fields: Mapping[str, Any], files: list[tuple[str, File]], **headers: str
    ) -> httpx.Response:
        """A form with files, as `post`."""
        sent = {"csrf_token": csrf_token(self.token)} | dict(fields)
        origin = {"origin": HOST} | {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.post(path, data=sent, files=files, headers=origin)

    async def submit(self, path: str, fields: Mapping[str, Any] | None = None) -> str:
        """A form that is taken; answers where it leads."""
        answer = await self.post(path, fields)
        assert answer.status_code == 303, (path, answer.status_code, answer.text)
        location: str = answer.headers["location"]
        return location

    async def refused(self, path: str, fields: Mapping[str, Any]) -> str:
        """A form that comes back to be mended."""
        answer = await self.post(path, fields)
        assert answer.status_code == 422, (path, answer.status_code, answer.text)
        return answer.text


async def visitor(api: API) -> Person:
    """Somebody who is not signed in."""
    return Person(await api.client(""))


async def person(api: API, user_id: int) -> Person:
    """Somebody who is signed in already."""
    someone = await visitor(api)
    async with api.world.database.unit() as unit:
        token = await browser_sessions.open_session(
            unit, user_id, user_agent="Mozilla/5.0", address="192.0.2.7", life=DAY
        )
    someone.client.cookies.set(COOKIE, token, domain="deskbell.test", path="/app")
    return someone


def words(page: str) -> str:
    """What a page says to people: without its markup, in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.replace("<wbr>", ""))).split())


def beside(page: str, field: str) -> str:
    """What is said to be wrong with a field, beside it."""
    found = re.search(rf'id="{re.escape(field)}-wrong">([^<]*)<', page)
    assert found is not None, f"nothing is said of {field}"
    return html.unescape(found[1])
