"""Every route of the application, tried by everybody: only those whom `routes.py` names get past the question who they are."""

import re
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from deskbell.desk.commands import platform
from deskbell.web.dashboard.route import PageRoute
from tests.api.routes import BODIES, QUERIES, TABLE, read, short
from tests.api.test_who_may import NOT_FOUND, SIGN_IN, things
from tests.support.api import API, on_api

MAY = read(TABLE)
"""Which group may, by route."""

GROUPS = {
    "everyone": {"bot", "agent", "administrator"},
    "people": {"agent", "administrator"},
    "administrators": {"administrator"},
    "users": {"agent", "administrator", "stranger"},
    "sessions": set[str](),
    "apps": {"app"},
    "visitors": {"visitor"},
    "anyone": {"nobody", "wrong", "stranger", "app", "visitor", "bot", "agent", "administrator"},
}
CALLERS = ("nobody", "wrong", "stranger", "app", "visitor", "bot", "agent", "administrator")
"""The administrator comes last: what they are let do, they do."""


async def callers(api: API) -> dict[str, httpx.AsyncClient]:
    app = await api.world.do(platform.create_app, "Provisioner")
    visitor = (await api.visitor()).headers["X-Auth-Token"]
    tokens = {
        "wrong": "nobody's",
        "stranger": api.stranger.headers["api_access_token"],
        "app": app.api_access_token,
        "bot": api.bot.headers["api_access_token"],
        "agent": api.bob.headers["api_access_token"],
        "administrator": api.world.token,
    }
    found = {name: await api.client("", token) for name, token in tokens.items()}
    found["nobody"] = await api.client("")
    found["visitor"] = await api.client("", headers={"X-Auth-Token": visitor})
    return found


async def names(api: API) -> dict[str, Any]:
    """What stands for the names in paths: things that are there, wherever a denial depends on that."""
    ids = await things(api)
    extra = await api.alice.post("agents", json={"email": "extra@example.com"})
    return {
        "account_id": api.world.account_id,
        "agent_id": extra.json()["id"],
        "bot_id": api.bot_id,
        "contact_id": ids["contact"],
        "contact_identifier": "carla-1",
        "conversation_id": ids["conversation"],
        "definition_id": ids["definition"],
        "filter_id": ids["filter"],
        "inbox_id": ids["inbox"],
        "inbox_identifier": api.world.api_inbox.token,
        "label_id": ids["label"],
        "message_id": ids["message"],
        "note_id": ids["note"],
        "response_id": ids["canned_response"],
        "team_id": ids["team"],
        "webhook_id": ids["webhook"],
    }


def routes(api: API) -> list[str]:
    """The dashboard's have a table of their own, in `tests/dashboard`."""
    found = [
        f"{method} {short(route.path)}"
        for route in api.app.routes
        if isinstance(route, APIRoute) and not isinstance(route, PageRoute)
        for method in sorted(route.methods or ())
    ]
    assert len(found) > 200
    return found


def paths(api: API, known: dict[str, Any]) -> dict[str, str]:
    """The address of every route that the table has."""

    def named(match: re.Match[str]) -> str:
        return str(known.get(match[1], 1))

    found = {
        f"{method} {short(route.path)}": re.sub(r"\{([a-z_]+)(?::path)?\}", named, route.path)
        for route in api.app.routes
        if isinstance(route, APIRoute) and not isinstance(route, PageRoute)
        for method in route.methods or ()
    }
    return {route: path for route, path in found.items() if route in MAY}


def test_every_route_says_who_may(url: str) -> None:
    async def story(api: API) -> None:
        there = routes(api)
        missing = [f"?  {one.replace(' ', '  ')}" for one in there if one not in MAY]
        assert missing == [], "say in tests/api/routes.py who may:\n" + "\n".join(missing)
        assert sorted(set(MAY) - set(there)) == [], "these are in tests/api/routes.py, but there no more"
        assert sorted(set(BODIES | QUERIES) - set(there)) == []
        others = {getattr(route, "path", "") for route in api.app.routes if not isinstance(route, APIRoute)}
        assert others == {"/openapi.json", "/cable", "/app/accounts/{account_id}/cable"}

    on_api(url, story)


def refused(route: str, caller: str, answer: httpx.Response) -> str | None:
    """How a refusal is not what it should be."""
    group = MAY[route]
    status, body = answer.status_code, answer.json() if answer.content else {}
    error = body.get("error", "")
    if route.startswith(("A", "R"), route.index(" ") + 1) and caller == "stranger":
        return None if answer.content == NOT_FOUND else f"{status} {answer.text}"
    if status != 401 or not error or "code" not in body:
        return f"{status} {answer.text}"
    if group in ("everyone", "people", "administrators"):
        wanted = {
            "nobody": SIGN_IN,
            "visitor": SIGN_IN,
            "bot": "Access to this endpoint is not authorized for bots",
            "agent": "You are not authorized to do this action: only administrators may",
        }.get(caller, "Invalid Access Token")
        return None if error == wanted else f"{error}, not {wanted}"
    return None


@pytest.mark.parametrize("caller", CALLERS)
def test_only_who_may_gets_past_the_question_who_asks(url: str, caller: str) -> None:
    async def story(api: API) -> None:
        known = await names(api)
        client = (await callers(api))[caller]
        before = await api.state()
        wrong = []
        for route, path in paths(api, known).items():
            if caller in GROUPS[MAY[route]]:
                continue
            answer = await asked(api, client, route, path)
            problem = refused(route, caller, answer)
            if problem is not None:
                wrong.append(f"{route}: {problem}")
        assert wrong == []
        assert await api.state() == before, "who is refused changes nothing"

    on_api(url, story, rate_limit_address=0, rate_limit_sign_in=0)


@pytest.mark.parametrize("caller", CALLERS)
def test_whoever_may_is_let_in(url: str, caller: str) -> None:
    async def story(api: API) -> None:
        known = await names(api)
        client = (await callers(api))[caller]
        mine = {route: path for route, path in paths(api, known).items() if caller in GROUPS[MAY[route]]}
        wrong = []
        # What takes things away comes last, and one's own token at the very end.
        for route in sorted(mine, key=lambda one: ("profile/reset" in one, one.startswith("DELETE"))):
            answer = await asked(api, client, route, mine[route])
            if answer.status_code in (401, 403, 405) or answer.status_code >= 500:
                wrong.append(f"{route}: {answer.status_code} {answer.text}")
        assert wrong == []

    on_api(url, story, rate_limit_address=0, rate_limit_token=0, rate_limit_sign_in=0)


async def asked(api: API, client: httpx.AsyncClient, route: str, path: str) -> httpx.Response:
    method = route.partition(" ")[0]
    query = dict(pair.split("=") for pair in QUERIES.get(route, "").split("&") if pair)
    if path.startswith(("/api/v1/widget", "/widget")):
        query["website_token"] = api.world.website.token
    return await client.request(method, path, json=BODIES.get(route, {}), params=query)
