"""Every route of the dashboard, tried by those who are signed out, by strangers to the account, by agents and by administrators.

To add a route: put it into the group of whoever may. `test_every_route_says_who_may` fails for one that is missing.
"""

import re

from fastapi.routing import APIRoute

from deskbell.store import users
from deskbell.web.dashboard.route import PageRoute
from tests.support.api import API, on_api
from tests.support.people import Person, person, visitor, words

TABLE = """
anyone          GET       /app
anyone          GET,POST  /app/login
anyone          GET,POST  /app/reset
anyone          GET,POST  /app/setup
anyone          POST      /app/theme
users           POST      /app/logout

people          GET       A
people          GET       A/first_steps
people          GET       A/conversations
people          GET       A/conversations/{number}
people          GET,POST  A/conversations/{number}/messages
people          GET,POST  A/profile
people          POST      A/profile/password
people          POST      A/profile/access_token
people          POST      A/profile/sessions/{session_id}/end
people          POST      A/profile/sessions/end_others

administrators  POST      A/first_website
administrators  GET,POST  A/settings/account
administrators  GET,POST  A/settings/agents
administrators  POST      A/settings/agents/{user_id}/link
administrators  POST      A/settings/agents/{user_id}/role
administrators  POST      A/settings/agents/{user_id}/remove
administrators  GET       A/settings/webhooks
administrators  GET,POST  A/settings/webhooks/new
administrators  GET       A/settings/webhooks/address
administrators  GET       A/settings/webhooks/{webhook_id}
administrators  GET,POST  A/settings/webhooks/{webhook_id}/edit
administrators  GET       A/settings/webhooks/{webhook_id}/pulse
administrators  POST      A/settings/webhooks/{webhook_id}/test
administrators  POST      A/settings/webhooks/{webhook_id}/status
administrators  POST      A/settings/webhooks/{webhook_id}/rotate_secret
administrators  POST      A/settings/webhooks/{webhook_id}/skip_backlog
administrators  POST      A/settings/webhooks/{webhook_id}/replays
administrators  POST      A/settings/webhooks/{webhook_id}/replays/{replay_id}/cancel
administrators  GET       A/settings/webhooks/{webhook_id}/deliveries
administrators  GET       A/settings/webhooks/{webhook_id}/deliveries/{number}
administrators  POST      A/settings/webhooks/{webhook_id}/delete
"""
ACCOUNT = "/app/accounts/{account_id}"
MAY = {
    f"{method} {path.replace('A', ACCOUNT, 1) if path.startswith('A') else path}": group
    for group, methods, path in (line.split() for line in TABLE.splitlines() if line)
    for method in methods.split(",")
}
IN_THE_ACCOUNT = [route for route, group in MAY.items() if group in ("people", "administrators")]


def test_every_route_says_who_may(url: str) -> None:
    async def story(api: API) -> None:
        there = {
            f"{method} {route.path}"
            for route in api.app.routes
            if isinstance(route, APIRoute) and route.path.startswith("/app")
            for method in route.methods or ()
        }
        assert there == set(MAY)
        pages = [one for one in api.app.routes if isinstance(one, APIRoute) and one.path.startswith("/app")]
        assert all(isinstance(one, PageRoute) and not one.include_in_schema for one in pages)

    on_api(url, story)


async def filled(api: API) -> dict[str, str]:
    """The address of each route, by things that are there."""
    webhook = await api.world.webhook("https://9.9.9.9/hook")
    await api.world.conversation()
    extra = await api.alice.post("agents", json={"email": "extra@example.com"})
    ids = {
        "account_id": api.world.account_id,
        "webhook_id": webhook.id,
        "number": 1,
        "user_id": extra.json()["id"],
        "session_id": 999,
        "replay_id": 1,
    }
    return {
        route: re.sub(r"\{([a-z_]+)\}", lambda match: str(ids[match[1]]), route.partition(" ")[2])
        for route in MAY
    }


async def tried(someone: Person, route: str, path: str) -> tuple[int, str, str]:
    method = route.partition(" ")[0]
    answer = await (someone.client.get(path) if method == "GET" else someone.post(path))
    return answer.status_code, answer.headers.get("location", ""), answer.text


def test_who_is_signed_out_is_sent_to_sign_in_and_changes_nothing(url: str) -> None:
    async def story(api: API) -> None:
        paths, nobody = await filled(api), await visitor(api)
        before = await api.state()
        for route in [*IN_THE_ACCOUNT, "POST /app/logout"]:
            status, location, _ = await tried(nobody, route, paths[route])
            assert (status, location.partition("?")[0]) == (303, "/app/login"), route
        assert await api.state() == before

    on_api(url, story)


def test_another_accounts_things_look_like_what_there_is_none_of(url: str) -> None:
    async def story(api: API) -> None:
        paths = await filled(api)
        async with api.world.database.read() as reader:
            found = await users.by_email(reader, "olga@example.org")
        assert found is not None
        olga = await person(api, found.id)
        before = await api.state()
        for route in IN_THE_ACCOUNT:
            status, _, told = await tried(olga, route, paths[route])
            nowhere = await tried(olga, route, re.sub(r"accounts/\d+", "accounts/999999", paths[route]))
            assert (status, nowhere[0]) == (404, 404), route
            assert words(told) == words(nowhere[2]), route
            if "{webhook_id}" in route:
                mine = paths[route].replace(
                    f"/accounts/{api.world.account_id}/", f"/accounts/{api.other_account}/"
                )
                assert (await tried(olga, route, mine))[0] == 404, f"{route} in one's own account"
        assert await api.state() == before

    on_api(url, story)


def test_agents_see_and_do_only_what_is_theirs(url: str) -> None:
    async def story(api: API) -> None:
        paths, bob = await filled(api), await person(api, api.world.bob.id)
        before = await api.state()
        for route, group in MAY.items():
            if group == "administrators":
                status, _, told = await tried(bob, route, paths[route])
                assert status == 403, route
                assert "only administrators may" in words(told), route
        assert await api.state() == before
        for route, group in MAY.items():
            if group == "people":
                status, location, told = await tried(bob, route, paths[route])
                assert status in (200, 303, 422), (route, status, told)
                assert not location.startswith("/app/login"), route
        assert "Webhooks" not in words(await bob.get(paths["GET /app/accounts/{account_id}"]))

    on_api(url, story, rate_limit_sign_in=0)


def test_administrators_are_let_in_everywhere(url: str) -> None:
    async def story(api: API) -> None:
        paths, alice = await filled(api), await person(api, api.world.alice.id)
        for route in MAY:
            if route == "POST /app/logout":
                continue
            status, location, told = await tried(alice, route, paths[route])
            assert status in (200, 303, 422) or (status == 404 and "{replay_id}" in route), (
                route,
                status,
                told,
            )
            assert not location.startswith("/app/login?next="), route

    on_api(url, story, rate_limit_sign_in=0)
