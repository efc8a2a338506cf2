"""Whether somebody is asked for a code, and what they need to begin."""

from msgspec import Struct

from deskbell.store import two_factors
from deskbell.store.database import Reader


class TwoFactorState(Struct, frozen=True, kw_only=True):
    """`secret` only while it waits to be confirmed: nobody is shown it afterwards."""

    on: bool
    secret: str | None
    codes_left: int


async def state(reader: Reader, user_id: int) -> TwoFactorState:
    kept = await two_factors.get(reader, user_id)
    on = kept is not None and kept.confirmed_at is not None
    return TwoFactorState(
        on=on,
        secret=None if kept is None or on else kept.secret,
        codes_left=await two_factors.codes_left(reader, user_id) if on else 0,
    )


async def is_on(reader: Reader, user_id: int) -> bool:
    kept = await two_factors.get(reader, user_id)
    return kept is not None and kept.confirmed_at is not None
