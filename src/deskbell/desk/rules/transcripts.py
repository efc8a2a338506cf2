"""A conversation as a letter: who said what, and when."""

from deskbell.kit.clock import iso
from deskbell.model.conversation import ConversationView
from deskbell.model.message import MessageType, MessageView

RULE = "-" * 40


def subject(view: ConversationView) -> str:
    """One line, whatever is in the names."""
    return f"Conversation {view.conversation.number} with {_line(view.account_name)}"


def text(view: ConversationView, messages: list[MessageView]) -> str:
    """The letter's words: plain text, which no mail program has to interpret."""
    head = [
        f"This is the transcript of conversation {view.conversation.number} with {_line(view.account_name)}.",
        f"Begun {_when(view.conversation.created_at)}; {_line(view.inbox.name)}.",
        "",
        RULE,
    ]
    return "\n".join([*head, *(_said(view, one) for one in messages)]) + "\n"


def _said(view: ConversationView, one: MessageView) -> str:
    lines = [
        f"{_line(_who(view, one))}, {_when(one.message.created_at)}:",
        (one.message.content or "").rstrip(),
    ]
    lines += [f"[{file.file_name or file.file_type}]" for file in one.attachments]
    return "\n".join(["", *(line for line in lines if line)])


def _who(view: ConversationView, one: MessageView) -> str:
    if one.sender is not None:
        return one.sender.display_name or one.sender.name or "Somebody"
    return view.contact.name if one.message.message_type == MessageType.INCOMING else view.account_name


def _line(name: str) -> str:
    return " ".join(name.split())


def _when(instant: int) -> str:
    return iso(instant)[:16].replace("T", " ") + " UTC"
