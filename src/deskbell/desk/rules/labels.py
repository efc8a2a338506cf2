"""What a label may be called, and what becomes of those who carry it."""

import re

from msgspec.structs import replace

from deskbell.desk.rules import fields
from deskbell.desk.rules.fields import Problems
from deskbell.model.conversation import Conversation

TITLE_LIMIT = 100
_TITLE = re.compile(r"[^\W_][\w-]+")


def title(text: str | None, problems: Problems) -> str:
    """A lower-cased title: two or more letters, digits, - or _, of which the first is a letter or a digit."""
    found = (fields.blank_to_none(text) or "").lower()
    if not found:
        problems.add("title", "can't be blank")
    elif len(found) > TITLE_LIMIT:
        problems.add("title", f"is too long (at most {TITLE_LIMIT} characters)")
    elif not _TITLE.fullmatch(found):
        problems.add(
            "title", "should be letters, digits, - and _ only, at least two, beginning with none of - and _"
        )
    return found


def relabelled(conversation: Conversation, old: str, new: str | None) -> Conversation:
    """The conversation with a label renamed where it stands, or without it."""
    renamed = [new if one == old else one for one in conversation.labels]
    return replace(conversation, labels=list(dict.fromkeys(one for one in renamed if one is not None)))
