"""What Chatwoot 4.14 sends, as a JSON Schema in our own words. No key may be missing, and none may be too many."""

from typing import Any

from jsonschema.exceptions import best_match

from tests.contract.schema import (
    COUNT,
    FLAG,
    OBJECT,
    TEXT,
    UNIX_SECONDS,
    WHOLE,
    Schema,
    always,
    either,
    items,
    or_null,
    ref,
    validator,
)

UNREAD = COUNT | {"maximum": 10}
ISO_MOMENT: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"}
NOTHING: Schema = {"type": "null"}


def exactly(also: dict[str, Schema] | None = None, **required: Schema) -> Schema:
    """An object with all of these keys, perhaps with those of `also`, and with no others."""
    properties = required | (also or {})
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


FILES = {"attachments": items(ref("attachment"), at_least=1)}
PUSHED_CONTACT: dict[str, Schema] = {
    "additional_attributes": OBJECT,
    "custom_attributes": OBJECT,
    "email": or_null(TEXT),
    "id": WHOLE,
    "identifier": or_null(TEXT),
    "name": TEXT,
    "phone_number": or_null(TEXT),
    "thumbnail": TEXT,
    "blocked": FLAG,
    "type": always("contact"),
}
CONVERSATION: dict[str, Schema] = {
    "additional_attributes": OBJECT,
    "can_reply": FLAG,
    "channel": {"enum": ["Channel::WebWidget", "Channel::Api"]},
    "contact_inbox": ref("contact_inbox"),
    "id": WHOLE,
    "inbox_id": WHOLE,
    "messages": items(ref("nested_message")) | {"maxItems": 1},
    "labels": items(TEXT),
    "meta": ref("meta"),
    "status": {"enum": ["open", "resolved", "pending", "snoozed"]},
    "custom_attributes": OBJECT,
    "snoozed_until": or_null(ISO_MOMENT),
    "unread_count": UNREAD,
    "first_reply_created_at": or_null(ISO_MOMENT),
    "priority": {"enum": ["low", "medium", "high", "urgent", None]},
    "waiting_since": UNIX_SECONDS,
    "agent_last_seen_at": UNIX_SECONDS,
    "contact_last_seen_at": UNIX_SECONDS,
    "last_activity_at": UNIX_SECONDS,
    "timestamp": UNIX_SECONDS,
    "created_at": UNIX_SECONDS,
    "updated_at": {"type": "number"},
    "account": ref("account"),
}
MESSAGE: dict[str, Schema] = {
    "account": ref("account"),
    "additional_attributes": OBJECT,
    "content_attributes": OBJECT,
    "content_type": TEXT,
    "content": or_null(TEXT),
    "conversation": ref("conversation"),
    "created_at": ISO_MOMENT,
    "id": WHOLE,
    "inbox": ref("inbox"),
    "message_type": {"enum": ["incoming", "outgoing", "template"]},
    "private": FLAG,
    "sender": or_null(ref("contact"), ref("user"), ref("bot")),
    "source_id": or_null(TEXT),
}
CHANGES: Schema = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "propertyNames": {"not": {"const": "labels"}},
        "additionalProperties": exactly(previous_value={}, current_value={}),
    },
}

DEFINITIONS: dict[str, Schema] = {
    "account": exactly(id=WHOLE, name=TEXT),
    "inbox": exactly(id=WHOLE, name=TEXT),
    "user": exactly(id=WHOLE, name=TEXT, email=TEXT, type=always("user")),
    "bot": exactly(id=WHOLE, name=TEXT, type=always("agent_bot")),
    # `type` is ours: Chatwoot dropped it, and many consumers demand it (contract/semantics.md, Formats).
    "contact": exactly(**PUSHED_CONTACT, account=ref("account"), avatar=TEXT),
    "pushed_contact": exactly(**PUSHED_CONTACT),
    "pushed_user": exactly(
        id=WHOLE,
        name=TEXT,
        available_name=TEXT,
        avatar_url=TEXT,
        type=always("user"),
        availability_status=or_null(TEXT),
        thumbnail=TEXT,
    ),
    "pushed_bot": exactly(id=WHOLE, name=TEXT, avatar_url=TEXT, type=always("agent_bot")),
    "contact_inbox": exactly(
        id=WHOLE,
        contact_id=WHOLE,
        inbox_id=WHOLE,
        source_id=TEXT,
        created_at=ISO_MOMENT,
        updated_at=ISO_MOMENT,
        hmac_verified=FLAG,
        pubsub_token=TEXT,
    ),
    "meta": exactly(
        sender=ref("pushed_contact"),
        assignee=or_null(ref("pushed_user"), ref("pushed_bot")),
        assignee_type={"enum": ["User", "AgentBot", None]},
        team=or_null(exactly(id=WHOLE, name=TEXT)),
        hmac_verified=FLAG,
    ),
    "attachment": {"type": "object", "required": ["id", "message_id", "file_type", "account_id", "data_url"]},
    "nested_message": exactly(
        also=FILES | {"sender": either(ref("pushed_contact"), ref("pushed_user"), ref("pushed_bot"))},
        id=WHOLE,
        content=or_null(TEXT),
        account_id=WHOLE,
        inbox_id=WHOLE,
        conversation_id=WHOLE,
        message_type={"enum": [0, 1, 3]},
        created_at=UNIX_SECONDS,
        updated_at=ISO_MOMENT,
        private=FLAG,
        status=TEXT,
        source_id=or_null(TEXT),
        content_type=TEXT,
        content_attributes=OBJECT,
        sender_type={"enum": ["Contact", "User", "AgentBot", None]},
        sender_id=or_null(WHOLE),
        external_source_ids=OBJECT,
        additional_attributes=OBJECT,
        processed_message_content=or_null(TEXT),
        sentiment=OBJECT,
        conversation=exactly(
            assignee_id=or_null(WHOLE),
            unread_count=UNREAD,
            last_activity_at=UNIX_SECONDS,
            contact_inbox=exactly(source_id=TEXT),
        ),
    ),
    "conversation": exactly(**CONVERSATION),
}


def event(name: str, also: dict[str, Schema] | None = None, **keys: Schema) -> Schema:
    return exactly(also, event=always(name), **keys)


EVENTS: dict[str, Schema] = {
    "conversation_created": event("conversation_created", **CONVERSATION),
    "conversation_updated": event("conversation_updated", **CONVERSATION, changed_attributes=CHANGES),
    "conversation_status_changed": event(
        "conversation_status_changed", **CONVERSATION, changed_attributes=NOTHING
    ),
    "message_created": event("message_created", FILES, **MESSAGE),
    "message_updated": event("message_updated", FILES, **MESSAGE),
    "webwidget_triggered": event(
        "webwidget_triggered",
        id=WHOLE,
        contact=ref("contact"),
        inbox=ref("inbox"),
        account=ref("account"),
        current_conversation=or_null(ref("conversation")),
        source_id=TEXT,
        event_info=OBJECT | {"required": ["initiated_at", "referer", "widget_language", "browser"]},
    ),
}

_ONE_EVENT = {name: validator({"$defs": DEFINITIONS} | schema) for name, schema in EVENTS.items()}


def check_chatwoot(body: dict[str, Any]) -> None:
    """Raise AssertionError, naming every wrong place, unless the body is as Chatwoot would send it."""
    problems = [best_match([found]) or found for found in _ONE_EVENT[body["event"]].iter_errors(body)]
    if problems:
        told = [f"{problem.json_path}: {problem.message}" for problem in problems]
        raise AssertionError("\n".join([f"{body['event']} is not as Chatwoot sends it:", *told]))
