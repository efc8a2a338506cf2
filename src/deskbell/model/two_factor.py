"""A second factor: a secret shared with somebody's device, which makes a code of it and of the time."""

from msgspec import Struct


class TwoFactor(Struct, frozen=True, kw_only=True):
    """`last_step` is the span of time the last code that was taken belongs to; `confirmed_at`: since when codes are asked for."""

    user_id: int
    secret: str
    last_step: int
    confirmed_at: int | None
    created_at: int
