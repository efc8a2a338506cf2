"""Who a token speaks for."""

from msgspec import Struct

from deskbell.desk.actor import Actor
from deskbell.kit.errors import NotAllowed, NotFound, Unauthenticated
from deskbell.model.account import Account
from deskbell.model.user import Membership, User
from deskbell.store import accounts, users
from deskbell.store.database import Reader


class Profile(Struct, frozen=True, kw_only=True):
    """A user as they see themselves."""

    user: User
    access_token: str
    memberships: list[Membership]


async def actor_of(reader: Reader, token: str, account_id: int) -> Actor:
    """The actor a token is in an account. Raises Unauthenticated, NotFound (also for a stranger to the account), NotAllowed."""
    standing = await users.standing(reader, token, account_id)
    if standing is None:
        raise Unauthenticated("Invalid Access Token")
    if standing.role is None and standing.bot_id is None:
        raise NotFound
    if standing.account_status != "active":
        raise NotAllowed("Account is suspended")
    if standing.bot_id is not None:
        return Actor(
            kind="agent_bot", account_id=account_id, id=standing.bot_id, name=standing.bot_name or ""
        )
    return Actor(
        kind="user",
        account_id=account_id,
        id=standing.user_id or 0,
        name=standing.user_name or "",
        role=standing.role,
    )


async def profile_of(reader: Reader, token: str) -> Profile:
    """The profile of the user a token belongs to. Raises Unauthenticated; NotAllowed for a bot's."""
    credential = await users.by_token(reader, token)
    if credential is None:
        raise Unauthenticated("Invalid Access Token")
    if credential.user is None:
        raise NotAllowed("Access to this endpoint is not authorized for bots")
    memberships = await users.memberships(reader, credential.user.id)
    return Profile(user=credential.user, access_token=token, memberships=memberships)


async def account(reader: Reader, actor: Actor) -> Account:
    """The actor's account."""
    found = await accounts.get(reader, actor.account_id)
    if found is None:
        raise NotFound
    return found
