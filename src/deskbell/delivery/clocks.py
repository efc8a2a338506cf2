"""Seeing to clocks: waits that a clock left behind when it was set back, and clocks of machines that differ."""

import logging

from deskbell.kit.clock import SECOND
from deskbell.store import clocks
from deskbell.store.database import Database

log = logging.getLogger("deskbell.delivery")

SKEW = SECOND
"""By so much this machine's clock and the database's may differ: what a worker leaves of its lease after the last attempt's timeout."""


async def see_to(database: Database, lease: int) -> None:
    """Mend waits that a clock ahead of this one began, and warn when this machine's clock is not the database's.

    Waits begun up to half a lease ahead are left alone: they may be those of a machine whose clock is a little ahead, and its leases
    are not to begin anew by a clock that lags, and so end early by its own.
    """
    slack = max(lease // 2, SECOND)
    async with database.read() as reader:
        asked_at = database.clock.now()
        theirs = await clocks.time(reader)
        now = database.clock.now()
        ahead = await clocks.ahead(reader, now + slack)
    if not asked_at - SKEW <= theirs <= now + SKEW:
        log.warning(
            "The clock of this machine differs from the database's: attempts of several processes may overlap",
            extra={"seconds": (now - theirs) // SECOND},
        )
    if ahead:
        log.warning("What waits was reckoned by a clock that ran ahead; the waits begin anew")
        await clocks.mend(database, slack)
