"""A delivery: one event on its way to one target, and what became of each attempt."""

from typing import Literal

from msgspec import Struct

Reason = Literal[
    "timeout",  # no whole answer within the time given
    "dns",  # the host name could not be resolved
    "refused_address",  # the address is private or reserved, and the operator did not allow it
    "connection",  # could not connect, or the connection broke before a whole answer
    "tls",  # the certificate or the handshake is wrong
    "http_status",  # an answer that is neither 2xx nor 3xx
    "redirect",  # an answer 3xx; Deskbell follows none
    "too_large",  # the answer's header is larger than Deskbell reads
    "bad_response",  # what came is not HTTP
    "expired",  # the event's body is not kept any more, so there is nothing to send
]
"""Why an attempt failed: the closed list that owners see."""

Verdict = Literal["delivered", "gone", "throttle", "retry", "refused"]
DeliveryState = Literal["pending", "delivered", "dead", "skipped"]


class Attempt(Struct, frozen=True, kw_only=True):
    """One try at one delivery. `duration` is in microseconds."""

    number: int
    started_at: int
    duration: int
    verdict: Verdict
    reason: Reason | None
    status: int | None
    detail: str
    excerpt: bytes


class Sibling(Struct, frozen=True):
    """A delivery of the same event to the same target: the first one, or a replay."""

    number: int
    state: DeliveryState
    replay: bool
    created_at: int


class Delivery(Struct, frozen=True, kw_only=True):
    """What the log knows of one delivery. `number` is the target's own."""

    target_id: int
    number: int
    account_id: int
    event_number: int
    event_name: str
    lane_id: int
    position: int
    state: DeliveryState
    attempts: int
    replay: bool
    created_at: int
    settled_at: int | None
    due_at: int | None
