"""A prepared account on which every operation of the reference can be called, and the calling."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import httpx

from deskbell.desk.commands import platform
from deskbell.kit.clock import DAY, SECOND
from tests.contract.reference_notation import Notation
from tests.contract.reference_rest import ROWS
from tests.contract.reference_shapes import SHAPES
from tests.contract.reference_table import APP, Operation
from tests.support.api import API

NOTATION = Notation(SHAPES)
SAME_AS = {"team_id": "team", "custom_filter_id": "filter", "webhook_id": "webhook", "inbox_id": "inbox"}
"""Which thing a name in a path stands for, where `of` does not say."""

Seen = Callable[[Operation, httpx.Response], None]


class Callers(NamedTuple):
    app: httpx.AsyncClient
    alice: httpx.AsyncClient
    nobody: httpx.AsyncClient

    def of(self, path: str) -> httpx.AsyncClient:
        if path.startswith(APP):
            return self.app
        return self.nobody if path.startswith(("/public/", "/survey/")) else self.alice


async def prepare(api: API) -> tuple[Callers, dict[str, Any]]:
    """The callers, and the things they speak of by name."""
    app = await api.world.do(platform.create_app, "Provisioner")
    inbox = f"inboxes/{api.world.api_inbox.id}"
    await api.alice.patch(inbox, json={"csat_survey_enabled": True})
    surveyed = await api.world.conversation()
    await api.alice.post(f"conversations/{surveyed.number}/toggle_status", json={"status": "resolved"})
    talk = await api.world.conversation(assignee_id=api.world.alice.id)
    message = await api.world.hear(talk.number)
    reply = {"content": "Which one?", "content_type": "input_select"}
    form = reply | {"content_attributes": {"items": [{"title": "X", "value": "x"}]}}
    asked = await api.alice.post(f"conversations/{talk.number}/messages", json=form)
    stray = await api.alice.post("contacts", json={"name": "Stray"})
    things = {
        "account_id": api.world.account_id,
        "alice": api.world.alice.id,
        "carla": api.world.carla.id,
        "stray": stray.json()["payload"]["contact"]["id"],
        "inbox": api.world.api_inbox.id,
        "inbox_identifier": api.world.api_inbox.token,
        "contact_identifier": "carla-1",
        "website": api.world.website.id,
        "conversation_id": talk.number,
        "conversation_uuid": surveyed.uuid,
        "message": message.id,
        "yesterday": (api.world.clock.now() - DAY) // SECOND,
        "tomorrow": (api.world.clock.now() + DAY) // SECOND,
        "message_id": asked.json()["id"],
    }
    callers = Callers(await api.client("", app.api_access_token), await api.root(), await api.client(""))
    return callers, things


async def call_all(api: API, seen: Seen) -> list[str]:
    """Call every operation there is; answers what is wrong with any of them."""
    callers, things = await prepare(api)
    wrong = []
    for row in ROWS:
        if isinstance(row, Operation):
            answer = await callers.of(row.path).request(
                row.method, address(row, things), json=_filled(row.body, things)
            )
            seen(row, answer)
            problem = judged(row, answer)
            if problem is not None:
                wrong.append(f"{row.method} {row.path}: {problem}")
            elif row.keeps:
                things[row.keeps] = _part(answer.json(), row.found)
    return wrong


def address(row: Operation, things: dict[str, Any]) -> str:
    def named(match: re.Match[str]) -> str:
        name = match[1]
        if row.of and (name in ("id", "message_id") or row.path.startswith(APP)):
            name = row.of
        return str(things.get(SAME_AS.get(name, name), f"<no {name}>"))

    return re.sub(r"\{([a-z_]+)\}", named, (row.at or row.path) + row.query)


def judged(row: Operation, answer: httpx.Response) -> str | None:
    """What is wrong with an answer."""
    if answer.status_code != 200:
        return f"{answer.status_code} {answer.text[:300]}"
    kind = answer.headers.get("content-type", "")
    if row.shape == "page":
        return None if kind.startswith("text/html") else f"{kind} is no page"
    if not kind.startswith("application/json"):
        return f"{kind} is no JSON"
    if "nothing" in row.shape and not answer.content:
        return None
    if row.shape == "nothing":
        return f"{answer.text[:100]} where nothing should be"
    return NOTATION.wrong(row.shape.replace("nothing |", ""), answer.json())


def _filled(body: Any, things: dict[str, Any]) -> Any:
    """A body with `$name` put in."""
    if isinstance(body, dict):
        return {name: _filled(value, things) for name, value in body.items()}
    if isinstance(body, list):
        return [_filled(value, things) for value in body]
    return things.get(body[1:]) if isinstance(body, str) and body.startswith("$") else body


def _part(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = value[name]
    return value
