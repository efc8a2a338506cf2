"""Who hears an event (contract/semantics.md, "Who gets what")."""

from deskbell.model.event import NEVER_FOR_BOTS, EventName
from deskbell.store.targets import Candidate


def hears(candidate: Candidate, event: EventName, inbox_id: int, *, private: bool) -> bool:
    """Whether a target that listens to this inbox gets this event."""
    if candidate.kind == "agent_bot":
        return event != NEVER_FOR_BOTS
    if candidate.kind == "api_inbox":
        return True
    if event not in (candidate.subscriptions or ()):
        return False
    if candidate.inbox_ids and inbox_id not in candidate.inbox_ids:
        return False
    return candidate.include_private is not False or not private
