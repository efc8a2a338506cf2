"""What receivers verify with, and for how long the secret before it signs, too: for webhooks, agent bots and API inboxes."""

from typing import Any

from deskbell.delivery.signing import public_key
from deskbell.desk.rules.secrets import OVERLAP_HOURS
from deskbell.model.webhook import Target
from deskbell.web.dashboard.deps import Form

OVERLAPS = (0, 1, 24, 72, 168)
"""Hours."""


def overlap_in(form: Form) -> int:
    """How many hours of overlap a form asks for."""
    return next((one for one in OVERLAPS if str(one) == form.text("overlap_hours")), OVERLAP_HOURS)


def shown(target: Target | None, now: int) -> dict[str, Any]:
    """The secret, or of a key pair what may be known of it; nothing where nothing is sent to."""
    if target is None:
        return {"secret": "", "overlap_until": None, "overlaps": OVERLAPS}
    until = target.previous_until
    return {
        "secret": public_key(target.secret) or target.secret,
        "overlap_until": until if until and until > now else None,
        "overlaps": OVERLAPS,
    }
