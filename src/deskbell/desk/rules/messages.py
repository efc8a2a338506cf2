"""What a message's status may become, who a note names, and why a receiver did not get a message."""

import re

from msgspec.structs import replace

from deskbell.model.delivery import Reason
from deskbell.model.message import Message, MessageStatus, MessageType

ERROR = "external_error"
"""Where among a message's content_attributes it says why it failed."""
ERROR_LIMIT = 1_000

_MENTION = re.compile(r"mention://(user|team)/([0-9]{1,18})/")
_WHY: dict[Reason, str] = {
    "timeout": "the receiver did not answer in time",
    "dns": "the receiver's name could not be resolved",
    "refused_address": "the receiver's address is not one that may be sent to",
    "connection": "the receiver could not be connected to, or broke off",
    "tls": "the receiver's certificate or handshake is wrong",
    "redirect": "the receiver redirects",
    "too_large": "the receiver's answer is too large to read",
    "bad_response": "the receiver's answer is not HTTP",
    "expired": "the event is not kept any more",
}


def with_status(message: Message, status: MessageStatus, error: str | None) -> Message:
    """The message with a status; what was read does not become delivered again. Only a failure has an error."""
    if message.status == "read" and status == "delivered":
        return message
    kept = {name: value for name, value in message.content_attributes.items() if name != ERROR}
    if status == "failed" and error:
        kept[ERROR] = error[:ERROR_LIMIT]
    return replace(message, status=status, content_attributes=kept)


def fails_undelivered(message: Message) -> bool:
    """Whether a message failed because the inbox's receiver never got it: not if the receiver has told more of it since."""
    return message.message_type == MessageType.OUTGOING and not message.private and message.status == "sent"


def undelivered(reason: Reason | None, status: int | None) -> str:
    """Why a receiver did not get a message."""
    why = f"the receiver answered {status}" if reason == "http_status" else _WHY.get(reason or "timeout", "")
    return f"Not delivered to the inbox's webhook_url: {why}."


def mentioned(content: str) -> tuple[list[int], list[int]]:
    """The users and the teams a note names, by their ids."""
    users: set[int] = set()
    teams: set[int] = set()
    for kind, number in _MENTION.findall(content):
        (users if kind == "user" else teams).add(int(number))
    return sorted(users), sorted(teams)
