"""Which agents are there, and since when they were last seen."""

from collections.abc import Collection

from deskbell.model.user import Availability, Presence
from deskbell.store.database import Reader, Unit
from deskbell.store.statement import Statement
from deskbell.store.users import presence_of

_SEEN = Statement(
    "UPDATE account_users SET seen_at = :now WHERE account_id = :account_id AND user_id = :user_id"
)
_LEFT = Statement(
    "UPDATE account_users SET seen_at = :seen_at WHERE account_id = :account_id AND user_id = :user_id "
    "AND seen_at > :seen_at"
)
_AVAILABILITY = Statement(
    "UPDATE account_users SET availability = :availability, updated_at = :now "
    "WHERE account_id = :account_id AND user_id = :user_id"
)
_AUTO_OFFLINE = Statement(
    "UPDATE account_users SET auto_offline = :auto_offline, updated_at = :now "
    "WHERE account_id = :account_id AND user_id = :user_id"
)
_ACTIVE = Statement(
    "UPDATE account_users SET active_at = :now WHERE account_id = :account_id AND user_id = :user_id"
)
_OF = Statement(
    "SELECT account_id, user_id, availability, auto_offline, seen_at FROM account_users WHERE account_id = ANY(:account_ids) "
    "ORDER BY account_id, user_id"
)


async def seen(unit: Unit, account_id: int, user_id: int) -> None:
    """A user is here now."""
    await unit.run(_SEEN, account_id=account_id, user_id=user_id, now=unit.now)


async def left(unit: Unit, account_id: int, user_id: int, seen_at: int) -> None:
    """A user went away: they count as last seen then, and not later."""
    await unit.run(_LEFT, account_id=account_id, user_id=user_id, seen_at=seen_at)


async def set_availability(unit: Unit, account_id: int, user_id: int, availability: Availability) -> None:
    await unit.run(
        _AVAILABILITY, account_id=account_id, user_id=user_id, availability=availability, now=unit.now
    )


async def set_auto_offline(unit: Unit, account_id: int, user_id: int, *, auto_offline: bool) -> None:
    await unit.run(
        _AUTO_OFFLINE, account_id=account_id, user_id=user_id, auto_offline=auto_offline, now=unit.now
    )


async def set_active(unit: Unit, account_id: int, user_id: int) -> None:
    """The account a user works in now."""
    await unit.run(_ACTIVE, account_id=account_id, user_id=user_id, now=unit.now)


async def of_accounts(reader: Reader, account_ids: Collection[int]) -> dict[int, dict[int, Presence]]:
    """Every user's presence, by account."""
    found: dict[int, dict[int, Presence]] = {account_id: {} for account_id in account_ids}
    for row in await reader.all(_OF, account_ids=list(account_ids)):
        found[row[0]][row[1]] = presence_of(row[2], row[3], row[4])
    return found
