"""What a row of the list says of a conversation."""

import re
from collections.abc import Mapping

from msgspec import Struct

from deskbell.desk.queries.conversations import Listed
from deskbell.model.message import MessageView
from deskbell.web.present import markdown

EXCERPT = 160
BEFORE = 40
"""Letters that stand before what was searched for."""


class Line(Struct, frozen=True, kw_only=True):
    """Who said something, what, with how many files, and whether colleagues only read it."""

    who: str = ""
    text: str = ""
    private: bool = False
    files: int = 0


class Row(Struct, frozen=True):
    listed: Listed
    line: Line


def line(one: Listed, said: Mapping[int, MessageView], user_id: int, query: str) -> Line:
    """What is `said` of a conversation, or else its last message; what only tells of a change counts where there is nothing else."""
    last = one.last if one.last and one.last.message.rings else one.last_public or one.last
    view = said.get(one.view.conversation.id) or last
    if view is None:
        return Line()
    message = view.message
    return Line(
        who=_who(view, user_id),
        text=excerpt(message.content or "", query),
        private=message.private,
        files=len(view.attachments),
    )


def _who(view: MessageView, user_id: int) -> str:
    """Whoever is not the contact, whose name stands above."""
    sender = view.sender
    if sender is None or sender.type == "contact":
        return ""
    if sender.type == "user" and sender.id == user_id:
        return "You"
    return sender.display_name or sender.name


def excerpt(content: str, query: str = "") -> str:
    """The beginning of a text in one line, or what stands around the words that were searched for."""
    text = markdown.words(content)
    found = re.search(re.escape(query), text, re.IGNORECASE) if query else None
    if found and found.start() > BEFORE:
        text = f"…{text[found.start() - BEFORE // 2 :]}"
    return text[:EXCERPT]


def marked(text: str, query: str) -> list[tuple[str, bool]]:
    """A text in parts, each with whether it is what was searched for."""
    if not query:
        return [(text, False)]
    parts = re.split(f"({re.escape(query)})", text, flags=re.IGNORECASE)
    return [(part, place % 2 == 1) for place, part in enumerate(parts) if part]
