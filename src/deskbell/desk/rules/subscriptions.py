"""What a webhook may ask for."""

import base64
import binascii
import re

from deskbell.desk.rules.fields import Problems
from deskbell.model.event import EVENT_NAMES
from deskbell.model.webhook import Address

WEEK = 7 * 24 * 3600
OWN_HEADERS = ("webhook-", "deskbell-", "x-chatwoot-")
CONNECTION_HEADERS = frozenset(
    {
        "host",
        "content-length",
        "content-type",
        "transfer-encoding",
        "connection",
        "te",
        "trailer",
        "upgrade",
        "expect",
        "keep-alive",
        "proxy-connection",
    }
)
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_VALUE = re.compile(r"[\x20-\x7e\t]{0,2000}")


def address(before: Address, given: Address) -> Address:
    """The address to keep. User and password are never shown, so whoever sends back the URL they were shown means to keep them."""
    return before if given.credentials is None and given.url == before.url else given


def check_names(names: list[str] | None, problems: Problems) -> None:
    """At least one event, and only known ones (contract/semantics.md). None: the request says nothing of them."""
    if names is None:
        return
    unknown = [name for name in names if name not in EVENT_NAMES]
    if unknown:
        problems.add(
            "subscriptions",
            f"has unknown events: {', '.join(unknown[:5])}; known are {', '.join(EVENT_NAMES)}",
        )
    elif not names:
        problems.add("subscriptions", f"needs at least one of {', '.join(EVENT_NAMES)}")
    elif len(set(names)) < len(names):
        problems.add("subscriptions", "names an event twice")


def check_headers(headers: dict[str, str], problems: Problems) -> None:
    """Custom headers may not override Deskbell's own or those the connection is made of (contract/delivery.md)."""
    if len(headers) > 20:
        problems.add("headers", "are too many (at most 20)")
    for name, value in headers.items():
        lowered = name.lower()
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            problems.add("headers", f"{name!r} is not a valid header")
        elif lowered in CONNECTION_HEADERS or lowered.startswith(OWN_HEADERS):
            problems.add("headers", f"{name} is set by Deskbell itself")


def check_secret(secret: str | None, problems: Problems) -> None:
    """`whsec_` and 24 to 64 bytes in base64 (Standard Webhooks 1.0)."""
    if secret is None:
        return
    try:
        size = len(base64.b64decode(secret.removeprefix("whsec_"), validate=True))
    except (binascii.Error, ValueError):
        size = 0
    if not secret.startswith("whsec_") or not 24 <= size <= 64:
        problems.add("secret", "should be whsec_ and 24 to 64 bytes in base64; leave it out to have one made")


def check_terms(
    schedule: list[int] | None, timeout: float | None, concurrency: int | None, problems: Problems
) -> None:
    """A target's own schedule (seconds to wait before each attempt), timeout (seconds) and concurrency."""
    if schedule is not None and not (
        1 <= len(schedule) <= 20 and all(0 <= wait <= WEEK for wait in schedule)
    ):
        problems.add("schedule", f"should hold 1 to 20 waits of 0 to {WEEK} seconds")
    if timeout is not None and not 1 <= timeout <= 60:
        problems.add("timeout", "should be from 1 to 60 seconds")
    if concurrency is not None and not 1 <= concurrency <= 1000:
        problems.add("concurrency", "should be from 1 to 1000")
