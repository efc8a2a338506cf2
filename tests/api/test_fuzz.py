"""Whatever is sent to whichever route: never a failure of ours, and nothing is left of what was refused."""

import asyncio
from dataclasses import dataclass
from typing import Any

import uvloop
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from tests.support.api import API, PUBLIC_HOOK, open_api

EXAMPLES = 300

SENSIBLE: dict[str, Any] = {
    "additional_attributes": {"page": "/"},
    "assignee_id": 1,
    "channel": {
        "type": "api",
        "webhook_url": PUBLIC_HOOK,
        "additional_attributes": {"agent_reply_time_window": 1},
    },
    "contact": {"name": "Dora", "email": "dora@example.com"},
    "contact_id": 1,
    "content": "Hi",
    "custom_attributes": {"order": 7},
    "email": "emil@example.com",
    "event_info": {
        "initiated_at": {"timestamp": "2025-10-09T10:53:20Z"},
        "referer": "https://shop.example.com",
    },
    "headers": {"X-Team": "blue"},
    "identifier": "dora",
    "inbox_id": 1,
    "inbox_ids": [1],
    "labels": ["vip"],
    "message": {"content": "Hi", "submitted_values": [{"value": "s"}]},
    "name": "webwidget.triggered",
    "phone_number": "+14155550123",
    "priority": "high",
    "snoozed_until": 1_893_456_000,
    "source_id": "carla-1",
    "status": "snoozed",
    "submitted_values": [{"value": "s"}],
    "subscriptions": ["message_created"],
    "url": PUBLIC_HOOK + "/other",
    "user_ids": [1],
}
"""A value for each field that would be taken; requests are made of them, and then some are spoilt."""

WORDS = (*SENSIBLE, "webhook", "inbox", "agent", "conversation", "type", "timestamp", "items", "private")
VALUES = (
    *(
        "",
        "1",
        "open",
        "incoming",
        "api",
        "web_widget",
        "administrator",
        "AgentBot",
        "true",
        "{}",
        "[]",
        '{"a": 1}',
    ),
    *(
        "2030-01-01",
        "0000-00-00",
        "http://127.0.0.1",
        "\u0130\u00df\U0001f514",
        "%",
        "' --",
        "cards",
        "a\r\nb",
        "x" * 600,
    ),
)

texts = st.sampled_from(VALUES) | st.text(max_size=12)
numbers = st.integers(-2, 5) | st.sampled_from([2**31, 2**53, 2**63 - 1, 2**63, -(2**63), 2**64 - 1])
leaves = st.none() | st.booleans() | numbers | st.floats(allow_nan=False, allow_infinity=False) | texts
keys = st.sampled_from(WORDS) | st.text(max_size=6)
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4), max_leaves=8
)
parts = st.sampled_from(["1", "1", "1", "1", "2", "3", "0", "-1", "x", "9" * 30, "%00", "%ff", "\u00e9"])
queries = st.dictionaries(
    st.sampled_from(
        ["page", "per_page", "q", "sort", "sort_by", "status", "labels[]", "before", "after", "locale"]
    ),
    texts | numbers.map(str),
    max_size=2,
)


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    body: Any
    query: dict[str, str]


def routes(api: API) -> list[tuple[str, APIRoute]]:
    found = [
        (method, route)
        for route in api.app.routes
        if isinstance(route, APIRoute)
        for method in sorted(route.methods or ())
    ]
    assert len(found) > 60
    return found


def fields(route: APIRoute) -> list[str]:
    """What the route's body may speak of."""
    model = route.body_field.field_info.annotation if route.body_field else None
    return list(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []


@st.composite
def requests(draw: st.DrawFn, api: API) -> Request:
    method, route = draw(st.sampled_from(routes(api)))
    path = route.path.replace("{account_id}", str(api.world.account_id))
    path = path.replace("{inbox_identifier}", api.world.api_inbox.token).replace(
        "{contact_identifier}", "carla-1"
    )
    while "{" in path:
        head, _, rest = path.partition("{")
        # What everything hangs on stays, or all that follows would find nothing.
        part = draw(parts.filter(lambda part: part != "1") if method == "DELETE" else parts)
        path = head + part + rest.partition("}")[2]
    body: Any = {
        name: SENSIBLE[name] for name in fields(route) if name in SENSIBLE and draw(st.integers(0, 4))
    }
    spoilt = draw(st.dictionaries(st.sampled_from([*fields(route), *WORDS]), values, max_size=2))
    if not draw(st.integers(0, 9)):
        body = draw(values)
    return Request(method, path, body | spoilt if isinstance(body, dict) else body, draw(queries))


async def prepare(api: API) -> Any:
    """Something of everything, and a client that may do everything."""
    await api.world.webhook(PUBLIC_HOOK)
    for _ in range(2):
        await api.world.conversation()
    await api.alice.post("conversations/1/messages", json={"content": "Hi"})
    client = await api.root()
    client.headers["X-Auth-Token"] = (await api.visitor()).headers["X-Auth-Token"]
    return client


async def send(api: API, client: Any, request: Request) -> int:
    before = await api.state()
    query = {"website_token": api.world.website.token} | request.query
    answer = await client.request(request.method, request.path, json=request.body, params=query)
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        if request.method == "HEAD":
            assert not answer.content
        elif answer.headers["content-type"].startswith("text/html"):  # a page for people
            assert "<h1>" in answer.text, "a refusal says why"
        else:
            assert answer.json()["error"], "a refusal says why"
        assert await api.state() == before, "what is refused leaves no trace"
    return int(answer.status_code)


def test_no_input_makes_the_server_fail_and_no_refusal_leaves_a_trace(url: str) -> None:
    answered: dict[int, int] = {}
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        opened = open_api(url)
        api = runner.run(opened.__aenter__())
        client = runner.run(prepare(api))

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(request=requests(api))
        def check(request: Request) -> None:
            status = runner.run(send(api, client, request))
            answered[status] = answered.get(status, 0) + 1

        try:
            check()
        finally:
            runner.run(opened.__aexit__(None, None, None))
    done = answered.get(200, 0) + answered.get(303, 0)
    assert done > EXAMPLES / 5, f"many requests should get as far as the database: {answered}"
