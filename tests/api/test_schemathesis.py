"""The description is true: whatever is asked of any operation, the answer is one that `/openapi.json` tells of.

The requests are made by schemathesis from the description itself, the same at every run, and sent with every face's credentials to
things that are there. `DESKBELL_TEST_EXAMPLES` asks more of each operation. What refusals leave behind is `test_fuzz`'s to prove.
"""

import asyncio
import os
import warnings
from typing import Any

import httpx
import schemathesis
import uvloop
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from deskbell.desk.commands import platform
from tests.api.test_every_route import names
from tests.support.api import API, HOST, open_api

EXAMPLES = int(os.environ.get("DESKBELL_TEST_EXAMPLES", "2"))
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
LAST = ("reset_access_token", "/auth/")
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


async def prepare(api: API) -> tuple[httpx.AsyncClient, httpx.AsyncClient, dict[str, Any]]:
    """Clients that may do everything, of the installation and of the rest; and what there is to do it to."""
    known = await names(api)
    app = await api.world.do(platform.create_app, "Provisioner")
    visitor = (await api.visitor()).headers["X-Auth-Token"]
    clients = [
        httpx.AsyncClient(
            transport=httpx.ASGITransport(api.app, raise_app_exceptions=False),
            base_url=HOST,
            headers={"api_access_token": token, "X-Auth-Token": visitor},
        )
        for token in (app.api_access_token, api.world.token)
    ]
    return clients[0], clients[1], known


async def send(client: httpx.AsyncClient, api: API, case: Any) -> httpx.Response:
    asked = case.as_transport_kwargs(base_url=HOST)
    if "/widget" in case.path:
        asked["params"] = dict(asked.get("params") or {}, website_token=api.world.website.token)
    headers = {
        name: value
        for name, value in dict(asked.get("headers") or {}).items()
        if name.lower() != "user-agent"
    }
    return await client.request(
        asked["method"],
        asked["url"],
        headers={**client.headers, **headers},
        params=asked.get("params"),
        json=asked.get("json"),
        content=asked.get("data") if isinstance(asked.get("data"), str | bytes) else None,
    )


def wrong(case: Any, answer: httpx.Response) -> str | None:
    """How an answer is not one the description tells of."""
    told = case.operation.definition.raw["responses"].get(str(answer.status_code), {})
    if told and "content" not in told and answer.content:
        return f"{answer.status_code} has a body that is not told of: {answer.text[:200]}"
    try:
        case.validate_response(answer, checks=CHECKS)
    except FailureGroup as group:
        return "; ".join(str(one) for one in group.exceptions)[:1500]
    return None


def test_no_answer_is_one_the_description_does_not_tell_of(url: str) -> None:
    found: dict[str, str] = {}
    answered: dict[int, int] = {}
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        opened = open_api(url, rate_limit_address=0, rate_limit_token=0, rate_limit_sign_in=0)
        api = runner.run(opened.__aenter__())
        app, client, known = runner.run(prepare(api))
        described = runner.run(client.get("/openapi.json")).json()
        operations: list[Any] = []
        for made in schemathesis.openapi.from_dict(described).get_all_operations():
            assert isinstance(made, Ok), made
            operations.append(made.ok())
        operations.sort(
            key=lambda one: (any(word in one.path for word in LAST), one.method == "delete", one.label)
        )

        def tried(operation: Any) -> None:
            @settings(
                max_examples=EXAMPLES,
                deadline=None,
                database=None,
                derandomize=True,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in MODES)))
            def check(case: Any) -> None:
                there = {name: known[name] for name in case.path_parameters or {} if name in known}
                case.path_parameters = {**(case.path_parameters or {}), **there}
                who = app if case.path.startswith("/platform/") else client
                answer = runner.run(send(who, api, case))
                answered[answer.status_code] = answered.get(answer.status_code, 0) + 1
                problem = wrong(case, answer)
                if problem is not None:
                    found.setdefault(operation.label, problem)

            check()

        try:
            for operation in operations:
                tried(operation)
        finally:
            runner.run(opened.__aexit__(None, None, None))
    assert found == {}, "\n\n".join(f"{label}: {problem}" for label, problem in found.items())
    assert sum(answered.values()) > len(operations)
    assert answered.get(200, 0) > len(operations) / 5, answered
