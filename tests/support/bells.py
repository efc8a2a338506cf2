"""Receiving ends for whole-process tests: each keeps what came and answers as told, and is checked against what was promised."""

import base64
import hashlib
import hmac
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from standardwebhooks import Webhook

from deskbell.runtime.receiver import Received, Receiver, Reply
from tests.support.process import until

Answer = Callable[[Received], Reply | int | None]

KEY = "whsec_" + base64.b64encode(b"blackbox" * 4).decode()


class Bell:
    """A webhook receiver on a real socket."""

    def __init__(self, answer: Answer | None = None, secret: str = KEY) -> None:
        self.secret = secret
        self.receipts: list[Received] = []
        self.answer = answer
        self.receiver = Receiver([secret], self._take)

    @property
    def url(self) -> str:
        return f"{self.receiver.url}/hook"

    def first(self) -> list[Received]:
        """The first receipt of each event, in the order in which they came."""
        return list({one.event_id: one for one in reversed(self.receipts)}.values())[::-1]

    def count(self) -> int:
        """How many different events came."""
        return len({one.event_id for one in self.receipts})

    def repeats(self) -> int:
        """How many receipts were not the first of their event."""
        return len(self.receipts) - self.count()

    def contents(self) -> list[str]:
        """What the messages said, by first receipt."""
        return [one.json["content"] for one in self.first() if one.event == "message_created"]

    async def has(self, count: int) -> None:
        """Wait until that many different events came."""
        await until(lambda: self.count() >= count, f"{count} events at {self.url}")

    def _take(self, received: Received) -> Reply | int | None:
        self.receipts.append(received)
        return self.answer(received) if self.answer else None


@asynccontextmanager
async def listening(answer: Answer | None = None, secret: str = KEY) -> AsyncIterator[Bell]:
    """A bell that listens as long as the block."""
    bell = Bell(answer, secret)
    async with bell.receiver:
        yield bell


def number_of(received: Received) -> int:
    """The account's number of an event, from the id that the signature covers."""
    return int(received.event_id.rpartition("_")[2])


def conversation_of(received: Received) -> int | None:
    """Which conversation an event tells of; None for a widget opened by someone who has none."""
    body = received.json
    told = body if received.event.startswith("conversation_") else body.get("conversation")
    if received.event == "webwidget_triggered":
        told = body["current_conversation"]
    return None if told is None else int(told["id"])


def subject_of(received: Received) -> tuple[str, int]:
    """What an event is ordered by: its conversation, or where there is none its contact."""
    conversation = conversation_of(received)
    if conversation is not None:
        return "conversation", conversation
    return "contact", received.json["contact"]["id"]


def check_signature(received: Received, secret: str) -> None:
    """The signature holds for a receiver that uses the Standard Webhooks library."""
    Webhook(secret).verify(received.body, received.headers)


def check_headers(received: Received) -> None:
    """Everything that goes with every request is there, and agrees with the body."""
    headers = received.headers
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"].startswith("Deskbell/")
    assert int(headers["content-length"]) == len(received.body)
    assert headers["webhook-timestamp"].isdigit()
    assert headers["webhook-signature"].startswith("v1,")
    assert headers["deskbell-event"] == received.json["event"]
    assert int(headers["deskbell-attempt"]) >= 1
    assert int(headers["deskbell-delivery"]) >= 1
    assert "deskbell-replay" not in headers


def check_chatwoot_headers(received: Received, secret: str) -> None:
    """The headers that receivers made for Chatwoot look at, the signature computed as they do."""
    headers = received.headers
    uuid.UUID(headers["x-chatwoot-delivery"])
    signed = f"{headers['x-chatwoot-timestamp']}.".encode() + received.body
    expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["x-chatwoot-signature"] == f"sha256={expected}"


def check_numbers(bell: Bell, account_id: int) -> None:
    """The account's numbers and the target's own are each 1, 2, 3 … without a gap; an id has one body and one number."""
    firsts = bell.first()
    assert sorted(map(number_of, firsts)) == list(range(1, len(firsts) + 1))
    assert sorted(one.delivery for one in firsts) == list(range(1, len(firsts) + 1))
    assert all(one.event_id == f"evt_{account_id}_{number_of(one)}" for one in firsts)
    sent: dict[str, set[tuple[int, bytes]]] = defaultdict(set)
    for one in bell.receipts:
        sent[one.event_id].add((one.delivery, one.body))
    assert all(len(kinds) == 1 for kinds in sent.values()), "an event was sent again with other bytes"


def check_order(bell: Bell) -> None:
    """By first receipt, the events of each conversation came in the order of their numbers."""
    lanes: dict[Any, list[int]] = defaultdict(list)
    for one in bell.first():
        lanes[subject_of(one)].append(number_of(one))
    for subject, numbers in lanes.items():
        assert numbers == sorted(numbers), f"{subject} out of order: {numbers}"
