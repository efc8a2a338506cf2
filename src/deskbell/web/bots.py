"""What an agent bot's token opens: the reference's list, and nothing that is not in it, now or later."""

from fastapi import Request

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.web.faces import ACCOUNT

_CONVERSATION = f"{ACCOUNT}/conversations/{{conversation_id}}"

BOTS_MAY = frozenset(
    {
        ("POST", f"{ACCOUNT}/conversations"),
        ("GET", _CONVERSATION),
        ("PATCH", _CONVERSATION),
        ("PUT", _CONVERSATION),
        ("POST", f"{_CONVERSATION}/toggle_status"),
        ("POST", f"{_CONVERSATION}/toggle_typing_status"),
        ("POST", f"{_CONVERSATION}/toggle_priority"),
        ("POST", f"{_CONVERSATION}/custom_attributes"),
        ("POST", f"{_CONVERSATION}/messages"),
        ("POST", f"{_CONVERSATION}/assignments"),
        ("GET", f"{_CONVERSATION}/labels"),
        ("POST", f"{_CONVERSATION}/labels"),
    }
)


def require_open_to(actor: Actor, request: Request) -> Actor:
    """The actor, where the route is open to it. Raises NotAllowed for a bot elsewhere."""
    if actor.kind == "agent_bot" and (request.method, request.scope["route"].path) not in BOTS_MAY:
        access.refuse_bots(actor)
    return actor
