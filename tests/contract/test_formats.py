"""Both formats as pure functions: whatever a snapshot holds, the body is what receivers of that format rely on."""

import re
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

from deskbell.events.catalogue import MEANING, ORDER
from deskbell.events.formats import render
from deskbell.events.samples import SAMPLES
from deskbell.events.snapshot import Change, Named, Snapshot, Thread
from deskbell.kit.clock import SECOND
from deskbell.model.conversation import Conversation
from deskbell.model.event import EVENT_NAMES, EventName
from deskbell.model.message import Attachment, MessageType, Sender
from tests.contract.chatwoot_schema import check_chatwoot
from tests.contract.snapshots import snapshots
from tests.support import bodies


def thread(snapshot: Snapshot) -> Thread:
    assert snapshot.thread is not None
    return snapshot.thread


def told_of(conversation: Conversation, event: EventName = "conversation_created") -> Snapshot:
    """A sample, telling of this conversation."""
    sample = SAMPLES[event]
    return replace(sample, thread=replace(thread(sample), conversation=conversation))


def sample_conversation(**more: Any) -> Conversation:
    return replace(thread(SAMPLES["conversation_created"]).conversation, **more)


def test_there_is_a_sample_and_a_meaning_for_every_event() -> None:
    assert tuple(SAMPLES) == tuple(MEANING) == tuple(ORDER) == EVENT_NAMES
    assert all(sample.event == name for name, sample in SAMPLES.items())


@pytest.mark.parametrize("event", EVENT_NAMES)
def test_a_sample_is_to_the_letter_in_both_formats(event: EventName) -> None:
    bodies.check(SAMPLES[event])


def test_samples_show_what_readers_look_for() -> None:
    updated = bodies.hoory(SAMPLES["message_updated"])
    assert updated["content_attributes"] == {"deleted": True}
    assert updated["conversation"]["messages"][0]["content"] == updated["content"]
    assert bodies.hoory(SAMPLES["webwidget_triggered"])["current_conversation"]["id"] == 12
    assert bodies.hoory(SAMPLES["conversation_created"])["messages"][0]["message_type"] == 0


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(snapshots())
def test_whatever_is_frozen_renders_to_the_letter_in_both_formats(snapshot: Snapshot) -> None:
    bodies.check(snapshot)


def test_the_bytes_are_the_same_in_every_process() -> None:
    script = (
        "import sys; from deskbell.events.samples import SAMPLES; from deskbell.events.formats import render\n"
        "for sample in SAMPLES.values():\n"
        "    for form in ('hoory', 'chatwoot'): sys.stdout.buffer.write(render(sample, form))"
    )
    command = [sys.executable, "-c", script]
    elsewhere = subprocess.run(command, check=True, capture_output=True, env={"PYTHONHASHSEED": "7"}).stdout
    assert elsewhere == b"".join(
        render(sample, form) for sample in SAMPLES.values() for form in ("hoory", "chatwoot")
    )


@pytest.mark.parametrize(
    "told",
    [
        {"browser": "Firefox"},
        {"browser": {"browser_name": "Firefox"}},
        {"referer": 7},
        {"initiated_at": {"timestamp": "Thu Oct 09 2025 10:53:20 GMT+0200"}},
        {"initiated_at": "yesterday"},
        {"initiated_at": {}},
    ],
)
def test_what_an_api_client_makes_up_under_the_documents_names_is_left_out(told: dict[str, Any]) -> None:
    snapshot = told_of(sample_conversation(additional_attributes={"mail_subject": "Hi", **told}))
    assert bodies.hoory(snapshot)["additional_attributes"] == {"mail_subject": "Hi"}
    assert bodies.chatwoot(snapshot)["additional_attributes"] == {"mail_subject": "Hi", **told}


def test_a_moment_told_in_another_zone_is_told_in_utc() -> None:
    told = {"initiated_at": {"timestamp": "2026-01-01T10:00:00+01:00"}}
    body = bodies.hoory(told_of(sample_conversation(additional_attributes=told)))
    assert body["additional_attributes"]["initiated_at"]["timestamp"] == "2026-01-01T09:00:00.000Z"


def test_unread_messages_are_counted_without_end_and_by_chatwoot_up_to_ten() -> None:
    snapshot = told_of(sample_conversation(unread_count=37))
    assert bodies.hoory(snapshot)["unread_count"] == 37
    assert bodies.chatwoot(snapshot)["unread_count"] == 10
    assert bodies.chatwoot(snapshot)["messages"][0]["conversation"]["unread_count"] == 10


def test_a_change_tells_before_and_after_each_format_in_its_own_words() -> None:
    told = [Change("labels", [], ["vip"]), Change("snoozed_until", None, 1_767_258_000 * SECOND)]
    told.append(Change("agent_last_seen_at", None, 1_767_258_000 * SECOND))
    snapshot = replace(SAMPLES["conversation_updated"], changes=told)
    assert bodies.hoory(snapshot)["changed_attributes"] == [
        {"labels": {"current_value": ["vip"], "previous_value": []}},
        {"snoozed_until": {"current_value": "2026-01-01T09:00:00.000Z", "previous_value": None}},
        {"agent_last_seen_at": {"current_value": 1_767_258_000, "previous_value": 0}},
    ]
    assert bodies.chatwoot(snapshot)["changed_attributes"] == [
        {"label_list": {"previous_value": [], "current_value": ["vip"]}},
        {"snoozed_until": {"previous_value": None, "current_value": "2026-01-01T09:00:00.000Z"}},
        {"agent_last_seen_at": {"previous_value": None, "current_value": "2026-01-01T09:00:00.000Z"}},
    ]


def test_a_status_change_has_no_changed_attributes_and_for_chatwoot_a_null() -> None:
    snapshot = SAMPLES["conversation_status_changed"]
    assert "changed_attributes" not in bodies.hoory(snapshot)
    assert bodies.chatwoot(snapshot)["changed_attributes"] is None


@pytest.mark.parametrize(
    ("kind", "number", "word"),
    [
        (MessageType.INCOMING, 0, "incoming"),
        (MessageType.OUTGOING, 1, "outgoing"),
        (MessageType.TEMPLATE, 3, "template"),
    ],
)
def test_a_message_type_is_a_number_and_for_chatwoot_a_word_at_the_top(
    kind: MessageType, number: int, word: str
) -> None:
    sample = SAMPLES["message_created"]
    assert sample.message is not None
    message = replace(sample.message, message=replace(sample.message.message, message_type=kind))
    snapshot = replace(sample, message=message, thread=replace(thread(sample), last_message=message))
    assert bodies.hoory(snapshot)["message_type"] == number
    assert bodies.chatwoot(snapshot)["message_type"] == word
    assert bodies.chatwoot(snapshot)["conversation"]["messages"][0]["message_type"] == number
    assert re.fullmatch(r"\d{4}-.*Z", bodies.chatwoot(snapshot)["created_at"])
    assert isinstance(bodies.chatwoot(snapshot)["conversation"]["messages"][0]["created_at"], int)


@pytest.mark.parametrize("kind", ["contact", "user", "agent_bot", None])
def test_a_sender_says_what_kind_it_is(kind: Any) -> None:
    sample = SAMPLES["message_created"]
    assert sample.message is not None
    sender = Sender(type=kind, id=3, name="Someone", email="someone@example.com") if kind else None
    snapshot = replace(sample, message=replace(sample.message, sender=sender))
    for body in (bodies.hoory(snapshot), bodies.chatwoot(snapshot)):
        assert (body["sender"] or {}).get("type") == kind
    if kind == "agent_bot":
        assert bodies.hoory(snapshot)["sender"] == {"id": 3, "name": "Someone", "type": "agent_bot"}


def test_a_bot_that_has_the_conversation_is_no_assignee_of_the_documents_kind() -> None:
    sample = SAMPLES["conversation_created"]
    snapshot = replace(sample, thread=replace(thread(sample), assignee_bot=Named(4, "Helper")))
    assert bodies.hoory(snapshot)["meta"]["assignee"] is None
    meta = bodies.chatwoot(snapshot)["meta"]
    assert (meta["assignee"]["type"], meta["assignee_type"]) == ("agent_bot", "AgentBot")


def test_files_are_told_in_both_formats_and_for_chatwoot_only_where_there_are_some() -> None:
    sample = SAMPLES["message_created"]
    assert sample.message is not None
    file = Attachment(
        id=1, message_id=101, file_type="image", file_name="cat.png", content_type="image/png",
        file_size=9, width=2, height=3, external_url=None,
    )  # fmt: skip
    with_file = replace(sample, message=replace(sample.message, attachments=[file]))
    assert bodies.hoory(with_file)["attachments"][0]["extension"] == "png"
    assert bodies.chatwoot(with_file)["attachments"][0]["account_id"] == 1
    assert bodies.hoory(sample)["attachments"] == []
    assert "attachments" not in bodies.chatwoot(sample)


def test_the_realtime_token_travels_only_where_chatwoot_sends_it() -> None:
    token = SAMPLES["conversation_created"].contact_inbox.pubsub_token
    for sample in SAMPLES.values():
        assert token.encode() not in render(sample, "hoory")
        if sample.thread is not None:
            assert token.encode() in render(sample, "chatwoot")


@pytest.mark.parametrize("event", EVENT_NAMES)
def test_the_chatwoot_schema_takes_no_key_too_many_and_none_too_few(event: EventName) -> None:
    body = bodies.chatwoot(SAMPLES[event])
    with pytest.raises(AssertionError, match="surprise"):
        check_chatwoot({**body, "surprise": 1})
    for name in body.keys() - {"event"}:
        with pytest.raises(AssertionError, match=name):
            check_chatwoot({key: value for key, value in body.items() if key != name})
