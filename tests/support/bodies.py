"""What every body must be, whichever test it came up in."""

import re
from collections.abc import Iterator
from typing import Any

from deskbell.events.formats import render
from deskbell.events.snapshot import Snapshot, freeze, thaw
from deskbell.kit import json
from deskbell.model.account import PayloadFormat
from tests.contract.chatwoot_schema import check_chatwoot
from tests.contract.schema import check_body

Body = dict[str, Any]

UTC_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def hoory(snapshot: Snapshot) -> Body:
    """An event's body in the document's format, found to be to the letter."""
    body = _rendered(snapshot, "hoory")
    check_body(body)
    for conversation in conversations(body):
        assert len(conversation["messages"]) <= 1
        assert all("conversation" not in nested for nested in conversation["messages"])
        for moment in _moments(conversation):
            assert UTC_MOMENT.fullmatch(moment), f"{moment} is not UTC with Z"
    assert snapshot.contact_inbox.pubsub_token.encode() not in render(snapshot, "hoory")
    return body


def chatwoot(snapshot: Snapshot) -> Body:
    """An event's body as Chatwoot would send it."""
    body = _rendered(snapshot, "chatwoot")
    check_chatwoot(body)
    return body


def check(snapshot: Snapshot) -> None:
    hoory(snapshot)
    chatwoot(snapshot)


def conversations(body: Body) -> Iterator[Body]:
    """The conversation a body tells of, wherever it stands in it."""
    for place in (body, body.get("conversation"), body.get("current_conversation")):
        if place and "messages" in place:
            yield place


def _rendered(snapshot: Snapshot, payload_format: PayloadFormat) -> Body:
    data = render(snapshot, payload_format)
    assert render(snapshot, payload_format) == data
    assert render(thaw(freeze(snapshot)), payload_format) == data, "a thawed snapshot says the same"
    body: Body = json.loads(data)
    return body


def _moments(conversation: Body) -> Iterator[str]:
    place = conversation["contact_inbox"]
    optional = [conversation["snoozed_until"], conversation["first_reply_created_at"]]
    started = conversation["additional_attributes"].get("initiated_at", {}).get("timestamp")
    yield from (place["created_at"], place["updated_at"])
    yield from (moment for moment in (*optional, started) if moment is not None)
