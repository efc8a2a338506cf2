"""Every route of the dashboard, tried by those who are signed out, by strangers to the account, by agents and by administrators.

To add a route: put it into the group of whoever may. `test_every_route_says_who_may` fails for one that is missing.
"""

import re
from typing import Any

from fastapi.routing import APIRoute

from deskbell.store import users
from deskbell.web.dashboard.route import PageRoute
from tests.support.api import API, on_api
from tests.support.people import Person, person, visitor, words

TABLE = """
anyone          GET       /app
anyone          GET,POST  /app/login
anyone          GET,POST  /app/login/code
anyone          GET,POST  /app/forgot
anyone          GET,POST  /app/reset
anyone          GET,POST  /app/setup
anyone          POST      /app/theme
users           POST      /app/logout

people          GET       A
people          GET       A/first_steps
people          GET       A/conversations
people          GET       A/conversations/rows
people          GET       A/conversations/unread
people          POST      A/conversations/bulk
people          GET,POST  A/conversations/new
people          GET       A/conversations/new/contacts
people          GET       A/conversations/{number}
people          GET       A/conversations/{number}/head
people          GET       A/conversations/{number}/panel
people          POST      A/conversations/{number}/status
people          POST      A/conversations/{number}/assignee
people          POST      A/conversations/{number}/team
people          POST      A/conversations/{number}/priority
people          POST      A/conversations/{number}/labels
people          POST      A/conversations/{number}/mute
people          POST      A/conversations/{number}/participants
people          POST      A/conversations/{number}/transcript
people          POST      A/conversations/{number}/attributes
people          GET       A/contacts
people          GET,POST  A/contacts/new
people          GET       A/contacts/{contact_id}
people          GET,POST  A/contacts/{contact_id}/edit
people          GET,POST  A/contacts/{contact_id}/merge
people          POST      A/contacts/{contact_id}/labels
people          POST      A/contacts/{contact_id}/attributes
people          POST      A/contacts/{contact_id}/block
people          POST      A/contacts/{contact_id}/notes
people          POST      A/contacts/{contact_id}/notes/{note_id}/delete
people          GET,POST  A/conversations/{number}/messages
people          POST      A/conversations/{number}/messages/{message_id}/delete
people          POST      A/conversations/{number}/messages/{message_id}/retry
people          GET       A/conversations/{number}/canned_responses
people          GET       A/conversations/{number}/mentions
people          POST      A/conversations/{number}/draft
people          POST      A/conversations/{number}/update_last_seen
people          GET       A/palette
people          GET       A/settings/canned_responses
people          GET,POST  A/settings/canned_responses/new
people          POST      A/settings/canned_responses/preview
people          GET,POST  A/settings/canned_responses/{response_id}
people          POST      A/settings/canned_responses/{response_id}/delete
people          POST      A/availability
people          GET,POST  A/profile
people          POST      A/profile/password
people          POST      A/profile/access_token
people          GET,POST  A/profile/two_factor
people          POST      A/profile/two_factor/confirm
people          POST      A/profile/two_factor/recovery_codes
people          POST      A/profile/two_factor/off
people          POST      A/profile/sessions/{session_id}/end
people          POST      A/profile/sessions/end_others

administrators  GET       A/settings/agent_bots/{bot_id}/pulse
administrators  GET       A/settings/agent_bots/{bot_id}/charts
administrators  POST      A/settings/agent_bots/{bot_id}/test
administrators  POST      A/settings/agent_bots/{bot_id}/skip_backlog
administrators  GET       A/settings/agent_bots/{bot_id}/deliveries
administrators  GET       A/settings/agent_bots/{bot_id}/deliveries/{number}
administrators  GET,POST  A/settings/agent_bots/{bot_id}/replays
administrators  GET       A/settings/agent_bots/{bot_id}/replays/new
administrators  POST      A/settings/agent_bots/{bot_id}/replays/{replay_id}/cancel
administrators  GET       A/settings/inboxes/{inbox_id}/pulse
administrators  GET       A/settings/inboxes/{inbox_id}/charts
administrators  POST      A/settings/inboxes/{inbox_id}/test
administrators  POST      A/settings/inboxes/{inbox_id}/skip_backlog
administrators  GET       A/settings/inboxes/{inbox_id}/deliveries
administrators  GET       A/settings/inboxes/{inbox_id}/deliveries/{number}
administrators  GET,POST  A/settings/inboxes/{inbox_id}/replays
administrators  GET       A/settings/inboxes/{inbox_id}/replays/new
administrators  POST      A/settings/inboxes/{inbox_id}/replays/{replay_id}/cancel
administrators  GET       A/conversations/{number}/messages/{message_id}/bells
administrators  POST      A/first_website
administrators  GET,POST  A/contacts/import
administrators  POST      A/contacts/export
administrators  GET,POST  A/contacts/{contact_id}/delete
administrators  GET,POST  A/settings/account
administrators  GET,POST  A/settings/agents
administrators  POST      A/settings/agents/{user_id}/link
administrators  POST      A/settings/agents/{user_id}/role
administrators  POST      A/settings/agents/{invited_id}/withdraw
administrators  POST      A/settings/agents/{user_id}/remove
administrators  GET       A/settings/labels
administrators  GET,POST  A/settings/labels/new
administrators  GET,POST  A/settings/labels/{label_id}
administrators  POST      A/settings/labels/{label_id}/delete
administrators  GET       A/settings/attributes
administrators  GET,POST  A/settings/attributes/new
administrators  GET,POST  A/settings/attributes/{definition_id}
administrators  POST      A/settings/attributes/{definition_id}/delete
administrators  GET       A/settings/teams
administrators  GET,POST  A/settings/teams/new
administrators  GET,POST  A/settings/teams/{team_id}
administrators  POST      A/settings/teams/{team_id}/delete
administrators  GET       A/settings/agent_bots
administrators  GET,POST  A/settings/agent_bots/new
administrators  GET       A/settings/agent_bots/address
administrators  GET       A/settings/agent_bots/{bot_id}
administrators  GET,POST  A/settings/agent_bots/{bot_id}/edit
administrators  POST      A/settings/agent_bots/{bot_id}/inboxes
administrators  POST      A/settings/agent_bots/{bot_id}/status
administrators  POST      A/settings/agent_bots/{bot_id}/access_token
administrators  POST      A/settings/agent_bots/{bot_id}/rotate_secret
administrators  POST      A/settings/agent_bots/{bot_id}/delete
administrators  GET       A/settings/inboxes
administrators  GET,POST  A/settings/inboxes/new
administrators  GET,POST  A/settings/inboxes/new/preview
administrators  GET,POST  A/settings/inboxes/{inbox_id}
administrators  GET,POST  A/settings/inboxes/{inbox_id}/hours
administrators  GET,POST  A/settings/inboxes/{inbox_id}/members
administrators  POST      A/settings/inboxes/{inbox_id}/bot
administrators  GET,POST  A/settings/inboxes/{inbox_id}/security
administrators  POST      A/settings/inboxes/{inbox_id}/security/hmac_token
administrators  POST      A/settings/inboxes/{inbox_id}/webhook/rotate_secret
administrators  GET,POST  A/settings/inboxes/{inbox_id}/webhook
administrators  POST      A/settings/inboxes/{inbox_id}/delete
administrators  GET       A/settings/inboxes/{website_id}/done
administrators  GET,POST  A/settings/inboxes/{website_id}/look
administrators  GET,POST  A/settings/inboxes/{website_id}/form
administrators  GET,POST  A/settings/inboxes/{website_id}/preview
administrators  GET       A/settings/inboxes/{website_id}/snippet
administrators  GET       A/settings/webhooks
administrators  GET,POST  A/settings/webhooks/new
administrators  GET       A/settings/webhooks/address
administrators  GET       A/settings/webhooks/{webhook_id}
administrators  GET,POST  A/settings/webhooks/{webhook_id}/edit
administrators  GET       A/settings/webhooks/{webhook_id}/pulse
administrators  GET       A/settings/webhooks/{webhook_id}/charts
administrators  POST      A/settings/webhooks/{webhook_id}/test
administrators  POST      A/settings/webhooks/{webhook_id}/status
administrators  POST      A/settings/webhooks/{webhook_id}/rotate_secret
administrators  POST      A/settings/webhooks/{webhook_id}/skip_backlog
administrators  GET,POST  A/settings/webhooks/{webhook_id}/replays
administrators  GET       A/settings/webhooks/{webhook_id}/replays/new
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
PLACES = '<nav class="places"'
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
    invited = await api.alice.post("agents", json={"email": "invited@example.com"})
    settings = await kept_things(api)
    note = await api.alice.post(f"contacts/{api.world.carla.id}/notes", json={"content": "A note"})
    ids = {
        "account_id": api.world.account_id,
        "webhook_id": webhook.id,
        "number": 1,
        "user_id": extra.json()["id"],
        "invited_id": invited.json()["id"],
        **settings,
        "session_id": 999,
        "replay_id": 1,
        "message_id": await heard_by_all(api, settings["bot_id"]),
        "inbox_id": api.world.api_inbox.id,
        "website_id": api.world.website.id,
        "contact_id": api.world.carla.id,
        "note_id": note.json()["id"],
    }
    return {
        route: re.sub(r"\{([a-z_]+)\}", lambda match: str(ids[match[1]]), route.partition(" ")[2])
        for route in MAY
    }


async def heard_by_all(api: API, bot_id: int) -> int:
    """A message that the bot and the inbox's own address hear of, too; answers its id."""
    inbox = f"inboxes/{api.world.api_inbox.id}"
    told = {"channel": {"webhook_url": "https://9.9.9.9/inbox"}}
    assert (await api.alice.patch(inbox, json=told)).status_code == 200
    assert (await api.alice.post(f"{inbox}/set_agent_bot", json={"agent_bot": bot_id})).is_success
    return (await api.world.say()).id


async def kept_things(api: API) -> dict[str, int]:
    """One of each thing that settings keep, by the names of the routes' parameters."""
    attribute = {"attribute_key": "plan", "attribute_display_name": "Plan", "attribute_model": 1}
    made: dict[str, tuple[str, dict[str, Any]]] = {
        "label_id": ("labels", {"title": "billing"}),
        "response_id": ("canned_responses", {"short_code": "hi", "content": "Hello"}),
        "definition_id": ("custom_attribute_definitions", attribute),
        "team_id": ("teams", {"name": "sales"}),
        "bot_id": ("agent_bots", {"name": "Clara", "outgoing_url": "https://9.9.9.9/bot"}),
    }
    return {name: (await api.alice.post(path, json=body)).json()["id"] for name, (path, body) in made.items()}


def leads_to_webhooks(page: str) -> bool:
    """Whether the places beside a page name one that only administrators have."""
    return "settings/webhooks" in page.partition(PLACES)[2].partition("</nav>")[0]


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
            if re.search(r"\{(webhook|label|response|definition|team|bot|inbox|website)_id\}", route):
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
                assert status in (200, 303, 409, 422), (route, status, told)
                assert not location.startswith("/app/login"), route
                assert not leads_to_webhooks(told), route

    on_api(url, story, rate_limit_sign_in=0)


def test_administrators_are_let_in_everywhere(url: str) -> None:
    async def story(api: API) -> None:
        paths, alice = await filled(api), await person(api, api.world.alice.id)
        for route in MAY:
            if route == "POST /app/logout":
                continue
            status, location, told = await tried(alice, route, paths[route])
            assert status in (200, 303, 409, 422) or (status == 404 and "{replay_id}" in route), (
                route,
                status,
                told,
            )
            assert not location.startswith("/app/login?next="), route
            assert leads_to_webhooks(told) == (PLACES in told), route

    on_api(url, story, rate_limit_sign_in=0)
