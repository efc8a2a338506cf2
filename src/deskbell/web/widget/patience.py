"""How fast a visitor may write and begin: generous for people, and each for themselves, however many share an address."""

from fastapi import Request

from deskbell.web.limits import Limits, address_of
from deskbell.web.widget.deps import Session

FAST = "You are sending messages very fast."
MANY = "You have begun many conversations in a short time."
BUSY = "Very many conversations are being begun here at the moment."


def may_write(request: Request, session: Session) -> None:
    """Count a message of the visitor's. Raises TooManyRequests."""
    limits: Limits = request.app.state.limits
    limits.require(limits.visitor_messages, session.asking, FAST)


def may_open(request: Request, session: Session) -> None:
    """Count an opening of the widget. Raises TooManyRequests."""
    limits: Limits = request.app.state.limits
    limits.require(limits.visitor_messages, f"opened:{session.asking}")


def may_begin(request: Request, session: Session) -> None:
    """Count a conversation begun: of the visitor's, and of all who share their address with the inbox. Raises TooManyRequests."""
    limits: Limits = request.app.state.limits
    limits.require(limits.visitor_conversations, session.asking, MANY)
    limits.require(limits.inbox_conversations, f"{session.inbox.id}:{address_of(request.scope)}", BUSY)
