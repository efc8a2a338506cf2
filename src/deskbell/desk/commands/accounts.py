"""Accounts and those who run them."""

from msgspec import Struct

from deskbell.desk.rules import fields
from deskbell.desk.rules.fields import Problems
from deskbell.kit import ids
from deskbell.kit.errors import Invalid
from deskbell.store import accounts, users
from deskbell.store.database import UniqueViolation, Unit


class NewAccount(Struct, frozen=True):
    """What its creator needs to begin."""

    account_id: int
    user_id: int
    api_access_token: str


async def create_account(
    unit: Unit, *, name: str, email: str, password_hash: str | None, user_name: str | None = None
) -> NewAccount:
    """Create an account and its first administrator. Raises Invalid where the name is blank or the email wrong or known."""
    problems = Problems()
    name = fields.name(name, problems)
    address = fields.email(email, problems)
    if address is None:
        problems.add("email", "can't be blank")
    problems.raise_any()
    assert address is not None
    account_id = await accounts.add(unit, name=name)
    user_id, token = await add_user(
        unit, name=user_name or address.partition("@")[0], email=address, password_hash=password_hash
    )
    await users.add_agent(unit, account_id, user_id, role="administrator")
    return NewAccount(account_id, user_id, token)


async def add_user(unit: Unit, *, name: str, email: str, password_hash: str | None) -> tuple[int, str]:
    """Create a user and their access token; answers the id and the token."""
    try:
        user_id = await users.add(
            unit, name=name, email=email, password_hash=password_hash, pubsub_token=ids.token()
        )
    except UniqueViolation:
        raise Invalid({"email": "has already been taken"}) from None
    token = ids.token()
    await users.add_token(unit, token, user_id=user_id)
    return user_id, token
