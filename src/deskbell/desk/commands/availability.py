"""What users say of their own availability in an account, and which account they work in."""

from deskbell.desk import access
from deskbell.model.user import Availability
from deskbell.store import presence, users
from deskbell.store.database import Unit


async def set_availability(unit: Unit, user_id: int, account_id: int, availability: Availability) -> None:
    """Raises NotFound for an account the user is not in."""
    access.found(await users.agent(unit, account_id, user_id))
    await presence.set_availability(unit, account_id, user_id, availability)


async def set_auto_offline(unit: Unit, user_id: int, account_id: int, *, auto_offline: bool) -> None:
    """Whether one is offline when away. Raises NotFound for an account the user is not in."""
    access.found(await users.agent(unit, account_id, user_id))
    await presence.set_auto_offline(unit, account_id, user_id, auto_offline=auto_offline)


async def set_active_account(unit: Unit, user_id: int, account_id: int) -> None:
    """Raises NotFound for an account the user is not in."""
    access.found(await users.agent(unit, account_id, user_id))
    await presence.set_active(unit, account_id, user_id)
