"""What nobody means to send: pages answer it as what cannot be, and nothing of another's is told or changed by it."""

import asyncio
import re
from typing import Any

import uvloop
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from deskbell.desk.actor import Actor
from deskbell.desk.commands import agents, conversations, inboxes, platform
from deskbell.desk.queries import identity
from deskbell.kit.errors import Invalid
from deskbell.store import users
from tests.dashboard.test_every_route import MAY, filled
from tests.support.api import API, on_api, open_api
from tests.support.people import Person, person, visitor, words

EXAMPLES = 400
ODD = (
    *(
        "",
        " ",
        "0",
        "-1",
        "1",
        "2",
        "9" * 18,
        "9" * 19,
        "9" * 30,
        "1" * 5000,
        "1.5",
        "1e9",
        "1e400",
        "inf",
        "nan",
    ),
    *("\u0663", "\u00b2", "\u65e5\u672c", "\u0130\u00df\U0001f514", "\uffff", "a\0b", "a\r\nb", "a" * 3000),
    *("%", "_", "'", "[", "(((", "{}", "[1]", "../../etc/passwd", "<b>x</b>", "=cmd()"),
    *(
        "true",
        "on",
        "all",
        "open",
        "me",
        "custom",
        "range",
        "dead",
        "snoozed",
        "user 1",
        "bot 1",
        "label x",
        "5xx",
    ),
    *("http://[", "https://x:99999/", "//evil.example", "javascript:alert(1)", "/app/\u65e5"),
    *("25:61", "0001-01-01T00:00", "9999-12-31T23:59", "2026-02-30T10:00", "2026-05-01T10:00+99:00"),
)
ASKED = (
    *(
        "after",
        "assignee",
        "before",
        "contact",
        "contact_id",
        "conversation",
        "echo",
        "email",
        "event",
        "far",
    ),
    *(
        "find",
        "first",
        "folder",
        "in",
        "inbox",
        "kind",
        "label",
        "language",
        "last",
        "launcher",
        "next",
        "number",
    ),
    *(
        "numbers",
        "other",
        "outgoing_url",
        "page",
        "position",
        "priority",
        "q",
        "rate",
        "scheme",
        "seen",
        "since",
    ),
    *(
        "sort",
        "span",
        "sso_auth_token",
        "state",
        "status",
        "tab",
        "team",
        "text",
        "token",
        "until",
        "url",
        "was",
    ),
    *("what", "within"),
)
"""What addresses say."""
TYPED = (
    *(
        "account_name",
        "add",
        "agent_bot",
        "allowed_domains",
        "assignee",
        "attribute_display_type",
        "attribute_key",
    ),
    *(
        "auto_resolve_after",
        "avatar_url",
        "blocked",
        "channel",
        "code",
        "color",
        "company_name",
        "concurrency",
    ),
    *(
        "contact",
        "content",
        "copy",
        "do",
        "email",
        "event",
        "first",
        "headers",
        "in",
        "inbox",
        "inbox_ids",
        "key",
    ),
    *("last", "max_assignment_limit", "message", "move", "name", "new", "next", "number", "numbers", "other"),
    *(
        "outgoing_url",
        "phone_number",
        "preview",
        "priority",
        "rate",
        "remove",
        "remove_avatar",
        "reply_window",
        "role",
        "schedule",
    ),
    *(
        "seen",
        "short_code",
        "since",
        "snooze",
        "span",
        "status",
        "stays",
        "step",
        "subscriptions",
        "team",
        "title",
    ),
    *(
        "timeout",
        "timezone",
        "until",
        "url",
        "user_ids",
        "value",
        "what",
        "which_inboxes",
        "widget_color",
        "zone",
    ),
)
"""What forms say."""
ENDING = re.compile("logout|delete|remove|withdraw|/end|password|two_factor|/login|/reset|/setup|/off")
"""What takes away that which the others are about, or is slow on purpose."""
EXPECTED = {200, 204, 303, 400, 403, 404, 409, 413, 422, 429, 503}

values = st.sampled_from(ODD) | st.text(max_size=20)


def at(api: API, rest: str = "") -> str:
    return f"/app/accounts/{api.world.account_id}{rest}"


@st.composite
def clicks(draw: st.DrawFn, paths: dict[str, str]) -> tuple[str, str, dict[str, Any], bool]:
    """Something a browser might be made to ask: a route, its address, what is said with it, and whether htmx asks."""
    route = draw(st.sampled_from(sorted(route for route in paths if not ENDING.search(route))))
    path = paths[route]
    if not draw(st.integers(0, 3)):
        spoilt = draw(st.sampled_from(["0", "-1", "x", "9" * 18, "9" * 30, "\u0663", "\u00b2", "%00", "%ff"]))
        path = re.sub(r"/\d+(?!.*/\d)", lambda _: f"/{spoilt}", path)
    names = ASKED if route.startswith("GET") else TYPED
    name = st.sampled_from(names) | st.sampled_from(names).map(lambda one: f"{one}[]")
    said: dict[str, Any] = draw(
        st.dictionaries(name, values | st.lists(values, min_size=2, max_size=3), max_size=4)
    )
    return route, path, said, draw(st.booleans())


async def click(someone: Person, one: tuple[str, str, dict[str, Any], bool]) -> None:
    route, path, said, partly = one
    headers = {"hx_request": "true"} if partly else {}
    if route.startswith("GET"):
        asked = {"hx-request": "true"} if partly else {}
        answer = await someone.client.get(path, params=said, headers=asked)
    else:
        answer = await someone.post(path, said, **headers)
    assert answer.status_code in EXPECTED, (one, answer.status_code, answer.text)
    assert answer.headers["cache-control"] == "no-store", one


def test_whatever_is_clicked_or_typed_is_answered(url: str) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        opened = open_api(url, rate_limit_sign_in=0)
        api = runner.run(opened.__aenter__())
        paths, alice = runner.run(filled(api)), runner.run(person(api, api.world.alice.id))

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(one=clicks(paths))
        def check(one: tuple[str, str, dict[str, Any], bool]) -> None:
            runner.run(click(alice, one))

        try:
            check()
        finally:
            runner.run(opened.__aexit__(None, None, None))


def test_numbers_too_long_to_be_ids_are_none(url: str) -> None:
    async def story(api: API) -> None:
        paths, alice = await filled(api), await person(api, api.world.alice.id)
        told = {
            "POST /app/accounts/{account_id}/settings/webhooks/new": 422,
            "POST /app/accounts/{account_id}/settings/teams/new": 422,
            "POST /app/accounts/{account_id}/settings/agent_bots/{bot_id}/inboxes": 303,
            "POST /app/accounts/{account_id}/settings/inboxes/{inbox_id}/members": 303,
            "POST /app/accounts/{account_id}/conversations/bulk": 303,
        }
        long = ["7" * 5000]
        fields = {"inbox_ids[]": long, "user_ids[]": long, "numbers[]": long, "which_inboxes": "some"}
        for route, status in told.items():
            assert (await alice.post(paths[route], fields)).status_code == status, route

    on_api(url, story)


def test_one_goes_on_to_addresses_that_can_be_said_in_a_header_only(url: str) -> None:
    async def story(api: API) -> None:
        for onward in ("/app/\u65e5\u672c", "/app/x?q=\u65e5", "/app/x\r\nset-cookie:a=b", "/app\\evil"):
            answer = await (await visitor(api)).post(
                "/app/theme", {"theme": "dark", "next": onward}, origin="http://deskbell.test"
            )
            assert (answer.status_code, answer.headers["location"]) == (303, "/app"), onward

    on_api(url, story)


def test_who_loads_again_what_a_form_was_answered_with_comes_to_its_page(url: str) -> None:
    async def story(api: API) -> None:
        alice = await person(api, api.world.alice.id)
        home = f"/app/accounts/{api.world.account_id}"
        website = f"{home}/settings/inboxes/{api.world.website.id}"
        for form, page in (
            (f"{website}/delete", website),
            (f"{home}/settings/agents/{api.world.bob.id}/link", f"{home}/settings/agents"),
            (f"{home}/profile/password", f"{home}/profile"),
            ("/app/logout", "/app"),
        ):
            assert await alice.sent_to(form) == page
        assert (await alice.client.delete(f"{home}/profile/password")).status_code == 405

    on_api(url, story)


def test_every_page_of_a_conversation_is_closed_to_who_does_not_work_in_its_inbox(url: str) -> None:
    async def story(api: API) -> None:
        paths = await filled(api)
        world = api.world
        await world.do(conversations.assign_user, world.alice, 1, world.bob.id)
        await world.hear(1, "a secret parcel")
        await world.do(inboxes.remove_members, world.alice, world.api_inbox.id, [world.bob.id])
        bob = await person(api, world.bob.id)
        before = await api.state()
        for route, group in MAY.items():
            if "{number}" not in route or group != "people":
                continue
            for partly in ({}, {"hx-request": "true"}):
                if route.startswith("GET"):
                    answer = await bob.client.get(paths[route], headers=partly)
                else:
                    fields = {
                        "content": "x",
                        "seen": "open",
                        "status": "resolved",
                        "add": str(world.alice.id),
                    }
                    answer = await bob.post(paths[route], fields, **partly)
                assert answer.status_code == 403, (route, answer.status_code)
                assert "secret" not in answer.text, route
        assert await api.state() == before
        assert words(await bob.get(at(api, "/conversations/unread"))) == "", "nor is it counted"
        for page in (
            "/conversations?tab=all&status=all&q=parcel",
            "/palette?q=1",
            f"/contacts/{world.carla.id}",
        ):
            assert "secret" not in await bob.get(at(api, page)), page

    on_api(url, story)


def test_a_message_is_reached_by_its_own_conversation_only(url: str) -> None:
    async def story(api: API) -> None:
        world = api.world
        await world.conversation()
        await world.conversation()
        said = await world.say(2, "In the second")
        alice = await person(api, world.alice.id)
        for what in ("delete", "retry"):
            answer = await alice.post(at(api, f"/conversations/1/messages/{said.id}/{what}"))
            assert answer.status_code == 404, what
        assert (
            await alice.client.get(at(api, f"/conversations/1/messages/{said.id}/bells"))
        ).status_code == 404
        assert "In the second" in await alice.get(at(api, "/conversations/2"))
        asked = f"after=0&first=1&since=1&before={said.id + 1}"
        assert "In the second" not in await alice.get(at(api, f"/conversations/1/messages?{asked}"))

    on_api(url, story)


def test_a_replay_is_cancelled_by_its_own_target_only(url: str) -> None:
    async def story(api: API) -> None:
        world = api.world
        one, other = await world.webhook("https://9.9.9.9/one"), await world.webhook("https://9.9.9.9/other")
        await world.conversation()
        alice = await person(api, world.alice.id)
        paths = [at(api, f"/settings/webhooks/{hook.id}") for hook in (one, other)]
        for path in paths:
            await alice.submit(f"{path}/skip_backlog")
        await alice.submit(f"{paths[0]}/replays", {"what": "range", "first": "1", "last": "99"})
        assert (await alice.post(f"{paths[1]}/replays/1/cancel")).status_code == 404
        assert "/replays/1/cancel" in await alice.get(f"{paths[0]}/deliveries")
        await alice.submit(f"{paths[0]}/replays/1/cancel")
        assert "/replays/1/cancel" not in await alice.get(f"{paths[0]}/deliveries")

    on_api(url, story)


def test_what_is_typed_as_an_email_counts_for_nobody_else(url: str) -> None:
    async def story(api: API) -> None:
        someone = await visitor(api)
        for _ in range(3):
            await someone.post("/app/login", {"email": f"code {api.world.alice.id}", "password": "x"})
            await someone.post("/app/login", {"email": "192.0.2.9", "password": "x"})
        limits = api.app.state.limits
        limits.require(limits.sign_in, f"code {api.world.alice.id}")
        limits.require(limits.sign_in, "192.0.2.9")

    on_api(url, story, rate_limit_sign_in=3)


async def nina(api: API) -> tuple[int, Actor]:
    """Somebody whom Alice invited, and the administrator of another account."""
    world = api.world
    invited = await world.do(agents.add_agent, world.alice, name="Nina", email="nina@example.com")
    async with world.database.read() as reader:
        olga = await users.by_email(reader, "olga@example.org")
        assert olga is not None
        return invited.user.id, await identity.user_actor(reader, olga.id, api.other_account)


async def opens(api: API, token: str) -> bool:
    """Whether a link lets in."""
    async with api.world.database.read() as reader:
        return await identity.link_owner(reader, "nina@example.com", token) is not None


def test_a_link_that_is_made_while_another_account_adds_somebody_lets_nobody_in(url: str) -> None:
    async def story(api: API) -> None:
        world = api.world
        user_id, olga = await nina(api)
        for _ in range(5):
            token, _added = await asyncio.gather(
                world.do(agents.make_password_link, world.alice, user_id),
                world.do(agents.add_agent, olga, name="Nina", email="nina@example.com"),
                return_exceptions=True,
            )
            assert isinstance(token, Invalid) or not await opens(api, str(token))
            await world.do(agents.remove_agent, olga, user_id)

    on_api(url, story)


def test_a_link_is_void_once_an_app_put_its_owner_into_another_account(url: str) -> None:
    async def story(api: API) -> None:
        world = api.world
        app = await api.client(
            "/platform/api/v1", (await world.do(platform.create_app, "App")).api_access_token
        )
        made = {"name": "Nina", "email": "nina@example.com", "password": "a long secret"}
        user = (await app.post("users", json=made)).json()
        homes = [(await app.post("accounts", json={"name": name})).json()["id"] for name in ("One", "Two")]
        put = {"user_id": user["id"], "role": "agent"}
        assert (await app.post(f"accounts/{homes[0]}/account_users", json=put)).is_success
        owner = Actor(kind="user", account_id=homes[0], id=user["id"], role="administrator")
        token = await world.do(agents.make_password_link, owner, user["id"])
        assert await opens(api, token)
        assert (await app.post(f"accounts/{homes[0]}/account_users", json=put)).is_success
        assert await opens(api, token), "their role there again: nothing new"
        assert (await app.post(f"accounts/{homes[1]}/account_users", json=put)).is_success
        assert not await opens(api, token)

    on_api(url, story)
