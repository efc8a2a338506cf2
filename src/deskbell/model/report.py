"""What a report is about."""

from typing import Literal

from msgspec import Struct

ReportType = Literal["account", "agent", "inbox", "team", "label"]


class Beat(Struct, frozen=True):
    """Stretches of one width: an instant is in the one numbered `(instant + shift) / width`, without its fraction."""

    shift: int
    width: int


class Scope(Struct, frozen=True, kw_only=True):
    """Whose numbers, from which instant on and until before which. `key` is an id; of a label, its title."""

    account_id: int
    since: int
    until: int
    type: ReportType = "account"
    key: int | str | None = None


class Tally(Struct, frozen=True):
    """How often something was measured, and how many seconds it took together."""

    count: int = 0
    seconds: int = 0
    business_seconds: int = 0

    def plus(self, other: "Tally") -> "Tally":
        return Tally(
            self.count + other.count,
            self.seconds + other.seconds,
            self.business_seconds + other.business_seconds,
        )

    def average(self, *, business: bool) -> float | None:
        """The mean in seconds; None where nothing was measured."""
        return (self.business_seconds if business else self.seconds) / self.count if self.count else None


class Load(Struct, frozen=True, kw_only=True):
    """What waits right now."""

    open: int = 0
    unattended: int = 0
    unassigned: int = 0
    pending: int = 0
