"""The loopback receiver: what it verifies and what it tells."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskbell.runtime.receiver import Received, line
from tests.support.hooks import BODY, OTHER, SECRET, post, received_from, signed


def test_a_signed_event_is_told_in_full() -> None:
    [received] = received_from(post(path="/a?b=c"))
    assert (received.verified, received.problem) == (True, None)
    assert (received.event_id, received.event, received.delivery, received.attempt) == (
        "evt_1_12",
        "message_created",
        7,
        2,
    )
    assert (received.path, received.body, received.received_at) == ("/a?b=c", BODY, 1)
    assert received.json["content"] == "Hello there"
    assert received.headers["content-type"] == "application/json"
    assert all(name == name.lower() for name in received.headers)


def test_any_of_the_secrets_will_do() -> None:
    [received] = received_from(post(headers=signed(secret=OTHER)), secrets=[SECRET, OTHER])
    assert received.verified


def test_secrets_may_change_while_it_runs() -> None:
    secrets: list[str] = [SECRET]
    asked: list[list[str]] = []

    def current() -> list[str]:
        asked.append(list(secrets))
        secrets[:] = [OTHER]
        return asked[-1]

    first, second = received_from(post(), post(), secrets=current)
    assert (first.verified, second.verified) == (True, False)
    assert asked == [[SECRET], [OTHER]]


def test_a_signature_beside_others_holds() -> None:
    both = "v1a,AAAA " + signed(secret=OTHER)["webhook-signature"] + " " + signed()["webhook-signature"]
    [received] = received_from(post(headers=signed() | {"webhook-signature": both}))
    assert received.verified


@pytest.mark.parametrize(
    ("body", "headers", "secrets", "problem"),
    [
        (BODY, lambda: signed(secret=OTHER), [SECRET], "No matching signature found"),
        (BODY + b" ", signed, [SECRET], "No matching signature found"),
        (BODY, lambda: signed() | {"webhook-id": "evt_1_13"}, [SECRET], "No matching signature found"),
        (BODY, lambda: signed(at=1_700_000_000), [SECRET], "Message timestamp too old"),
        (BODY, lambda: signed(at=4_000_000_000), [SECRET], "Message timestamp too new"),
        (BODY, lambda: signed() | {"webhook-timestamp": "now"}, [SECRET], "Invalid Signature Headers"),
        (BODY, dict, [SECRET], "Missing required headers"),
        (BODY, lambda: signed() | {"webhook-signature": "nonsense"}, [SECRET], "Unreadable signature"),
        (BODY, lambda: signed() | {"webhook-signature": "v1,?"}, [SECRET], "No matching signature found"),
        (BODY, lambda: signed() | {"webhook-signature": "v1,A"}, [SECRET], "Unreadable signature"),
        (b"\xff", signed, [SECRET], "Unreadable signature"),
        (BODY, signed, ["whsec_A"], "Unreadable signature"),
        (BODY, signed, ["whsec_"], "Unreadable signature"),
        (BODY, signed, [], "No secret to verify with"),
    ],
)
def test_what_does_not_hold_is_told_and_answered_all_the_same(
    body: bytes, headers: Callable[[], dict[str, str]], secrets: list[str], problem: str
) -> None:
    [received] = received_from(post(body, headers()), secrets=secrets)
    assert not received.verified
    assert received.problem is not None
    assert received.problem.startswith(problem)
    assert line(received).startswith("✘ ")
    assert received.problem.replace("\n", " ") in line(received)


@pytest.mark.parametrize(
    ("name", "value"), [("deskbell-delivery", ""), ("deskbell-attempt", "-1"), ("deskbell-attempt", "²")]
)
def test_a_number_that_is_none_is_0(name: str, value: str) -> None:
    [received] = received_from(post(headers=signed() | {name: value}))
    assert getattr(received, name.removeprefix("deskbell-")) == 0


def told(event: str, body: object, **headers: str) -> str:
    """The line for an event."""
    data = json.dumps(body).encode()
    [received] = received_from(
        post(data, signed(data) | {"deskbell-event": event, "deskbell-attempt": "1"} | headers)
    )
    return line(received)


@pytest.mark.parametrize(
    ("event", "body", "expected"),
    [
        (
            "message_created",
            {"content": "Hello there", "conversation": {"id": 3}},
            '✔ message_created              evt_1_12  conversation 3  "Hello there"',
        ),
        (
            "message_updated",
            {"content": None, "conversation": {"id": 3}},
            "✔ message_updated              evt_1_12  conversation 3",
        ),
        (
            "conversation_created",
            {"id": 4, "status": "pending"},
            "✔ conversation_created         evt_1_12  conversation 4  pending",
        ),
        (
            "conversation_status_changed",
            {"id": 4, "status": "open"},
            "✔ conversation_status_changed  evt_1_12  conversation 4  open",
        ),
        (
            "conversation_updated",
            {"id": 4, "changed_attributes": [{"status": {}}, {"assignee_id": {}}]},
            "✔ conversation_updated         evt_1_12  conversation 4  status, assignee_id",
        ),
        (
            "webwidget_triggered",
            {"id": 1, "current_conversation": None, "event_info": {"referer": "https://a.example/"}},
            '✔ webwidget_triggered          evt_1_12  no conversation  "https://a.example/"',
        ),
        (
            "webwidget_triggered",
            {"id": 1, "current_conversation": {"id": 9}, "event_info": {"referer": None}},
            "✔ webwidget_triggered          evt_1_12  conversation 9",
        ),
        ("", {}, "✔ (no event)                   evt_1_12  no conversation"),
        ("ping", [], "✔ ping                         evt_1_12  (no JSON object)"),
    ],
)
def test_a_line_says_what_came(event: str, body: object, expected: str) -> None:
    assert told(event, body) == expected


def test_a_line_tells_a_repeated_attempt() -> None:
    body = {"id": 4, "status": "open"}
    text = told("conversation_created", body, **{"deskbell-attempt": "3"})
    assert text.endswith("conversation 4  open  (attempt 3)")


def test_a_line_says_why_a_signature_does_not_hold() -> None:
    [received] = received_from(post(headers=signed(secret=OTHER) | {"deskbell-attempt": "1"}))
    assert line(received) == "✘ message_created              evt_1_12  No matching signature found"


def test_a_long_message_is_cut_short() -> None:
    text = told("message_created", {"content": "word " * 100, "conversation": {"id": 3}})
    assert text.endswith('word word…"')
    assert len(text) < 130


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=80),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "content", "conversation", "changed_attributes", "event_info", "referer", "status"]
            ),
            inner,
        )
    ),
    max_leaves=8,
)
_EVENTS = [
    "message_created",
    "conversation_updated",
    "conversation_created",
    "webwidget_triggered",
    "\x1b[2J",
    "",
]


@given(st.sampled_from(_EVENTS), _json, st.booleans())
def test_a_line_is_one_line_whatever_came(event: str, body: Any, verified: bool) -> None:
    received = Received(
        headers={},
        body=json.dumps(body).encode(),
        path="/",
        event_id="evt\r\n\x1b[31m",
        event=event,
        delivery=1,
        attempt=1,
        verified=verified,
        problem=None if verified else "bad\x07",
        received_at=1,
    )
    assert line(received).isprintable()
