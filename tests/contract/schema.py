"""What the Hoory document asks of a delivered body, as a JSON Schema (draft 2020-12).

The document lists the keys that must be there; more keys are always welcome.
"""

from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.protocols import Validator

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
OBJECT: Schema = {"type": "object"}
COUNT: Schema = {"type": "integer", "minimum": 0}
UNIX_SECONDS = COUNT
ISO_MOMENT: Schema = {"type": "string", "format": "date-time"}


def ref(name: str) -> Schema:
    """The definition of that name."""
    return {"$ref": f"#/$defs/{name}"}


def either(*schemas: Schema) -> Schema:
    """Any of these."""
    return {"anyOf": list(schemas)}


def or_null(*schemas: Schema) -> Schema:
    """Any of these, or null."""
    return either(*schemas, {"type": "null"})


def always(value: str) -> Schema:
    """This one text."""
    return {"const": value}


def items(schema: Schema, at_least: int = 0) -> Schema:
    """A list of these."""
    return {"type": "array", "items": schema, "minItems": at_least}


def keys(**required: Schema) -> Schema:
    """An object with all of these keys, perhaps with others."""
    return {"type": "object", "properties": required, "required": list(required)}


def keys_if_present(**optional: Schema) -> Schema:
    """An object where these keys, if they are there, look like this."""
    return {"type": "object", "properties": optional}


def without(schema: Schema, *forbidden: str) -> Schema:
    """The same, with none of the forbidden keys."""
    return schema | {"not": either(*({"required": [key]} for key in forbidden))}


MESSAGE_KEYS: dict[str, Schema] = {
    "id": WHOLE,
    "content": or_null(TEXT),
    "message_type": {"enum": [0, 1, 2, 3]},
    "created_at": UNIX_SECONDS,
    "private": FLAG,
    "source_id": or_null(TEXT),
    "content_type": TEXT,
    "content_attributes": OBJECT,
    "sender": or_null(ref("contact"), ref("user"), ref("agent_bot")),
    "account": ref("account"),
    "inbox": ref("inbox"),
}

DEFINITIONS: dict[str, Schema] = {
    "account": keys(id=WHOLE, name=TEXT),
    "inbox": keys(id=WHOLE, name=TEXT),
    "contact": keys(id=WHOLE, name=TEXT, avatar=TEXT, type=always("contact"), account=ref("account")),
    "user": keys(id=WHOLE, name=TEXT, email=TEXT, type=always("user")),
    "agent_bot": keys(id=WHOLE, name=TEXT, type=always("agent_bot")),
    "browser": keys(
        device_name=TEXT, browser_name=TEXT, platform_name=TEXT, browser_version=TEXT, platform_version=TEXT
    ),
    "contact_inbox": without(
        keys(
            id=WHOLE,
            contact_id=WHOLE,
            inbox_id=WHOLE,
            source_id=TEXT,
            created_at=ISO_MOMENT,
            updated_at=ISO_MOMENT,
            hmac_verified=FLAG,
        ),
        "pubsub_token",
    ),
    "conversation": keys(
        # Only a conversation begun in the widget knows a browser; one from another channel has what that knows.
        additional_attributes=keys_if_present(
            browser=ref("browser"), referer=or_null(TEXT), initiated_at=keys(timestamp=ISO_MOMENT)
        ),
        can_reply=FLAG,
        channel={"type": "string", "pattern": "^Channel::[A-Z][A-Za-z]+$"},
        id=WHOLE,
        inbox_id=WHOLE,
        contact_inbox=ref("contact_inbox"),
        messages=items(ref("nested_message")),
        meta=keys(sender=ref("contact"), assignee=or_null(ref("user"))),
        status={"enum": ["open", "resolved", "pending", "snoozed"]},
        unread_count=COUNT,
        agent_last_seen_at=UNIX_SECONDS,
        contact_last_seen_at=UNIX_SECONDS,
        timestamp=UNIX_SECONDS,
        account_id=WHOLE,
    ),
    "nested_message": keys(**MESSAGE_KEYS),
    "message": keys(**MESSAGE_KEYS, conversation=ref("conversation")),
    "change": {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": keys(current_value={}, previous_value={}),
    },
    "event_info": keys(
        # A date in some spelling: it is the browser's, so the document does not ask for ISO 8601 here.
        initiated_at=keys(timestamp=TEXT),
        referer=or_null(TEXT),
        widget_language=or_null(TEXT),
        browser_language=or_null(TEXT),
        browser=ref("browser"),
    ),
}

EVENTS: dict[str, Schema] = {
    "conversation_created": ref("conversation"),
    "conversation_updated": {
        "allOf": [ref("conversation"), keys(changed_attributes=items(ref("change"), at_least=1))]
    },
    "conversation_status_changed": ref("conversation"),
    "message_created": ref("message"),
    "message_updated": ref("message"),
    "webwidget_triggered": keys(
        id=WHOLE,
        contact=ref("contact"),
        inbox=ref("inbox"),
        account=ref("account"),
        current_conversation=or_null(ref("conversation")),
        source_id=TEXT,
        event_info=ref("event_info"),
    ),
}

SCHEMA: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$defs": DEFINITIONS,
    "oneOf": [{"allOf": [keys(event=always(name)), schema]} for name, schema in EVENTS.items()],
}


def validator(schema: Schema) -> Validator:
    """A validator that also checks datetimes. Fails where the package that knows them is not installed."""
    return Draft202012Validator(schema, format_checker=FormatChecker(formats=["date-time"]))


_ONE_EVENT = {name: validator({"$defs": DEFINITIONS} | schema) for name, schema in EVENTS.items()}


def check_body(body: dict[str, Any]) -> None:
    """Raise AssertionError, naming every wrong place and what is wrong there, unless the body is to the letter."""
    event = body.get("event")
    # Checked against its own event, for the problem is hard to find in what six alternatives have to say.
    chosen = _ONE_EVENT.get(event) if isinstance(event, str) else None
    if chosen is None:
        raise AssertionError(f"$.event: {event!r} is none of {', '.join(EVENTS)}")
    problems = [_told(problem) for problem in chosen.iter_errors(body)]
    if problems:
        raise AssertionError("\n".join([f"{event} is not as the document says:", *problems]))


def _told(problem: ValidationError) -> str:
    deepest = best_match([problem]) or problem
    return f"{deepest.json_path}: {deepest.message}"
