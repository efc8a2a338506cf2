"""The essentials of Chatwoot's bodies, as receivers made for it read them: written from the reference, not from our code."""

from datetime import datetime
from typing import Any

JSONObject = dict[str, Any]

CONVERSATION = frozenset(
    [
        "additional_attributes",
        "can_reply",
        "channel",
        "contact_inbox",
        "id",
        "inbox_id",
        "messages",
        "labels",
        "meta",
        "status",
        "custom_attributes",
        "snoozed_until",
        "unread_count",
        "first_reply_created_at",
        "priority",
        "waiting_since",
        "agent_last_seen_at",
        "contact_last_seen_at",
        "last_activity_at",
        "timestamp",
        "created_at",
        "updated_at",
        "account",
    ]
)
MESSAGE = frozenset(
    [
        "account",
        "additional_attributes",
        "content_attributes",
        "content_type",
        "content",
        "conversation",
        "created_at",
        "id",
        "inbox",
        "message_type",
        "private",
        "sender",
        "source_id",
    ]
)
WIDGET = frozenset(["id", "contact", "inbox", "account", "current_conversation", "source_id", "event_info"])


def check_chatwoot_body(body: JSONObject) -> None:
    """Raise AssertionError unless a receiver made for Chatwoot can read this."""
    event = body["event"]
    if event == "webwidget_triggered":
        assert set(body) == WIDGET | {"event"}
        assert set(body["event_info"]) >= {
            "initiated_at",
            "referer",
            "widget_language",
            "browser_language",
            "browser",
        }
        if body["current_conversation"] is not None:
            _check_conversation(body["current_conversation"])
    elif event.startswith("message_"):
        assert set(body) - {"attachments"} == MESSAGE | {"event"}
        _check_message(body)
    else:
        assert set(body) - {"changed_attributes"} == CONVERSATION | {"event"}
        _check_changes(event, body)
        _check_conversation({name: body[name] for name in CONVERSATION})


def _check_message(body: JSONObject) -> None:
    assert body["message_type"] in {"incoming", "outgoing", "template"}
    datetime.fromisoformat(body["created_at"])
    assert set(body["account"]) == {"id", "name"}
    assert set(body["inbox"]) == {"id", "name"}
    wanted = "contact" if body["message_type"] == "incoming" else "user"
    assert body["sender"]["type"] == wanted
    _check_conversation(body["conversation"])


def _check_changes(event: str, body: JSONObject) -> None:
    if event == "conversation_created":
        assert "changed_attributes" not in body
    elif event == "conversation_status_changed":
        assert body["changed_attributes"] is None
    else:
        assert body["changed_attributes"]
        for change in body["changed_attributes"]:
            (told,) = change.values()
            assert set(told) == {"previous_value", "current_value"}


def _check_conversation(conversation: JSONObject) -> None:
    assert set(conversation) == CONVERSATION
    assert conversation["channel"] in {"Channel::Api", "Channel::WebWidget"}
    assert conversation["meta"]["sender"]["type"] == "contact"
    assert len(conversation["messages"]) <= 1
    for message in conversation["messages"]:
        assert message["message_type"] in {0, 1, 3}
        assert isinstance(message["created_at"], int)
        assert message["conversation_id"] == conversation["id"]
    for name in ("timestamp", "created_at", "last_activity_at", "waiting_since", "agent_last_seen_at"):
        assert isinstance(conversation[name], int)
    assert isinstance(conversation["updated_at"], float)
