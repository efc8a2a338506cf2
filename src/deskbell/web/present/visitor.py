"""What the widget shows a visitor: what contacts see of their conversations, with each message's text ready to be shown."""

from deskbell.model.contact import ContactInbox
from deskbell.model.conversation import ConversationView
from deskbell.model.message import MessageView
from deskbell.web.present import markdown, public
from deskbell.web.present.public import PublicConversationJSON, PublicMessageJSON


class VisitorMessageJSON(PublicMessageJSON):
    content_html: str | None


class VisitorConversationJSON(PublicConversationJSON):
    messages: list[VisitorMessageJSON]  # type: ignore[misc]  # the same, and more


def message(view: MessageView, place: ContactInbox, echo_id: str | None = None) -> VisitorMessageJSON:
    text = view.message.content
    html = None if text is None else markdown.render(text)
    return {**public.message(view, place, echo_id), "content_html": html}


def conversation(
    view: ConversationView, messages: list[MessageView], place: ContactInbox
) -> VisitorConversationJSON:
    return {
        **public.conversation(view, [], place),
        "messages": [message(one, place) for one in messages],
    }
