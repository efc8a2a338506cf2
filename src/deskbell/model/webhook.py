"""Where bells are heard: targets (an address with its delivery terms) and webhooks (a target an owner chose events for)."""

from typing import Literal

from msgspec import Struct

from deskbell.model.account import PayloadFormat

Signature = Literal["hmac", "ed25519"]
TargetKind = Literal["webhook", "agent_bot", "api_inbox"]
TargetStatus = Literal["enabled", "paused", "disabled", "deleted"]
SET_BY_ADMINISTRATOR = "set by an administrator"
"""Why a target is not enabled, where Deskbell did not disable it by itself."""


class Address(Struct, frozen=True):
    """A URL found fit to send to: `url` without user and password, which `credentials` carries as a header value."""

    url: str
    credentials: str | None = None


class Target(Struct, frozen=True, kw_only=True):
    """An address events are delivered to. `last_number` counts its deliveries.

    `secret` is shared (`whsec_…`) or an ed25519 key (`whsk_…`); `previous_secret` signs beside it until `previous_until`. `schedule`
    (seconds), `timeout` (seconds) and `concurrency` are the target's own; None stands for the settings'.
    """

    id: int
    account_id: int
    kind: TargetKind
    url: str
    credentials: str | None
    secret: str
    payload_format: PayloadFormat
    headers: dict[str, str]
    previous_secret: str | None = None
    previous_until: int | None = None
    schedule: list[int] | None = None
    timeout: float | None = None
    concurrency: int | None = None
    status: TargetStatus
    status_reason: str | None
    last_number: int
    created_at: int
    updated_at: int

    @property
    def signature(self) -> Signature:
        """How its deliveries are signed."""
        return "ed25519" if self.secret.startswith("whsk_") else "hmac"

    def secrets(self, now: int) -> list[str]:
        """Every secret that signs now: the newest first."""
        if self.previous_secret is None or self.previous_until is None or self.previous_until <= now:
            return [self.secret]
        return [self.secret, self.previous_secret]


class Webhook(Struct, frozen=True, kw_only=True):
    """`inbox_ids` empty means every inbox."""

    id: int
    account_id: int
    name: str | None
    subscriptions: list[str]
    inbox_ids: list[int]
    include_private: bool
    target: Target
    created_at: int
    updated_at: int


class Health(Struct, frozen=True, kw_only=True):
    """What a target's deliveries came to of late.

    `failures` in a row; `trips` of its breaker since the last success; `open_until` the breaker lets nothing out, reckoned by
    the instant `set_at`; `lane_limit` is how many lanes may be in flight, None for as many as its ceiling.
    """

    target_id: int
    failures: int = 0
    trips: int = 0
    open_until: int | None = None
    set_at: int = 0
    lane_limit: float | None = None
    failing_since: int | None = None
    last_accepted_at: int | None = None
    last_failed_at: int | None = None

    @property
    def is_well(self) -> bool:
        """Nothing has failed of late."""
        return not self.failures and not self.trips and self.lane_limit is None and self.failing_since is None

    @property
    def is_open(self) -> bool:
        """The breaker is open: nothing but probes goes out."""
        return self.trips > 0
