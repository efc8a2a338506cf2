"""Pure functions from a frozen snapshot to the bytes a receiver gets."""

from collections.abc import Callable

from deskbell.events.formats import chatwoot, hoory
from deskbell.events.snapshot import Snapshot
from deskbell.kit import json
from deskbell.model.account import PayloadFormat

_FORMATS: dict[PayloadFormat, Callable[[Snapshot], json.JSONObject]] = {
    "hoory": hoory.body,
    "chatwoot": chatwoot.body,
}


def render(snapshot: Snapshot, payload_format: PayloadFormat) -> bytes:
    """The body of an event, in a format."""
    return json.dumps(_FORMATS[payload_format](snapshot))
