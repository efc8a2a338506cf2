"""The schema is the document's: it takes what the document shows, and nothing less."""

import copy
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract import samples
from tests.contract.samples import (
    AGENT_BOT,
    ANYTHING,
    CONVERSATION,
    NULLABLE,
    NULLABLE_IN_MESSAGE,
    OPTIONAL,
    SAMPLES,
    USER,
)
from tests.contract.schema import EVENTS, SCHEMA, check_body, validator

Place = tuple[str | int, ...]

OTHER_TYPES: tuple[Any, ...] = (None, True, 7, 1.5, "text", [], {})
DOCUMENT = Path(os.environ.get("DESKBELL_TEST_CONTRACT") or Path(__file__).parents[3] / "shared" / "contract")


def places(value: Any, above: Place = ()) -> Iterator[Place]:
    """Every key and list element, at any depth."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield (*above, step)
        yield from places(inner, (*above, step))


def changed(event: str, place: str | Place, value: Any) -> dict[str, Any]:
    """An event's sample with another value in one place."""
    body = copy.deepcopy(SAMPLES[event])
    *way, last = place.split(".") if isinstance(place, str) else place
    _at(body, way)[int(last) if str(last).isdigit() else last] = value
    return body


def removed(event: str, place: Place) -> dict[str, Any]:
    """An event's sample without one key."""
    body = copy.deepcopy(SAMPLES[event])
    del _at(body, place[:-1])[place[-1]]
    return body


def _at(value: Any, way: Any) -> Any:
    for step in way:
        value = value[int(step) if str(step).isdigit() else step]
    return value


def accepts(body: dict[str, Any]) -> bool:
    try:
        check_body(body)
    except AssertionError:
        return False
    return True


def kind(value: Any) -> str:
    """The JSON type."""
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")


def dotted(place: Place) -> str:
    return ".".join(map(str, place))


EVERY_PLACE = [(event, place) for event, body in SAMPLES.items() for place in places(body)]


def test_the_six_events_are_the_documents() -> None:
    assert set(EVENTS) == set(SAMPLES)
    assert len(EVENTS) == 6


@pytest.mark.parametrize("event", SAMPLES)
def test_a_body_to_the_letter_is_accepted(event: str) -> None:
    check_body(SAMPLES[event])
    assert validator(SCHEMA).is_valid(SAMPLES[event])


@pytest.mark.parametrize("event", SAMPLES)
def test_every_key_is_required(event: str) -> None:
    keys = [place for place in places(SAMPLES[event]) if isinstance(place[-1], str)]
    missed = [place for place in keys if accepts(removed(event, place))]
    assert len(keys) > 40
    assert [place for place in missed if not dotted(place).endswith(OPTIONAL)] == []
    assert all(place in missed for place in keys if dotted(place).endswith(OPTIONAL))


@pytest.mark.parametrize("event", SAMPLES)
def test_every_value_has_its_type(event: str) -> None:
    for place in places(SAMPLES[event]):
        if place[-1] in ANYTHING:
            continue
        in_message = "message_type" in _at(SAMPLES[event], place[:-1])
        nullable = place[-1] in NULLABLE or (in_message and place[-1] in NULLABLE_IN_MESSAGE)
        right = kind(_at(SAMPLES[event], place))
        for value in OTHER_TYPES:
            if kind(value) != right:
                expected = nullable and value is None
                assert accepts(changed(event, place, value)) == expected, f"{dotted(place)} = {value!r}"


@settings(deadline=None)
@given(
    st.sampled_from(EVERY_PLACE), st.dictionaries(st.text(min_size=1), st.integers() | st.text(), max_size=3)
)
def test_more_keys_are_welcome(where: tuple[str, Place], more: dict[str, Any]) -> None:
    event, place = where
    value = _at(SAMPLES[event], place)
    if isinstance(value, dict) and place[-2:-1] != ("changed_attributes",):
        extra = {f"x_{key}": item for key, item in more.items()}
        check_body(changed(event, place, value | extra))


@pytest.mark.parametrize(
    ("event", "place", "value"),
    [
        ("message_created", "sender", USER),
        ("message_created", "sender", AGENT_BOT),
        ("message_created", "content", ""),
        ("message_created", "content_attributes", {"items": [{"title": "Yes"}], "deleted": True}),
        ("message_created", "conversation.additional_attributes", {}),
        ("message_created", "conversation.additional_attributes", {"mail_subject": "Hi"}),
        ("conversation_created", "messages", []),
        ("conversation_created", "channel", "Channel::Api"),
        ("conversation_created", "contact_inbox.created_at", "2025-10-09T08:53:20+02:00"),
        *(
            ("conversation_created", "status", status)
            for status in ("open", "resolved", "pending", "snoozed")
        ),
        *(("message_updated", "message_type", number) for number in range(4)),
        ("webwidget_triggered", "current_conversation", None),
        ("webwidget_triggered", "event_info.initiated_at.timestamp", ""),
    ],
)
def test_what_the_document_leaves_open_is_accepted(event: str, place: str, value: Any) -> None:
    check_body(changed(event, place, value))


CHANGE = {"status": {"current_value": 1, "previous_value": 2}}


@pytest.mark.parametrize(
    ("event", "place", "value"),
    [
        ("message_created", "event", "message_deleted"),
        ("message_created", "event", "conversation_created" * 2),
        ("message_created", "event", ["message_created"]),
        ("message_created", "message_type", "incoming"),
        ("message_created", "message_type", 4),
        ("message_created", "message_type", False),
        ("message_created", "created_at", "2025-10-09T08:53:20.000Z"),
        ("message_created", "created_at", 1_760_000_000.5),
        ("message_created", "created_at", -1),
        ("message_created", "private", 0),
        ("message_created", "sender", {"id": 1, "name": "Nobody"}),
        ("message_created", "sender", USER | {"type": "contact"}),
        ("message_created", "sender", {key: value for key, value in USER.items() if key != "email"}),
        ("message_created", "conversation.messages.0.message_type", "incoming"),
        ("message_created", "conversation.messages.0.created_at", "2025-10-09T08:53:20.000Z"),
        ("message_created", "conversation.contact_inbox.pubsub_token", "secret"),
        ("conversation_created", "contact_inbox.pubsub_token", None),
        ("conversation_created", "contact_inbox.created_at", "yesterday"),
        ("conversation_created", "contact_inbox.created_at", "2025-10-09T08:53:20"),
        ("conversation_created", "contact_inbox.updated_at", 1_760_000_000),
        ("conversation_created", "additional_attributes.initiated_at", {"timestamp": "Thu Oct 09 2025"}),
        ("conversation_created", "additional_attributes.initiated_at", {}),
        ("conversation_created", "additional_attributes.browser", {}),
        ("conversation_created", "id", "3"),
        ("conversation_created", "channel", "WebWidget"),
        ("conversation_created", "channel", "Channel::web_widget"),
        ("conversation_created", "status", "closed"),
        ("conversation_created", "status", 0),
        ("conversation_created", "unread_count", -1),
        ("conversation_created", "timestamp", "1760000000"),
        ("conversation_created", "messages", [CONVERSATION]),
        ("conversation_created", "meta", {"sender": samples.CONTACT}),
        ("conversation_created", "meta.sender", USER),
        ("conversation_created", "meta.assignee", samples.CONTACT),
        ("conversation_created", "meta.assignee", AGENT_BOT),
        ("conversation_updated", "changed_attributes", []),
        ("conversation_updated", "changed_attributes", CHANGE),
        ("conversation_updated", "changed_attributes", [{}]),
        ("conversation_updated", "changed_attributes", [CHANGE | {"priority": CHANGE["status"]}]),
        ("conversation_updated", "changed_attributes", [CHANGE, {}]),
        ("conversation_updated", "changed_attributes", [{"status": ["pending", "open"]}]),
        ("conversation_updated", "changed_attributes", [{"status": {"current_value": 1}}]),
        ("webwidget_triggered", "current_conversation", {}),
        ("webwidget_triggered", "event_info.browser", None),
    ],
)
def test_what_the_document_does_not_allow_is_refused(event: str, place: str, value: Any) -> None:
    assert not accepts(changed(event, place, value))
    assert not validator(SCHEMA).is_valid(changed(event, place, value))


@pytest.mark.parametrize(
    ("event", "other"),
    [
        ("conversation_created", "conversation_updated"),
        ("conversation_created", "message_created"),
        ("message_created", "conversation_created"),
        ("message_created", "webwidget_triggered"),
        ("webwidget_triggered", "message_created"),
    ],
)
def test_a_body_is_not_another_events(event: str, other: str) -> None:
    assert not accepts(SAMPLES[event] | {"event": other})


@pytest.mark.parametrize(
    ("event", "place", "value", "told"),
    [
        (
            "message_created",
            "message_type",
            "incoming",
            "$.message_type: 'incoming' is not one of [0, 1, 2, 3]",
        ),
        ("message_created", "conversation.meta.assignee", 1, "$.conversation.meta.assignee: 1 is not"),
        (
            "conversation_created",
            "contact_inbox.created_at",
            "now",
            "$.contact_inbox.created_at: 'now' is not a",
        ),
        ("conversation_created", "event", "ping", "$.event: 'ping' is none of conversation_created, "),
    ],
)
def test_a_problem_is_told_with_its_place(event: str, place: str, value: Any, told: str) -> None:
    with pytest.raises(AssertionError, match=re.escape(told)):
        check_body(changed(event, place, value))


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(AssertionError, match=r"\$\.id: [\s\S]*\$\.inbox_id: "):
        check_body(SAMPLES["conversation_created"] | {"id": "3", "inbox_id": None})


if DOCUMENT.is_dir():
    THEIRS = validator(json.loads((DOCUMENT / "events.schema.json").read_text()))
    OURS = validator(SCHEMA)

    TELLING: list[Any] = [
        *OTHER_TYPES,
        *(0, 3, 4, -1, 2.0, False, "", "incoming", "open", "contact", "user", "agent_bot", "Channel::Api"),
        *(
            "Channel::X",
            "Channel::Ab\n",
            "2025-10-09T08:53:20Z",
            "2025-10-09 08:53:20Z",
            "2025-13-09T08:53:20Z",
            *EVENTS,
        ),
        *(
            samples.CONTACT,
            USER,
            AGENT_BOT,
            samples.BROWSER,
            CONVERSATION,
            samples.MESSAGE,
            [CHANGE],
            CHANGE,
            [{}],
        ),
    ]
    KEYS = sorted(
        {str(place[-1]) for _, place in EVERY_PLACE if isinstance(place[-1], str)} | {"pubsub_token"}
    )

    @st.composite
    def bodies(draw: st.DrawFn) -> Any:
        """A sample with a few things removed, replaced or added."""
        body = copy.deepcopy(SAMPLES[draw(st.sampled_from(sorted(SAMPLES)))])
        for _ in range(draw(st.integers(0, 3))):
            place = draw(st.sampled_from(list(places(body)) or [("event",)]))
            holder = _at(body, place[:-1])
            value = copy.deepcopy(draw(st.sampled_from(TELLING)))
            match draw(st.sampled_from(["remove", "replace", "add"])):
                case "remove":
                    holder.pop(place[-1], None) if isinstance(holder, dict) else holder.pop(place[-1])
                case "replace":
                    holder[place[-1]] = value
                case _ if isinstance(holder, dict):
                    holder[draw(st.sampled_from(KEYS))] = value
                case _:
                    holder.append(value)
        return body

    @settings(max_examples=600, deadline=None)
    @given(bodies())
    def test_the_schema_agrees_with_the_document_as_given(body: Any) -> None:
        assert OURS.is_valid(body) == THEIRS.is_valid(body)
        assert accepts(body) == THEIRS.is_valid(body)

    @pytest.mark.parametrize("event", SAMPLES)
    def test_the_schema_agrees_in_every_single_place(event: str) -> None:
        for place in places(SAMPLES[event]):
            for value in OTHER_TYPES:
                body = changed(event, place, value)
                assert accepts(body) == THEIRS.is_valid(body), f"{dotted(place)} = {value!r}"
            if isinstance(place[-1], str):
                body = removed(event, place)
                assert accepts(body) == THEIRS.is_valid(body), f"without {dotted(place)}"
