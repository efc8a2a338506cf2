"""A replay: what was delivered, died or was skipped, sent again."""

from typing import Literal

from msgspec import Struct

ReplayState = Literal["running", "done", "cancelled"]

FOREVER = 2**62
"""Later than any instant, and larger than any number: an open end."""


class Replay(Struct, frozen=True, kw_only=True):
    """Which deliveries of a target are sent again, and how far that has come.

    `numbers` are those that were chosen one by one; without any it is all that the rest describes. `since` and `until` are instants: of a delivery's recording, or of its death where `only_dead`. Nothing recorded before `oldest` is sent. `rate` is deliveries per
    second; None is as fast as they can be put into their lanes.
    """

    id: int = 0
    account_id: int
    target_id: int
    state: ReplayState = "running"
    first_number: int = 1
    last_number: int
    numbers: list[int] = []
    since: int = 0
    until: int = FOREVER
    oldest: int = 0
    only_dead: bool = False
    total: int = 0
    done: int = 0
    rate: int | None = None
    next_number: int = 1
    next_at: int
    created_at: int
    finished_at: int | None = None
