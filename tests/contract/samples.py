"""One body per event with exactly the keys that the Hoory document has, written by hand."""

from typing import Any

Body = dict[str, Any]

ACCOUNT: Body = {"id": 1, "name": "Acme"}
INBOX: Body = {"id": 4, "name": "Website"}
CONTACT: Body = {"id": 9, "name": "Ada", "avatar": "", "type": "contact", "account": ACCOUNT}
USER: Body = {"id": 2, "name": "Grace", "email": "grace@example.com", "type": "user"}
AGENT_BOT: Body = {"id": 3, "name": "Helper", "type": "agent_bot"}
BROWSER: Body = {
    "device_name": "Unknown",
    "browser_name": "Firefox",
    "platform_name": "Linux",
    "browser_version": "142.0",
    "platform_version": "",
}
MESSAGE: Body = {
    "id": 77,
    "content": "Hello there",
    "message_type": 0,
    "created_at": 1_760_000_000,
    "private": False,
    "source_id": "abc",
    "content_type": "text",
    "content_attributes": {},
    "sender": CONTACT,
    "account": ACCOUNT,
    "inbox": INBOX,
}
CONVERSATION: Body = {
    "additional_attributes": {
        "browser": BROWSER,
        "referer": "https://acme.example/pricing",
        "initiated_at": {"timestamp": "2025-10-09T08:53:20.000Z"},
    },
    "can_reply": True,
    "channel": "Channel::WebWidget",
    "id": 3,
    "inbox_id": 4,
    "contact_inbox": {
        "id": 5,
        "contact_id": 9,
        "inbox_id": 4,
        "source_id": "6f1c",
        "created_at": "2025-10-09T08:53:20.000Z",
        "updated_at": "2025-10-09T08:53:20.000Z",
        "hmac_verified": False,
    },
    "messages": [MESSAGE],
    "meta": {"sender": CONTACT, "assignee": USER},
    "status": "open",
    "unread_count": 1,
    "agent_last_seen_at": 0,
    "contact_last_seen_at": 1_760_000_000,
    "timestamp": 1_760_000_000,
    "account_id": 1,
}

SAMPLES: dict[str, Body] = {
    "conversation_created": {"event": "conversation_created", **CONVERSATION},
    "conversation_updated": {
        "event": "conversation_updated",
        "changed_attributes": [{"status": {"current_value": "open", "previous_value": "pending"}}],
        **CONVERSATION,
    },
    "conversation_status_changed": {"event": "conversation_status_changed", **CONVERSATION},
    "message_created": {"event": "message_created", **MESSAGE, "conversation": CONVERSATION},
    "message_updated": {"event": "message_updated", **MESSAGE, "conversation": CONVERSATION},
    "webwidget_triggered": {
        "event": "webwidget_triggered",
        "id": 5,
        "contact": CONTACT,
        "inbox": INBOX,
        "account": ACCOUNT,
        "current_conversation": CONVERSATION,
        "source_id": "6f1c",
        "event_info": {
            "initiated_at": {"timestamp": "Thu Oct 09 2025 10:53:20 GMT+0200"},
            "referer": "https://acme.example/",
            "widget_language": "en",
            "browser_language": "de",
            "browser": BROWSER,
        },
    },
}

# Where the document leaves freedom: what may be absent, what may be null (of a message, of anything else), and
# what may be anything.
OPTIONAL = (
    "additional_attributes.browser",
    "additional_attributes.referer",
    "additional_attributes.initiated_at",
)
NULLABLE_IN_MESSAGE = ("content", "source_id", "sender")
NULLABLE = ("assignee", "referer", "widget_language", "browser_language", "current_conversation")
ANYTHING = ("current_value", "previous_value")
