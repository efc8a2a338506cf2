"""One attempt: the request that carries a delivery to its target.

Headers are those of Standard Webhooks 1.0 and Deskbell's own; in the `chatwoot` format also the ones Chatwoot sends.
"""

import uuid
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

import deskbell
from deskbell.delivery import signing
from deskbell.delivery.address import Endpoint, parse_url
from deskbell.delivery.http import Request, header_lines
from deskbell.kit.clock import SECOND
from deskbell.model.event import EventName, event_id
from deskbell.model.webhook import Target
from deskbell.store.lanes import Waiting

_NAMESPACE = uuid.UUID("6f0e2d3a-9f0b-5d0e-8f3c-1f6d7a5b9c2e")


class Destination(Struct, frozen=True):
    """What is the same for every request to a target."""

    target: Target
    endpoint: Endpoint
    headers: bytes


@lru_cache(maxsize=4096)
def _endpoint(url: str, credentials: str | None) -> Endpoint:
    return replace(parse_url(url), authorization=credentials)


def destination(target: Target) -> Destination:
    """A target as it is now, ready to be sent to."""
    ours = [("Content-Type", "application/json"), ("User-Agent", f"Deskbell/{deskbell.__version__}")]
    named = {name.lower() for name, _ in ours}
    custom = [(name, value) for name, value in target.headers.items() if name.lower() not in named]
    return Destination(target, _endpoint(target.url, target.credentials), header_lines([*ours, *custom]))


def request(to: Destination, waiting: Waiting, body: bytes, attempt: int, now: int) -> Request:
    """The request for one attempt. Id and body are the same on every attempt; time and signature are this one's."""
    identity = event_id(waiting.account_id, waiting.event_number)
    mark = "deskbell-replay: true\r\n" if waiting.replay else ""
    return _request(to, identity, body, now, f"{_told(waiting.event_name, waiting.number, attempt)}{mark}")


def trial(to: Destination, event: EventName, body: bytes, now: int) -> Request:
    """The request for a test send: signed like any other, but no event, and outside the numbers."""
    return _request(to, f"test_{uuid.uuid4()}", body, now, f"{_told(event, 0, 1)}deskbell-test: true\r\n")


def _told(event: EventName, delivery: int, attempt: int) -> str:
    return f"deskbell-event: {event}\r\ndeskbell-delivery: {delivery}\r\ndeskbell-attempt: {attempt}\r\n"


def _request(to: Destination, identity: str, body: bytes, now: int, told: str) -> Request:
    timestamp = now // SECOND
    signature = signing.signature_header(to.target.secrets(now), identity, timestamp, body)
    lines = f"webhook-id: {identity}\r\nwebhook-timestamp: {timestamp}\r\nwebhook-signature: {signature}\r\n{told}"
    if to.target.payload_format == "chatwoot":
        lines += _chatwoot_lines(to.target, identity, timestamp, body)
    return Request(to.endpoint, to.headers + lines.encode("ascii"), body, to.target.timeout)


def _chatwoot_lines(target: Target, identity: str, timestamp: int, body: bytes) -> str:
    delivery = uuid.uuid5(_NAMESPACE, f"{identity}:{target.id}")
    signature = signing.chatwoot_signature(target.secret, timestamp, body)
    return f"X-Chatwoot-Delivery: {delivery}\r\nX-Chatwoot-Timestamp: {timestamp}\r\nX-Chatwoot-Signature: {signature}\r\n"
