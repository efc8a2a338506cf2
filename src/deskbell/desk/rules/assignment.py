"""Who is given a conversation that nobody has: one after another, those who waited longest first."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from msgspec import Struct

from deskbell.model.conversation import Conversation


class Candidate(Struct, frozen=True):
    """Somebody who works in the inbox and is there; `turn` grows with each conversation they are given."""

    user_id: int
    turn: int


def looks_for_somebody(before: Conversation | None, after: Conversation) -> bool:
    """Whether a conversation that became what it is wants somebody: it began or became open, and nobody has it."""
    if after.assignee_id is not None or after.assignee_agent_bot_id is not None:
        return False
    return after.status == "open" and (before is None or before.status != "open")


def came_to_team(before: Conversation | None, after: Conversation) -> bool:
    """Whether a conversation that nobody has was just given to a team."""
    if after.assignee_id is not None or after.assignee_agent_bot_id is not None or after.team_id is None:
        return False
    return before is None or before.team_id != after.team_id


def limit(config: Mapping[str, Any]) -> int | None:
    """How many open conversations one may have in the inbox before others are asked; None for any number."""
    most = config.get("max_assignment_limit")
    return most if isinstance(most, int) and not isinstance(most, bool) and most > 0 else None


def pick(
    candidates: Sequence[Candidate],
    *,
    among: Collection[int] | None = None,
    most: int | None = None,
    busy: Mapping[int, int] | None = None,
) -> Candidate | None:
    """The next one: of the team where there is one (`among`), and with fewer than `most` open conversations, where `busy` counts them."""
    free = [
        one
        for one in candidates
        if (among is None or one.user_id in among)
        and (most is None or (busy or {}).get(one.user_id, 0) < most)
    ]
    return min(free, key=lambda one: (one.turn, one.user_id), default=None)
